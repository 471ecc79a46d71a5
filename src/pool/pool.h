/*
 * A pool in memory: one block that holds offsets only, so that it can be moved into another block.
 *
 *     0      64                      first                       first + stride
 *     | head | ledger: 8 each slot   | slot 0                    | slot 1 ...
 *
 * The ledger has an entry for each slot, apart from it, so that a handle is checked without touching the slot:
 *
 *     0            4      8
 *     | generation | next |
 *
 * The generation is odd while the slot is in use and even while it is free; each acquire and each release adds 1.
 * `next` links the free slots: the one that was released last is taken first, as it is still in the cache. A slot
 * begins on a cache line:
 *
 *     0      32                      32 + 8 x params       + 72    + 16 x values
 *     | head | spans: params         | record              | store | scratch     | body |
 *
 * Head and spans are a struct wye_context without room for a search: wye_match refuses it. In the store, the scratch
 * buffer and the body buffer, what is used comes first:
 *
 *     0                      text        scratch_used            scratch
 *     | blocks, closed texts | open text | free                  |
 */
#ifndef WYE_POOL_INTERNAL_H
#define WYE_POOL_INTERNAL_H

#include "lookup/context.h"
#include "wye_pool.h"

enum {
  WYE__LINE = 64,                   /* bytes of a cache line */
  WYE__MAX_VALUES = 255,            /* entries of a store */
  WYE__MAX_BUFFER = 1 << 24,        /* bytes of a scratch or a body buffer */
  WYE__LAST_GENERATION = 0x3FFFFFFD /* then a slot is retired, so that V8 holds each one as a small integer (31 bits) */
};

struct wye_pool {
  uint32_t slots;
  uint32_t used;       /* slots in use now, */
  uint32_t high_water; /* the most that were in use at one time, */
  uint32_t retired;    /* and those that are never used again */
  uint32_t free;       /* the first free slot; WYE_NONE: there is none */
  uint32_t first;      /* where slot 0 begins: on a cache line, wherever the block does */
  uint32_t stride;     /* bytes from slot to slot, a multiple of WYE__LINE */
  uint16_t params;     /* of each slot: spans, */
  uint16_t values;     /* entries of its store, */
  uint32_t scratch;    /* bytes of its scratch buffer, */
  uint32_t body;       /* and of its body buffer */
  uint64_t seed;
  uint64_t id_head; /* the first half of every request id */
  uint64_t ids;     /* request ids made so far */
};
_Static_assert(sizeof(struct wye_pool) == 64, "the ledger begins on the next cache line");

struct wye__ledger_entry {
  uint32_t generation;
  uint32_t next;
};
_Static_assert(sizeof(struct wye__ledger_entry) == 8, "ledgers are read in place by hosts");

struct wye_slot {
  struct wye_context context;
};

struct wye__slot_record {
  uint64_t bytes; /* the response, as struct wye_response */
  uint16_t status;
  bool upgraded;
  uint8_t values; /* entries of the store, */
  uint8_t values_used;
  uint32_t scratch;      /* bytes of the scratch buffer, */
  uint32_t scratch_used; /* up to the end of the open text, */
  uint32_t text;         /* which begins here */
  uint32_t body;         /* bytes of the body buffer */
  uint32_t body_used;
  char id[WYE_REQUEST_ID]; /* begins with 0: not made yet */
  uint32_t unused;         /* keeps what follows aligned, also on machines that align 64-bit numbers to 4 bytes */
};
_Static_assert(sizeof(struct wye__slot_record) == 72, "as drawn");

struct wye__store_entry {
  uint32_t key;
  bool is_span;
  union {
    uint64_t number;
    struct wye_span span;
  };
};
_Static_assert(sizeof(struct wye__store_entry) == 16, "as drawn");

static inline struct wye__ledger_entry *wye__ledger_of(struct wye_pool *pool) {
  return (struct wye__ledger_entry *)(pool + 1);
}

static inline struct wye_slot *wye__slot_at(struct wye_pool *pool, uint32_t index) {
  return (struct wye_slot *)(void *)((uint8_t *)pool + pool->first + (size_t)index * pool->stride);
}

/* ------------------------------------------------------------------ in a slot */

/* Not through the array `param`: the record is past its declared end, and gcc warns of that on some machines. */
static inline struct wye__slot_record *wye__slot_record_of(const struct wye_slot *slot) {
  const struct wye_span *spans = (const void *)((const uint8_t *)slot + offsetof(struct wye_context, param));
  return (struct wye__slot_record *)(uintptr_t)(spans + slot->context.capacity);
}

static inline struct wye__store_entry *wye__store_of(const struct wye_slot *slot) {
  return (struct wye__store_entry *)(void *)(wye__slot_record_of(slot) + 1);
}

static inline uint8_t *wye__scratch_of(const struct wye_slot *slot) {
  return (uint8_t *)(wye__store_of(slot) + wye__slot_record_of(slot)->values);
}

static inline uint8_t *wye__body_of(const struct wye_slot *slot) {
  return wye__scratch_of(slot) + ((wye__slot_record_of(slot)->scratch + 7) & ~7u);
}

#endif
