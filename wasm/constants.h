/*
 * All numbers of the C side that another language needs, in one list. js/wasm/constants.js is generated from it; the
 * fingerprint over the list shows whether shim and module belong together.
 */
#ifndef WYE_CONSTANTS_H
#define WYE_CONSTANTS_H

#include "pool/pool.h"
#include "wye_ratelimit.h"

enum {
  WYE_ABI_VERSION = 1,
  WYE_INPUT_SIZE = WYE_MAX_PATH + 1 + WYE_MAX_AUTHORITY, /* bytes of the input buffer: one more than a path may have */
  CONTEXT_OUTCOME = offsetof(struct wye_context, outcome),
  CONTEXT_ROUTE = offsetof(struct wye_context, route),
  CONTEXT_PARAMS = offsetof(struct wye_context, params),
  CONTEXT_ALLOW = offsetof(struct wye_context, allow),
  CONTEXT_PATH = offsetof(struct wye_context, path),
  CONTEXT_PATH_END = offsetof(struct wye_context, path_end),
  CONTEXT_ESCAPED = offsetof(struct wye_context, escaped),
  CONTEXT_REDIRECT = offsetof(struct wye_context, redirect),
  CONTEXT_SPANS = offsetof(struct wye_context, param),
  HIT_SIZE = sizeof(struct wye_hit),
  HIT_ROUTE = offsetof(struct wye_hit, route),
  HIT_ID = offsetof(struct wye_hit, id),
  HIT_PARAMS = offsetof(struct wye_hit, params),
  HIT_SPANS = offsetof(struct wye_hit, spans),
  POOL_SLOTS = offsetof(struct wye_pool, slots),
  POOL_USED = offsetof(struct wye_pool, used),
  POOL_HIGH_WATER = offsetof(struct wye_pool, high_water),
  POOL_RETIRED = offsetof(struct wye_pool, retired),
  POOL_FIRST = offsetof(struct wye_pool, first),
  POOL_STRIDE = offsetof(struct wye_pool, stride),
  POOL_LEDGER = sizeof(struct wye_pool)
};

#define WYE_STATUSES(X) \
  X(OK, WYE_OK) \
  X(NOT_FOUND, WYE_NOT_FOUND) \
  X(METHOD_NOT_ALLOWED, WYE_METHOD_NOT_ALLOWED) \
  X(REDIRECT, WYE_REDIRECT) \
  X(PATH_TOO_LONG, WYE_PATH_TOO_LONG) \
  X(BAD_PATH, WYE_BAD_PATH) \
  X(NO_MEMORY, WYE_NO_MEMORY) \
  X(BAD_ARGUMENT, WYE_BAD_ARGUMENT) \
  X(BAD_PATTERN, WYE_BAD_PATTERN) \
  X(PATTERN_TOO_LONG, WYE_PATTERN_TOO_LONG) \
  X(TOO_MANY_PARAMS, WYE_TOO_MANY_PARAMS) \
  X(BAD_METHOD, WYE_BAD_METHOD) \
  X(TOO_MANY_METHODS, WYE_TOO_MANY_METHODS) \
  X(TOO_MANY_ROUTES, WYE_TOO_MANY_ROUTES) \
  X(BAD_NAME, WYE_BAD_NAME) \
  X(BAD_ID, WYE_BAD_ID) \
  X(CONFLICT, WYE_CONFLICT) \
  X(IMAGE_TOO_LARGE, WYE_IMAGE_TOO_LARGE) \
  X(BAD_IMAGE, WYE_BAD_IMAGE) \
  X(BAD_HOST, WYE_BAD_HOST) \
  X(EXPRESSION_TOO_LARGE, WYE_EXPRESSION_TOO_LARGE) \
  X(BAD_VALUE, WYE_BAD_VALUE) \
  X(STALE, WYE_STALE) \
  X(EXHAUSTED, WYE_EXHAUSTED)

#define WYE_CONSTANTS(X) \
  X(ABI_VERSION, WYE_ABI_VERSION) \
  X(INPUT_SIZE, WYE_INPUT_SIZE) \
  WYE_STATUSES(X) \
  X(NO_METHOD, WYE_NO_METHOD) \
  X(NEXT_ID, WYE_NEXT_ID) \
  X(MAX_PATH, WYE_MAX_PATH) \
  X(DEFAULT_MAX_PATH, WYE_DEFAULT_MAX_PATH) \
  X(MAX_AUTHORITY, WYE_MAX_AUTHORITY) \
  X(MAX_PATTERN, WYE_MAX_PATTERN) \
  X(MAX_PARAMS, WYE_MAX_PARAMS) \
  X(MAX_METHODS, WYE_MAX_METHODS) \
  X(MAX_METHOD, WYE_MAX_METHOD) \
  X(MAX_NAME, WYE_MAX_NAME) \
  X(MAX_ID, WYE_MAX_ID) \
  X(MAX_HOST, WYE_MAX_HOST) \
  X(MAX_STATES, WYE_MAX_STATES) \
  X(MAX_SLOTS, WYE_MAX_SLOTS) \
  X(MAX_KEYS, WYE_MAX_KEYS) \
  X(CONTEXT_OUTCOME, CONTEXT_OUTCOME) \
  X(CONTEXT_ROUTE, CONTEXT_ROUTE) \
  X(CONTEXT_PARAMS, CONTEXT_PARAMS) \
  X(CONTEXT_ALLOW, CONTEXT_ALLOW) \
  X(CONTEXT_PATH, CONTEXT_PATH) \
  X(CONTEXT_PATH_END, CONTEXT_PATH_END) \
  X(CONTEXT_ESCAPED, CONTEXT_ESCAPED) \
  X(CONTEXT_REDIRECT, CONTEXT_REDIRECT) \
  X(CONTEXT_SPANS, CONTEXT_SPANS) \
  X(HIT_SIZE, HIT_SIZE) \
  X(HIT_ROUTE, HIT_ROUTE) \
  X(HIT_ID, HIT_ID) \
  X(HIT_PARAMS, HIT_PARAMS) \
  X(HIT_SPANS, HIT_SPANS) \
  X(POOL_SLOTS, POOL_SLOTS) \
  X(POOL_USED, POOL_USED) \
  X(POOL_HIGH_WATER, POOL_HIGH_WATER) \
  X(POOL_RETIRED, POOL_RETIRED) \
  X(POOL_FIRST, POOL_FIRST) \
  X(POOL_STRIDE, POOL_STRIDE) \
  X(POOL_LEDGER, POOL_LEDGER)

/* FNV-1a over all values, as a number that JavaScript reads without a sign. */
static inline int32_t wye_fingerprint(void) {
  uint32_t hash = 2166136261u;
#define MIX(name, value) hash = (hash ^ (uint32_t)(value)) * 16777619u;
  WYE_CONSTANTS(MIX)
#undef MIX
  return (int32_t)(hash & 0x7FFFFFFF);
}

#endif
