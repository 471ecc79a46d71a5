/* What a slot holds besides its context: a store, a scratch buffer, a body, the response's record, the request's id. */
#include "base/splitmix64.h"

#include "base/hash.h"
#include "pool/pool.h"

const struct wye_context *wye_slot_context(const struct wye_slot *slot) { return &slot->context; }

/* ------------------------------------------------------------------ store */

/* The entry of the key; NULL if it has none. */
static struct wye__store_entry *find(const struct wye_slot *slot, uint32_t key) {
  struct wye__store_entry *store = wye__store_of(slot);
  for (uint32_t i = 0; i < wye__slot_record_of(slot)->values_used; i++)
    if (store[i].key == key) return store + i;
  return NULL;
}

static int32_t put(struct wye_slot *slot, struct wye__store_entry value) {
  struct wye__slot_record *record = wye__slot_record_of(slot);
  struct wye__store_entry *entry = find(slot, value.key);
  if (!entry) {
    if (record->values_used == record->values) return WYE_NO_MEMORY;
    entry = wye__store_of(slot) + record->values_used++;
  }
  *entry = value;
  return WYE_OK;
}

int32_t wye_set(struct wye_slot *slot, uint32_t key, uint64_t value) {
  return put(slot, (struct wye__store_entry){.key = key, .number = value});
}

int32_t wye_set_span(struct wye_slot *slot, uint32_t key, struct wye_span value) {
  return put(slot, (struct wye__store_entry){.key = key, .is_span = true, .span = value});
}

bool wye_get(const struct wye_slot *slot, uint32_t key, uint64_t *value) {
  const struct wye__store_entry *entry = find(slot, key);
  bool found = entry && !entry->is_span;
  *value = found ? entry->number : 0;
  return found;
}

bool wye_get_span(const struct wye_slot *slot, uint32_t key, struct wye_span *value) {
  const struct wye__store_entry *entry = find(slot, key);
  bool found = entry && entry->is_span;
  *value = found ? entry->span : (struct wye_span){WYE_NONE, 0};
  return found;
}

/* ------------------------------------------------------------------ scratch */

/* A block goes below the open text, which moves up: nobody has a pointer to that yet. */
void *wye_scratch(struct wye_slot *slot, size_t size) {
  struct wye__slot_record *record = wye__slot_record_of(slot);
  uint8_t *scratch = wye__scratch_of(slot);
  uint32_t at = (record->text + WYE_ALIGNMENT - 1) & ~(uint32_t)(WYE_ALIGNMENT - 1);
  uint32_t open = record->scratch_used - record->text;
  if (at > record->scratch || open > record->scratch - at || size > record->scratch - at - open) return NULL;
  uint32_t end = at + (uint32_t)size;
  uint8_t *from = scratch + record->text, *to = scratch + end;
  for (size_t i = open; i-- > 0;) to[i] = from[i]; /* from the end: they may overlap */
  record->text = end;
  record->scratch_used = end + open;
  return scratch + at;
}

int32_t wye_append(struct wye_slot *slot, const char *text, size_t length) {
  struct wye__slot_record *record = wye__slot_record_of(slot);
  if (length > record->scratch - record->scratch_used) return WYE_NO_MEMORY;
  if (length) memcpy(wye__scratch_of(slot) + record->scratch_used, text, length);
  record->scratch_used += (uint32_t)length;
  return WYE_OK;
}

/* 64 bits have at most 20 decimal digits; of a negative number, 19 and a sign. */
static int32_t append_number(struct wye_slot *slot, uint64_t value, uint32_t base, bool negative) {
  char digits[20];
  uint32_t at = sizeof digits;
  do digits[--at] = "0123456789abcdef"[value % base];
  while (value /= base);
  if (negative) digits[--at] = '-';
  return wye_append(slot, digits + at, sizeof digits - at);
}

int32_t wye_append_int(struct wye_slot *slot, int64_t value) {
  return append_number(slot, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0);
}

int32_t wye_append_uint(struct wye_slot *slot, uint64_t value) { return append_number(slot, value, 10, false); }

int32_t wye_append_hex(struct wye_slot *slot, uint64_t value) { return append_number(slot, value, 16, false); }

struct wye_span wye_text(struct wye_slot *slot) {
  struct wye__slot_record *record = wye__slot_record_of(slot);
  struct wye_span span = wye__span_between(record->text, record->scratch_used);
  record->text = record->scratch_used;
  return span;
}

char *wye_text_at(struct wye_slot *slot, struct wye_span span) {
  uint32_t used = wye__slot_record_of(slot)->text;
  if (span.offset > used || span.length > used - span.offset) return NULL;
  return (char *)wye__scratch_of(slot) + span.offset;
}

/* ------------------------------------------------------------------ body */

int32_t wye_body_append(struct wye_slot *slot, const void *bytes, size_t length) {
  struct wye__slot_record *record = wye__slot_record_of(slot);
  if (length > record->body - record->body_used) return WYE_BODY_TOO_LARGE;
  if (length) memcpy(wye__body_of(slot) + record->body_used, bytes, length);
  record->body_used += (uint32_t)length;
  return WYE_OK;
}

const void *wye_body(const struct wye_slot *slot, size_t *length) {
  *length = wye__slot_record_of(slot)->body_used;
  return *length ? wye__body_of(slot) : NULL;
}

/* ------------------------------------------------------------------ response */

enum { SWITCHING_PROTOCOLS = 101, FIRST_STATUS = 100, FIRST_FINAL_STATUS = 200, LAST_STATUS = 999 };

/*
 *     no head --1xx--> no head            no head --200 to 999, 101--> written
 *     written --any--> written: WYE_ALREADY_WRITTEN
 */
int32_t wye_response_begin(struct wye_slot *slot, uint32_t status) {
  struct wye__slot_record *record = wye__slot_record_of(slot);
  if (status < FIRST_STATUS || status > LAST_STATUS) return WYE_BAD_ARGUMENT;
  if (record->status) return WYE_ALREADY_WRITTEN;
  if (status < FIRST_FINAL_STATUS && status != SWITCHING_PROTOCOLS) return WYE_OK;
  record->status = (uint16_t)status;
  record->upgraded = status == SWITCHING_PROTOCOLS;
  return WYE_OK;
}

void wye_response_sent(struct wye_slot *slot, uint64_t bytes) { wye__slot_record_of(slot)->bytes += bytes; }

struct wye_response wye_response(const struct wye_slot *slot) {
  const struct wye__slot_record *record = wye__slot_record_of(slot);
  return (struct wye_response){.bytes = record->bytes, .status = record->status, .upgraded = record->upgraded};
}

/* ------------------------------------------------------------------ request ids */

static void write_hex(char *to, uint64_t value) {
  for (uint32_t i = 16; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

/*
 * The first half distinguishes pools, the second one the requests of a pool: it is the sequence of SplitMix64, whose
 * numbers repeat only after 2 to the 64th.
 */
const char *wye_request_id(struct wye_pool *pool, struct wye_slot *slot) {
  char *id = wye__slot_record_of(slot)->id;
  if (id[0]) return id;
  write_hex(id, pool->id_head);
  write_hex(id + 16, wye__splitmix64(pool->seed + ++pool->ids * WYE__GOLDEN_RATIO));
  return id;
}
