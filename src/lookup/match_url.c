/* Lookups from an absolute URL. */
#include "language/authority.h"
#include "lookup/policies.h"

bool wye__read_url(struct wye__lookup *lookup, const char *url, size_t length) {
  uint32_t most = length > WYE_MAX_AUTHORITY + 1 ? WYE_MAX_AUTHORITY + 1 : (uint32_t)length;
  lookup->text = lookup->url = (const uint8_t *)url;
  lookup->path = wye__authority_end(lookup->url, most, &lookup->host, &lookup->host_end);
  lookup->length = length - lookup->path;
  return lookup->path > 0 && lookup->path <= WYE_MAX_AUTHORITY;
}

/*
 * A URL without a path has the path `/`, which is not in its text: the spans of the path's parameters are empty, where
 * the path would be. No policy has another form of `/`.
 */
static int32_t match_without_path(struct wye__lookup lookup, uint32_t at) {
  struct wye_context *context = lookup.context;
  lookup.text = (const uint8_t *)"/";
  lookup.path = 0;
  lookup.length = 1;
  int32_t outcome = wye__through_hosts(&lookup, NULL, NULL);
  context->path = context->path_end = at;
  if (outcome < 0) return outcome;
  for (uint32_t i = wye__route_at_index(lookup.table, context->route)->host_params; i < context->params; i++)
    if (context->param[i].offset != WYE_NONE) context->param[i] = (struct wye_span){at, 0};
  return outcome;
}

int32_t wye_match_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                      size_t length) {
  struct wye__lookup lookup = {.table = table, .context = context, .method = method};
  if (WYE_UNLIKELY(!wye__has_room_for(context, table))) return wye__refuse(context, WYE_BAD_ARGUMENT);
  if (!wye__read_url(&lookup, url, length)) return wye__refuse(context, WYE_BAD_PATH);
  if (lookup.length == 0 || url[lookup.path] != '/') return match_without_path(lookup, lookup.path);
  int32_t outcome = wye__hosts(table)
                        ? wye__through_hosts(&lookup, NULL, NULL)
                        : wye__match_path(table, context, 0, method, lookup.text, lookup.path, lookup.length);
  if (WYE_LIKELY(outcome >= 0 || !wye__has_policies(table) || !wye__is_miss(outcome))) return outcome;
  return wye__retry(&lookup);
}
