/*
 * What a search notes about a segment, so that it reads and tries nothing twice. All notes are of the segment that ends
 * at `stop`. Points and parameters that cannot be under way at the same time share words: notes belong to the one, and
 * to the segment, that used them last.
 */
#ifndef WYE_NOTES_H
#define WYE_NOTES_H

#include "language/constraint.h"
#include "lookup/search.h"

/*
 * Notes on a point:
 *
 *     words:  | found | last | ends | offsets |
 *
 *     found      a bit for each literal: it occurs at `entered` + 1 unit or later, and
 *     last       it ends the segment
 *     ends       16 bits for each literal: where its first occurrence ends, an offset from the path's start
 *     offsets    a bit for each offset of the path: the search was here; of points that need it (wye__point_words)
 *
 * The number of a literal is the index of the first of the point's parameters that has it.
 */
struct wye__point_notes {
  uint64_t serial; /* the number of the search */
  uint32_t point;
  uint32_t stop;
  uint32_t entered; /* the first offset in the text at which the search was here; WYE_NONE: it was not */
  uint32_t lowest;  /* the first literal that was found; their number if none was */
  uint64_t words[];
};
_Static_assert(sizeof(struct wye__point_notes) == WYE__POINT_WORDS * sizeof(uint64_t), "the builder counts words");

/*
 * Notes on the values of a constrained parameter. One was read from `begin` to `end`, and every end before that was
 * tried. With an automaton, for each piece of the path, the states in which that entered the piece, wherever its value
 * began:
 *
 *     63                               4 3        0
 *     | a bit for each state            | offset  |    more states are in further words
 *
 * `offset` is how many bytes into the piece its first character begins, since a character may lie across the edge.
 */
struct wye__value_notes {
  uint64_t serial;
  uint32_t delimited; /* the parameter's number in the image */
  uint32_t stop;
  uint32_t begin, end; /* offsets in the text */
  struct wye__constraint_state state;
  uint64_t pieces[];
};
_Static_assert(sizeof(struct wye__value_notes) == WYE__VALUE_WORDS * sizeof(uint64_t), "the builder counts words");

/* The notes on a point that has some, for the segment of `at`. */
struct wye__point_notes *wye__notes_on_point(const struct wye__search *s, uint32_t point, uint32_t at, uint32_t stop);

/* The notes on the values of a parameter, for the segment of `at`; NULL: it has none. */
struct wye__value_notes *wye__notes_on_value(const struct wye__search *s, const struct wye__delimited *d, uint32_t at,
                                             uint32_t stop);

static inline bool wye__is_noted(const uint64_t *bits, uint32_t number) { return bits[number / 64] >> number % 64 & 1; }

static inline void wye__note(uint64_t *bits, uint32_t number) { bits[number / 64] |= (uint64_t)1 << number % 64; }

/* The first noted number from `from` on, below `count`; `count` if there is none. */
uint32_t wye__next_noted(const uint64_t *bits, uint32_t from, uint32_t count);

static inline uint64_t *wye__found_at(struct wye__point_notes *notes) { return notes->words; }

static inline uint64_t *wye__last_at(struct wye__point_notes *notes, const struct wye__vertex *point) {
  return notes->words + wye__literal_words(point->literals);
}

static inline uint16_t *wye__ends_at(struct wye__point_notes *notes, const struct wye__vertex *point) {
  return (uint16_t *)(void *)(notes->words + 2 * (size_t)wye__literal_words(point->literals));
}

static inline uint64_t *wye__offsets_at(struct wye__point_notes *notes, const struct wye__vertex *point) {
  return notes->words + 2 * (size_t)wye__literal_words(point->literals) + (point->literals + 3) / 4;
}

/* Which piece of the path `at` is in. */
static inline uint32_t wye__piece(const struct wye__search *s, uint32_t at) { return (at - s->start) / WYE__PIECE; }

/*
 * Notes that an automaton is in this state at `at`, the first character that begins in a piece of the path. True if it
 * was there before, for a value that began elsewhere: then everything further on has been tried.
 */
bool wye__enters_piece_again(const struct wye__search *s, struct wye__value_notes *notes, uint32_t states,
                             uint32_t state, uint32_t at);

#endif
