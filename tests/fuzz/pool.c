/*
 * A pool against a dull model of it. The first bytes are the pool's options; then each operation is a byte and what it
 * reads after itself. Handles that were released are kept, and tried again. Each slot's whole contents are compared
 * after every operation on it, and those of all slots after a move and at the end.
 */
#include "fuzz.h"

#include "pool/pool.h"

enum { MOST_SLOTS = 12, MOST_STALE = 64, MOST_PIECES = 16, MOST_VALUES = 8, MOST_SCRATCH = 128, MOST_BODY = 64 };

/* A closed text or a block: its offset in the scratch buffer, and what is in it. */
struct piece {
  struct wye_span span;
  uint8_t bytes[MOST_SCRATCH];
};

struct value {
  uint32_t key;
  bool is_span;
  uint64_t number;
};

struct model_slot {
  uint64_t handle; /* 0: free */
  struct wye_context found;
  struct wye_span spans[WYE_MAX_PARAMS];
  struct value values[MOST_VALUES];
  uint32_t value_count;
  struct piece pieces[MOST_PIECES];
  uint32_t piece_count, closed; /* where the open text begins */
  uint8_t open[MOST_SCRATCH];
  uint32_t open_length;
  uint8_t body[MOST_BODY];
  uint32_t body_length;
  struct wye_response response;
  char id[WYE_REQUEST_ID]; /* 0 in front: not asked for */
};

static struct {
  struct wye_pool *pool;
  void *block;
  struct wye_pool_options options;
  uint32_t params; /* as they count */
  struct model_slot slots[MOST_SLOTS];
  uint32_t high_water;
  uint64_t stale[MOST_STALE];
  uint32_t stale_count;
  const uint8_t *data, *end;
} now;

static uint8_t byte(void) { return now.data < now.end ? *now.data++ : 0; }

static uint32_t below(uint32_t limit) { return byte() % limit; }

/* ------------------------------------------------------------------ comparing */

static uint32_t used(void) {
  uint32_t count = 0;
  for (int i = 0; i < MOST_SLOTS; i++) count += now.slots[i].handle != 0;
  return count;
}

static void check_found(const struct model_slot *m, const struct wye_slot *slot) {
  const struct wye_context *context = wye_slot_context(slot);
  CHECK(context->outcome == m->found.outcome && context->route == m->found.route);
  CHECK(context->params == m->found.params && context->allow == m->found.allow);
  CHECK(context->path == m->found.path && context->path_end == m->found.path_end);
  CHECK(context->escaped == m->found.escaped && context->capacity == now.params && context->stack == 0);
  for (uint32_t i = 0; i < m->found.params; i++) {
    struct wye_span span = wye_param(context, i);
    CHECK(memcmp(&span, &m->spans[i], sizeof span) == 0);
  }
  CHECK(wye_param(context, m->found.params).offset == WYE_NONE);
}

static void check_value(const struct value *v, const struct wye_slot *slot) {
  struct wye_span span;
  uint64_t number;
  CHECK(wye_get(slot, v->key, &number) == !v->is_span);
  CHECK(number == (v->is_span ? 0 : v->number));
  CHECK(wye_get_span(slot, v->key, &span) == v->is_span);
  CHECK(span.offset == (v->is_span ? (uint32_t)v->number : WYE_NONE));
  CHECK(span.length == (v->is_span ? (uint32_t)(v->number >> 32) : 0));
}

static void check_slot(const struct model_slot *m) {
  struct wye_slot *slot = wye_slot(now.pool, m->handle);
  size_t length;
  CHECK(slot != NULL && (uintptr_t)slot % 64 == 0);
  check_found(m, slot);
  for (uint32_t i = 0; i < m->value_count; i++) check_value(&m->values[i], slot);
  for (uint32_t i = 0; i < m->piece_count; i++) {
    const struct piece *p = &m->pieces[i];
    const char *text = wye_text_at(slot, p->span);
    CHECK(text != NULL && memcmp(text, p->bytes, p->span.length) == 0);
  }
  const void *body = wye_body(slot, &length);
  CHECK(length == m->body_length && (body == NULL) == (length == 0));
  CHECK(length == 0 || memcmp(body, m->body, length) == 0);
  struct wye_response response = wye_response(slot);
  CHECK(response.bytes == m->response.bytes && response.status == m->response.status);
  CHECK(response.upgraded == m->response.upgraded);
  if (m->id[0]) CHECK(memcmp(wye_request_id(now.pool, slot), m->id, WYE_REQUEST_ID) == 0);
}

