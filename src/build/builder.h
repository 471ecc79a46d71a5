/*
 * The builder: the routes of a table while it can still change.
 *
 * One block, an arena with the builder at its head; offsets only:
 *
 *     | arena + builder | buckets | route | route | constraint | route ... |  free  |
 *
 *     route:       | struct wye__stored_route | keys | shapes | names | pattern, method, name, host |
 *     constraint:  | struct wye__interned | its text |   and its automaton, elsewhere in the arena
 *
 * Routes are a list in the order of addition. A route has a shape for each form of its pattern (pattern.h), after that
 * of its host (host.h); a host has no `/`, so nothing is ambiguous. Equal shapes match the same requests, so a chained
 * hash table over method and shape finds every conflict. The tree is made only when the image is written (tree.c), by
 * sorting the shapes, so a route can be removed without repairing one.
 */
#ifndef WYE_BUILDER_H
#define WYE_BUILDER_H

#include "base/arena.h"
#include "language/constraint.h"
#include "base/span.h"

/* A key by which a route is found: the shape of one of its forms, or its name. */
struct wye__key {
  uint32_t next; /* in the bucket, an offset in the arena; 0: the last */
  uint32_t hash;
  uint32_t route;       /* an offset in the arena */
  uint32_t number;      /* of a form: that of its mask in the image, see struct wye__ref; of a name: WYE_NONE */
  struct wye_span text; /* offset from the route's first byte */
  uint64_t params;      /* of a form: a bit for each of the route's parameters that it has */
};

struct wye__stored_route {
  uint32_t next;   /* the route added after this one; 0: the last */
  uint32_t before; /* the route added before this one; 0: the first */
  uint32_t index;  /* in the order of addition; with gaps while builder->has_gaps */
  int32_t id;
  uint32_t size; /* bytes of the struct and all that follows it */
  uint8_t params;
  uint8_t host_params; /* how many of them, the first ones, are the host's */
  uint8_t forms;       /* their keys come first, that with all segments at the head */
  uint8_t keys;        /* all keys: one more if it has a name */
  uint8_t host_shape;  /* bytes of each shape that are the host's */
  uint8_t host_labels; /* see struct wye__host */
  uint32_t folded;     /* while an image is written: its shapes in lower case, an offset in the arena */
  uint32_t host_mask;  /* see struct wye__host */
  /* Offsets from the struct's first byte. */
  struct wye_span shapes, pattern, method, name, host;
  uint32_t names; /* struct wye_span[params], each in the text of the pattern or the host, as in struct wye__pattern */
  struct wye__key key[];
};
_Static_assert(sizeof(struct wye__stored_route) % 8 == 0, "a key is on 8 bytes");

/* A constraint that routes have; kept once for each text. */
struct wye__interned {
  struct wye__constraint constraint; /* its text is in the arena, as its automaton is */
  uint32_t next;
  uint32_t hash;         /* of its text */
  uint32_t by_text[2];   /* the next ones in the tree of hashes, */
  uint32_t by_number[2]; /* and in that of numbers: by their bits, the lowest first */
  uint32_t number;       /* as in the shapes */
  uint32_t image_number; /* while an image is written: its number there */
  uint32_t uses;         /* in routes' shapes */
  bool is_garbage;       /* no route uses it any longer: it is dropped when the builder moves */
};

struct wye_builder {
  struct wye__arena arena;
  struct wye_options options;
  uint32_t count;       /* of routes */
  uint32_t first, last; /* of the list; 0: empty */
  uint32_t buckets;     /* uint32_t[bucket_count] */
  uint32_t bucket_count;
  uint32_t keys;                     /* in the buckets */
  uint32_t garbage;                  /* bytes of the arena that are no longer used */
  uint32_t constraints;              /* the list of struct wye__interned, the newest first; 0: empty */
  uint32_t texts, numbers;           /* the roots of their two trees */
  uint32_t constraint_count;         /* also the next one's number */
  uint32_t method_count;             /* of distinct methods, `*` not counted */
  uint32_t methods[WYE_MAX_METHODS]; /* each: a route that has it */
  int64_t next_id;
  bool has_gaps; /* in the routes' indexes, since one was removed */
};

static inline struct wye__stored_route *wye__route_at(const struct wye_builder *builder, uint32_t offset) {
  return wye__at(&builder->arena, offset);
}

/* The first byte of one of a route's own texts. */
static inline char *wye__own(const struct wye__stored_route *route, struct wye_span text) {
  return (char *)(uintptr_t)route + text.offset;
}

/* The shape of the form with all segments, and its length. */
static inline uint8_t *wye__own_shape(const struct wye__stored_route *route) {
  return (uint8_t *)wye__own(route, route->shapes);
}

static inline uint32_t wye__own_length(const struct wye__stored_route *route) { return route->key[0].text.length; }

/* Whether the route serves any method. */
static inline bool wye__serves_any(const struct wye__stored_route *route) {
  return route->method.length == 1 && *wye__own(route, route->method) == '*';
}

/* Makes the routes' indexes consecutive again after removals. */
void wye__builder_number(struct wye_builder *builder);

/* The constraint with this number, which there must be. */
struct wye__interned *wye__builder_constraint(const struct wye_builder *builder, uint32_t number);

/* The method's index in `builder->methods`; WYE_NO_METHOD if it is not there. */
uint32_t wye__builder_method(const struct wye_builder *builder, const char *method, size_t length);

#endif
