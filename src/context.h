/*
 * A context in memory: the public struct, its spans, then the untried branches of the lookup that is under way.
 *
 *     0       32                     32 + 8 x capacity             + 16 x stack
 *     | head  | spans: capacity      | choices: stack              |
 */
#ifndef WYE_CONTEXT_H
#define WYE_CONTEXT_H

#include "span.h"

_Static_assert(offsetof(struct wye_context, param) == 32 && sizeof(struct wye_context) == 64,
               "the head and four spans fill one cache line");

/* A vertex that has more to try: where in the text, from which step on, with how many parameters found. */
struct wye__choice {
  uint32_t vertex;
  uint32_t at;
  uint32_t step;
  uint32_t params;
};

static inline struct wye__choice *wye__choices(struct wye_context *context) {
  return (struct wye__choice *)(void *)(context->param + context->capacity);
}

/* Sets what a lookup says when it has found nothing yet. */
static inline void wye__context_clear(struct wye_context *context) {
  context->outcome = WYE_NOT_FOUND;
  context->route = WYE_NONE;
  context->params = context->allow = context->escaped = 0;
  context->path = context->path_end = 0;
}

#endif
