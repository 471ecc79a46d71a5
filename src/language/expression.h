/*
 * Expressions of parameters, `(\d{4}|[a-z]+)`, and the automata that they become.
 *
 * An automaton is deterministic: one table look-up for each character. In an image it is aligned to 8 bytes:
 *
 *      0   uint16  states      state 0 is the first
 *      2   uint16  classes     sets of characters that no state distinguishes
 *      4   uint16  ranges      of characters above U+007F
 *      6   uint16  0
 *      8   uint8   ascii[128]  the class of each ASCII character
 *    136   uint32  starts[ranges]          where each range begins, ascending; the first at U+0080, each up to the next
 *          uint16  classes[ranges]         their classes
 *          uint16  next[states][classes]   one more than the next state; 0: no value that goes on like this is accepted
 *          uint8   accepting[(states + 7) / 8]   a bit for each state, the lowest first
 *          zeros up to a multiple of 8
 */
#ifndef WYE_EXPRESSION_H
#define WYE_EXPRESSION_H

#include "language/constraint.h"

struct wye__automaton {
  uint16_t states, classes, ranges, zero;
  uint8_t ascii[128];
};
_Static_assert(sizeof(struct wye__automaton) == 136, "an automaton is part of the image");

static inline const uint32_t *wye__automaton_starts(const struct wye__automaton *a) {
  return (const uint32_t *)(const void *)(a + 1);
}

static inline const uint16_t *wye__automaton_classes(const struct wye__automaton *a) {
  return (const uint16_t *)(const void *)(wye__automaton_starts(a) + a->ranges);
}

static inline const uint16_t *wye__automaton_next(const struct wye__automaton *a) {
  return wye__automaton_classes(a) + a->ranges;
}

static inline const uint8_t *wye__automaton_accepting(const struct wye__automaton *a) {
  return (const uint8_t *)(wye__automaton_next(a) + (size_t)a->states * a->classes);
}

static inline bool wye__automaton_accepts(const struct wye__automaton *a, uint32_t state) {
  return wye__automaton_accepting(a)[state / 8] >> (state % 8) & 1;
}

static inline uint64_t wye__automaton_size(uint64_t states, uint64_t classes, uint64_t ranges) {
  uint64_t size = sizeof(struct wye__automaton) + 6 * ranges + 2 * states * classes + (states + 7) / 8;
  return (size + 7) & ~(uint64_t)7;
}

/* The class of a character. */
static inline uint32_t wye__automaton_class(const struct wye__automaton *a, uint32_t point) {
  if (point < 128) return a->ascii[point];
  const uint32_t *starts = wye__automaton_starts(a);
  uint32_t low = 0, high = a->ranges;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (starts[middle] <= point) low = middle;
    else high = middle;
  }
  return wye__automaton_classes(a)[low];
}

/* As wye__constraint_compile, for a constraint that begins with `(`. `*made` is all zero. */
int32_t wye__expression_compile(struct wye__arena *arena, const uint8_t *text, uint32_t start, uint32_t end,
                                struct wye__constraint *made, struct wye_error *error);

#endif
