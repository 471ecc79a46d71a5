/*
 * A search for a path that certain routes match: through all paths at once, character by character, shortest first.
 *
 * A state says where in their shapes some routes can follow a beginning of a path; two beginnings that lead to
 * the same state can go on alike, so one of them is enough. The states follow each other in the order in which they
 * were found, each with the character that led to it and the state before:
 *
 *     | state | position ... | state | position ... |  free  |
 *       head: the state that is examined next
 *
 * Of the characters that no route distinguishes, one stands for all. So the search ends, and if it finds nothing there
 * is nothing to find: among paths that are valid UTF-8, raw or in well-formed escapes.
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

/* What a form of a route matches. Length 0: there is no such form. */
struct wye__form {
  const uint8_t *shape;
  uint32_t length;
};

/* Where a form can be. */
struct wye__position {
  struct wye__constraint_state constraint; /* how far it has been read */
  uint32_t form;
  uint32_t at;     /* in the shape */
  uint32_t inside; /* 1: of a parameter that is at `at`, and has begun */
};

struct wye__search_state {
  uint32_t before;  /* the state's offset that led here; WYE_NONE: this is the first */
  uint32_t chained; /* another one in its bucket */
  uint16_t count;   /* of positions */
  uint8_t dots;     /* a wye__dots */
  uint8_t raw_length;
  uint8_t raw[12]; /* the character */
  struct wye__position positions[];
};
_Static_assert(sizeof(struct wye__search_state) == 24, "positions follow on 8 bytes");

struct wye__path_search {
  const struct wye_table *table;
  const struct wye__form *forms; /* of route r: 2 r, and 2 r + 1 without its optional segment */
  const struct wye__alphabet *alphabet;
  uint32_t wanted[2]; /* routes that must match; */
  uint32_t wanted_count;
  uint32_t others[WYE__TRACKED]; /* routes that may match, and are told of */
  uint32_t other_count;
  uint8_t *room; /* WYE__SEARCH_ROOM bytes, on 8 */
  uint32_t used, head;
  bool expand; /* what follows the state before `head` has still to be found */
  uint32_t last;
  bool gave_up; /* there was no room for all states: what was not found may still be there */
  uint32_t buckets[WYE__SEARCH_BUCKETS];
};

/* Begins a search; all above `room`, and `room`, are filled. */
void wye__path_search_begin(struct wye__path_search *search);

/* The next state after a whole path that the wanted routes match; NULL if there is none, or if it gave up. */
const struct wye__search_state *wye__path_search_next(struct wye__path_search *search);

/* The form with which a route matches there; WYE_NONE: it does not. */
uint32_t wye__path_search_form(const struct wye__path_search *search, const struct wye__search_state *state,
                               uint32_t route);

/* Writes the path that leads to a state, if it has at most `capacity` bytes. Returns its length. */
uint32_t wye__path_search_path(const struct wye__path_search *search, const struct wye__search_state *state, char *to,
                               uint32_t capacity);

#endif
