#include "arena.h"

static uint64_t round_up(uint64_t length) { return (length + 7) & ~(uint64_t)7; }

void wye__arena_init(struct wye__arena *arena, uint32_t size, uint32_t head) {
  arena->size = size;
  arena->used = (uint32_t)round_up(head);
}

uint32_t wye__arena_take(struct wye__arena *arena, uint64_t length) {
  uint64_t end = arena->used + round_up(length);
  if (end > arena->size) return 0;
  uint32_t offset = arena->used;
  arena->used = (uint32_t)end;
  return offset;
}
