#include "base/sort.h"

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Merges two sorted runs, from[start..middle) and from[middle..end), into to[start..end). */
static void merge(const uint32_t *from, uint32_t *to, uint32_t start, uint32_t middle, uint32_t end, wye__order *order,
                  const void *context) {
  uint32_t left = start, right = middle;
  for (uint32_t i = start; i < end; i++) {
    bool take_left = left < middle && (right == end || order(context, from[left], from[right]) <= 0);
    to[i] = take_left ? from[left++] : from[right++];
  }
}

void wye__sort(uint32_t *items, uint32_t *room, uint32_t count, wye__order *order, const void *context) {
  uint32_t *from = items, *to = room;
  for (uint32_t run = 1; run < count; run *= 2) {
    for (uint32_t start = 0; start < count; start += 2 * run)
      merge(from, to, start, least(start + run, count), least(start + 2 * run, count), order, context);
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != items) memcpy(items, from, count * sizeof *items);
}
