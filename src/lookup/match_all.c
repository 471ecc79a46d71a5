/* The face of a search for every route that matches, as wye.h promises it. */
#include "lookup/request.h"

/* The spans of the path's parameters as empty ones: the URL has none. */
static void place_no_path(const struct wye_table *table, struct wye__hits *hits, uint32_t at) {
  for (uint32_t i = 0; i < hits->count; i++) {
    struct wye_hit *hit = &hits->hit[i];
    struct wye_span *spans = (struct wye_span *)(void *)((uint8_t *)hits->hit + hit->spans);
    for (uint32_t j = wye__route_at_index(table, hit->route)->host_params; j < hit->params; j++)
      spans[j] = (struct wye_span){at, 0};
  }
}

static int32_t collect(struct wye__request *request, struct wye_hit *hit, size_t capacity, size_t *size) {
  struct wye__hits hits = {.hit = hit, .capacity = capacity & ~(size_t)7, .first = capacity & ~(size_t)7};
  uint32_t at = request->path;
  bool has_path = !request->url || (request->length && request->text[at] == '/');
  if (!has_path) {
    request->text = (const uint8_t *)"/";
    request->path = 0;
    request->length = 1;
  }
  int32_t status = wye__collect(request, &hits);
  if (!has_path) request->context->path = request->context->path_end = at;
  *size = hits.size > SIZE_MAX ? SIZE_MAX : (size_t)hits.size;
  if (status < 0) return status;
  if (!wye__hits_fit(&hits)) return WYE_NO_MEMORY;
  if (!has_path) place_no_path(request->table, &hits, at);
  wye__hits_sort(&hits);
  return (int32_t)hits.count;
}

static bool takes_hits(const struct wye_table *table, struct wye_context *context, const struct wye_hit *hits,
                       size_t capacity) {
  return wye__serves(context, table) && wye__aligned(hits, WYE_ALIGNMENT) && (hits || capacity == 0);
}

int32_t wye_match_all(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                      size_t length, struct wye_hit *hits, size_t capacity, size_t *size) {
  *size = 0;
  if (!takes_hits(table, context, hits, capacity)) return wye__refuse(context, WYE_BAD_ARGUMENT);
  struct wye__request request = {
      .table = table, .context = context, .method = method, .text = (const uint8_t *)path, .length = length};
  return collect(&request, hits, capacity, size);
}

int32_t wye_match_all_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                          size_t length, struct wye_hit *hits, size_t capacity, size_t *size) {
  struct wye__request request = {.table = table, .context = context, .method = method};
  *size = 0;
  if (!takes_hits(table, context, hits, capacity)) return wye__refuse(context, WYE_BAD_ARGUMENT);
  if (!wye__read_url(&request, url, length)) return wye__refuse(context, WYE_BAD_PATH);
  return collect(&request, hits, capacity, size);
}
