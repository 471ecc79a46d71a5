/*
 * The arena: bump allocation in one block that the caller provides.
 *
 *     0        sizeof(arena)        used              size
 *     | arena  | what its owner put | free             |
 *
 * The struct is at the block's first byte, and everything in it is an offset from there, so the block can be copied to
 * another address and used there. Offset 0 is the arena itself and therefore means "none". Nothing is freed one by one:
 * `mark` says how far the arena is filled, `rewind` drops all that was taken after a mark.
 */
#ifndef WYE_ARENA_H
#define WYE_ARENA_H

#include "base/bytes.h"

struct wye__arena {
  uint32_t used; /* bytes, those of the struct included */
  uint32_t size; /* bytes of the block */
};

/* Makes an arena of a block of `size` bytes. Its first `head` bytes are the owner's, this struct included. */
void wye__arena_init(struct wye__arena *arena, uint32_t size, uint32_t head);

/* `length` bytes on an 8-byte boundary, not cleared; 0 if there is no room, and then nothing changed. */
uint32_t wye__arena_take(struct wye__arena *arena, uint64_t length);

static inline void *wye__at(const struct wye__arena *arena, uint32_t offset) {
  return (uint8_t *)(uintptr_t)arena + offset;
}

static inline uint32_t wye__arena_mark(const struct wye__arena *arena) { return arena->used; }

static inline void wye__arena_rewind(struct wye__arena *arena, uint32_t mark) { arena->used = mark; }

#endif
