/* Hosts that two routes allow. */
#include "analysis/analysis.h"

static bool is_address(struct wye__host_shape host) { return host.length && host.shape[0] == '['; }

/* Cuts the last label off a host that is not an address. */
static struct wye__host_shape take_last(struct wye__host_shape *host) {
  uint32_t start = host->length;
  while (start && host->shape[start - 1] != '.') start--;
  struct wye__host_shape label = {host->shape + start, host->length - start};
  host->length = start ? start - 1 : 0;
  return label;
}

static bool is_label(struct wye__host_shape label, char c) { return label.length == 1 && label.shape[0] == (uint8_t)c; }

void wye__write_label(struct wye__host_writer *to, struct wye__host_shape label) {
  if (is_label(label, ':') || is_label(label, '*'))
    label = (struct wye__host_shape){to->analysis->fresh, to->analysis->fresh_length};
  if (to->at < sizeof to->bytes) to->bytes[--to->at] = '.';
  to->at -= label.length;
  memcpy(to->bytes + to->at, label.shape, label.length);
}

static void write_labels(struct wye__host_writer *to, struct wye__host_shape label, struct wye__host_shape others) {
  wye__write_label(to, label);
  while (others.length) {
    label = take_last(&others);
    wye__write_label(to, label);
  }
}

bool wye__common_host(struct wye__host_shape a, struct wye__host_shape b, struct wye__host_writer *to) {
  if (a.length == 0) a = b;
  if (b.length == 0) b = a;
  if (is_address(a) || is_address(b)) {
    to->at -= a.length;
    memcpy(to->bytes + to->at, a.shape, a.length);
    return wye__same(a.shape, a.length, b.shape, b.length);
  }
  while (a.length && b.length) {
    struct wye__host_shape x = take_last(&a), y = take_last(&b);
    if (is_label(x, '*')) return write_labels(to, y, b), true;
    if (is_label(y, '*')) return write_labels(to, x, a), true;
    if (!is_label(x, ':') && !is_label(y, ':') && !wye__same(x.shape, x.length, y.shape, y.length)) return false;
    wye__write_label(to, is_label(x, ':') ? y : x);
  }
  return a.length == b.length;
}

struct wye__host_writer wye__begin_host(const struct wye_analysis *a) {
  return (struct wye__host_writer){.analysis = a, .at = WYE__HOST_TEXT};
}

struct wye__host_shape wye__written_host(const struct wye__host_writer *text) {
  return (struct wye__host_shape){text->bytes + text->at, WYE__HOST_TEXT - text->at};
}

/* Labels of one to four letters by number: "a" is 1, "z" 26, "aa" 27. */
enum { LABELS = 26 + 26 * 26 + 26 * 26 * 26 + 26 * 26 * 26 * 26 };
_Static_assert(LABELS / 8 < WYE__WITNESS_TEXT, "a bit for each of them fits into the room for text");

/* The number of such a label; 0 for any other. */
static uint32_t number_of(struct wye__host_shape label) {
  uint32_t number = 0;
  for (uint32_t i = 0; i < label.length; i++) {
    uint32_t letter = label.shape[i] - (uint32_t)'a';
    if (letter > 25 || i == 4) return 0;
    number = 26 * number + letter + 1;
  }
  return number;
}

/* The first label that no route's host has. The room for text holds a bit for each. */
void wye__choose_fresh_label(struct wye_analysis *a) {
  uint8_t *used = (uint8_t *)a->text;
  uint32_t number = 1;
  memset(used, 0, LABELS / 8 + 1);
  for (uint32_t i = 0; i < a->routes; i++) {
    for (struct wye__host_shape host = a->subjects[i].host; host.length && !is_address(host);) {
      uint32_t label = number_of(take_last(&host));
      used[label / 8] |= (uint8_t)(1u << label % 8);
    }
  }
  while (number <= LABELS && used[number / 8] >> number % 8 & 1) number++;
  a->fresh_length = 0;
  for (uint32_t left = number; left; left = (left - 1) / 26) a->fresh_length++;
  for (uint32_t left = number, at = a->fresh_length; at; left = (left - 1) / 26)
    a->fresh[--at] = (uint8_t)('a' + (left - 1) % 26);
  for (uint32_t i = 0; number > LABELS && i < a->routes; i++)
    if (a->subjects[i].host.length) a->subjects[i].readable = false;
}
