#include "support.h"

#include "build/builder.h"
#include "language/pattern.h"
#include "image/table.h"

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
  const char *space = strchr(line, ' '), *host = space + 1, *slash = strchr(host, '/');
  const char *pattern = slash && *host != '\\' ? slash : host;
  return (struct wye_route){
      .method = line,
      .method_length = (size_t)(space - line),
      .pattern = pattern,
      .pattern_length = strlen(pattern),
      .host = host,
      .host_length = (size_t)(pattern - host),
      .id = WYE_NEXT_ID,
  };
}

void fixture_begin(struct fixture *f, const struct wye_options *options) {
  *f = (struct fixture){.builder_size = wye_builder_min_size()};
  int32_t status = wye_builder_init(take(f->builder_size), f->builder_size, options, &f->builder);
  assert_int_equal(status, WYE_OK);
}

void fixture_grow(struct fixture *f) {
  struct wye_builder *old = f->builder;
  size_t size = f->builder_size * 2;
  assert_int_equal(wye_builder_move(old, take(size), size, &f->builder), WYE_OK);
  f->builder_size = size;
  free(old);
}

int32_t fixture_add(struct fixture *f, const struct wye_route *route, struct wye_error *error) {
  int32_t id;
  while ((id = wye_builder_add(f->builder, route, error)) == WYE_NO_MEMORY) fixture_grow(f);
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
  while (wye_builder_build(f->builder, NULL, 0, &size) == WYE_NO_MEMORY && size == 0) fixture_grow(f);
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
  assert_in_range(offset, sizeof *builder, builder->arena.used);
  assert_int_equal(offset % 8, 0);
  assert_in_range(length, 0, builder->arena.used - offset);
}

static void check_own(const struct wye__stored_route *route, uint32_t offset, uint32_t length) {
  if (length) assert_in_range(offset, sizeof *route, route->size);
  assert_in_range(length, 0, length ? route->size - offset : 0);
}

static uint32_t bucket_of(const struct wye_builder *builder, uint32_t hash) {
  const uint32_t *buckets = wye__at(&builder->arena, builder->buckets);
  return buckets[hash & (builder->bucket_count - 1)];
}

static const struct wye__key *key_at(const struct wye_builder *builder, uint32_t offset) {
  return wye__at(&builder->arena, offset);
}

static bool is_in_bucket(const struct wye_builder *builder, const struct wye__key *wanted) {
  uint32_t at = bucket_of(builder, wanted->hash);
  while (at && key_at(builder, at) != wanted) at = key_at(builder, at)->next;
  return at != 0;
}

/* Every key in a bucket is in the bucket of its hash, and a listed route's; no key is in two buckets. */
static void check_buckets(const struct wye_builder *builder) {
  const uint32_t *buckets = wye__at(&builder->arena, builder->buckets);
  uint32_t keys = 0, wanted = 0;
  check_in_block(builder, builder->buckets, builder->bucket_count * (uint32_t)sizeof(uint32_t));
  for (uint32_t i = 0; i < builder->bucket_count; i++) {
    for (uint32_t at = buckets[i]; at; at = key_at(builder, at)->next, keys++) {
      const struct wye__key *key = key_at(builder, at);
      const struct wye__stored_route *route = wye__route_at(builder, key->route);
      assert_in_range((size_t)(key - route->key), 0, route->keys - 1);
      assert_int_equal(key->hash & (builder->bucket_count - 1), i);
      assert_in_range(keys, 0, builder->keys);
    }
  }
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next)
    wanted += wye__route_at(builder, at)->keys;
  assert_int_equal(builder->keys, keys);
  assert_int_equal(keys, wanted);
}

/* The forms' keys come first, the longest form at the head; then that of the name. */
static void check_keys(const struct wye_builder *builder, uint32_t offset) {
  const struct wye__stored_route *route = wye__route_at(builder, offset);
  assert_in_range(route->forms, 1, WYE__MAX_FORMS);
  assert_int_equal(route->keys, route->forms + (route->name.length > 0));
  for (uint32_t i = 0; i < route->keys; i++) {
    const struct wye__key *key = &route->key[i];
    check_own(route, key->text.offset, key->text.length);
    assert_int_equal(key->route, offset);
    assert_int_equal(key->number == WYE_NONE, i == route->forms);
    if (i < route->forms) assert_in_range(key->text.length, route->host_shape + 1, wye__own_length(route));
    assert_true(is_in_bucket(builder, key));
  }
}

