#include "lookup/hosts.h"

#include "language/host.h"

/* How far the lookup has gone through the hosts: the stages are tried in this order. */
enum stage { EXACT, MASKED, SUFFIX, NO_HOST, DONE };

struct turn {
  enum stage stage;
  uint32_t next;   /* MASKED: the mask; SUFFIX: where the search for the next dot begins */
  uint32_t end;    /* of the host, without its last dot */
  uint32_t labels; /* 0: an address in brackets, which only matches exactly */
};

static struct turn first_turn(const struct wye__lookup *l) {
  struct turn turn = {.stage = NO_HOST, .end = l->host_end};
  if (turn.end > l->host && l->url[turn.end - 1] == '.') turn.end--;
  if (turn.end == l->host || wye__hosts(l->table) == 0) return turn;
  turn.stage = EXACT;
  if (l->url[l->host] == '[') return turn;
  turn.labels = 1;
  for (uint32_t i = l->host; i < turn.end; i++) turn.labels += l->url[i] == '.';
  return turn;
}

/*
 * The root of the host with this hash that the text is, read with the mask; 0: there is none. `suffix`: the text is
 * what follows the `*` of a host's shape.
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

static uint32_t find_masked(const struct wye__lookup *l, struct turn *turn) {
  const struct wye__mask *masks = wye__section_of(l->table, WYE__MASKS);
  const uint8_t *host = l->url + l->host;
  uint32_t length = turn->end - l->host, root = 0;
  for (; !root && turn->next < l->table->sections[WYE__MASKS].count; turn->next++) {
    struct wye__mask mask = masks[turn->next];
    if (mask.labels != turn->labels) continue;
    root = find_host(l->table, wye__host_hash(host, length, mask.mask), host, length, mask.mask, false);
    if (root) wye__host_params(l->url, l->host, length, mask.mask, l->context->param);
  }
  return root;
}

/* The longest suffix first: from each dot on that has something before it, up to the longest that a host has. */
static uint32_t find_suffix(const struct wye__lookup *l, struct turn *turn) {
  uint32_t at = turn->next > l->host ? turn->next : l->host + 1, root = 0;
  if (turn->end - at >= WYE_MAX_HOST && turn->end > at) at = turn->end - (WYE_MAX_HOST - 1);
  for (; !root && at < turn->end; at++) {
    if (l->url[at] != '.') continue;
    const uint8_t *suffix = l->url + at;
    root = find_host(l->table, wye__host_hash_suffix(suffix, turn->end - at), suffix, turn->end - at, 0, true);
  }
  turn->next = at;
  return root;
}

/* The next root to be tried; number 0, of routes without a host, is the last one. */
static uint32_t next_root(const struct wye__lookup *l, struct turn *turn) {
  uint32_t length = turn->end - l->host, root = 0;
  if (turn->stage == EXACT) {
    const uint8_t *host = l->url + l->host;
    root = find_host(l->table, wye__host_hash(host, length, 0), host, length, 0, false);
    turn->stage = turn->labels ? MASKED : NO_HOST;
    if (root) return root;
  }
  if (turn->stage == MASKED) {
    root = find_masked(l, turn);
    if (root) return root;
    turn->stage = SUFFIX;
    turn->next = 0;
  }
  if (turn->stage == SUFFIX) {
    root = find_suffix(l, turn);
    if (root) return root;
  }
  turn->stage = DONE;
  return 0;
}

int32_t wye__through_hosts(const struct wye__lookup *l, const struct wye__path *path, struct wye__hits *hits) {
  struct turn turn = first_turn(l);
  uint32_t allow = 0;
  int32_t outcome;
  do {
    uint32_t root = next_root(l, &turn);
    outcome = path ? wye__match_form(l->table, l->context, root, l->method, path, hits)
                   : wye__match_path(l->table, l->context, root, l->method, l->text, l->path, l->length);
    allow |= l->context->allow;
  } while ((hits || wye__is_miss(outcome)) && turn.stage != DONE);
  if (hits || !wye__is_miss(outcome) || !allow) return outcome;
  l->context->allow = allow;
  return l->context->outcome = WYE_METHOD_NOT_ALLOWED;
}
