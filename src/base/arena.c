#include "base/arena.h"

void wye__arena_init(struct wye__arena *arena, uint32_t size, uint32_t head) {
  arena->size = size;
  arena->used = (head + 7) & ~7u;
}

uint32_t wye__arena_take(struct wye__arena *arena, uint64_t length) {
  uint32_t offset = arena->used, left = arena->size & ~7u;
  if (left < offset || length > left - offset) return 0;
  arena->used += ((uint32_t)length + 7) & ~7u;
  return offset;
}
