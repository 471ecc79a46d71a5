/*
 * Patterns: an options byte, then patterns, one a line, with a host in front or without. Each is added or refused with
 * an error that can be told; a refused one changes nothing; the table that comes of it opens, and each pattern, taken
 * for a path, is found in it. Then every second route goes again: the table is that of the others.
 */
#include "fuzz.h"

enum { BUILDER_SIZE = 1 << 21, MOST_ROUTES = 64, MOST_PARAMS = 96, MOST_OMITTED = 6, MOST_CONTEXT = 1 << 26 };

struct line {
  const uint8_t *text;
  size_t length;
  bool removed;
};

static struct line taken[MOST_ROUTES];
static size_t count;

static struct wye_route route_of_line(const struct line *line, const char *text) {
  return route_of("GET", 3, text, line->length);
}

static void check_error(const struct wye_error *error, const struct wye_builder *builder, const struct wye_route *route,
                        int32_t status) {
  CHECK(error->status == status && error->detail != NULL);
  CHECK(status != WYE_NO_MEMORY && status != WYE_BAD_ARGUMENT);
  CHECK(error->offset <= (status == WYE_BAD_HOST ? route->host_length : route->pattern_length));
  CHECK((error->other != WYE_NONE) == (status == WYE_CONFLICT));
  if (status == WYE_CONFLICT) CHECK(error->other < wye_builder_routes(builder));
  size_t length = wye_error_format(error, builder, route, NULL, 0);
  char *sentence = take(length + 1);
  CHECK(wye_error_format(error, builder, route, sentence, length + 1) == length);
  CHECK(sentence[length] == 0);
  free(sentence);
}

static void add(struct wye_builder *builder, struct line line) {
  struct wye_error error;
  char *text = copy_of(line.text, line.length);
  size_t used = wye_builder_used(builder);
  struct wye_route route = route_of_line(&line, text);
  int32_t id = wye_builder_add(builder, &route, &error);
  if (id >= 0) {
    CHECK(id == (int32_t)count);
    taken[count++] = line;
  } else {
    check_error(&error, builder, &route, id);
    CHECK(wye_builder_used(builder) == used && wye_builder_routes(builder) == count);
  }
  free(text);
}

static void add_all(struct wye_builder *builder, const uint8_t *text, size_t size) {
  count = 0;
  while (size && count < MOST_ROUTES) {
    const uint8_t *end = memchr(text, '\n', size);
    size_t length = end ? (size_t)(end - text) : size;
    add(builder, (struct line){text, length, false});
    text += length + (end != NULL);
    size -= length + (end != NULL);
  }
}

/* ------------------------------------------------------------------ each is found */

/*
 * The pattern as a path that it must match: a parameter takes its own name, a catch-all its own text; optional segments
 * are there without their `?` or, if `omit`, are left out. An escaped character stands for itself; `?`, `#` and `\`
 * cannot be raw. False where a parameter is constrained, and where a `%` besides escaped characters could read as an
 * escape.
 */
static bool path_of(struct line line, bool omit, char *path, size_t *length) {
  size_t segment = 0;
  bool escapes = memchr(line.text, '\\', line.length) != NULL;
  if (escapes && memchr(line.text, '%', line.length)) return false;
  *length = 0;
  for (size_t i = 0; i < line.length; i++) {
    if (line.text[i] == '<' || line.text[i] == '(') return false;
    if (line.text[i] == '?') {
      if (omit) *length = segment;
      continue;
    }
    if (line.text[i] == '\\') i++;
    if (line.text[i] == '/') segment = *length;
    if (line.text[i] == '?' || line.text[i] == '#' || line.text[i] == '\\')
      *length += (size_t)sprintf(path + *length, "%%%02X", (unsigned)line.text[i]);
    else path[(*length)++] = (char)line.text[i];
  }
  if (*length == 0) path[(*length)++] = '/';
  return true;
}

static void match_own_text(const struct wye_table *table, struct wye_context *context, struct line line, bool omit) {
  size_t length;
  char *path = take(line.length * 3), *exact;
  if (line.text[0] == '/' && path_of(line, omit, path, &length)) {
    exact = copy_of(path, length);
    int32_t outcome = wye_match(table, context, "GET", 3, exact, length);
    check_context(table, context, outcome, length);
    check_omitted(table, context);
    CHECK(outcome >= 0);
    free(exact);
  }
  free(path);
}

/* Whether a lookup has found exactly the values that were given. `given`: a bit for each parameter. */
static void check_values(const struct wye_table *table, const struct wye_context *context, const char *url,
                         const char *value, uint64_t given) {
  char decoded[64];
  CHECK(context->params == (given ? 64 - (uint32_t)__builtin_clzll(given) : 0));
  for (uint32_t i = 0; i < context->params; i++) {
    struct wye_span span = wye_param(context, i);
    CHECK((span.offset != WYE_NONE) == (given >> i & 1));
    if (span.offset == WYE_NONE) continue;
    size_t length = wye_decode_param(table, context->route, i, url + span.offset, span.length, decoded, sizeof decoded);
    CHECK(length == strlen(value) && memcmp(decoded, value, length) == 0);
  }
}

/*
 * A URL of the route with one and the same value for some of its parameters (`given`: a bit for each); where it can be
 * made, it leads back.
 */
