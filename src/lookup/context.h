/*
 * A context in memory: the public struct, its spans, then the room that a search works in.
 *
 *     0       32                     32 + 8 x capacity             + 16 x stack
 *     | head  | spans: capacity      | choices: stack              | memory: head | stamps | maps | traces | cleaned |
 *
 * How much of each there is stands in the header of the table; what is behind the memory's head is only there where the
 * table needs it.
 */
#ifndef WYE_CONTEXT_H
#define WYE_CONTEXT_H

#include "base/span.h"
#include "image/table.h"

_Static_assert(offsetof(struct wye_context, param) == 32 && sizeof(struct wye_context) == 64,
               "the head and four spans fill one cache line");

/* A vertex that has more to try: where in the text, from which step on, with how many parameters found. */
struct wye__choice {
  uint32_t vertex;
  uint32_t at;
  uint32_t step;
  uint32_t params;
};

/* Below a choice that goes on from a place of a literal: that place, and how far the constraint was read. */
struct wye__place {
  uint64_t value;
  uint32_t state;
  uint32_t at;
};
_Static_assert(sizeof(struct wye__place) == sizeof(struct wye__choice), "both lie on one stack");

/*
 * For a point: at which places of the path the search has been there, in the lookup of that serial number, and which of
 * them is the first. Points that are never under way at the same time have the same map: it is that of its last point.
 */
struct wye__map {
  uint64_t serial;
  uint32_t point;
  uint32_t first;
  uint64_t places[(WYE_MAX_PATH + 64) / 64];
};

#if !defined(WYE_PIECE)
#define WYE_PIECE 64 /* tests have shorter ones, too, in which short paths meet */
#endif

enum { WYE__PIECE = WYE_PIECE, WYE__PIECES = (WYE_MAX_PATH + 1) / WYE__PIECE }; /* bytes, and how many in a path */

/*
 * For a parameter: the states in which readings of its constraint, from whatever place they began, have come into each
 * piece of the path; see has_met in backtrack.c.
 */
struct wye__trace {
  uint64_t serial;
  uint64_t bounded;             /* which parameter: its number in the image. Traces are shared as maps are */
  uint64_t states[WYE__PIECES]; /* a bit for each of the first ones, */
  uint16_t others[WYE__PIECES]; /* the last one of all others */
};

/* The path that a clean-path policy has made of the request's. */
struct wye__cleaned {
  uint32_t length;
  uint8_t path[WYE_MAX_PATH + 1];
};

/* Bits of wye_context.redirect. */
enum wye__redirect { WYE__ADD_SLASH = 1, WYE__DROP_SLASH = 2, WYE__CLEANED = 4 };

static inline struct wye__choice *wye__choices(struct wye_context *context) {
  return (struct wye__choice *)(void *)(context->param + context->capacity);
}

/* What a lookup remembers (see backtrack.c) begins with this. It is one table's until another one takes it over. */
struct wye__memory {
  uint64_t size;   /* bytes behind this head */
  uint64_t owner;  /* checksum and size of the table */
  uint64_t serial; /* the number of the lookup that is under way */
};

static inline struct wye__memory *wye__memory(struct wye_context *context) {
  return (struct wye__memory *)(void *)(wye__choices(context) + context->stack);
}

/* For a node: the lookup in which the search was there last. */
static inline uint64_t *wye__stamps(struct wye_context *context) {
  return (uint64_t *)(void *)(wye__memory(context) + 1);
}

static inline struct wye__map *wye__maps(const struct wye_table *table, struct wye_context *context) {
  return (struct wye__map *)(void *)(wye__stamps(context) + table->stamps);
}

static inline struct wye__trace *wye__traces(const struct wye_table *table, struct wye_context *context) {
  return (struct wye__trace *)(void *)(wye__maps(table, context) + table->maps);
}

static inline struct wye__cleaned *wye__cleaned(const struct wye_table *table, const struct wye_context *context) {
  struct wye_context *own = (struct wye_context *)(uintptr_t)context;
  return (struct wye__cleaned *)(void *)(wye__traces(table, own) + table->traces);
}

/* Bytes behind the memory's head that a table needs. */
static inline uint64_t wye__memory_size(const struct wye_table *table) {
  return sizeof(uint64_t) * (uint64_t)table->stamps + (uint64_t)table->maps * sizeof(struct wye__map) +
         (uint64_t)table->traces * sizeof(struct wye__trace) + (table->clean_path ? sizeof(struct wye__cleaned) : 0);
}

/* Makes the memory the table's, which knows nothing yet if it was another's. */
void wye__claim(const struct wye_table *table, struct wye_context *context);

/* Sets what a lookup says when it has found nothing yet. */
static inline void wye__context_clear(struct wye_context *context) {
  context->outcome = WYE_NOT_FOUND;
  context->route = WYE_NONE;
  context->params = context->allow = 0;
  context->escaped = context->redirect = 0;
  context->path = context->path_end = 0;
}

#endif