static void check_all(void) {
  struct wye_pool_stats stats = wye_pool_stats(now.pool);
  CHECK(stats.slots == now.options.slots && stats.used == used());
  CHECK(stats.high_water == now.high_water && stats.retired == 0);
  for (int i = 0; i < MOST_SLOTS; i++)
    if (now.slots[i].handle) check_slot(&now.slots[i]);
  for (uint32_t i = 0; i < now.stale_count; i++) CHECK(wye_slot(now.pool, now.stale[i]) == NULL);
}

/* ------------------------------------------------------------------ acquire and release */

static void forget(uint64_t handle) {
  if (now.stale_count < MOST_STALE) now.stale[now.stale_count++] = handle;
  else now.stale[handle % MOST_STALE] = handle;
}

static struct model_slot *free_model(void) {
  for (uint32_t i = 0; i < now.options.slots; i++)
    if (!now.slots[i].handle) return &now.slots[i];
  return NULL;
}

/* A context as a lookup would leave it, with spans that tell of nothing but themselves. */
static struct wye_context *invent(uint32_t params) {
  struct wye_context *found = take(sizeof *found + WYE_MAX_PARAMS * sizeof(struct wye_span));
  memset(found, 0xA5, sizeof *found + WYE_MAX_PARAMS * sizeof(struct wye_span));
  found->outcome = byte();
  found->route = byte();
  found->params = params;
  found->allow = byte();
  found->path = byte();
  found->path_end = found->path + byte();
  found->escaped = byte() & 1;
  struct wye_span *spans = found->param;
  for (uint32_t i = 0; i < params; i++) spans[i] = (struct wye_span){byte(), i};
  return found;
}

static void acquire(void) {
  static const struct wye_context empty = {.outcome = WYE_NOT_FOUND, .route = WYE_NONE};
  uint32_t params = below(16);
  struct wye_context *found = byte() % 4 ? invent(params) : NULL;
  struct model_slot *m = free_model();
  uint64_t handle = 1;
  int32_t wanted = found && params > now.params ? WYE_BAD_ARGUMENT : m ? WYE_OK : WYE_EXHAUSTED;
  CHECK(wye_acquire(now.pool, found, &handle) == wanted);
  CHECK((handle != 0) == (wanted == WYE_OK));
  if (wanted == WYE_OK) {
    for (uint32_t i = 0; i < now.stale_count; i++) CHECK(now.stale[i] != handle);
    for (int i = 0; i < MOST_SLOTS; i++) CHECK(now.slots[i].handle != handle);
    *m = (struct model_slot){.handle = handle, .found = found ? *found : empty};
    if (found) memcpy(m->spans, found->param, params * sizeof *m->spans);
    if (used() > now.high_water) now.high_water = used();
    check_slot(m);
  }
  free(found);
}

static void release(struct model_slot *m) {
  CHECK(wye_release(now.pool, m->handle) == WYE_OK);
  CHECK(wye_release(now.pool, m->handle) == WYE_STALE);
  forget(m->handle);
  m->handle = 0;
}

/* Handles of the past, and some that never were. */
static void try_stale(void) {
  uint64_t handle = now.stale_count ? now.stale[below(now.stale_count)] : 0;
  if (byte() % 2) handle += (uint64_t)below(3) << 32 | below(MOST_SLOTS + 2);
  for (int i = 0; i < MOST_SLOTS; i++)
    if (now.slots[i].handle == handle) return;
  CHECK(wye_slot(now.pool, handle) == NULL);
  CHECK(wye_release(now.pool, handle) == WYE_STALE);
}

