/*
 * The automaton that finds the literals of a point (struct wye__literal_state). The literals are sorted by their bytes,
 * so that a state, which is a beginning, is a run of them. A unit of two bytes begins with `%`, which is in no other
 * unit, so the units of a run sort as their bytes do.
 */
#include "base/siphash.h"
#include "base/sort.h"
#include "build/image.h"

static const struct wye__group *picked(const struct wye__image_writer *w, uint32_t index) {
  return &w->groups[w->picks[index]];
}

static int by_bytes(const void *context, uint32_t a, uint32_t b) {
  const struct wye__image_writer *w = context;
  const struct wye__group *left = &w->groups[a], *right = &w->groups[b];
  uint32_t shared = left->length < right->length ? left->length : right->length;
  int order = memcmp(wye__literal_of(w, left), wye__literal_of(w, right), shared);
  if (order) return order;
  if (left->length != right->length) return left->length < right->length ? -1 : 1;
  return left->slot < right->slot ? -1 : left->slot > right->slot;
}

/* The symbol of the unit at `at` in a literal, and its bytes. */
static uint16_t symbol_of(const struct wye__image_writer *w, uint32_t index, uint32_t at, uint32_t *bytes) {
  const uint8_t *text = wye__literal_of(w, picked(w, index)) + at;
  *bytes = text[0] == '%' ? 2 : 1;
  return (uint16_t)(text[0] << 8 | (*bytes == 2 ? text[1] : 0));
}

/* Units of a literal after those that it shares with the one before it. */
static uint32_t units_of_its_own(const struct wye__image_writer *w, uint32_t index) {
  uint32_t length = picked(w, index)->length, before = index ? picked(w, index - 1)->length : 0, at = 0, own = 0;
  for (uint32_t bytes, other; at < length; at += bytes) {
    uint16_t symbol = symbol_of(w, index, at, &bytes);
    bool shared = own == 0 && at < before && symbol_of(w, index - 1, at, &other) == symbol;
    own += !shared;
  }
  return own;
}

/* While states are made, those that have no fallback yet have their run of literals there. */
struct run {
  uint32_t low, high;
};

/* Makes the children of a state, whose literals are [low, high). */
static void put_children(struct wye__image_writer *w, struct wye__literal_state *states, uint32_t state, struct run run,
                         uint32_t *next) {
  uint32_t length = states[state].length, bytes, low = run.low;
  states[state].children = *next;
  while (low < run.high && picked(w, low)->length == length) low++;
  states[state].found = low > run.low ? 1 + picked(w, run.low)->slot : 0;
  for (uint32_t high; low < run.high; low = high) {
    uint16_t symbol = symbol_of(w, low, length, &bytes);
    for (high = low + 1; high < run.high && symbol_of(w, high, length, &bytes) == symbol;) high++;
    symbol_of(w, low, length, &bytes);
    states[(*next)++] = (struct wye__literal_state){
        .fallback = low, .shorter = high, .symbol = symbol, .length = (uint16_t)(length + bytes)};
    states[state].count++;
  }
}

static uint32_t child_of(const struct wye__literal_state *states, uint32_t state, uint16_t symbol) {
  uint32_t child = states[state].children, end = child + states[state].count;
  while (child < end && states[child].symbol != symbol) child++;
  return child < end ? child : 0;
}

/* Sets what the children of a state fall back to. */
static void put_fallbacks(struct wye__literal_state *states, uint32_t root, uint32_t state) {
  for (uint32_t i = 0; i < states[state].count; i++) {
    uint32_t child = states[state].children + i, to = state, found = 0;
    while (to != root && !found) {
      to = states[to].fallback;
      found = child_of(states, to, states[child].symbol);
    }
    states[child].fallback = found ? found : root;
    const struct wye__literal_state *fallback = &states[states[child].fallback];
    states[child].shorter = fallback->found ? states[child].fallback : fallback->shorter;
  }
}

/* A hash of the literals and their numbers, 64 bits of SipHash: points with the same ones share an automaton. */
static uint64_t hash_literals(const struct wye__image_writer *w, uint32_t count) {
  uint64_t key[2] = {count, 0};
  for (uint32_t i = 0; i < count; i++) {
    const struct wye__group *group = picked(w, i);
    key[1] ^= (uint64_t)group->slot << 32 | group->length;
    key[0] = wye__siphash(key, wye__literal_of(w, group), group->length);
  }
  return key[0];
}

static void put_states(struct wye__image_writer *w, uint32_t count) {
  struct wye__literal_state *states = wye__record_at(w, WYE__LITERAL_STATES, 0);
  uint32_t root = w->literals, next = root + 1;
  states[root].shorter = count;
  for (uint32_t state = root; state < next; state++)
    put_children(w, states, state, (struct run){states[state].fallback, states[state].shorter}, &next);
  states[root].fallback = root;
  states[root].shorter = 0;
  for (uint32_t state = root; state < next; state++) put_fallbacks(states, root, state);
}

uint32_t wye__put_literals(struct wye__image_writer *w, uint32_t count) {
  uint32_t size = 1;
  if (count == 0) return 0;
  wye__sort(w->picks, w->room, count, by_bytes, w);
  uint64_t hash = hash_literals(w, count);
  if (w->has_literals && w->literals_hash == hash) return w->literals;
  for (uint32_t i = 0; i < count; i++) size += units_of_its_own(w, i);
  w->has_literals = true;
  w->literals_hash = hash;
  w->literals = wye__take_records(w, WYE__LITERAL_STATES, size);
  if (w->image) put_states(w, count);
  return w->literals;
}
