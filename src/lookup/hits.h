/*
 * All routes that a search meets, in a buffer that the caller provides: the hits grow up from its start, in the order
 * in which they are met, and their spans grow down from its end.
 *
 *     0       16      32       hit 1's `spans`  hit 0's `spans`  capacity
 *     | hit 0 | hit 1 | free   | spans of hit 1 | spans of hit 0 |
 */
#ifndef WYE_HITS_H
#define WYE_HITS_H

#include "base/span.h"
#include "image/table.h"

_Static_assert(sizeof(struct wye_hit) == 16, "hits are read in place by hosts");

struct wye__hits {
  struct wye_hit *hit;
  size_t capacity; /* bytes of the buffer, a multiple of 8 */
  uint64_t size;   /* bytes that all hits take, those without room included */
  uint32_t count;  /* hits in the buffer, */
  size_t first;    /* and where the spans of the last one begin */
};

static inline bool wye__hits_fit(const struct wye__hits *hits) { return hits->size <= hits->capacity; }

/* Adds the routes of a leaf that serve the method (its bit). `spans`: the parameters found on the way there. */
void wye__hits_add(struct wye__hits *hits, const struct wye_table *table, const struct wye__leaf *leaf, uint64_t method,
                   const struct wye_span *spans, uint32_t params);

/* Sorts the hits by the indexes of their routes, and drops all but the first hit of each route. */
void wye__hits_sort(struct wye__hits *hits);

#endif
