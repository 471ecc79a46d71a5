/*
 * Contexts that live as long as their requests, each with a store, a scratch buffer, a body buffer and a record of its
 * response. The conventions are those of wye.h.
 */
#ifndef WYE_POOL_H
#define WYE_POOL_H

#include "wye.h"

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default) /* the library itself is compiled with -fvisibility=hidden */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* C++: some functions have the name of a struct */
#endif

enum {
  WYE_MAX_SLOTS = 65536, /* contexts of a pool -> WYE_BAD_ARGUMENT */
  WYE_REQUEST_ID = 32    /* bytes of a request id */
};

/*
 * Contexts that outlive their lookup: what wye_match found is copied into a slot of the pool and stays there until the
 * slot is released. All slots are equal, and are in one block that the caller provides:
 *
 *     | context: head, spans | record | store | scratch | body |
 *
 * A request refers to its slot by a handle: slot and generation in one number, never 0. A call with the handle of a
 * slot that was released, or that already serves another request, fails with WYE_STALE and touches nothing. No handle
 * is given out twice: after its last generation, half a billion requests, a slot is retired and never used again.
 *
 * A pool lives as long as its block and needs no destructor. Acquire and release take constant time. One thread at a
 * time.
 */
struct wye_pool;

/*
 * What a pool and each of its slots have. `params` below 4 counts as 4; with 0 for `values`, `scratch` or `body` the
 * slots have none.
 */
struct wye_pool_options {
  uint32_t slots;   /* 1 to WYE_MAX_SLOTS */
  uint32_t params;  /* spans of a context, at most WYE_MAX_PARAMS: wye_table_params of the table */
  uint32_t values;  /* entries of a store, at most 255 */
  uint32_t scratch; /* bytes of a scratch buffer, at most 16 MiB */
  uint32_t body;    /* bytes of a body buffer, at most 16 MiB */
  uint64_t seed;    /* a random number, so that the request ids of two processes differ */
};

/* Bytes of a pool; 0 if an option is out of range, or if no block can be that large on this machine. */
size_t wye_pool_size(const struct wye_pool_options *options);

/*
 * Makes a pool. `block`: `size` bytes, at least wye_pool_size, aligned to WYE_ALIGNMENT. Returns WYE_OK,
 * WYE_BAD_ARGUMENT (also for an option out of range) or WYE_NO_MEMORY; after a failure `*pool` is NULL.
 */
int32_t wye_pool_init(void *block, size_t size, const struct wye_pool_options *options, struct wye_pool **pool);

/*
 * Moves a pool into another block, where it may have more of everything. `block`, `size`: as wye_pool_init; it must not
 * overlap the old block. `options`: less of anything is WYE_BAD_ARGUMENT; `seed` is ignored. Returns what wye_pool_init
 * does; after a failure `*moved` is NULL, and the pool is as it was and where it was. After success handles stay valid,
 * and slots keep what they hold; pointers into the old block are not valid, and the block is the caller's again.
 */
int32_t wye_pool_move(struct wye_pool *pool, void *block, size_t size, const struct wye_pool_options *options,
                      struct wye_pool **moved);

struct wye_pool_stats {
  uint32_t slots;      /* all slots */
  uint32_t used;       /* those in use now */
  uint32_t high_water; /* the most that were in use at one time */
  uint32_t retired;    /* those that are never used again */
};

/* The state of a pool's slots. */
struct wye_pool_stats wye_pool_stats(const struct wye_pool *pool);

/*
 * Takes a free slot and copies the result of a lookup into it. `found`: the lookup's context; NULL: the slot's context
 * is empty, with the outcome WYE_NOT_FOUND. Returns WYE_OK; WYE_EXHAUSTED; WYE_BAD_ARGUMENT if there are more spans
 * than a slot has room for. After a failure `*handle` is 0. The handle is valid until wye_release.
 */
int32_t wye_acquire(struct wye_pool *pool, const struct wye_context *found, uint64_t *handle);

/* Releases a slot, and clears what was used of it. Returns WYE_OK, or WYE_STALE and does nothing. */
int32_t wye_release(struct wye_pool *pool, uint64_t handle);

/*
 * The slot of a handle; NULL if the handle is stale, as 0 always is. Valid until the slot is released or the pool
 * moved. Keep the handle instead: nothing detects the use of a stale pointer.
 */
struct wye_slot;
struct wye_slot *wye_slot(struct wye_pool *pool, uint64_t handle);

