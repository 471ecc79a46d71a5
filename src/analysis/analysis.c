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

static size_t shapes_size(const struct wye_table *table) {
  size_t size = 0;
  struct wye_route route;
  for (uint32_t i = 0; wye_table_route(table, i, &route); i++)
    size += WYE__SHAPE_FACTOR * route.pattern_length + route.host_length;
  return size;
}

/* Lays out all parts. Returns the bytes of all of them; `*shapes`: where the routes' shapes go. */
static size_t lay_out(const struct wye_table *table, void *block, uint8_t **shapes) {
  struct cursor cursor = {block, 0};
  size_t routes = wye_table_routes(table);
  struct wye_analysis unused, *a = take(&cursor, sizeof *a);
  if (!a) a = &unused;
  a->context = take(&cursor, wye_context_size(table));
  a->subjects = take(&cursor, routes * sizeof *a->subjects);
  a->forms = take(&cursor, 2 * routes * sizeof *a->forms);
  a->order = take(&cursor, 4 * routes * sizeof *a->order);
  a->ranges = take(&cursor, (2 * routes + 1) * sizeof *a->ranges);
  a->near = take(&cursor, routes * sizeof *a->near);
  a->is_near = take(&cursor, routes);
  a->text = take(&cursor, WYE__WITNESS_TEXT);
  a->alphabet = take(&cursor, sizeof *a->alphabet);
  a->search.room = take(&cursor, WYE__SEARCH_ROOM);
  *shapes = take(&cursor, shapes_size(table));
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

/* Reads a route's pattern into a shape at `room`. Returns the shape's bytes; 0: the search cannot follow it. */
static uint32_t read_pattern(struct wye_analysis *a, uint32_t index, const struct wye_route *route, uint8_t *room) {
  struct wye__pattern pattern = {.shape = room};
  bool fold = a->table->case_insensitive;
  if (wye__pattern_parse(route->pattern, route->pattern_length, fold, &pattern, NULL) < 0) return 0;
  if (!number_shape(a->table, route->pattern, &pattern)) return 0;
  if (!wye__has_whole_characters(pattern.shape, pattern.length)) return 0;
  a->forms[2 * index] = (struct wye__form){room, pattern.length};
  a->forms[2 * index + 1] = (struct wye__form){room, pattern.short_length};
  return pattern.length;
}

/* Reads a route's host, if it has one, into a shape at `room`. False if it is malformed (a forged image's). */
static bool read_host(struct wye__subject *subject, const struct wye_route *route, uint8_t *room) {
  struct wye__host host = {.length = 0};
  if (route->host_length && wye__host_parse(route->host, route->host_length, &host, NULL) < 0) return false;
  memcpy(room, host.shape, host.length);
  subject->host = (struct wye__host_shape){room, host.length};
  return true;
}

/* Reads a route; returns the bytes that its shapes take at `room`. */
static uint32_t read_route(struct wye_analysis *a, uint32_t index, uint8_t *room) {
  struct wye_route route;
  struct wye__subject *subject = &a->subjects[index];
  wye_table_route(a->table, index, &route);
  *subject = (struct wye__subject){.method = wye_table_method(a->table, route.method, route.method_length)};
  a->forms[2 * index] = a->forms[2 * index + 1] = (struct wye__form){NULL, 0};
  if (!read_host(subject, &route, room)) return 0;
  uint32_t length = read_pattern(a, index, &route, room + subject->host.length);
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
  for (uint32_t i = 0; i < a->routes; i++) shapes += read_route(a, i, shapes);
  wye__choose_fresh_label(a);
  wye__order_forms(a);
  wye__alphabet_fill(table, a->alphabet);
  a->search.table = table;
  a->search.forms = a->forms;
  a->search.alphabet = a->alphabet;
  *analysis = a;
  return WYE_OK;
}
