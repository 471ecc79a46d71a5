/*
 * A search for a path that certain routes match: through all paths at once, character by character, shortest first.
 *
 * A state is the positions in their shapes at which routes can be after the beginning of a path. Two beginnings that
 * lead to the same state go on alike, so one of them is enough. States are stored in the order in which they are found,
 * each with the character that led to it and the previous state:
 *
 *     | state | position ... | state | position ... |  free  |
 *       head: the state that is examined next
 *
 * Of characters that no route distinguishes, one represents all. So the search ends; and if it finds nothing, there is
 * no such path: none that is valid UTF-8, raw or in well-formed escapes.
 */
#ifndef WYE_PATH_SEARCH_H
#define WYE_PATH_SEARCH_H

#include "analysis/alphabet.h"

enum {
  WYE__MAX_POSITIONS = 256, /* of one state */
  WYE__SEARCH_BUCKETS = 1024,
  WYE__SEARCH_ROOM = 1 << 19, /* bytes for states */
  WYE__TRACKED = 32           /* routes that a search follows */
};

/* What a form of a route matches. */
struct wye__form {
  const uint8_t *shape;
  uint32_t length;
  uint32_t route;
};

/* Where a form can be after a beginning of a path. */
struct wye__position {
  struct wye__constraint_state constraint; /* its state, inside a constrained parameter */
  uint32_t form;
  uint32_t at;     /* in the shape */
  uint32_t inside; /* 1: inside the value of the parameter at `at` */
};

struct wye__search_state {
  uint32_t before;  /* the offset of the previous state; WYE_NONE: this is the first state */
  uint32_t chained; /* the offset of another state in its bucket; WYE_NONE: the last one */
  uint16_t count;   /* of positions */
  uint8_t dots;     /* a wye__dots */
  uint8_t raw_length;
  uint8_t raw[12]; /* the character that led here */
  struct wye__position positions[];
};
_Static_assert(sizeof(struct wye__search_state) == 24, "positions follow on 8 bytes");

struct wye__path_search {
  const struct wye_table *table;
  const struct wye__form *forms;
  const uint32_t *first_form; /* of each route; last, the number of all forms */
  const struct wye__alphabet *alphabet;
  uint32_t wanted[2]; /* routes that must match; */
  uint32_t wanted_count;
  uint32_t others[WYE__TRACKED]; /* further routes that the search follows, which may match or not */
  uint32_t other_count;
  uint8_t *room; /* WYE__SEARCH_ROOM bytes, on 8 */
  uint32_t used, head;
  bool expand;   /* what follows the state `last` has still to be found */
  uint32_t last; /* the state before `head` */
  bool gave_up;  /* there was no room for all states: a path that was not found may exist */
  uint32_t buckets[WYE__SEARCH_BUCKETS];
};

/* Begins a search. The caller has filled the fields up to and including `room`. */
void wye__path_search_begin(struct wye__path_search *search);

/* The next state after a whole path that the wanted routes match; NULL if there is none, or if the search gave up. */
const struct wye__search_state *wye__path_search_next(struct wye__path_search *search);

/* The form with which a route matches in that state; WYE_NONE: it does not. */
uint32_t wye__path_search_form(const struct wye__path_search *search, const struct wye__search_state *state,
                               uint32_t route);

/* Writes the path that leads to a state, if it has at most `capacity` bytes. Returns its length. */
uint32_t wye__path_search_path(const struct wye__path_search *search, const struct wye__search_state *state, char *to,
                               uint32_t capacity);

#endif
