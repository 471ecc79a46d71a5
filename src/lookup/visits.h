/*
 * Where a search has been, so that it tries nothing twice: the offsets at which it was at a point, and the states of a
 * constraint in which it entered each piece of the path. Both are of one segment, which ends at `stop`.
 */
#ifndef WYE_VISITS_H
#define WYE_VISITS_H

#include "lookup/search.h"

/* The offsets in the segment of `at` at which the search has been at this point. */
struct wye__visited_offsets *wye__offsets_at_point(const struct wye__search *s, uint32_t point, uint32_t at,
                                                   uint32_t stop);

static inline bool wye__has_offset(const struct wye__visited_offsets *visited, uint32_t offset) {
  return visited->offsets[offset / 64] >> offset % 64 & 1;
}

/* Which piece of the path `at` is in. */
static inline uint32_t wye__piece(const struct wye__search *s, uint32_t at) { return (at - s->start) / WYE__PIECE; }

/*
 * The states in which the constraint of a delimited parameter has entered the pieces of the segment of `at`; NULL: they
 * are not recorded.
 */
struct wye__visited_states *wye__states_of(const struct wye__search *s, const struct wye__delimited *d, uint32_t at,
                                           uint32_t stop);

/*
 * Records a visit to a constraint's state at `at`, the first character that begins in a piece of the path. True if a
 * value that began elsewhere reached the same state there: then everything further on has been tried.
 */
bool wye__visit_state_again(const struct wye__search *s, struct wye__visited_states *visited,
                            const struct wye__constraint *c, const struct wye__constraint_state *state, uint32_t at);

#endif
