#include "lookup/context.h"

#include "language/encoding.h"

/* ------------------------------------------------------------------ making one */

size_t wye_context_size(const struct wye_table *table) {
  uint64_t size = offsetof(struct wye_context, param) + wye__spans_for(table->max_params) * sizeof(struct wye_span) +
                  table->max_depth * sizeof(struct wye__backtrack_point) + sizeof(struct wye__memory) +
                  wye__memory_size(table);
  return size > SIZE_MAX ? SIZE_MAX : (size_t)size;
}

int32_t wye_context_init(void *block, size_t size, const struct wye_table *table, struct wye_context **context) {
  if (!context) return WYE_BAD_ARGUMENT;
  *context = NULL;
  if (!block || !table || !wye__aligned(block, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  if (size < wye_context_size(table)) return WYE_NO_MEMORY;
  struct wye_context *made = block;
  memset(made, 0, wye_context_size(table));
  made->capacity = (uint8_t)wye__spans_for(table->max_params);
  made->stack = table->max_depth;
  wye__memory_of(made)->size = wye__memory_size(table);
  wye__context_clear(made);
  *context = made;
  return WYE_OK;
}

/* ------------------------------------------------------------------ room and memory */

__attribute__((noinline)) bool wye__has_memory_for(struct wye_context *context, const struct wye_table *table) {
  return wye__memory_of(context)->size >= wye__memory_size(table);
}

int32_t wye__refuse(struct wye_context *context, int32_t status) {
  wye__context_clear(context);
  return context->outcome = status;
}

void wye__claim(const struct wye_table *table, struct wye_context *context) {
  struct wye__memory *memory = wye__memory_of(context);
  uint64_t owner = (uint64_t)table->checksum << 32 | table->size;
  if (memory->owner == owner) return;
  memory->owner = owner;
  memset(wye__visited_nodes_of(context), 0, ((size_t)table->visited_nodes + table->notes) * sizeof(uint64_t));
}

/* ------------------------------------------------------------------ what was found */

struct wye_span wye_param(const struct wye_context *context, uint32_t index) {
  return index < context->params ? context->param[index] : (struct wye_span){WYE_NONE, 0};
}

uint32_t wye_param_index(const struct wye_table *table, const struct wye_context *context, const char *name,
                         size_t length) {
  for (uint32_t i = 0; i < context->params; i++) {
    size_t other_length;
    const char *other = wye_table_param_name(table, context->route, i, &other_length);
    if (wye__same(other, other_length, name, length)) return i;
  }
  return WYE_NONE;
}

size_t wye_decode_param(const struct wye_table *table, uint32_t route, uint32_t param, const char *raw, size_t length,
                        char *buffer, size_t capacity) {
  if (param >= wye_table_param_count(table, route)) return 0;
  if (param >= wye__route_at_index(table, route)->host_params)
    return wye__percent_decode((const uint8_t *)raw, length, wye_table_is_catch_all(table, route, param),
                               (uint8_t *)buffer, capacity);
  size_t kept = length < capacity ? length : capacity; /* labels of a host are not encoded */
  if (kept) memcpy(buffer, raw, kept);
  return length;
}

size_t wye_allow(const struct wye_table *table, const struct wye_context *context, char *buffer, size_t capacity) {
  const struct wye__method *methods = wye__section_of(table, WYE__METHODS);
  struct wye__writer to = {.bytes = (uint8_t *)buffer, .capacity = capacity};
  for (uint64_t bits = context->allow; bits; bits &= bits - 1) {
    struct wye_span method = methods[__builtin_ctzll(bits)].text;
    wye__put_bytes(&to, ", ", to.size ? 2 : 0);
    wye__put_bytes(&to, wye__text_of(table) + method.offset, method.length);
  }
  return wye__terminate(&to);
}
