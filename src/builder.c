#include "builder.h"

#include "pattern.h"
#include "status.h"

enum { FIRST_BUCKETS = 16 };

/* ------------------------------------------------------------------ the block */

static size_t head_size(void) { return (sizeof(struct wye_builder) + 7) & ~(size_t)7; }

size_t wye_builder_min_size(void) { return head_size() + FIRST_BUCKETS * sizeof(uint32_t); }

static bool options_are_known(const struct wye_options *options) {
  return options->trailing_slash == WYE_SLASH_STRICT && options->clean_path == 0 && options->case_insensitive <= 1 &&
         options->no_method_not_allowed <= 1;
}

static uint32_t usable(size_t size) { return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size; }

int32_t wye_builder_init(void *block, size_t size, const struct wye_options *options, struct wye_builder **builder) {
  static const struct wye_options defaults = {0};
  if (!builder) return WYE_BAD_ARGUMENT;
  *builder = NULL;
  if (!options) options = &defaults;
  if (!block || !wye__aligned(block, WYE_ALIGNMENT) || !options_are_known(options)) return WYE_BAD_ARGUMENT;
  if (size < wye_builder_min_size()) return WYE_NO_MEMORY;
  struct wye_builder *made = block;
  *made = (struct wye_builder){.options = *options, .bucket_count = FIRST_BUCKETS};
  wye__arena_init(&made->arena, usable(size), sizeof *made);
  made->buckets = wye__arena_take(&made->arena, FIRST_BUCKETS * sizeof(uint32_t));
  memset(wye__at(&made->arena, made->buckets), 0, FIRST_BUCKETS * sizeof(uint32_t));
  *builder = made;
  return WYE_OK;
}

size_t wye_builder_used(const struct wye_builder *builder) { return builder->arena.used; }

uint32_t wye_builder_routes(const struct wye_builder *builder) { return builder->count; }

int32_t wye_builder_move(struct wye_builder *builder, void *block, size_t size, struct wye_builder **moved) {
  if (!moved) return WYE_BAD_ARGUMENT;
  *moved = NULL;
  if (!builder || !block || !wye__aligned(block, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  if (size < builder->arena.used) return WYE_NO_MEMORY;
  memcpy(block, builder, builder->arena.used);
  *moved = block;
  (*moved)->arena.size = usable(size);
  return WYE_OK;
}

/* ------------------------------------------------------------------ conflicts */

/* FNV-1a (Fowler, Noll, Vo), over both texts. */
static uint32_t hash_of(const char *method, size_t method_length, const uint8_t *shape, size_t shape_length) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < method_length; i++) hash = (hash ^ (uint8_t)method[i]) * 16777619u;
  for (size_t i = 0; i < shape_length; i++) hash = (hash ^ shape[i]) * 16777619u;
  return hash;
}

static uint32_t *bucket_of(const struct wye_builder *builder, uint32_t hash) {
  uint32_t *buckets = wye__at(&builder->arena, builder->buckets);
  return &buckets[hash & (builder->bucket_count - 1)];
}

/* The route of that method and shape; NULL if there is none. */
static const struct wye__route *find(const struct wye_builder *builder, const struct wye_route *route,
                                     const struct wye__pattern *pattern, uint32_t hash) {
  const struct wye__arena *arena = &builder->arena;
  for (uint32_t at = *bucket_of(builder, hash); at;) {
    const struct wye__route *other = wye__route_at(builder, at);
    if (other->hash == hash &&
        wye__same(wye__at(arena, other->shape), other->shape_length, pattern->shape, pattern->length) &&
        wye__same(wye__at(arena, other->method), other->method_length, route->method, route->method_length))
      return other;
    at = other->chain;
  }
  return NULL;
}

/* Makes room for one more route in the hash table, keeping chains about one long. */
static int32_t grow_buckets(struct wye_builder *builder) {
  if (builder->count < builder->bucket_count) return WYE_OK;
  uint32_t count = builder->bucket_count * 2;
  uint32_t buckets = wye__arena_take(&builder->arena, (uint64_t)count * sizeof(uint32_t));
  if (!buckets) return WYE_NO_MEMORY;
  builder->buckets = buckets;
  builder->bucket_count = count;
  memset(wye__at(&builder->arena, buckets), 0, count * sizeof(uint32_t));
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    struct wye__route *route = wye__route_at(builder, at);
    uint32_t *bucket = bucket_of(builder, route->hash);
    route->chain = *bucket;
    *bucket = at;
  }
  return WYE_OK;
}

/* ------------------------------------------------------------------ checks */

/* A token of RFC 9110 5.6.2. */
static bool is_token(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    uint8_t c = (uint8_t)text[i], lower = c | 0x20;
    bool alnum = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
    bool other = false;
    for (const char *mark = "!#$%&'*+-.^_`|~"; *mark; mark++) other |= c == (uint8_t)*mark;
    if (!alnum && !other) return false;
  }
  return length > 0;
}

