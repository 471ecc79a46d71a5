/*
 * Contexts for as long as requests last, each with a store, a scratch buffer and a record of its response. The
 * conventions are those of wye.h.
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
 * Contexts that outlive their lookup: what wye_match found is copied into a slot of a pool, where it stays until it is
 * released, along with any number of others. All slots are equal and are in one block that the caller provides:
 *
 *     | context: head, spans | record | store | scratch | body |
 *
 * A request keeps its slot by a handle: slot and generation in one number, never 0. The release ends every use of it.
 * A call with the handle of a slot that was released, or that serves another request by then, fails with WYE_STALE and
 * touches nothing. No handle is given out twice: when a slot has had its last generation, after half a billion
 * requests, it rests for good.
 *
 * One thread at a time for each pool. Acquire and release take the same time however many slots there are. A pool needs
 * no destructor: drop the block.
 */
struct wye_pool;

/* How much there is of each. `params` below 4 counts as 4; of the others, what is 0 is not there. */
struct wye_pool_options {
  uint32_t slots;   /* contexts, 1 to WYE_MAX_SLOTS */
  uint32_t params;  /* spans of a context, to WYE_MAX_PARAMS: wye_table_params of the table */
  uint32_t values;  /* entries of a store, to 255 */
  uint32_t scratch; /* bytes of a scratch buffer, to 16 MiB */
  uint32_t body;    /* bytes of a body buffer, to 16 MiB */
  uint64_t seed;    /* for request ids: a random number, so that two processes give different ones */
};

/* Bytes of a pool; 0 if an option is out of range, or if no block of this machine can be that large. */
size_t wye_pool_size(const struct wye_pool_options *options);

/*
 * Makes a pool in `block` of `size` bytes. WYE_OK, WYE_BAD_ARGUMENT (also for an option out of range) or WYE_NO_MEMORY;
 * after a failure `*pool` is NULL.
 */
int32_t wye_pool_init(void *block, size_t size, const struct wye_pool_options *options, struct wye_pool **pool);

/*
 * Moves a pool into another block, not overlapping the old one, where it may have more of everything (less of anything
 * is WYE_BAD_ARGUMENT; `seed` is ignored). Handles stay good, and slots hold what they held; but pointers into
 * the old block do not, and that block is the caller's again. Results as wye_pool_init; after a failure the pool is as
 * it was, where it was.
 */
int32_t wye_pool_move(struct wye_pool *pool, void *block, size_t size, const struct wye_pool_options *options,
                      struct wye_pool **moved);

struct wye_pool_stats {
  uint32_t slots;      /* all of them */
  uint32_t used;       /* in use now */
  uint32_t high_water; /* the most that were in use at one time */
  uint32_t retired;    /* retired: they are never used again */
};

struct wye_pool_stats wye_pool_stats(const struct wye_pool *pool);

/*
 * Takes a free slot and copies into it what a lookup has found: head and spans (`found` NULL: nothing was looked up,
 * the context is empty, with the outcome WYE_NOT_FOUND). WYE_OK with `*handle`; WYE_EXHAUSTED; WYE_BAD_ARGUMENT if
 * there are more spans than a slot has room for. After a failure `*handle` is 0.
 */
int32_t wye_acquire(struct wye_pool *pool, const struct wye_context *found, uint64_t *handle);

/* Gives the slot back; clears what was used of it, and nothing else. WYE_OK; WYE_STALE, and nothing happens. */
int32_t wye_release(struct wye_pool *pool, uint64_t handle);

/*
 * The slot of a handle; NULL if it is stale, as 0 always is. For immediate use: a pointer that is kept past a release
 * or a move goes unnoticed. Keep the handle.
 */
struct wye_slot;
struct wye_slot *wye_slot(struct wye_pool *pool, uint64_t handle);

/*
 * What was found: for wye_param, wye_param_index, wye_allow and wye_location. Nothing can be looked up with this
 * context (WYE_BAD_ARGUMENT); and a path that a policy has cleaned is not in it: for a redirect to that wye_location
 * wants the context of the lookup itself, and is empty for this one.
 */
const struct wye_context *wye_slot_context(const struct wye_slot *slot);

/*
 * The store: values by a number that the caller chooses. Setting a key again replaces its value, of whichever kind.
 * WYE_OK, or WYE_NO_MEMORY if the store is full. Reading gives false, and 0 or { WYE_NONE, 0 }, where the key has no
 * value of that kind. Time is linear in the entries that are used.
 */
int32_t wye_set(struct wye_slot *slot, uint32_t key, uint64_t value);
int32_t wye_set_span(struct wye_slot *slot, uint32_t key, struct wye_span value);
bool wye_get(const struct wye_slot *slot, uint32_t key, uint64_t *value);
bool wye_get_span(const struct wye_slot *slot, uint32_t key, struct wye_span *value);

/*
 * The scratch buffer: memory until the release. `size` bytes of it, aligned as WYE_ALIGNMENT and not cleared; NULL if
 * fewer are left. The pointer is good until the slot is released or the pool moved; a text that is open stays
 * open.
 */
void *wye_scratch(struct wye_slot *slot, size_t size);

/*
 * Text in the scratch buffer. Each of these appends to the text that is open there: bytes, which may be those of a text
 * of this slot; a number in decimal digits; in lower-case hexadecimal ones. WYE_OK, or WYE_NO_MEMORY and nothing is
 * appended.
 */
int32_t wye_append(struct wye_slot *slot, const char *text, size_t length);
int32_t wye_append_int(struct wye_slot *slot, int64_t value);
int32_t wye_append_uint(struct wye_slot *slot, uint64_t value);
int32_t wye_append_hex(struct wye_slot *slot, uint64_t value);

/*
 * Closes the open text and gives its span in the scratch buffer, which stays good until the release, also through moves
 * of the pool. The next append opens another text. Empty if nothing was appended.
 */
struct wye_span wye_text(struct wye_slot *slot);

/* Where a span of the scratch buffer begins, as long as wye_scratch's pointers; NULL if it is not in its used part. */
char *wye_text_at(struct wye_slot *slot, struct wye_span span);

/*
 * The body buffer: appends `length` bytes of the request's body. WYE_OK, or WYE_BODY_TOO_LARGE and none is appended.
 * wye_body: what is in it, with its bytes in `*length`; NULL and 0 if there is nothing.
 */
int32_t wye_body_append(struct wye_slot *slot, const void *bytes, size_t length);
const void *wye_body(const struct wye_slot *slot, size_t *length);

/* What became of the response. The library sends nothing: this is the host's record of what it has sent. */
struct wye_response {
  uint64_t bytes;  /* of the body, so far */
  uint16_t status; /* 0: no head yet */
  bool upgraded;   /* the head was a 101: what follows is another protocol */
};

/*
 * Records that a head with this status is sent (RFC 9110 15). WYE_OK; WYE_BAD_ARGUMENT outside of 100 to 999;
 * WYE_ALREADY_WRITTEN after a head that was recorded. Interim ones (1xx but 101) may come before it, and leave no
 * record.
 */
int32_t wye_response_begin(struct wye_slot *slot, uint32_t status);

/* Records that this many bytes of the body were sent. */
void wye_response_sent(struct wye_slot *slot, uint64_t bytes);

struct wye_response wye_response(const struct wye_slot *slot);

/*
 * The request's id: WYE_REQUEST_ID lower-case hexadecimal digits without a NUL, made when first asked for, the same
 * until the release. No two of a pool are equal; an id has the form of a trace-id of W3C Trace Context. It is unique
 * but not secret: the next one can be computed from it. It is in the slot.
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
