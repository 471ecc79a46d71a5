/* The face: contexts and lookups as wye.h promises them, joining the layers. */
#include "wye.h"

#include "language/authority.h"
#include "language/encoding.h"
#include "lookup/request.h"

/* ------------------------------------------------------------------ contexts */

static uint16_t capacity_for(const struct wye_table *table) {
  return table->max_params > 4 ? (uint16_t)table->max_params : 4;
}

size_t wye_context_size(const struct wye_table *table) {
  uint64_t size = offsetof(struct wye_context, param) + capacity_for(table) * sizeof(struct wye_span) +
                  table->max_depth * sizeof(struct wye__choice) + sizeof(struct wye__memory) + wye__memory_size(table);
  return size > SIZE_MAX ? SIZE_MAX : (size_t)size;
}

int32_t wye_context_init(void *block, size_t size, const struct wye_table *table, struct wye_context **context) {
  if (!context) return WYE_BAD_ARGUMENT;
  *context = NULL;
  if (!block || !table || !wye__aligned(block, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  if (size < wye_context_size(table)) return WYE_NO_MEMORY;
  struct wye_context *made = block;
  memset(made, 0, wye_context_size(table));
  made->capacity = capacity_for(table);
  made->stack = table->max_depth;
  wye__memory(made)->size = wye__memory_size(table);
  wye__context_clear(made);
  *context = made;
  return WYE_OK;
}

void wye__claim(const struct wye_table *table, struct wye_context *context) {
  struct wye__memory *memory = wye__memory(context);
  uint64_t owner = (uint64_t)table->checksum << 32 | table->size;
  if (memory->owner == owner) return;
  memory->owner = owner;
  memset(wye__stamps(context), 0, table->stamps * sizeof(uint64_t));
  for (uint32_t i = 0; i < table->maps; i++) wye__maps(table, context)[i].serial = 0;
  for (uint32_t i = 0; i < table->traces; i++) wye__traces(table, context)[i].serial = 0;
}

/* ------------------------------------------------------------------ lookups */

static bool is_large_enough(const struct wye_context *context, const struct wye_table *table) {
  return context->capacity >= table->max_params && context->stack >= table->max_depth;
}

static __attribute__((noinline)) bool remembers_enough(struct wye_context *context, const struct wye_table *table) {
  return is_large_enough(context, table) && wye__memory(context)->size >= wye__memory_size(table);
}

bool wye__serves(struct wye_context *context, const struct wye_table *table) {
  if (WYE_UNLIKELY(table->stamps | table->clean_path)) return remembers_enough(context, table);
  return is_large_enough(context, table);
}

int32_t wye__refuse(struct wye_context *context, int32_t status) {
  wye__context_clear(context);
  return context->outcome = status;
}

static __attribute__((noinline)) int32_t retry_path(const struct wye_table *table, struct wye_context *context,
                                                    uint32_t method, const char *path, size_t length) {
  return wye__retry(&(struct wye__request){
      .table = table, .context = context, .method = method, .text = (const uint8_t *)path, .length = length});
}

int32_t wye_match_method(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                         size_t length) {
  if (WYE_UNLIKELY(!wye__serves(context, table))) return wye__refuse(context, WYE_BAD_ARGUMENT);
  int32_t outcome = wye__match(table, context, 0, method, (const uint8_t *)path, 0, length);
  if (WYE_LIKELY(outcome >= 0 || !wye__has_policies(table) || !wye__is_miss(outcome))) return outcome;
  return retry_path(table, context, method, path, length);
}

int32_t wye_match(const struct wye_table *table, struct wye_context *context, const char *method, size_t method_length,
                  const char *path, size_t length) {
  return wye_match_method(table, context, wye_table_method(table, method, method_length), path, length);
}

bool wye__read_url(struct wye__request *request, const char *url, size_t length) {
  uint32_t most = length > WYE_MAX_AUTHORITY + 1 ? WYE_MAX_AUTHORITY + 1 : (uint32_t)length;
  request->text = request->url = (const uint8_t *)url;
  request->path = wye__authority_end(request->url, most, &request->host, &request->host_end);
  request->length = length - request->path;
  return request->path > 0 && request->path <= WYE_MAX_AUTHORITY;
}

/*
 * A URL without a path has the path `/`, which stands nowhere in it: the path's spans are empty ones at its place.
 * There is no other form of it to try.
 */
static int32_t match_no_path(struct wye__request request, uint32_t at) {
  struct wye_context *context = request.context;
  request.text = (const uint8_t *)"/";
  request.path = 0;
  request.length = 1;
  int32_t outcome = wye__through_hosts(&request);
  context->path = context->path_end = at;
  if (outcome < 0) return outcome;
  for (uint32_t i = wye__route_at_index(request.table, context->route)->host_params; i < context->params; i++)
    context->param[i] = (struct wye_span){at, 0};
  return outcome;
}

int32_t wye_match_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                      size_t length) {
  struct wye__request request = {.table = table, .context = context, .method = method};
  if (WYE_UNLIKELY(!wye__serves(context, table))) return wye__refuse(context, WYE_BAD_ARGUMENT);
  if (!wye__read_url(&request, url, length)) return wye__refuse(context, WYE_BAD_PATH);
  if (request.length == 0 || url[request.path] != '/') return match_no_path(request, request.path);
  int32_t outcome = wye__hosts(table)
                        ? wye__through_hosts(&request)
                        : wye__match(table, context, 0, method, request.text, request.path, request.length);
  if (WYE_LIKELY(outcome >= 0 || !wye__has_policies(table) || !wye__is_miss(outcome))) return outcome;
  return wye__retry(&request);
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

size_t wye_decode(const char *text, size_t length, char *buffer, size_t capacity) {
  return wye__decode((const uint8_t *)text, length, false, (uint8_t *)buffer, capacity);
}

size_t wye_decode_param(const struct wye_table *table, uint32_t route, uint32_t param, const char *raw, size_t length,
                        char *buffer, size_t capacity) {
  if (param >= wye_table_param_count(table, route)) return 0;
  if (param >= wye__route_at_index(table, route)->host_params)
    return wye__decode((const uint8_t *)raw, length, wye_table_is_catch_all(table, route, param), (uint8_t *)buffer,
                       capacity);
  size_t kept = length < capacity ? length : capacity;
  if (kept) memcpy(buffer, raw, kept);
  return length;
}

size_t wye_allow(const struct wye_table *table, const struct wye_context *context, char *buffer, size_t capacity) {
  const struct wye__method *methods = wye__section(table, WYE__METHODS);
  size_t size = 0;
  for (uint32_t bits = context->allow; bits; bits &= bits - 1) {
    struct wye_span method = methods[__builtin_ctz(bits)].text;
    const uint8_t *name = wye__text(table) + method.offset;
    for (uint32_t i = 0; size && i < 2; i++, size++)
      if (size + 1 < capacity) buffer[size] = ", "[i];
    for (uint32_t i = 0; i < method.length; i++, size++)
      if (size + 1 < capacity) buffer[size] = (char)name[i];
  }
  if (capacity) buffer[size < capacity ? size : capacity - 1] = 0;
  return size;
}
