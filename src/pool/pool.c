#include "pool/pool.h"

#include "base/splitmix64.h"
#include "pool/poison.h"

/* ------------------------------------------------------------------ layout */

static bool in_range(const struct wye_pool_options *o) {
  return o->slots - 1 < WYE_MAX_SLOTS && o->params <= WYE_MAX_PARAMS && o->values <= WYE__MAX_VALUES &&
         o->scratch <= WYE__MAX_BUFFER && o->body <= WYE__MAX_BUFFER;
}

static uint32_t stride_of(const struct wye_pool_options *o) {
  uint32_t size = (uint32_t)offsetof(struct wye_context, param) +
                  wye__spans_for(o->params) * (uint32_t)sizeof(struct wye_span) +
                  (uint32_t)sizeof(struct wye__slot_record) + o->values * (uint32_t)sizeof(struct wye__store_entry) +
                  ((o->scratch + 7) & ~7u) + o->body;
  return (size + WYE__LINE - 1) & ~(uint32_t)(WYE__LINE - 1);
}

/* The slots begin on a cache line: up to 56 bytes after the ledger's end. */
size_t wye_pool_size(const struct wye_pool_options *options) {
  if (!options || !in_range(options)) return 0;
  uint64_t size = sizeof(struct wye_pool) + WYE__LINE - WYE_ALIGNMENT +
                  options->slots * (sizeof(struct wye__ledger_entry) + (uint64_t)stride_of(options));
  return size > SIZE_MAX ? 0 : (size_t)size;
}

/* ------------------------------------------------------------------ making */

/* Links the slots from `from` on as free, ahead of those that already are. */
static void link_slots(struct wye_pool *pool, uint32_t from) {
  struct wye__ledger_entry *ledger = wye__ledger_of(pool);
  for (uint32_t i = pool->slots; i-- > from;) {
    ledger[i] = (struct wye__ledger_entry){.next = pool->free};
    pool->free = i;
    wye__poison(wye__slot_at(pool, i), pool->stride);
  }
}

