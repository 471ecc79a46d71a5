#include "support.h"

#include "builder.h"

/* ------------------------------------------------------------------ memory */

void *take(size_t size) {
  void *block = malloc(size ? size : 1);
  if (!block) abort();
  memset(block, 0xA5, size);
  return block;
}

void *copy_of(const void *bytes, size_t size) {
  void *copy = take(size);
  if (size) memcpy(copy, bytes, size);
  return copy;
}

char *repeat(const char *unit, size_t times) {
  size_t length = strlen(unit);
  char *text = take(length * times + 1);
  for (size_t i = 0; i < times; i++) memcpy(text + i * length, unit, length);
  text[length * times] = 0;
  return text;
}

/* ------------------------------------------------------------------ building */

struct wye_route route_of(const char *line) {
  const char *space = strchr(line, ' ');
  return (struct wye_route){
      .method = line,
      .method_length = (size_t)(space - line),
      .pattern = space + 1,
      .pattern_length = strlen(space + 1),
      .id = WYE_NEXT_ID,
  };
}

void fixture_begin(struct fixture *f, const struct wye_options *options) {
  *f = (struct fixture){.builder_size = wye_builder_min_size()};
  int32_t status = wye_builder_init(take(f->builder_size), f->builder_size, options, &f->builder);
  assert_int_equal(status, WYE_OK);
}

static void grow(struct fixture *f) {
  struct wye_builder *old = f->builder;
  size_t size = f->builder_size * 2;
  assert_int_equal(wye_builder_move(old, take(size), size, &f->builder), WYE_OK);
  f->builder_size = size;
  free(old);
}

int32_t fixture_add(struct fixture *f, const struct wye_route *route, struct wye_error *error) {
  int32_t id;
  while ((id = wye_builder_add(f->builder, route, error)) == WYE_NO_MEMORY) grow(f);
  return id;
}

int32_t fixture_add_line(struct fixture *f, const char *line) {
  struct wye_route route = route_of(line);
  return fixture_add(f, &route, NULL);
}

void *image_of(struct wye_builder *builder, size_t *size) {
  assert_int_equal(wye_builder_build(builder, NULL, 0, size), WYE_NO_MEMORY);
  assert_int_not_equal(*size, 0);
  void *image = take(*size);
  assert_int_equal(wye_builder_build(builder, image, *size, size), WYE_OK);
  return image;
}

void fixture_build(struct fixture *f) {
  struct wye_error error = {.detail = "none"};
  size_t size;
  while (wye_builder_build(f->builder, NULL, 0, &size) == WYE_NO_MEMORY && size == 0) grow(f);
  f->image = image_of(f->builder, &f->image_size);
  if (wye_table_open(f->image, f->image_size, &f->table, &error) != WYE_OK) fail_msg("own image: %s", error.detail);
  size = wye_context_size(f->table);
  assert_int_equal(wye_context_init(take(size), size, f->table, &f->context), WYE_OK);
}

void fixture_open(struct fixture *f, const struct wye_options *options, const char *const *lines) {
  fixture_begin(f, options);
  for (; *lines; lines++) {
    int32_t id = fixture_add_line(f, *lines);
    if (id < 0) fail_msg("%s: %s", *lines, wye_status_text(id));
  }
  fixture_build(f);
}

void fixture_drop(struct fixture *f) {
  free(f->builder);
  free(f->image);
  free(f->context);
  *f = (struct fixture){0};
}

/* ------------------------------------------------------------------ the builder's insides */

static void check_in_block(const struct wye_builder *builder, uint32_t offset, uint32_t length) {
  assert_in_range(offset, 1, builder->arena.used);
  assert_in_range(length, 0, builder->arena.used - offset);
}

static bool is_in_bucket(const struct wye_builder *builder, const struct wye__route *route, uint32_t offset) {
  const uint32_t *buckets = wye__at(&builder->arena, builder->buckets);
  uint32_t at = buckets[route->hash & (builder->bucket_count - 1)];
  while (at && at != offset) at = wye__route_at(builder, at)->chain;
  return at == offset;
}

static void check_route(const struct wye_builder *builder, uint32_t offset, uint32_t index) {
  const struct wye__route *route = wye__route_at(builder, offset);
  assert_int_equal(route->index, index);
  check_in_block(builder, route->shape, route->shape_length);
  check_in_block(builder, route->pattern, route->pattern_length);
  check_in_block(builder, route->method, route->method_length);
  check_in_block(builder, route->name, route->name_length);
  check_in_block(builder, route->names, route->params * (uint32_t)sizeof(struct wye_span));
  assert_in_range(route->id, 0, builder->next_id - 1);
  assert_true(is_in_bucket(builder, route, offset));
}

static void check_methods(const struct wye_builder *builder) {
  assert_in_range(builder->method_count, 0, WYE_MAX_METHODS);
  for (uint32_t i = 0; i < builder->method_count; i++) {
    const struct wye__route *route = wye__route_at(builder, builder->methods[i]);
    const char *method = wye__at(&builder->arena, route->method);
    assert_int_equal(wye__builder_method(builder, method, route->method_length), i);
  }
}

