/*
 * The builder: the routes of a table while it can still change.
 *
 * One block, an arena with the builder at its head; offsets only:
 *
 *     | arena + builder | buckets | shape, route + names + texts | shape, route ... |  free  |
 *
 * Routes are a list in the order of addition. A chained hash table over (method, shape) finds conflicts: since equal
 * shapes match the same paths, that is all there is to a conflict. The tree itself is made when the image is written
 * (flatten.c), by sorting the shapes, so taking a route away needs no surgery.
 */
#ifndef WYE_BUILDER_H
#define WYE_BUILDER_H

#include "arena.h"
#include "span.h"

struct wye__route {
  uint32_t next;  /* the route added after this one; 0: the last */
  uint32_t chain; /* the next one in its bucket; 0: none */
  uint32_t hash;  /* of method and shape */
  uint32_t index; /* in the order of addition */
  int32_t id;
  uint32_t params;
  uint32_t names; /* struct wye_span[params], as in struct wye__pattern */
  uint32_t shape, shape_length;
  uint32_t pattern, pattern_length;
  uint32_t method, method_length;
  uint32_t name, name_length;
};

struct wye_builder {
  struct wye__arena arena;
  struct wye_options options;
  uint32_t count;       /* of routes */
  uint32_t first, last; /* of the list; 0: empty */
  uint32_t buckets;     /* uint32_t[bucket_count] */
  uint32_t bucket_count;
  uint32_t method_count;             /* of distinct methods, `*` not counted */
  uint32_t methods[WYE_MAX_METHODS]; /* each: a route that has it */
  int64_t next_id;
};

static inline struct wye__route *wye__route_at(const struct wye_builder *builder, uint32_t offset) {
  return wye__at(&builder->arena, offset);
}

/* Whether the route serves any method. */
static inline bool wye__serves_any(const struct wye_builder *builder, const struct wye__route *route) {
  return route->method_length == 1 && *(const char *)wye__at(&builder->arena, route->method) == '*';
}

/* The place among `builder->methods` of the route's method; WYE_NO_METHOD if it is not there. */
uint32_t wye__builder_method(const struct wye_builder *builder, const char *method, size_t length);

#endif
