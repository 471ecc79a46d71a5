/*
 * A context in memory: the public struct, its spans, then the room that a search works in.
 *
 *     0      32                 32 + 8 x capacity           + 16 x stack
 *     | head | spans: capacity  | backtrack points: stack   | memory |
 *
 *     memory:  | head | visited nodes | notes | cleaned path |
 *
 * The table's header says how much there is of each. Only a table that needs it has anything after the memory's head.
 */
#ifndef WYE_CONTEXT_H
#define WYE_CONTEXT_H

#include "base/span.h"
#include "image/table.h"

_Static_assert(offsetof(struct wye_context, param) == 32 && sizeof(struct wye_context) == 64,
               "the head and four spans fill one cache line");

/* For how many spans a context for `params` parameters has room: its first cache line always has four. */
static inline uint32_t wye__spans_for(uint32_t params) { return params > 4 ? params : 4; }

/* An untried alternative: where in the tree and in the text, what to try there, and how many parameters were found. */
struct wye__backtrack_point {
  uint32_t vertex;
  uint32_t at;
  uint32_t next; /* see enum wye__try */
  uint32_t params;
};

/*
 * An occurrence of a literal, on the stack below the backtrack point that goes on from it: its offset, and the state of
 * the constraint that was read up to it.
 */
struct wye__occurrence {
  uint64_t value;
  uint32_t state;
  uint32_t at;
};
_Static_assert(sizeof(struct wye__occurrence) == sizeof(struct wye__backtrack_point), "both are on one stack");

/* The path that the clean-path policy has made of the request's. */
struct wye__cleaned {
  uint32_t length;
  uint8_t path[];
};

/* Bits of wye_context.redirect. */
enum wye__redirect { WYE__ADD_SLASH = 1, WYE__DROP_SLASH = 2, WYE__CLEANED = 4 };

static inline struct wye__backtrack_point *wye__backtrack_points(struct wye_context *context) {
  return (struct wye__backtrack_point *)(void *)(context->param + context->capacity);
}

/* The head of the memory in which searches record visits. It belongs to one table until another claims it. */
struct wye__memory {
  uint64_t size;   /* bytes after this head */
  uint64_t owner;  /* checksum and size of the table */
  uint64_t serial; /* the number of the search that is under way */
};

static inline struct wye__memory *wye__memory_of(struct wye_context *context) {
  return (struct wye__memory *)(void *)(wye__backtrack_points(context) + context->stack);
}

/*
 * For each node, the search that was there last, and the last offset at which it was: a search that comes to a node
 * again comes at the same offset or a later one.
 *
 *     63                      17               0
 *     | serial of the search  | offset in path |
 */
enum { WYE__OFFSET_BITS = 17 };

static inline uint64_t *wye__visited_nodes_of(struct wye_context *context) {
  return (uint64_t *)(void *)(wye__memory_of(context) + 1);
}

/* The word of the notes with this number; of one more than there are, where it would be. */
static inline uint64_t *wye__note_at(const struct wye_table *table, struct wye_context *context, uint32_t number) {
  return wye__visited_nodes_of(context) + table->visited_nodes + number;
}

static inline struct wye__cleaned *wye__cleaned_of(const struct wye_table *table, const struct wye_context *context) {
  struct wye_context *own = (struct wye_context *)(uintptr_t)context;
  return (struct wye__cleaned *)(void *)wye__note_at(table, own, table->notes);
}

/* Bytes after the memory's head that a table needs. */
static inline uint64_t wye__memory_size(const struct wye_table *table) {
  return sizeof(uint64_t) * ((uint64_t)table->visited_nodes + table->notes) +
         (table->clean_path ? sizeof(struct wye__cleaned) + table->max_path + 1 : 0);
}

/* Whether the memory is large enough. The stack, which it follows, must be. */
bool wye__has_memory_for(struct wye_context *context, const struct wye_table *table);

/* Makes the memory the table's: clears the records of visits if it was another table's. */
void wye__claim(const struct wye_table *table, struct wye_context *context);

/* Whether a context has room for lookups in a table. Few tables need its memory, which follows the stack. */
static inline bool wye__has_room_for(struct wye_context *context, const struct wye_table *table) {
  return context->capacity >= table->max_params && context->stack >= table->max_depth &&
         (WYE_LIKELY(!(table->visited_nodes | table->notes | table->clean_path)) ||
          wye__has_memory_for(context, table));
}

/* Ends a lookup that cannot begin. Returns the status. */
int32_t wye__refuse(struct wye_context *context, int32_t status);

/* Writes the result of a lookup that found nothing. */
static inline void wye__context_clear(struct wye_context *context) {
  context->outcome = WYE_NOT_FOUND;
  context->route = WYE_NONE;
  context->allow = 0;
  context->params = 0;
  context->escaped = context->redirect = 0;
  context->path = context->path_end = 0;
}

static inline bool wye__is_miss(int32_t outcome) {
  return outcome == WYE_NOT_FOUND || outcome == WYE_METHOD_NOT_ALLOWED;
}

#endif