void check_builder(const struct wye_builder *builder) {
  uint32_t count = 0, last = 0;
  assert_in_range(builder->arena.used, 1, builder->arena.size);
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    check_in_block(builder, at, sizeof(struct wye__route));
    check_route(builder, at, count++);
    last = at;
  }
  assert_int_equal(builder->count, count);
  assert_int_equal(builder->last, last);
  check_methods(builder);
}

/* ------------------------------------------------------------------ answers */

struct line {
  char *to;
  size_t capacity, length;
};

static void put(struct line *line, const char *text, size_t length) {
  if (length > line->capacity - 1 - line->length) length = line->capacity - 1 - line->length;
  memcpy(line->to + line->length, text, length);
  line->length += length;
  line->to[line->length] = 0;
}

static void put_text(struct line *line, const char *text) { put(line, text, strlen(text)); }

static void put_param(struct line *line, const struct wye_table *table, const struct wye_context *context, uint32_t i,
                      const char *text) {
  struct wye_span span = wye_param(context, i);
  size_t length;
  const char *name = wye_table_param_name(table, context->route, i, &length);
  put_text(line, " ");
  put(line, name, length);
  put_text(line, "=");
  put(line, text + span.offset, span.length);
}

static void put_allow(struct line *line, const struct wye_table *table, const struct wye_context *context) {
  size_t length = wye_allow(table, context, NULL, 0);
  char *methods = take(length + 1);
  assert_int_equal(wye_allow(table, context, methods, length + 1), length);
  put_text(line, " ");
  put_text(line, methods);
  free(methods);
}

void write_answer(const struct wye_table *table, const struct wye_context *context, const char *text, char *to,
                  size_t capacity) {
  struct line line = {.to = to, .capacity = capacity};
  char id[16];
  snprintf(id, sizeof id, "%d", context->outcome);
  put_text(&line, context->outcome < 0 ? wye_status_name(context->outcome) : id);
  if (context->outcome == WYE_METHOD_NOT_ALLOWED) put_allow(&line, table, context);
  for (uint32_t i = 0; i < context->params; i++) put_param(&line, table, context, i, text);
}

void check_context(const struct wye_table *table, const struct wye_context *c, int32_t outcome, size_t length) {
  assert_int_equal(c->outcome, outcome);
  assert_in_range(c->path_end, 0, length);
  assert_in_range(c->path, 0, c->path_end);
  if (outcome < 0) assert_int_equal(c->route, WYE_NONE);
  if (outcome >= 0) assert_in_range(c->route, 0, wye_table_routes(table) - 1);
  assert_int_equal(c->params, outcome < 0 ? 0 : wye_table_param_count(table, c->route));
  assert_in_range(c->params, 0, c->capacity);
  assert_in_range(c->escaped, 0, 1);
  assert_int_equal(c->allow != 0, outcome == WYE_METHOD_NOT_ALLOWED);
  for (uint32_t i = 0; i < c->params; i++) {
    struct wye_span span = wye_param(c, i);
    assert_in_range(span.offset, c->path, c->path_end);
    assert_in_range(span.length, 0, c->path_end - span.offset);
  }
  assert_int_equal(wye_param(c, c->params).offset, WYE_NONE);
}

static const char *finish_answer(struct fixture *f, int32_t outcome, const char *text, size_t length) {
  check_context(f->table, f->context, outcome, length);
  write_answer(f->table, f->context, text, f->answer, sizeof f->answer);
  return f->answer;
}

const char *answer_bytes(struct fixture *f, const char *method, const char *path, size_t length) {
  char *copy = copy_of(path, length);
  int32_t outcome = wye_match(f->table, f->context, method, strlen(method), copy, length);
  const char *said = finish_answer(f, outcome, copy, length);
  free(copy);
  return said;
}

const char *answer_url(struct fixture *f, const char *method, const char *url, size_t length) {
  char *copy = copy_of(url, length);
  uint32_t number = wye_table_method(f->table, method, strlen(method));
  const char *said = finish_answer(f, wye_match_url(f->table, f->context, number, copy, length), copy, length);
  free(copy);
  return said;
}

const char *answer(struct fixture *f, const char *request) {
  char method[WYE_MAX_METHOD + 1];
  const char *space = strchr(request, ' ');
  snprintf(method, sizeof method, "%.*s", (int)(space - request), request);
  return answer_bytes(f, method, space + 1, strlen(space + 1));
}

/* ------------------------------------------------------------------ tables of strangers */

static volatile unsigned sum; /* so that no read is left out */

static void read_bytes(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) sum += (unsigned char)text[i];
}

static void read_route(const struct wye_table *table, uint32_t index) {
  struct wye_route route;
  size_t length;
  assert_true(wye_table_route(table, index, &route));
  read_bytes(route.method, route.method_length);
  read_bytes(route.pattern, route.pattern_length);
  read_bytes(route.name, route.name_length);
  for (uint32_t i = 0; i < wye_table_param_count(table, index); i++) {
    const char *name = wye_table_param_name(table, index, i, &length);
    read_bytes(name, length);
  }
}

void read_everything(const struct wye_table *table) {
  struct wye_route route;
  for (uint32_t i = 0; i < wye_table_routes(table); i++) read_route(table, i);
  assert_false(wye_table_route(table, wye_table_routes(table), &route));
  sum += wye_table_method(table, "GET", 3) + (unsigned)wye_table_size(table) + (unsigned)wye_context_size(table);
}
