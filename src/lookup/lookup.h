/*
 * A lookup under way: what match.c, which goes straight down, and backtrack.c, which comes back to what was left, both
 * need.
 */
#ifndef WYE_LOOKUP_H
#define WYE_LOOKUP_H

#include "lookup/context.h"
#include "lookup/hits.h"
#include "lookup/scan.h"
#include "image/table.h"

#if defined(WYE_COUNT_STEPS)
extern uint64_t wye__steps; /* test builds: vertices entered and places looked at */
#define WYE__STEP() (wye__steps++)
#else
#define WYE__STEP() ((void)0)
#endif

/* 64 bytes of the path whose slashes are known. The path's end counts as a slash, and so does the text's. */
struct wye__window {
  uint32_t start;
  uint64_t slashes;
};

struct wye__lookup {
  const struct wye_table *table;
  struct wye_context *context;
  const uint8_t *text;
  uint32_t root;
  uint32_t start;    /* of the path, in the text */
  uint32_t end;      /* 1 more than text_end where a slash is added that the text does not have */
  uint32_t text_end; /* where the path's bytes end */
  struct wye__window window;
  uint32_t segment, stop; /* a place in the segment that was looked for last, and its end */
  uint32_t method;        /* its bit; 0: no route names it */
  uint32_t allow;         /* bits of the methods that the path was found for */
  bool plain;             /* the path's bytes compare as they are, and 16 may be loaded wherever it has one */
  bool fold;              /* ASCII letters of literals match in either case */
  uint32_t dots;          /* where the path's last dot segment begins; WYE_NONE: not looked for yet */
  uint64_t serial;        /* of this lookup, where a table remembers what was entered */

  struct wye__hits *hits; /* where all routes go that serve; NULL: the first one ends the search */

  uint32_t choices; /* untried branches on the stack */
  uint32_t vertex;  /* where the search is, */
  uint32_t at;      /* how far in the text, */
  uint32_t params;  /* and with how many parameters */
};

/*
 * Comes back to what was left untried, the last one first, until a route serves or nothing is left. Fills the context
 * and returns the outcome.
 */
int32_t wye__search(struct wye__lookup *l);

/* The first section begins right behind the header. */
static inline const struct wye__vertex *wye__vertices_of(const struct wye_table *table) {
  return (const struct wye__vertex *)(const void *)(table + 1);
}

/* ------------------------------------------------------------------ segments */

/* The window at `at`, or the next behind it that has a slash. The path's bytes end at `text_end`, the path at `end`. */
struct wye__window wye__window_at(const uint8_t *text, uint32_t at, uint32_t text_end, uint32_t end);

/* Whether two texts of `length` bytes (16 or more) agree from their 16th byte on. */
bool wye__same_tail(const uint8_t *a, const uint8_t *b, uint32_t length);

/* The child of `node` for this segment, in normal form; NULL if it has none. */
static inline const struct wye__vertex *wye__static_child(const struct wye_table *table, const struct wye__vertex *node,
                                                          const uint8_t *segment, uint32_t length) {
  const struct wye__vertex *vertices = wye__vertices_of(table);
  uint64_t key[2];
  wye__load_key(segment, length, key);
  const struct wye__vertex *child =
      vertices + node->statics + ((uint32_t)(wye__hash(key, segment, length) >> node->shift) & node->mask);
  for (;; child = vertices + child->next) {
    WYE__STEP();
    if (child->key[0] == key[0] && child->key[1] == key[1] && child->length == length &&
        (length <= WYE__KEY_BYTES || wye__same_tail(segment, wye__text(table) + child->text, length)))
      return child;
    if (WYE_LIKELY(child->next == 0)) return NULL;
  }
}

/* ------------------------------------------------------------------ leaves */

static inline uint32_t wye__count_bits(uint32_t bits) {
#if defined(__wasm__) || defined(__POPCNT__) || defined(__aarch64__)
  return (uint32_t)__builtin_popcount(bits);
#else
  bits -= bits >> 1 & 0x55555555u;
  bits = (bits & 0x33333333u) + (bits >> 2 & 0x33333333u);
  return ((bits + (bits >> 4)) & 0x0F0F0F0Fu) * 0x01010101u >> 24;
#endif
}

/* The ref that serves the method at this leaf; NULL if none does. */
static inline const struct wye__ref *wye__serve(const struct wye_table *table, const struct wye__leaf *leaf,
                                                uint32_t method) {
  uint32_t any = leaf->refs >> 31;
  const struct wye__ref *first = (const struct wye__ref *)wye__section(table, WYE__REFS) + (leaf->refs & ~WYE__ANY);
  if (WYE_LIKELY(leaf->methods & method)) return first + any + wye__count_bits(leaf->methods & (method - 1));
  return any ? first : NULL;
}

/* ------------------------------------------------------------------ choices and ends */

/*
 * The steps of a node, in match order. A choice names the step with which its vertex goes on; from WYE__TO_PREFIX on,
 * which prefix: 1 + its index. A point's steps are 2 x its bounded parameter, and 1 more for all but its first attempt.
 */
enum wye__step { WYE__TO_STATIC, WYE__TO_PREFIXES, WYE__TO_POINT, WYE__TO_PARAM, WYE__TO_CATCH_ALL, WYE__TO_PREFIX };

static inline int32_t wye__finish(struct wye_context *context, uint32_t start, uint32_t end, int32_t outcome,
                                  uint32_t route, uint32_t params, uint32_t allow) {
  context->outcome = outcome;
  context->route = route;
  context->params = params;
  context->allow = allow;
  context->path = start;
  context->path_end = end;
  memset(&context->escaped, 0, 2); /* and `redirect` behind it: one store */
  return outcome;
}

/* Nothing is left to try. `allow`: the methods that the path has routes for. */
static inline int32_t wye__finish_miss(const struct wye_table *table, struct wye_context *context, uint32_t start,
                                       uint32_t end, uint32_t allow) {
  if (table->no_method_not_allowed) allow = 0;
  return wye__finish(context, start, end, allow ? WYE_METHOD_NOT_ALLOWED : WYE_NOT_FOUND, WYE_NONE, 0, allow);
}

#endif