uint32_t wye__builder_method(const struct wye_builder *builder, const char *method, size_t length) {
  for (uint32_t i = 0; i < builder->method_count; i++) {
    const struct wye__route *route = wye__route_at(builder, builder->methods[i]);
    if (wye__same(wye__at(&builder->arena, route->method), route->method_length, method, length)) return i;
  }
  return WYE_NO_METHOD;
}

static bool is_any(const struct wye_route *route) { return route->method_length == 1 && route->method[0] == '*'; }

static int32_t check_method(const struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  if (route->method_length > WYE_MAX_METHOD || !is_token(route->method, route->method_length))
    return wye__fail(error, WYE_BAD_METHOD, 0, "a method is a token of RFC 9110 of 1 to 64 bytes, or \"*\"");
  bool known = is_any(route) || wye__builder_method(builder, route->method, route->method_length) != WYE_NO_METHOD;
  if (!known && builder->method_count == WYE_MAX_METHODS)
    return wye__fail(error, WYE_TOO_MANY_METHODS, 0, "a table has at most 32 methods, \"*\" not counted");
  return WYE_OK;
}

static int32_t check_id(const struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  if (route->id < WYE_NEXT_ID) return wye__fail(error, WYE_BAD_ID, 0, "a handler id is 0 to 2147483647");
  if (route->id == WYE_NEXT_ID && builder->next_id > WYE_MAX_ID)
    return wye__fail(error, WYE_BAD_ID, 0, "the largest handler id is taken: give the route an id");
  return WYE_OK;
}

static int32_t check(const struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  if (!builder || !route || !route->method || !route->pattern || (!route->name && route->name_length))
    return wye__fail(error, WYE_BAD_ARGUMENT, 0, "a route needs a method and a pattern");
  if (builder->count == WYE_MAX_ROUTES)
    return wye__fail(error, WYE_TOO_MANY_ROUTES, 0, "a table has at most 1048576 routes");
  if (route->name_length > WYE_MAX_NAME)
    return wye__fail(error, WYE_BAD_NAME, 0, "a route's name has at most 255 bytes");
  int32_t status = check_method(builder, route, error);
  return status < 0 ? status : check_id(builder, route, error);
}

/* ------------------------------------------------------------------ adding */

static int32_t no_room(struct wye_error *error) {
  return wye__fail(error, WYE_NO_MEMORY, 0, "the builder's block is full: move the builder into a larger one");
}

/* Parses the pattern; its shape stays in the arena. */
static int32_t take_shape(struct wye_builder *builder, const struct wye_route *route, struct wye__pattern *pattern,
                          struct wye_error *error) {
  size_t length = route->pattern_length > WYE_MAX_PATTERN ? 0 : route->pattern_length;
  uint32_t mark = wye__arena_mark(&builder->arena);
  uint32_t room = wye__arena_take(&builder->arena, length * WYE__SHAPE_FACTOR);
  if (!room) return no_room(error);
  pattern->shape = wye__at(&builder->arena, room);
  int32_t status =
      wye__pattern_parse(route->pattern, route->pattern_length, builder->options.case_insensitive, pattern, error);
  if (status < 0) return status;
  wye__arena_rewind(&builder->arena, mark); /* what the shape does not need goes back */
  wye__arena_take(&builder->arena, pattern->length);
  return WYE_OK;
}

static uint32_t copy_text(struct wye_builder *builder, uint32_t *at, const char *text, size_t length) {
  uint32_t offset = *at;
  if (length) memcpy(wye__at(&builder->arena, offset), text, length);
  *at += (uint32_t)length;
  return offset;
}

/* Copies the route behind its shape; 0 if there is no room. */
static uint32_t take_route(struct wye_builder *builder, const struct wye_route *route,
                           const struct wye__pattern *pattern) {
  size_t names = pattern->params * sizeof(struct wye_span);
  size_t texts = route->pattern_length + route->method_length + route->name_length;
  uint32_t offset = wye__arena_take(&builder->arena, sizeof(struct wye__route) + names + texts);
  if (!offset) return 0;
  struct wye__route *made = wye__route_at(builder, offset);
  uint32_t at = offset + (uint32_t)(sizeof *made + names);
  *made = (struct wye__route){
      .index = builder->count,
      .params = pattern->params,
      .names = offset + (uint32_t)sizeof *made,
      .shape = (uint32_t)(pattern->shape - (uint8_t *)builder),
      .shape_length = pattern->length,
      .pattern_length = (uint32_t)route->pattern_length,
      .method_length = (uint32_t)route->method_length,
      .name_length = (uint32_t)route->name_length,
  };
  if (names) memcpy(wye__at(&builder->arena, made->names), pattern->names, names);
  made->pattern = copy_text(builder, &at, route->pattern, route->pattern_length);
  made->method = copy_text(builder, &at, route->method, route->method_length);
  made->name = copy_text(builder, &at, route->name, route->name_length);
  return offset;
}