/*
 * What was found, for wye_param, wye_param_index, wye_allow and wye_location. A lookup with this context is
 * WYE_BAD_ARGUMENT. It does not hold a cleaned path: for a redirect to that, wye_location needs the context of the
 * lookup, and writes an empty text with this one.
 */
const struct wye_context *wye_slot_context(const struct wye_slot *slot);

/*
 * The store: numbers and spans by a key that the caller chooses. Setting a key again replaces its value, of either
 * kind. wye_set, wye_set_span: return WYE_OK, or WYE_NO_MEMORY if the store is full, and then it is as it was. wye_get,
 * wye_get_span: return false if the key has no value of that kind; `*value` is then 0, or { WYE_NONE, 0 }. They take
 * time linear in the entries that are used.
 */
int32_t wye_set(struct wye_slot *slot, uint32_t key, uint64_t value);
int32_t wye_set_span(struct wye_slot *slot, uint32_t key, struct wye_span value);
bool wye_get(const struct wye_slot *slot, uint32_t key, uint64_t *value);
bool wye_get_span(const struct wye_slot *slot, uint32_t key, struct wye_span *value);

/*
 * Takes memory from the scratch buffer: `size` bytes, aligned to WYE_ALIGNMENT and not cleared. Returns NULL if fewer
 * are left. Valid until the slot is released or the pool moved. A text that is open stays open.
 */
void *wye_scratch(struct wye_slot *slot, size_t size);

/*
 * Append to the open text in the scratch buffer: bytes, which may be in a text of this slot; a number in decimal
 * digits; a number in lower-case hexadecimal digits. Return WYE_OK, or WYE_NO_MEMORY, and then nothing is appended.
 */
int32_t wye_append(struct wye_slot *slot, const char *text, size_t length);
int32_t wye_append_int(struct wye_slot *slot, int64_t value);
int32_t wye_append_uint(struct wye_slot *slot, uint64_t value);
int32_t wye_append_hex(struct wye_slot *slot, uint64_t value);

/*
 * Closes the open text; the next append opens another one. Returns its span in the scratch buffer, empty if nothing was
 * appended. Valid until the slot is released, also if the pool is moved.
 */
struct wye_span wye_text(struct wye_slot *slot);

/*
 * A pointer to a span of the scratch buffer; NULL if the span is not in the used part of it. Valid until the slot is
 * released or the pool moved.
 */
char *wye_text_at(struct wye_slot *slot, struct wye_span span);

/*
 * Appends `length` bytes of the request's body to the body buffer. Returns WYE_OK, or WYE_BODY_TOO_LARGE, and then
 * nothing is appended.
 */
int32_t wye_body_append(struct wye_slot *slot, const void *bytes, size_t length);

/*
 * The contents of the body buffer, `*length` bytes; NULL, with `*length` 0, if it is empty. Valid until the slot is
 * released or the pool moved.
 */
const void *wye_body(const struct wye_slot *slot, size_t *length);

/* The host's record of what it has sent. The library itself sends nothing. */
struct wye_response {
  uint64_t bytes;  /* of the body, so far */
  uint16_t status; /* 0: no head yet */
  bool upgraded;   /* the head was a 101: what follows is another protocol */
};

/*
 * Records that a head is sent. `status`: RFC 9110 15; interim ones (1xx except 101) leave no record, and another head
 * may follow. Returns WYE_OK; WYE_BAD_ARGUMENT if the status is not 100 to 999; WYE_ALREADY_WRITTEN if a head was
 * recorded before, and then that remains.
 */
int32_t wye_response_begin(struct wye_slot *slot, uint32_t status);

/* Records that this many bytes of the body were sent. */
void wye_response_sent(struct wye_slot *slot, uint64_t bytes);

/* What has been recorded so far. */
struct wye_response wye_response(const struct wye_slot *slot);

/*
 * The request's id: WYE_REQUEST_ID lower-case hexadecimal digits without a NUL, in the form of a trace-id of W3C Trace
 * Context. It is made by the first call, and stays the same until the slot is released. No two ids of a pool are equal;
 * but an id is not a secret, as the next one can be computed from it. It is in the slot: valid until that is released
 * or the pool moved.
 */
const char *wye_request_id(struct wye_pool *pool, struct wye_slot *slot);

#ifdef __GNUC__
#pragma GCC diagnostic pop
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