static void make_url(const struct wye_table *table, struct wye_context *context, uint32_t index, const char *value,
                     uint32_t params, uint64_t given) {
  struct wye_value values[MOST_PARAMS];
  struct wye_route route;
  struct wye_error error;
  size_t length, capacity = 65536;
  char *url = take(capacity + 5);
  CHECK(wye_table_route(table, index, &route));
  for (uint32_t i = 0; i < params; i++)
    values[i] = given >> i & 1 ? (struct wye_value){value, strlen(value)} : (struct wye_value){NULL, 0};
  memcpy(url, "http:", 5);
  int32_t status = wye_url(table, context, index, values, params, url + 5, capacity, &length, &error);
  if (status == WYE_OK) {
    char *exact = route.host_length ? copy_of(url, length + 5) : copy_of(url + 5, length);
    int32_t outcome = route.host_length ? wye_match_url(table, context, 0, exact, length + 5)
                                        : wye_match_method(table, context, 0, exact, length);
    CHECK(outcome >= 0 && context->route == index);
    check_omitted(table, context);
    check_values(table, context, exact, value, given);
    free(exact);
  } else {
    CHECK(status == WYE_BAD_VALUE || status == WYE_CONFLICT || status == WYE_PATH_TOO_LONG);
    CHECK(error.status == status && error.detail);
    CHECK(error.offset <= route.pattern_length || error.offset <= route.host_length);
  }
  free(url);
}

static uint64_t first_bits(uint32_t count) { return count < 64 ? ((uint64_t)1 << count) - 1 : UINT64_MAX; }

/* With all values, with the first ones only, and with all but one. */
static void make_urls(const struct wye_table *table, struct wye_context *context, uint32_t index) {
  static const char *const values[] = {"a", "1", "a-b", "2024-02-29", "\xC3\xA9", "/%?", "."};
  uint32_t params = wye_table_param_count(table, index);
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    make_url(table, context, index, values[i], params, first_bits(params));
    for (uint32_t j = params; j-- > 0 && params - j <= MOST_OMITTED;) {
      make_url(table, context, index, values[i], j, first_bits(j));
      make_url(table, context, index, values[i], params, first_bits(params) & ~((uint64_t)1 << j));
    }
  }
}

static void check_table(void *image, size_t size) {
  const struct wye_table *table;
  CHECK(wye_table_open(image, size, &table, NULL) == WYE_OK);
  CHECK(wye_table_routes(table) == count);
  CHECK(wye_context_size(table) <= MOST_CONTEXT);
  struct wye_context *context = new_context(table);
  for (size_t i = 0; i < count; i++) {
    match_own_text(table, context, taken[i], false);
    match_own_text(table, context, taken[i], true);
    make_urls(table, context, (uint32_t)i);
  }
  free(context);
}

/* ------------------------------------------------------------------ removal */

static void remove_one(struct wye_builder *builder, size_t index) {
  char *text = copy_of(taken[index].text, taken[index].length);
  struct wye_route route = route_of_line(&taken[index], text);
  CHECK(wye_builder_remove(builder, &route) == WYE_OK);
  CHECK(wye_builder_remove(builder, &route) == WYE_NOT_FOUND);
  taken[index].removed = true;
  free(text);
}

/* The image of a builder that never had the routes that were removed. */
static void *image_of_others(const struct wye_options *options, size_t *size, size_t *used) {
  struct wye_builder *builder = new_builder(BUILDER_SIZE, options);
  for (size_t i = 0; i < count; i++) {
    if (taken[i].removed) continue;
    struct wye_route route = route_of_line(&taken[i], (const char *)taken[i].text);
    route.id = (int32_t)i;
    CHECK(wye_builder_add(builder, &route, NULL) == (int32_t)i);
  }
  void *image = image_of(builder, size);
  *used = wye_builder_used(builder);
  free(builder);
  return image;
}

static void check_removal(struct wye_builder *builder, const struct wye_options *options) {
  size_t size, wanted_size, used;
  for (size_t i = 0; i < count; i += 2) remove_one(builder, i);
  CHECK(wye_builder_routes(builder) == count / 2);
  struct wye_builder *moved;
  void *block = take(BUILDER_SIZE);
  CHECK(wye_builder_move(builder, block, BUILDER_SIZE, &moved) == WYE_OK);
  CHECK(wye_builder_used(moved) == wye_builder_used(builder));
  void *image = image_of(moved, &size), *wanted = image_of_others(options, &wanted_size, &used);
  CHECK(size == wanted_size && memcmp(image, wanted, size) == 0);
  CHECK(used <= wye_builder_used(moved)); /* the hash table may have grown */
  free(image);
  free(wanted);
  free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const struct wye_options options = {.case_insensitive = data[0] & 1,
                                      .no_method_not_allowed = data[0] >> 1 & 1,
                                      .clean_path = data[0] >> 2 & 1,
                                      .trailing_slash = (data[0] >> 3 & 3) % 3};
  struct wye_builder *builder = new_builder(BUILDER_SIZE, &options);
  size_t image_size;
  add_all(builder, data + 1, size - 1);
  void *image = image_of(builder, &image_size);
  check_table(image, image_size);
  check_removal(builder, &options);
  free(image);
  free(builder);
  return 0;
}