static void check_names(const struct wye__stored_route *route) {
  const struct wye_span *names = (const void *)((const uint8_t *)route + route->names);
  check_own(route, route->names, route->params * (uint32_t)sizeof *names);
  for (uint32_t i = 0; i < route->params; i++) {
    struct wye_span in = i < route->host_params ? route->host : route->pattern;
    if (names[i].offset == WYE_NONE) assert_true(i >= route->host_params && names[i].length < WYE_MAX_PARAMS);
    else assert_in_range(names[i].offset + names[i].length, 1, in.length);
  }
}

static void check_route(const struct wye_builder *builder, uint32_t offset, uint32_t index) {
  const struct wye__stored_route *route = wye__route_at(builder, offset);
  check_in_block(builder, offset, sizeof *route);
  check_in_block(builder, offset, route->size);
  if (builder->has_gaps) assert_in_range(route->index, index, UINT32_MAX);
  else assert_int_equal(route->index, index);
  if (index == 0) assert_int_equal(route->before, 0);
  else assert_int_equal(wye__route_at(builder, route->before)->next, offset);
  if (route->next) assert_true(wye__route_at(builder, route->next)->index > route->index);
  const struct wye_span texts[] = {route->shapes, route->pattern, route->method, route->name, route->host};
  for (size_t i = 0; i < COUNT(texts); i++) check_own(route, texts[i].offset, texts[i].length);
  assert_in_range(route->params, route->host_params, WYE_MAX_PARAMS);
  check_names(route);
  assert_in_range(route->id, 0, builder->next_id - 1);
  check_keys(builder, offset);
}

static bool is_listed(const struct wye_builder *builder, uint32_t offset) {
  uint32_t at = builder->first;
  while (at && at != offset) at = wye__route_at(builder, at)->next;
  return at != 0;
}

/* Each method that a route has is there once, as a route that has it. */
static void check_methods(const struct wye_builder *builder) {
  assert_in_range(builder->method_count, 0, WYE_MAX_METHODS);
  for (uint32_t i = 0; i < builder->method_count; i++) {
    const struct wye__stored_route *route = wye__route_at(builder, builder->methods[i]);
    assert_true(is_listed(builder, builder->methods[i]));
    assert_false(wye__serves_any(route));
    assert_int_equal(wye__builder_method(builder, wye__own(route, route->method), route->method.length), i);
  }
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    const struct wye__stored_route *route = wye__route_at(builder, at);
    uint32_t number = wye__builder_method(builder, wye__own(route, route->method), route->method.length);
    assert_int_equal(number == WYE_NO_METHOD, wye__serves_any(route));
  }
}

static uint32_t uses_of(const struct wye_builder *builder, uint32_t number) {
  uint32_t uses = 0;
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    const struct wye__stored_route *route = wye__route_at(builder, at);
    const uint8_t *shape = wye__own_shape(route);
    uint32_t length = wye__own_length(route);
    for (uint32_t i = route->host_shape; i < length; i += wye__shape_step(shape, i))
      uses += wye__is_mark(shape, length, i, WYE__TYPED) && wye__shape_constraint(shape, i) == number;
  }
  return uses;
}

static uint32_t padded(uint32_t size) { return (size + 7) & ~7u; }

/* The constraints, each text once, the newest first; and the bytes of those that are in use. */
static uint32_t check_constraints(const struct wye_builder *builder) {
  uint32_t above = builder->constraint_count, bytes = 0;
  for (uint32_t at = builder->constraints; at;) {
    const struct wye__interned *interned = wye__at(&builder->arena, at);
    const struct wye__constraint *c = &interned->constraint;
    uint32_t size = padded((uint32_t)sizeof *interned + c->text.length);
    check_in_block(builder, at, size);
    assert_int_equal(c->text.offset, at + sizeof *interned);
    if (c->size) check_in_block(builder, c->automaton, c->size);
    assert_true(wye__constraint_is_sound(c, c->size ? wye__at(&builder->arena, c->automaton) : NULL, c->size));
    assert_true(interned->number < above);
    assert_ptr_equal(wye__builder_constraint(builder, interned->number), interned);
    assert_int_equal(interned->uses, uses_of(builder, interned->number));
    assert_int_equal(interned->is_garbage, interned->uses == 0);
    if (interned->uses) bytes += size + c->size;
    above = interned->number;
    at = interned->next;
    for (uint32_t other = at; other;) {
      const struct wye__interned *o = wye__at(&builder->arena, other);
      assert_false(wye__same(wye__at(&builder->arena, o->constraint.text.offset), o->constraint.text.length,
                             wye__at(&builder->arena, c->text.offset), c->text.length));
      other = o->next;
    }
  }
  return bytes;
}