/* ------------------------------------------------------------------ in a slot */

static void set(struct model_slot *m, struct wye_slot *slot) {
  struct value v = {.key = below(6), .is_span = byte() & 1, .number = (uint64_t)byte() << 40 | byte()};
  struct wye_span span = {(uint32_t)v.number, (uint32_t)(v.number >> 32)};
  uint32_t i = 0;
  while (i < m->value_count && m->values[i].key != v.key) i++;
  int32_t wanted = i < now.options.values ? WYE_OK : WYE_NO_MEMORY;
  CHECK((v.is_span ? wye_set_span(slot, v.key, span) : wye_set(slot, v.key, v.number)) == wanted);
  if (wanted < 0) return;
  m->values[i] = v;
  if (i == m->value_count) m->value_count++;
}

static void keep(struct model_slot *m, struct wye_span span, const void *bytes) {
  struct piece *p = &m->pieces[m->piece_count < MOST_PIECES ? m->piece_count++ : below(MOST_PIECES)];
  p->span = span;
  memcpy(p->bytes, bytes, span.length);
}

static void take_scratch(struct model_slot *m, struct wye_slot *slot) {
  uint32_t size = below(40), at = (m->closed + 7) & ~7u, fill = byte();
  uint8_t *block = wye_scratch(slot, size);
  CHECK((block != NULL) == (at + size + m->open_length <= now.options.scratch));
  if (!block) return;
  CHECK((uintptr_t)block % WYE_ALIGNMENT == 0);
  memset(block, (int)fill, size);
  m->closed = at + size;
  keep(m, (struct wye_span){at, size}, block);
}

static void append(struct model_slot *m, struct wye_slot *slot) {
  char text[24];
  int64_t number = (int64_t)((uint64_t)byte() << 56 | byte());
  uint32_t kind = below(4);
  int length = kind == 0   ? snprintf(text, sizeof text, "%lld", (long long)number)
               : kind == 1 ? snprintf(text, sizeof text, "%llu", (unsigned long long)number)
               : kind == 2 ? snprintf(text, sizeof text, "%llx", (unsigned long long)number)
                           : snprintf(text, sizeof text, "%.*s", (int)below(12), "eleven text");
  bool fits = m->closed + m->open_length + (uint32_t)length <= now.options.scratch;
  int32_t status = kind == 0   ? wye_append_int(slot, number)
                   : kind == 1 ? wye_append_uint(slot, (uint64_t)number)
                   : kind == 2 ? wye_append_hex(slot, (uint64_t)number)
                               : wye_append(slot, text, (size_t)length);
  CHECK(status == (fits ? WYE_OK : WYE_NO_MEMORY));
  if (!fits) return;
  memcpy(m->open + m->open_length, text, (size_t)length);
  m->open_length += (uint32_t)length;
}

static void close_text(struct model_slot *m, struct wye_slot *slot) {
  struct wye_span span = wye_text(slot);
  CHECK(span.offset == m->closed && span.length == m->open_length);
  keep(m, span, m->open);
  m->closed += m->open_length;
  m->open_length = 0;
}

static void append_body(struct model_slot *m, struct wye_slot *slot) {
  uint8_t bytes[20];
  uint32_t length = below(sizeof bytes), fill = byte();
  bool fits = m->body_length + length <= now.options.body;
  memset(bytes, (int)fill, sizeof bytes);
  CHECK(wye_body_append(slot, bytes, length) == (fits ? WYE_OK : WYE_BODY_TOO_LARGE));
  if (!fits) return;
  memcpy(m->body + m->body_length, bytes, length);
  m->body_length += length;
}

