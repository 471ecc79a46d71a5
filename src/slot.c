/* What a slot holds beside what was found. */
#include "mix.h"
#include "pool.h"

const struct wye_context *wye_slot_context(const struct wye_slot *slot) { return &slot->context; }

/* ------------------------------------------------------------------ request ids */

static void write_hex(char *to, uint64_t value) {
  for (uint32_t i = 16; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

/*
 * The first half tells pools apart, the second one requests: SplitMix64's sequence, which comes back to a number after
 * 2 to the 64th. An id is no secret: who has seen one knows the next.
 */
const char *wye_request_id(struct wye_pool *pool, struct wye_slot *slot) {
  char *id = wye__record(slot)->id;
  if (id[0]) return id;
  write_hex(id, pool->id_head);
  write_hex(id + 16, wye__mix(pool->seed + ++pool->ids * WYE__GOLDEN));
  return id;
}