/* The block is full of what is listed, and of garbage. */
static void check_sum(const struct wye_builder *builder, uint32_t constraints) {
  uint32_t sum = padded(sizeof *builder) + builder->bucket_count * (uint32_t)sizeof(uint32_t) + constraints;
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next)
    sum += padded(wye__route_at(builder, at)->size);
  assert_in_range(builder->garbage, 0, builder->arena.used);
  assert_int_equal(builder->arena.used - builder->garbage, sum);
  assert_int_equal(wye_builder_used(builder), sum);
}

void check_builder(const struct wye_builder *builder) {
  uint32_t count = 0, last = 0;
  assert_in_range(builder->arena.used, 1, builder->arena.size);
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    check_route(builder, at, count++);
    last = at;
  }
  assert_int_equal(builder->count, count);
  assert_int_equal(builder->last, last);
  check_buckets(builder);
  check_methods(builder);
  check_sum(builder, check_constraints(builder));
}

void forget_build(struct wye_builder *builder) {
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) wye__route_at(builder, at)->folded = 0;
  for (uint32_t at = builder->constraints; at;) {
    struct wye__interned *interned = wye__at(&builder->arena, at);
    interned->image_number = 0;
    at = interned->next;
  }
}

/* ------------------------------------------------------------------ outcomes as text */

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
  for (uint32_t i = 0; i < context->params; i++)
    if (context->param[i].offset != WYE_NONE) put_param(&line, table, context, i, text);
}

/* As many as the route has; fewer if a form omits the last ones. */
static void check_param_count(const struct wye_table *table, const struct wye_context *c) {
  uint32_t most = c->outcome < 0 ? 0 : wye_table_param_count(table, c->route);
  bool optional = c->outcome >= 0 && wye__route_at_index(table, c->route)->optional;
  assert_in_range(c->params, optional ? 0 : most, most);
}

void check_context(const struct wye_table *table, const struct wye_context *c, int32_t outcome, size_t length) {
  assert_int_equal(c->outcome, outcome);
  assert_in_range(c->path_end, 0, length);
  assert_in_range(c->path, 0, c->path_end);
  if (outcome < 0) assert_int_equal(c->route, WYE_NONE);
  if (outcome >= 0) assert_in_range(c->route, 0, wye_table_routes(table) - 1);
  check_param_count(table, c);
  assert_in_range(c->params, 0, c->capacity);
  assert_in_range(c->escaped, 0, 1);
  assert_int_equal(c->redirect != 0, outcome == WYE_REDIRECT);
  assert_int_equal(c->allow != 0, outcome == WYE_METHOD_NOT_ALLOWED);
  for (uint32_t i = 0; i < c->params; i++) {
    struct wye_span span = wye_param(c, i);
    if (span.offset == WYE_NONE) { /* an optional form omits it */
      assert_true(wye__route_at_index(table, c->route)->optional > 1 && i + 1 < c->params && span.length == 0);
      continue;
    }
    assert_in_range(span.offset, 0, c->path_end);
    assert_in_range(span.length, 0, c->path_end - span.offset);
  }
  assert_int_equal(wye_param(c, c->params).offset, WYE_NONE);
}

/* The spans of the host lie before the path, the others in it. */
static void check_places(const struct wye_table *table, const struct wye_context *c) {
  uint32_t in_host = c->outcome < 0 ? 0 : wye__route_at_index(table, c->route)->host_params;
  for (uint32_t i = 0; i < c->params; i++) {
    struct wye_span span = wye_param(c, i);
    if (i < in_host) assert_in_range(span.offset + span.length, 1, c->path);
    else if (span.offset != WYE_NONE) assert_in_range(span.offset, c->path, c->path_end);
  }
}

static const char *finish_answer(struct fixture *f, int32_t outcome, const char *text, size_t length) {
  check_context(f->table, f->context, outcome, length);
  check_places(f->table, f->context);
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
  read_bytes(route.host, route.host_length);
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