static void respond(struct model_slot *m, struct wye_slot *slot) {
  uint32_t status = below(2) ? 99 + below(4) : (uint32_t)byte() * 4;
  bool in_range = status >= 100 && status <= 999, is_final = status == 101 || status >= 200;
  int32_t wanted = !in_range ? WYE_BAD_ARGUMENT : m->response.status ? WYE_ALREADY_WRITTEN : WYE_OK;
  CHECK(wye_response_begin(slot, status) == wanted);
  if (wanted == WYE_OK && is_final) {
    m->response.status = (uint16_t)status;
    m->response.upgraded = status == 101;
  }
  uint32_t bytes = byte();
  wye_response_sent(slot, bytes);
  m->response.bytes += bytes;
}

static void ask_id(struct model_slot *m, struct wye_slot *slot) {
  const char *id = wye_request_id(now.pool, slot);
  if (!m->id[0])
    for (int i = 0; i < MOST_SLOTS; i++) CHECK(memcmp(now.slots[i].id, id, WYE_REQUEST_ID) != 0);
  memcpy(m->id, id, WYE_REQUEST_ID);
}

static void operate(struct model_slot *m) {
  static void (*const operations[])(struct model_slot *, struct wye_slot *) = {
      set, take_scratch, append, close_text, append_body, respond, ask_id};
  uint32_t which = below(sizeof operations / sizeof operations[0] + 1);
  if (which == sizeof operations / sizeof operations[0]) {
    release(m);
    return;
  }
  operations[which](m, wye_slot(now.pool, m->handle));
  check_slot(m);
}

/* ------------------------------------------------------------------ moves */

static uint32_t clamp(uint32_t value, uint32_t most) { return value < most ? value : most; }

/* More of everything, or less of something; into a block that is large enough, or not. */
static void move(void) {
  struct wye_pool_options o = now.options;
  uint32_t by = byte(), shift = 8 * below(8);
  o.slots = clamp(o.slots + (by & 3), MOST_SLOTS);
  o.params = clamp(o.params + (by >> 2 & 3), WYE_MAX_PARAMS);
  o.values = clamp(o.values + (by >> 4 & 1), MOST_VALUES);
  o.scratch = clamp(o.scratch + (by >> 5 & 3) * 3, MOST_SCRATCH);
  o.body = clamp(o.body + (by >> 7) * 5, MOST_BODY);
  uint32_t what = below(8);
  bool less = what == 1 && now.options.scratch > 0;
  if (less) o.scratch = now.options.scratch - 1;
  size_t size = wye_pool_size(&o), have = what == 0 ? below(255) * size / 255 : size;
  CHECK(less || size >= wye_pool_size(&now.options));
  void *block = take(have + shift);
  struct wye_pool *moved;
  int32_t wanted = less ? WYE_BAD_ARGUMENT : have < size ? WYE_NO_MEMORY : WYE_OK;
  CHECK(wye_pool_move(now.pool, (uint8_t *)block + shift, have, &o, &moved) == wanted);
  CHECK((moved == NULL) == (wanted < 0));
  if (moved) {
    free(now.block);
    now.pool = moved;
    now.block = block;
    now.options = o;
    now.params = o.params < 4 ? 4 : o.params;
  } else {
    free(block);
  }
  check_all();
}

/* ------------------------------------------------------------------ the run */

static void begin(void) {
  memset(&now.slots, 0, sizeof now.slots);
  now.high_water = now.stale_count = 0;
  now.options = (struct wye_pool_options){.slots = 1 + below(6),
                                          .params = below(12),
                                          .values = below(5),
                                          .scratch = below(90),
                                          .body = below(40),
                                          .seed = byte()};
  now.params = now.options.params < 4 ? 4 : now.options.params;
  size_t size = wye_pool_size(&now.options);
  now.block = take(size);
  CHECK(wye_pool_init(now.block, size, &now.options, &now.pool) == WYE_OK);
}

static void step(void) {
  uint32_t what = below(16);
  struct model_slot *m = &now.slots[below(MOST_SLOTS)];
  if (what == 0) move();
  else if (what == 1) try_stale();
  else if (what < 5) acquire();
  else if (m->handle) operate(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  now.data = data;
  now.end = data + size;
  begin();
  while (now.data < now.end) step();
  check_all();
  free(now.block);
  return 0;
}
