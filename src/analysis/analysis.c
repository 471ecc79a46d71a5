/* An analysis in its block, and the routes that it reads. */
#include "analysis/analysis.h"

#include "language/host.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ the block */

struct cursor {
  uint8_t *base; /* NULL: only to count */
  size_t used;
};

static void *take(struct cursor *cursor, size_t size) {
  void *taken = cursor->base ? cursor->base + cursor->used : NULL;
  cursor->used += (size + 7) & ~(size_t)7;
  return taken;
}

/* The bytes of all shapes. `*forms`: how many forms there are, at least one for each route. */
static size_t shapes_size(const struct wye_table *table, size_t *forms) {
  uint8_t shape[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR];
  struct wye__pattern pattern = {.shape = shape};
  size_t size = 0;
  struct wye_route route;
  *forms = 0;
  for (uint32_t i = 0; wye_table_route(table, i, &route); i++) {
    bool readable = wye__pattern_parse(route.pattern, route.pattern_length, false, &pattern, NULL) == WYE_OK;
    *forms += readable ? pattern.forms : 1;
    size += (readable ? (pattern.forms + 1) * pattern.length : 0) + route.host_length;
  }
  return size;
}

/* Lays out all parts. Returns the bytes of all of them; `*shapes`: where the routes' shapes go. */
static size_t lay_out(const struct wye_table *table, void *block, uint8_t **shapes) {
  struct cursor cursor = {block, 0};
  size_t routes = wye_table_routes(table), forms, size = shapes_size(table, &forms);
  struct wye_analysis unused, *a = take(&cursor, sizeof *a);
  if (!a) a = &unused;
  a->context = take(&cursor, wye_context_size(table));
  a->subjects = take(&cursor, routes * sizeof *a->subjects);
  a->forms = take(&cursor, forms * sizeof *a->forms);
  a->first_form = take(&cursor, (routes + 1) * sizeof *a->first_form);
  a->order = take(&cursor, 2 * forms * sizeof *a->order);
  a->ranges = take(&cursor, (forms + 1) * sizeof *a->ranges);
  a->near = take(&cursor, routes * sizeof *a->near);
  a->is_near = take(&cursor, routes);
  a->text = take(&cursor, WYE__WITNESS_TEXT);
  a->alphabet = take(&cursor, sizeof *a->alphabet);
  a->search.room = take(&cursor, WYE__SEARCH_ROOM);
  *shapes = take(&cursor, size);
  return cursor.used;
}

size_t wye_analysis_size(const struct wye_table *table) {
  uint8_t *shapes;
  return lay_out(table, NULL, &shapes);
}

/* ------------------------------------------------------------------ reading the routes */

/* Puts the constraints' numbers into a shape. False if the table (a forged image's) lacks one. */
static bool number_shape(const struct wye_table *table, const char *text, const struct wye__pattern *pattern) {
  uint32_t param = 0;
  for (uint32_t at = 0; at < pattern->length; at += wye__shape_step(pattern->shape, at)) {
    if (!wye__is_mark(pattern->shape, pattern->length, at, WYE__TYPED)) continue;
    while (pattern->constraints[param].length == 0) param++;
    struct wye_span constraint = pattern->constraints[param++];
    uint32_t number = wye__find_constraint(table, text + constraint.offset, constraint.length);
    if (number == 0) return false;
    wye__shape_number(pattern->shape, at, number);
  }
  return true;
}

/*
 * Reads a route's pattern, and appends its forms to the `*count` so far, with their shapes at `room`. Returns the bytes
 * that these take; 0: the search cannot follow the route.
 */
static uint32_t read_pattern(struct wye_analysis *a, uint32_t index, const struct wye_route *route, uint8_t *room,
                             uint32_t *count) {
  struct wye__pattern pattern = {.shape = room};
  bool fold = a->table->case_insensitive;
  uint64_t params;
  if (wye__pattern_parse(route->pattern, route->pattern_length, fold, &pattern, NULL) < 0) return 0;
  if (!number_shape(a->table, route->pattern, &pattern)) return 0;
  if (!wye__has_whole_characters(pattern.shape, pattern.length)) return 0;
  uint32_t size = pattern.length;
  for (uint32_t i = 0; i < pattern.forms; i++) {
    uint32_t length = wye__pattern_form(&pattern, i, room + size, &params);
    a->forms[(*count)++] = (struct wye__form){room + size, length, index};
    size += length;
  }
  return size;
}

/* Reads a route's host, if it has one, into a shape at `room`. False if it is malformed (a forged image's). */
static bool read_host(struct wye__subject *subject, const struct wye_route *route, uint8_t *room) {
  struct wye__host host = {.length = 0};
  if (route->host_length && wye__host_parse(route->host, route->host_length, &host, NULL) < 0) return false;
  memcpy(room, host.shape, host.length);
  subject->host = (struct wye__host_shape){room, host.length};
  return true;
}

/* Reads a route; returns the bytes that its shapes take at `room`. `*count`: forms so far. */
static uint32_t read_route(struct wye_analysis *a, uint32_t index, uint8_t *room, uint32_t *count) {
  struct wye_route route;
  struct wye__subject *subject = &a->subjects[index];
  wye_table_route(a->table, index, &route);
  *subject = (struct wye__subject){.method = wye_table_method(a->table, route.method, route.method_length)};
  if (!read_host(subject, &route, room)) return 0;
  uint32_t length = read_pattern(a, index, &route, room + subject->host.length, count);
  subject->readable = length > 0;
  return length + subject->host.length;
}

/* ------------------------------------------------------------------ the whole */

int32_t wye_analysis_init(void *block, size_t size, const struct wye_table *table, struct wye_analysis **analysis) {
  if (!analysis) return WYE_BAD_ARGUMENT;
  *analysis = NULL;
  if (!block || !table || !wye__aligned(block, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  if (size < wye_analysis_size(table)) return WYE_NO_MEMORY;
  uint8_t *shapes;
  struct wye_analysis *a = block;
  lay_out(table, block, &shapes);
  a->table = table;
  a->routes = wye_table_routes(table);
  a->centre = WYE_NONE;
  a->near_count = 0;
  memset(a->is_near, 0, a->routes);
  wye_context_init(a->context, wye_context_size(table), table, &a->context);
  uint32_t forms = 0;
  for (uint32_t i = 0; i < a->routes; i++) {
    a->first_form[i] = forms;
    shapes += read_route(a, i, shapes, &forms);
  }
  a->first_form[a->routes] = forms;
  wye__choose_fresh_label(a);
  wye__order_forms(a);
  wye__alphabet_fill(table, a->alphabet);
  a->search.table = table;
  a->search.forms = a->forms;
  a->search.first_form = a->first_form;
  a->search.alphabet = a->alphabet;
  *analysis = a;
  return WYE_OK;
}