/* Joins a copied route to the list, the buckets, the methods and the ids. It cannot fail any more. */
static int32_t join(struct wye_builder *builder, uint32_t offset, const struct wye_route *route, uint32_t hash) {
  struct wye__route *made = wye__route_at(builder, offset);
  uint32_t *bucket = bucket_of(builder, hash);
  made->hash = hash;
  made->chain = *bucket;
  *bucket = offset;
  if (builder->last) wye__route_at(builder, builder->last)->next = offset;
  else builder->first = offset;
  builder->last = offset;
  builder->count++;
  if (!is_any(route) && wye__builder_method(builder, route->method, route->method_length) == WYE_NO_METHOD)
    builder->methods[builder->method_count++] = offset;
  made->id = route->id == WYE_NEXT_ID ? (int32_t)builder->next_id : route->id;
  if (made->id >= builder->next_id) builder->next_id = (int64_t)made->id + 1;
  return made->id;
}

static int32_t add(struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  struct wye__pattern pattern;
  int32_t status = take_shape(builder, route, &pattern, error);
  if (status < 0) return status;
  uint32_t hash = hash_of(route->method, route->method_length, pattern.shape, pattern.length);
  const struct wye__route *other = find(builder, route, &pattern, hash);
  if (other) {
    wye__fail(error, WYE_CONFLICT, 0, "the same method and shape");
    if (error) error->other = other->index;
    return WYE_CONFLICT;
  }
  uint32_t offset = take_route(builder, route, &pattern);
  if (!offset || grow_buckets(builder) < 0) return no_room(error);
  return join(builder, offset, route, hash);
}

int32_t wye_builder_add(struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  int32_t status = check(builder, route, error);
  if (status < 0) return status;
  uint32_t mark = wye__arena_mark(&builder->arena);
  status = add(builder, route, error);
  if (status < 0) wye__arena_rewind(&builder->arena, mark);
  return status;
}

/* ------------------------------------------------------------------ errors as sentences */

struct writer {
  char *to;
  size_t capacity;
  size_t length;
};

static void write(struct writer *w, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++, w->length++)
    if (w->length + 1 < w->capacity) w->to[w->length] = text[i];
}

static void write_text(struct writer *w, const char *text) {
  while (*text) write(w, text++, 1);
}

static void write_number(struct writer *w, uint32_t number) {
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  write(w, digits + at, sizeof digits - at);
}

static void write_quoted(struct writer *w, const char *text, size_t length) {
  write_text(w, "\"");
  write(w, text, length);
  write_text(w, "\"");
}

static const struct wye__route *route_of_index(const struct wye_builder *builder, uint32_t index) {
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next)
    if (wye__route_at(builder, at)->index == index) return wye__route_at(builder, at);
  return NULL;
}

/* conflict: GET "/users/:name" has the same shape as GET "/users/:id" */
static void write_conflict(struct writer *w, const struct wye_builder *builder, const struct wye_route *route,
                           const struct wye__route *other) {
  write(w, route->method, route->method_length);
  write_text(w, " ");
  write_quoted(w, route->pattern, route->pattern_length);
  write_text(w, " has the same shape as ");
  write(w, wye__at(&builder->arena, other->method), other->method_length);
  write_text(w, " ");
  write_quoted(w, wye__at(&builder->arena, other->pattern), other->pattern_length);
}

/* Where a pattern has `{id}`: (here: ":id") */
static void write_braces_hint(struct writer *w, const struct wye_route *route, uint32_t at) {
  size_t end = at + 1;
  if (at >= route->pattern_length || route->pattern[at] != '{') return;
  while (end < route->pattern_length && route->pattern[end] != '}' && route->pattern[end] != '/') end++;
  if (end == route->pattern_length || route->pattern[end] != '}') return;
  write_text(w, " (here: \":");
  write(w, route->pattern + at + 1, end - at - 1);
  write_text(w, "\")");
}

/* bad pattern "/a/:" at byte 3: a parameter needs a name ... */
static void write_problem(struct writer *w, const struct wye_error *error, const struct wye_route *route) {
  bool in_pattern = error->status == WYE_BAD_PATTERN || error->status == WYE_TOO_MANY_PARAMS;
  if (in_pattern && route) {
    if (error->status == WYE_TOO_MANY_PARAMS) write_text(w, " in");
    write_text(w, " ");
    write_quoted(w, route->pattern, route->pattern_length);
    write_text(w, " at byte ");
    write_number(w, error->offset);
  }
  if (error->status == WYE_BAD_METHOD && route) {
    write_text(w, " ");
    write_quoted(w, route->method, route->method_length > WYE_MAX_METHOD ? WYE_MAX_METHOD : route->method_length);
  }
  write_text(w, ": ");
  write_text(w, error->detail);
  if (in_pattern && route) write_braces_hint(w, route, error->offset);
}

size_t wye_error_format(const struct wye_error *error, const struct wye_builder *builder, const struct wye_route *route,
                        char *buffer, size_t capacity) {
  struct writer w = {buffer, capacity, 0};
  const struct wye__route *other = builder && error->other != WYE_NONE ? route_of_index(builder, error->other) : NULL;
  write_text(&w, wye_status_text(error->status));
  if (route && other) {
    write_text(&w, ": ");
    write_conflict(&w, builder, route, other);
  } else {
    write_problem(&w, error, route);
  }
  if (capacity) buffer[w.length < capacity ? w.length : capacity - 1] = 0;
  return w.length;
}
