/*
 * The arena: bump allocation in one block that the caller provides.
 *
 *     0        sizeof(arena)        used              size
 *     | arena  | what its owner put | free             |
 *
 * The struct is at the block's first byte, and everything in it is an offset from there, so the block may be copied
 * to another place and go on. Offset 0 is the arena itself and therefore means "none". There is no free: `mark`
 * remembers how far the arena was filled, `rewind` drops all that came after.
 */
#ifndef WYE_ARENA_H
#define WYE_ARENA_H

#include "base/bytes.h"

struct wye__arena {
  uint32_t used; /* bytes, the arena's own included */
  uint32_t size; /* bytes of the block */
};

/* Makes an arena at `block`, keeping `head` bytes at its start for its owner (the arena struct among them). */
void wye__arena_init(struct wye__arena *arena, uint32_t size, uint32_t head);

/* `length` bytes on an 8-byte boundary, not cleared; 0 if there is no room, and then nothing changed. */
uint32_t wye__arena_take(struct wye__arena *arena, uint64_t length);

static inline void *wye__at(const struct wye__arena *arena, uint32_t offset) {
  return (uint8_t *)(uintptr_t)arena + offset;
}

static inline uint32_t wye__arena_mark(const struct wye__arena *arena) { return arena->used; }

static inline void wye__arena_rewind(struct wye__arena *arena, uint32_t mark) { arena->used = mark; }

#endif