/* Makes a pool's head in `block`, with the counts and seeds of `head`. The ledger is not written yet. */
static int32_t begin(void *block, size_t size, const struct wye_pool_options *o, const struct wye_pool *head,
                     struct wye_pool **pool) {
  size_t need = wye_pool_size(o);
  if (!block || !need || !wye__aligned(block, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  if (size < need) return WYE_NO_MEMORY;
  uintptr_t ledger_end = (uintptr_t)block + sizeof(struct wye_pool) + o->slots * sizeof(struct wye__ledger_entry);
  struct wye_pool *made = *pool = block;
  *made = *head;
  made->slots = o->slots;
  made->first = (uint32_t)(ledger_end + (-ledger_end & (WYE__LINE - 1)) - (uintptr_t)block);
  made->stride = stride_of(o);
  made->params = (uint16_t)wye__spans_for(o->params);
  made->values = (uint16_t)o->values;
  made->scratch = o->scratch;
  made->body = o->body;
  return WYE_OK;
}

int32_t wye_pool_init(void *block, size_t size, const struct wye_pool_options *options, struct wye_pool **pool) {
  if (!pool) return WYE_BAD_ARGUMENT;
  *pool = NULL;
  struct wye_pool head = {.free = WYE_NONE};
  if (options) head.seed = options->seed;
  head.id_head = wye__splitmix64(head.seed);
  if (head.id_head == 0) head.id_head = 1; /* a trace-id must not be all zeros */
  int32_t status = begin(block, size, options, &head, pool);
  if (status == WYE_OK) link_slots(*pool, 0);
  return status;
}

/* ------------------------------------------------------------------ handles */

/*
 *     63          32 31    0
 *     | generation  | slot |
 */
struct wye_slot *wye_slot(struct wye_pool *pool, uint64_t handle) {
  uint32_t index = (uint32_t)handle, generation = (uint32_t)(handle >> 32);
  if (index >= pool->slots || generation % 2 == 0 || wye__ledger_of(pool)[index].generation != generation) return NULL;
  return wye__slot_at(pool, index);
}

/* ------------------------------------------------------------------ acquire and release */

/* Bytes of the head and of the spans in use: one cache line, and the further spans of a longer route. */
static size_t bytes_found(const struct wye_context *context) {
  return offsetof(struct wye_context, param) + wye__spans_for(context->params) * sizeof(struct wye_span);
}

static void fill(const struct wye_pool *pool, struct wye_slot *slot, const struct wye_context *found) {
  if (found) memcpy(&slot->context, found, bytes_found(found));
  else wye__context_clear(&slot->context);
  slot->context.capacity = (uint8_t)pool->params;
  slot->context.stack = 0;
  *wye__slot_record_of(slot) =
      (struct wye__slot_record){.values = (uint8_t)pool->values, .scratch = pool->scratch, .body = pool->body};
}

int32_t wye_acquire(struct wye_pool *pool, const struct wye_context *found, uint64_t *handle) {
  *handle = 0;
  if (found && found->params > pool->params) return WYE_BAD_ARGUMENT;
  uint32_t index = pool->free;
  if (index == WYE_NONE) return WYE_EXHAUSTED;
  struct wye_slot *slot = wye__slot_at(pool, index);
  struct wye__ledger_entry *entry = wye__ledger_of(pool) + index;
  pool->free = entry->next;
  if (++pool->used > pool->high_water) pool->high_water = pool->used;
  wye__unpoison(slot, pool->stride);
  fill(pool, slot, found);
  *handle = (uint64_t)++entry->generation << 32 | index;
  return WYE_OK;
}

/* Clears what was used of a slot, and nothing else. */
static void clear(struct wye_slot *slot) {
  struct wye__slot_record *record = wye__slot_record_of(slot);
  if (record->values_used) memset(wye__store_of(slot), 0, record->values_used * sizeof(struct wye__store_entry));
  if (record->scratch_used) memset(wye__scratch_of(slot), 0, record->scratch_used);
  if (record->body_used) memset(wye__body_of(slot), 0, record->body_used);
  memset(record, 0, sizeof *record);
  memset(slot, 0, bytes_found(&slot->context));
}

int32_t wye_release(struct wye_pool *pool, uint64_t handle) {
  struct wye_slot *slot = wye_slot(pool, handle);
  if (!slot) return WYE_STALE;
  uint32_t index = (uint32_t)handle;
  struct wye__ledger_entry *entry = wye__ledger_of(pool) + index;
  clear(slot);
  wye__poison(slot, pool->stride);
  pool->used--;
  if (++entry->generation > WYE__LAST_GENERATION) {
    pool->retired++;
    return WYE_OK;
  }
  entry->next = pool->free;
  pool->free = index;
  return WYE_OK;
}

struct wye_pool_stats wye_pool_stats(const struct wye_pool *pool) {
  return (struct wye_pool_stats){
      .slots = pool->slots, .used = pool->used, .high_water = pool->high_water, .retired = pool->retired};
}

/* ------------------------------------------------------------------ moving */

static bool has_less(const struct wye_pool_options *o, const struct wye_pool *pool) {
  return o->slots < pool->slots || wye__spans_for(o->params) < pool->params || o->values < pool->values ||
         o->scratch < pool->scratch || o->body < pool->body;
}

/* Copies what is used of a slot into a slot that may have more of everything. */
static void carry(const struct wye_slot *from, const struct wye_pool *pool, struct wye_slot *to) {
  const struct wye__slot_record *old = wye__slot_record_of(from);
  memcpy(to, from, bytes_found(&from->context));
  to->context.capacity = (uint8_t)pool->params;
  struct wye__slot_record *record = wye__slot_record_of(to);
  *record = *old;
  record->values = (uint8_t)pool->values;
  record->scratch = pool->scratch;
  record->body = pool->body;
  memcpy(wye__store_of(to), wye__store_of(from), old->values_used * sizeof(struct wye__store_entry));
  memcpy(wye__scratch_of(to), wye__scratch_of(from), old->scratch_used);
  memcpy(wye__body_of(to), wye__body_of(from), old->body_used);
}

/* Copies the ledger as it is, and the slots that are in use. */
static void carry_all(struct wye_pool *pool, struct wye_pool *made) {
  for (uint32_t i = 0; i < pool->slots; i++) {
    struct wye__ledger_entry entry = wye__ledger_of(pool)[i];
    wye__ledger_of(made)[i] = entry;
    if (entry.generation % 2) carry(wye__slot_at(pool, i), made, wye__slot_at(made, i));
    else wye__poison(wye__slot_at(made, i), made->stride);
  }
}

int32_t wye_pool_move(struct wye_pool *pool, void *block, size_t size, const struct wye_pool_options *options,
                      struct wye_pool **moved) {
  if (!moved) return WYE_BAD_ARGUMENT;
  *moved = NULL;
  if (!pool || !options || has_less(options, pool)) return WYE_BAD_ARGUMENT;
  int32_t status = begin(block, size, options, pool, moved);
  if (status < 0) return status;
  link_slots(*moved, pool->slots);
  carry_all(pool, *moved);
  wye__unpoison_all(wye__slot_at(pool, 0), (size_t)pool->slots * pool->stride);
  return WYE_OK;
}
