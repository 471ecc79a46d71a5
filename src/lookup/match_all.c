/* Every route that matches a request. */
#include "lookup/policies.h"

/*
 * Adds the routes that serve the method and match the path, of all hosts that apply. Where a slash at the end is
 * ignored, also those that match the path with one slash more or less. Of the results the context keeps only the path.
 */
static int32_t collect_forms(const struct wye__lookup *l, struct wye__hits *hits) {
  struct wye__path path;
  struct wye_context *context = l->context;
  int32_t status = wye__read_path(l->table, l->text, l->path, l->length, &path);
  struct wye__path other = path;
  if (status == WYE_OK) {
    wye__through_hosts(l, &path, hits);
    if (l->table->trailing_slash == WYE_SLASH_IGNORE && wye__other_slash(&other)) wye__through_hosts(l, &other, hits);
  }
  wye__context_clear(context);
  context->path = path.start;
  context->path_end = path.end;
  context->escaped = path.escaped;
  if (status < 0) context->outcome = status;
  return status;
}

/* For a URL without a path: makes the spans of the path's parameters empty, at `at`. */
static void empty_path_spans(const struct wye_table *table, struct wye__hits *hits, uint32_t at) {
  for (uint32_t i = 0; i < hits->count; i++) {
    struct wye_hit *hit = &hits->hit[i];
    struct wye_span *spans = (struct wye_span *)(void *)((uint8_t *)hits->hit + hit->spans);
    for (uint32_t j = wye__route_at_index(table, hit->route)->host_params; j < hit->params; j++)
      if (spans[j].offset != WYE_NONE) spans[j] = (struct wye_span){at, 0};
  }
}

static int32_t collect(struct wye__lookup *l, struct wye_hit *hit, size_t capacity, size_t *size) {
  struct wye__hits hits = {.hit = hit, .capacity = capacity & ~(size_t)7, .first = capacity & ~(size_t)7};
  uint32_t at = l->path;
  bool has_path = !l->url || (l->length && l->text[at] == '/');
  if (!has_path) {
    l->text = (const uint8_t *)"/";
    l->path = 0;
    l->length = 1;
  }
  int32_t status = collect_forms(l, &hits);
  if (!has_path) l->context->path = l->context->path_end = at;
  *size = hits.size > SIZE_MAX ? SIZE_MAX : (size_t)hits.size;
  if (status < 0) return status;
  if (!wye__hits_fit(&hits)) return WYE_NO_MEMORY;
  if (!has_path) empty_path_spans(l->table, &hits, at);
  wye__hits_sort(&hits);
  return (int32_t)hits.count;
}

/* Whether the context has room for the table, and the buffer is aligned, or absent only to ask for the size. */
static bool has_valid_blocks(const struct wye_table *table, struct wye_context *context, const struct wye_hit *hits,
                             size_t capacity) {
  return wye__has_room_for(context, table) && wye__aligned(hits, WYE_ALIGNMENT) && (hits || capacity == 0);
}

int32_t wye_match_all(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                      size_t length, struct wye_hit *hits, size_t capacity, size_t *size) {
  *size = 0;
  if (!has_valid_blocks(table, context, hits, capacity)) return wye__refuse(context, WYE_BAD_ARGUMENT);
  struct wye__lookup lookup = {
      .table = table, .context = context, .method = method, .text = (const uint8_t *)path, .length = length};
  return collect(&lookup, hits, capacity, size);
}

int32_t wye_match_all_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                          size_t length, struct wye_hit *hits, size_t capacity, size_t *size) {
  struct wye__lookup lookup = {.table = table, .context = context, .method = method};
  *size = 0;
  if (!has_valid_blocks(table, context, hits, capacity)) return wye__refuse(context, WYE_BAD_ARGUMENT);
  if (!wye__read_url(&lookup, url, length)) return wye__refuse(context, WYE_BAD_PATH);
  return collect(&lookup, hits, capacity, size);
}
