#include "lookup/hosts.h"

#include "language/host.h"

/* The kinds of hosts, in match order. */
enum stage { EXACT, MASKED, SUFFIX, NO_HOST, DONE };

/* How far a lookup has come through the hosts. */
struct cursor {
  enum stage stage;
  uint32_t next;   /* MASKED: the mask to try; SUFFIX: where to look for the next dot */
  uint32_t end;    /* of the host, without a final dot */
  uint32_t labels; /* 0: an address in brackets, which only matches exactly */
};

static struct cursor begin(const struct wye__lookup *l) {
  struct cursor cursor = {.stage = NO_HOST, .end = l->host_end};
  if (cursor.end > l->host && l->url[cursor.end - 1] == '.') cursor.end--;
  if (cursor.end == l->host || wye__hosts(l->table) == 0) return cursor;
  cursor.stage = EXACT;
  if (l->url[l->host] == '[') return cursor;
  cursor.labels = 1;
  for (uint32_t i = l->host; i < cursor.end; i++) cursor.labels += l->url[i] == '.';
  return cursor;
}

/*
 * The root of the host whose shape the text has, if its labels in `mask` are read as parameters; 0 if there is none.
 * `hash`: of the text, read like this. `suffix`: the text is what follows the `*` of the shape.
 */
static uint32_t find_host(const struct wye_table *table, uint32_t hash, const uint8_t *text, uint32_t length,
                          uint32_t mask, bool suffix) {
  const struct wye__host_record *hosts = wye__section_of(table, WYE__HOSTS);
  const uint32_t *slots = wye__section_of(table, WYE__HOST_SLOTS);
  for (uint32_t at = hash;; at++) {
    uint32_t root = slots[at & (table->sections[WYE__HOST_SLOTS].count - 1)];
    if (root == 0) return 0;
    struct wye_span span = hosts[root - 1].text;
    const uint8_t *shape = wye__text_of(table) + span.offset;
    if (suffix != (shape[0] == '*')) continue;
    if (wye__host_same(text, length, mask, shape + suffix, span.length - suffix)) return root;
  }
}

static uint32_t find_masked(const struct wye__lookup *l, struct cursor *cursor) {
  const struct wye__mask *masks = wye__section_of(l->table, WYE__MASKS);
  const uint8_t *host = l->url + l->host;
  uint32_t length = cursor->end - l->host, root = 0;
  for (; !root && cursor->next < l->table->sections[WYE__MASKS].count; cursor->next++) {
    struct wye__mask mask = masks[cursor->next];
    if (mask.labels != cursor->labels) continue;
    root = find_host(l->table, wye__host_hash(host, length, mask.mask), host, length, mask.mask, false);
    if (root) wye__host_params(l->url, l->host, length, mask.mask, l->context->param);
  }
  return root;
}

/* Suffixes, the longest first: from each dot that something precedes, none longer than a host can be. */
static uint32_t find_suffix(const struct wye__lookup *l, struct cursor *cursor) {
  uint32_t at = cursor->next > l->host ? cursor->next : l->host + 1, root = 0;
  if (cursor->end - at >= WYE_MAX_HOST && cursor->end > at) at = cursor->end - (WYE_MAX_HOST - 1);
  for (; !root && at < cursor->end; at++) {
    if (l->url[at] != '.') continue;
    const uint8_t *suffix = l->url + at;
    root = find_host(l->table, wye__host_hash_suffix(suffix, cursor->end - at), suffix, cursor->end - at, 0, true);
  }
  cursor->next = at;
  return root;
}

/* The next root to try; root 0, of the routes without a host, is the last one. */
static uint32_t next_root(const struct wye__lookup *l, struct cursor *cursor) {
  uint32_t length = cursor->end - l->host, root = 0;
  if (cursor->stage == EXACT) {
    const uint8_t *host = l->url + l->host;
    root = find_host(l->table, wye__host_hash(host, length, 0), host, length, 0, false);
    cursor->stage = cursor->labels ? MASKED : NO_HOST;
    if (root) return root;
  }
  if (cursor->stage == MASKED) {
    root = find_masked(l, cursor);
    if (root) return root;
    cursor->stage = SUFFIX;
    cursor->next = 0;
  }
  if (cursor->stage == SUFFIX) {
    root = find_suffix(l, cursor);
    if (root) return root;
  }
  cursor->stage = DONE;
  return 0;
}

int32_t wye__through_hosts(const struct wye__lookup *l, const struct wye__path *path, struct wye__hits *hits) {
  struct cursor cursor = begin(l);
  uint64_t allow = 0;
  int32_t outcome;
  do {
    uint32_t root = next_root(l, &cursor);
    outcome = path ? wye__match_form(l->table, l->context, root, l->method, path, hits)
                   : wye__match_path(l->table, l->context, root, l->method, l->text, l->path, l->length);
    allow |= l->context->allow;
  } while ((hits || wye__is_miss(outcome)) && cursor.stage != DONE);
  if (hits || !wye__is_miss(outcome) || !allow) return outcome;
  l->context->allow = allow;
  return l->context->outcome = WYE_METHOD_NOT_ALLOWED;
}
