/*
 * A search under way. match.c goes straight down the tree and hands it to backtrack.c, which comes back to what was
 * left untried.
 */
#ifndef WYE_SEARCH_H
#define WYE_SEARCH_H

#include "lookup/context.h"
#include "lookup/hits.h"
#include "lookup/segments.h"

struct wye__search {
  const struct wye_table *table;
  struct wye_context *context;
  const uint8_t *text;
  uint32_t start;            /* of the path, in the text */
  uint32_t end;              /* of the path: text_end, or 1 more if it has a slash that the text does not have */
  uint32_t text_end;         /* where the path's bytes end */
  struct wye__window window; /* the slashes that are known so far */
  uint32_t segment, stop;    /* an offset in the segment that was asked for last, and that segment's end */
  uint64_t method;           /* its bit; 0: no route names it */
  uint64_t allow;            /* bits of the methods of the routes that match the path */
  bool plain;                /* the path's bytes compare as they are, and 16 can be loaded from each of them on */
  bool fold;                 /* ASCII letters of literals match in either case */
  uint32_t dots;             /* where the path's last dot segment begins; WYE_NONE: not known yet */
  uint64_t serial;           /* its number, in tables whose searches record visits */
  struct {                   /* from this offset on, the segment that ends at `stop` has no literal of this automaton */
    uint32_t states, stop, from;
  } absent;

  struct wye__hits *hits; /* gets every route that serves; NULL: the first one ends the search */

  uint32_t depth;  /* entries on the stack */
  uint32_t vertex; /* where the search is in the tree, */
  uint32_t at;     /* and in the text, */
  uint32_t params; /* and how many parameters it has found */
};

/*
 * What to try next. At a node, one of these; from WYE__TRY_PREFIX on it is a prefix:
 *
 *     WYE__TRY_PREFIX + 1 + its index in the branch
 *
 * At a point, one of its parameters, which are in match order:
 *
 *     31                   1        0
 *     | index of a parameter | resume |    resume: 1 to go on from the occurrence of its literal that is on the stack
 */
enum wye__try {
  WYE__TRY_STATIC,
  WYE__TRY_PREFIXES,
  WYE__TRY_POINT,
  WYE__TRY_PARAM,
  WYE__TRY_INNER,  /* the catch-alls */
  WYE__TRY_LONGER, /* the next end of a catch-all in the middle; the backtrack point is at its last one */
  WYE__TRY_PREFIX
};

/*
 * Goes on from the backtrack points, the last one first, until a route serves or no point is left. Fills the context
 * and returns the outcome.
 */
int32_t wye__backtrack(struct wye__search *s);

/* ------------------------------------------------------------------ ends of a search */

/* The ref at this leaf that serves the method (its bit); NULL if none does. */
static inline const struct wye__ref *wye__ref_for_method(const struct wye_table *table, const struct wye__leaf *leaf,
                                                         uint64_t method) {
  uint64_t methods = wye__methods_of(leaf);
  uint32_t any = leaf->refs >> 31;
  const struct wye__ref *first = (const struct wye__ref *)wye__section_of(table, WYE__REFS) + (leaf->refs & ~WYE__ANY);
  if (WYE_LIKELY(methods & method)) return first + any + wye__count_bits(methods & (method - 1));
  return any ? first : NULL;
}

/*
 * Moves the spans that a form with a mask has found to the places of the route's parameters; those that it lacks get
 * { WYE_NONE, 0 }. Returns the parameters up to the last one that has a value.
 */
uint32_t wye__spread(const struct wye_table *table, uint32_t route, struct wye_span *spans, uint32_t params);

static inline int32_t wye__finish(struct wye_context *context, uint32_t start, uint32_t end, int32_t outcome,
                                  uint32_t route, uint32_t params, uint64_t allow) {
  context->outcome = outcome;
  context->route = route;
  context->params = (uint8_t)params;
  context->allow = allow;
  context->path = start;
  context->path_end = end;
  memset(&context->escaped, 0, 2); /* and `redirect` after it: one store */
  return outcome;
}

/* A route serves. `params`: spans that its form has found. */
static inline int32_t wye__finish_hit(const struct wye_table *table, struct wye_context *context, uint32_t start,
                                      uint32_t end, const struct wye__ref *hit, uint32_t params) {
  uint32_t route = hit->route;
  if (WYE_UNLIKELY(route > WYE__ROUTE_MASK)) {
    params = wye__spread(table, route, context->param, params);
    route &= WYE__ROUTE_MASK;
  }
  return wye__finish(context, start, end, hit->id, route, params, 0);
}

/* Nothing is left to try. `allow`: the methods that the path has routes for. */
static inline int32_t wye__finish_miss(const struct wye_table *table, struct wye_context *context, uint32_t start,
                                       uint32_t end, uint64_t allow) {
  if (table->no_method_not_allowed) allow = 0;
  return wye__finish(context, start, end, allow ? WYE_METHOD_NOT_ALLOWED : WYE_NOT_FOUND, WYE_NONE, 0, allow);
}

#endif
