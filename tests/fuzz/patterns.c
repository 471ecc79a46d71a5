/*
 * Patterns: an options byte, then patterns, one a line. Each is added or refused with an error that can be told; a
 * refused one changes nothing; the table that comes of it opens, and each pattern, taken for a path, is found in it.
 */
#include "fuzz.h"

enum { BUILDER_SIZE = 1 << 20, MOST_ROUTES = 64 };

struct line {
  const uint8_t *text;
  size_t length;
};

static struct line taken[MOST_ROUTES];
static size_t count;

static void check_error(const struct wye_error *error, const struct wye_builder *builder, const struct wye_route *route,
                        int32_t status) {
  CHECK(error->status == status && error->detail != NULL);
  CHECK(error->offset <= route->pattern_length);
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
  char *pattern = copy_of(line.text, line.length);
  size_t used = wye_builder_used(builder);
  struct wye_route route = {"GET", 3, pattern, line.length, NULL, 0, WYE_NEXT_ID};
  int32_t id = wye_builder_add(builder, &route, &error);
  if (id >= 0) {
    CHECK(id == (int32_t)count);
    taken[count++] = line;
  } else {
    check_error(&error, builder, &route, id);
    CHECK(wye_builder_used(builder) == used && wye_builder_routes(builder) == count);
  }
  free(pattern);
}

static void add_all(struct wye_builder *builder, const uint8_t *text, size_t size) {
  count = 0;
  while (size && count < MOST_ROUTES) {
    const uint8_t *end = memchr(text, '\n', size);
    size_t length = end ? (size_t)(end - text) : size;
    add(builder, (struct line){text, length});
    text += length + (end != NULL);
    size -= length + (end != NULL);
  }
}

/*
 * The pattern as a path that it must match: a parameter takes its own name, a catch-all its own text. An escaped
 * character stands for itself; `?` and `#` cannot stand raw. False where a `%` beside escaped characters could read as
 * an escape.
 */
static bool path_of(struct line line, char *path, size_t *length) {
  bool escapes = memchr(line.text, '\\', line.length) != NULL;
  if (escapes && memchr(line.text, '%', line.length)) return false;
  *length = 0;
  for (size_t i = 0; i < line.length; i++) {
    if (line.text[i] == '\\') i++;
    if (line.text[i] == '?' || line.text[i] == '#')
      *length += (size_t)sprintf(path + *length, "%%%02X", (unsigned)line.text[i]);
    else path[(*length)++] = (char)line.text[i];
  }
  return true;
}

static void match_own_text(const struct wye_table *table, struct wye_context *context, struct line line) {
  size_t length;
  char *path = take(line.length * 3), *exact;
  if (path_of(line, path, &length)) {
    exact = copy_of(path, length);
    int32_t outcome = wye_match(table, context, "GET", 3, exact, length);
    check_context(table, context, outcome, length);
    CHECK(outcome >= 0);
    free(exact);
  }
  free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const struct wye_options options = {.case_insensitive = data[0] & 1, .no_method_not_allowed = data[0] >> 1 & 1};
  struct wye_builder *builder = new_builder(BUILDER_SIZE, &options);
  const struct wye_table *table;
  size_t image_size;
  add_all(builder, data + 1, size - 1);
  void *image = image_of(builder, &image_size);
  CHECK(wye_table_open(image, image_size, &table, NULL) == WYE_OK);
  CHECK(wye_table_routes(table) == count);
  struct wye_context *context = new_context(table);
  for (size_t i = 0; i < count; i++) match_own_text(table, context, taken[i]);
  free(context);
  free(image);
  free(builder);
  return 0;
}
