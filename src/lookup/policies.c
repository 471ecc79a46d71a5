#include "lookup/policies.h"

#include "language/dot_segments.h"
#include "language/pattern.h"
#include "lookup/location.h"

/*
 * Looks up the path with one slash more or less at its end, if the table's policy allows it. Adds what a redirect there
 * does to `*flags` (enum wye__redirect).
 */
static int32_t by_slash(const struct wye__lookup *l, struct wye__path path, uint32_t *flags) {
  uint32_t policy = l->table->trailing_slash;
  if (policy == WYE_SLASH_STRICT || !wye__other_slash(&path)) return WYE_NOT_FOUND;
  if (policy == WYE_SLASH_REDIRECT) {
    if (!wye__is_redirectable(path.text + path.start, path.end - path.start)) return WYE_NOT_FOUND;
    *flags |= path.add_slash ? WYE__ADD_SLASH : WYE__DROP_SLASH;
  }
  return wye__through_hosts(l, &path, NULL);
}

/*
 * Writes the literals of the cleaned path in the letters of the pattern that it matched: of the first form that has the
 * parameters that were found, and fits.
 */
static void recase(const struct wye__lookup *l, struct wye__cleaned *cleaned) {
  uint8_t shape[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR], form[sizeof shape];
  struct wye__pattern pattern = {.shape = shape};
  const struct wye_context *context = l->context;
  const struct wye__route_record *route = wye__route_at_index(l->table, context->route);
  const char *text = (const char *)wye__text_of(l->table) + route->pattern.offset;
  struct wye_span spans[WYE_MAX_PARAMS];
  uint32_t found = 0;
  uint64_t present = 0, params;
  for (uint32_t i = route->host_params; i < context->params; i++) {
    if (context->param[i].offset == WYE_NONE) continue;
    present |= (uint64_t)1 << (i - route->host_params);
    spans[found++] = context->param[i];
  }
  if (wye__pattern_parse(text, route->pattern.length, false, &pattern, NULL) < 0) return; /* a forged image's */
  for (uint32_t i = 0; i < pattern.forms; i++) {
    uint32_t length = wye__pattern_form(&pattern, i, form, &params);
    if (params == present && wye__recase(form, length, cleaned->path, cleaned->length, spans, found)) return;
  }
}

/* Looks up the cleaned path, under the slash policy. `folded`: in any case of letters. */
static int32_t by_cleaning(const struct wye__lookup *l, uint32_t start, uint32_t end, bool folded, uint32_t *flags) {
  struct wye__cleaned *cleaned = wye__cleaned_of(l->table, l->context);
  struct wye__path path;
  wye__claim(l->table, l->context);
  cleaned->length = wye__clean(l->text + start, end - start, cleaned->path);
  wye__read_path(l->table, cleaned->path, 0, cleaned->length, &path);
  path.folded = folded;
  *flags = WYE__CLEANED;
  int32_t outcome = wye__through_hosts(l, &path, NULL);
  if (outcome < 0) outcome = by_slash(l, path, flags);
  if (outcome >= 0) recase(l, cleaned);
  return outcome;
}

/* Ends a lookup without a hit. */
static int32_t finish(struct wye_context *context, int32_t outcome, uint64_t allow, uint32_t redirect) {
  context->route = WYE_NONE;
  context->params = 0;
  context->allow = allow;
  context->redirect = (uint8_t)redirect;
  return context->outcome = outcome;
}

int32_t wye__retry(const struct wye__lookup *l) {
  const struct wye_table *table = l->table;
  struct wye_context *context = l->context;
  uint32_t start = context->path, end = context->path_end, flags = 0;
  uint64_t allow = context->allow;
  bool ignore = table->trailing_slash == WYE_SLASH_IGNORE;
  struct wye__path path = {.text = l->text, .start = start, .end = end, .escaped = context->escaped};
  int32_t outcome = by_slash(l, path, &flags);
  if (ignore) allow |= context->allow;
  bool found = outcome >= 0;
  for (uint32_t set = 0; outcome < 0 && table->clean_path && set <= wye__has_folded(table); set++)
    outcome = by_cleaning(l, start, end, set, &flags);
  context->path = start;
  context->path_end = end;
  if (found && ignore) return outcome;
  if (outcome >= 0) return finish(context, WYE_REDIRECT, 0, flags);
  return finish(context, allow ? WYE_METHOD_NOT_ALLOWED : WYE_NOT_FOUND, allow, 0);
}

__attribute__((noinline)) int32_t wye__retry_path(const struct wye_table *table, struct wye_context *context,
                                                  uint32_t method, const uint8_t *path, size_t length) {
  return wye__retry(
      &(struct wye__lookup){.table = table, .context = context, .method = method, .text = path, .length = length});
}
