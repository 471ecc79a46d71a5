#include "build/builder.h"

#include "language/host.h"
#include "language/pattern.h"
#include "language/token.h"
#include "base/status.h"
#include "base/steps.h"

enum { FIRST_BUCKETS = 16 };

/* ------------------------------------------------------------------ the block */

size_t wye_builder_min_size(void) {
  size_t head = (sizeof(struct wye_builder) + 7) & ~(size_t)7;
  return head + FIRST_BUCKETS * sizeof(uint32_t);
}

/* Bytes that a block of this size takes in the arena. */
static uint32_t padded(uint32_t size) { return (size + 7) & ~7u; }

static uint32_t usable(size_t size) { return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size; }

int32_t wye_builder_init(void *block, size_t size, const struct wye_options *options, struct wye_builder **builder) {
  static const struct wye_options defaults = {0};
  if (!builder) return WYE_BAD_ARGUMENT;
  *builder = NULL;
  if (!options) options = &defaults;
  bool known = options->trailing_slash <= WYE_SLASH_IGNORE && options->clean_path <= 1 &&
               options->case_insensitive <= 1 && options->no_method_not_allowed <= 1;
  if (!block || !wye__aligned(block, WYE_ALIGNMENT) || !known || options->max_path > WYE_MAX_PATH)
    return WYE_BAD_ARGUMENT;
  if (size < wye_builder_min_size()) return WYE_NO_MEMORY;
  struct wye_builder *made = block;
  *made = (struct wye_builder){.options = *options, .bucket_count = FIRST_BUCKETS};
  if (!options->max_path) made->options.max_path = WYE_DEFAULT_MAX_PATH;
  wye__arena_init(&made->arena, usable(size), sizeof *made);
  made->buckets = wye__arena_take(&made->arena, FIRST_BUCKETS * sizeof(uint32_t));
  memset(wye__at(&made->arena, made->buckets), 0, FIRST_BUCKETS * sizeof(uint32_t));
  *builder = made;
  return WYE_OK;
}

size_t wye_builder_used(const struct wye_builder *builder) { return builder->arena.used - builder->garbage; }

uint32_t wye_builder_routes(const struct wye_builder *builder) { return builder->count; }

/* ------------------------------------------------------------------ keys */

/* FNV-1a (Fowler, Noll, Vo), going on from `hash`. */
static uint32_t hash_on(uint32_t hash, const void *text, size_t length) {
  const uint8_t *bytes = text;
  for (size_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

enum { HASH_START = (int32_t)2166136261u };

static bool is_name(const struct wye__key *key) { return key->number == WYE_NONE; }

static struct wye__key *key_at(const struct wye_builder *builder, uint32_t offset) {
  return wye__at(&builder->arena, offset);
}

/* The hash of a key's text, to which a form adds the method. */
static uint32_t hash_of(const struct wye__stored_route *route, const struct wye__key *key) {
  uint32_t hash = hash_on((uint32_t)HASH_START, wye__own(route, key->text), key->text.length);
  return is_name(key) ? hash : hash_on(hash, wye__own(route, route->method), route->method.length);
}

static uint32_t *bucket_of(const struct wye_builder *builder, uint32_t hash) {
  uint32_t *buckets = wye__at(&builder->arena, builder->buckets);
  return &buckets[hash & (builder->bucket_count - 1)];
}

static bool same_own(const struct wye__stored_route *a, struct wye_span x, const struct wye__stored_route *b,
                     struct wye_span y) {
  return wye__same(wye__own(a, x), x.length, wye__own(b, y), y.length);
}

/* Whether two keys are equal: the same name, or the same method and shape. */
static bool same_key(const struct wye__stored_route *a, const struct wye__key *x, const struct wye__stored_route *b,
                     const struct wye__key *y) {
  return is_name(x) == is_name(y) && same_own(a, x->text, b, y->text) &&
         (is_name(x) || same_own(a, a->method, b, b->method));
}

/* A route with the same key as this one has; NULL if there is none. */
static struct wye__stored_route *find(const struct wye_builder *builder, const struct wye__stored_route *route,
                                      const struct wye__key *key) {
  uint32_t hash = hash_of(route, key);
  for (uint32_t at = *bucket_of(builder, hash); at; at = key_at(builder, at)->next) {
    const struct wye__key *other = key_at(builder, at);
    struct wye__stored_route *owner = wye__route_at(builder, other->route);
    if (other->hash == hash && same_key(owner, other, route, key)) return owner;
  }
  return NULL;
}

static uint32_t key_offset(uint32_t route, uint32_t key) {
  return route + (uint32_t)(sizeof(struct wye__stored_route) + key * sizeof(struct wye__key));
}

static void add_keys(struct wye_builder *builder, uint32_t offset) {
  struct wye__stored_route *route = wye__route_at(builder, offset);
  for (uint32_t i = 0; i < route->keys; i++) {
    struct wye__key *key = &route->key[i];
    key->hash = hash_of(route, key);
    key->route = offset;
    uint32_t *bucket = bucket_of(builder, key->hash);
    key->next = *bucket;
    *bucket = key_offset(offset, i);
  }
  builder->keys += route->keys;
}

static void drop_keys(struct wye_builder *builder, uint32_t offset) {
  const struct wye__stored_route *route = wye__route_at(builder, offset);
  for (uint32_t i = 0; i < route->keys; i++) {
    uint32_t *link = bucket_of(builder, route->key[i].hash);
    while (*link != key_offset(offset, i)) link = &key_at(builder, *link)->next;
    *link = route->key[i].next;
  }
  builder->keys -= route->keys;
}

/* Makes room for `more` keys in the hash table, keeping chains about one long. */
static int32_t grow_buckets(struct wye_builder *builder, uint32_t more) {
  uint32_t count = builder->bucket_count;
  while (builder->keys + more > count) count *= 2;
  if (count == builder->bucket_count) return WYE_OK;
  uint32_t buckets = wye__arena_take(&builder->arena, (uint64_t)count * sizeof(uint32_t));
  if (!buckets) return WYE_NO_MEMORY;
  builder->garbage += builder->bucket_count * (uint32_t)sizeof(uint32_t);
  builder->buckets = buckets;
  builder->bucket_count = count;
  builder->keys = 0;
  memset(wye__at(&builder->arena, buckets), 0, count * sizeof(uint32_t));
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) add_keys(builder, at);
  return WYE_OK;
}

/* ------------------------------------------------------------------ checks */

uint32_t wye__builder_method(const struct wye_builder *builder, const char *method, size_t length) {
  for (uint32_t i = 0; i < builder->method_count; i++) {
    const struct wye__stored_route *route = wye__route_at(builder, builder->methods[i]);
    if (wye__same(wye__own(route, route->method), route->method.length, method, length)) return i;
  }
  return WYE_NO_METHOD;
}

/* Whether a route has all texts that it needs. */
static bool is_whole(const struct wye_builder *builder, const struct wye_route *route) {
  return builder && route && route->method && route->pattern && (route->name || !route->name_length) &&
         (route->host || !route->host_length);
}

/* Checks all of a route but its host and its pattern. */
static int32_t check(const struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  if (!is_whole(builder, route)) return wye__fail(error, WYE_BAD_ARGUMENT, 0, "a route needs a method and a pattern");
  if (builder->count == WYE_MAX_ROUTES)
    return wye__fail(error, WYE_TOO_MANY_ROUTES, 0, "a table has at most 1048576 routes");
  if (route->name_length > WYE_MAX_NAME)
    return wye__fail(error, WYE_BAD_NAME, 0, "a route's name has at most 255 bytes");
  const char *method = route->method;
  size_t length = route->method_length;
  if (length > WYE_MAX_METHOD || !wye__is_token(method, length))
    return wye__fail(error, WYE_BAD_METHOD, 0, "a method must be a token (RFC 9110) of 1 to 64 bytes, or \"*\"");
  bool is_known = (length == 1 && method[0] == '*') || wye__builder_method(builder, method, length) != WYE_NO_METHOD;
  if (!is_known && builder->method_count == WYE_MAX_METHODS)
    return wye__fail(error, WYE_TOO_MANY_METHODS, 0, "a table has at most 64 methods, \"*\" not counted");
  if (route->id < WYE_NEXT_ID) return wye__fail(error, WYE_BAD_ID, 0, "a handler id must be from 0 to 2147483647");
  if (route->id == WYE_NEXT_ID && builder->next_id > WYE_MAX_ID)
    return wye__fail(error, WYE_BAD_ID, 0, "the largest handler id is taken; give the route an id");
  return WYE_OK;
}

/* ------------------------------------------------------------------ reading a route */

static int32_t no_room(struct wye_error *error) {
  return wye__fail(error, WYE_NO_MEMORY, 0, "the builder's block is full; move the builder into a larger one");
}

static struct wye_span copy_text(struct wye__stored_route *route, uint32_t *at, const void *text, size_t length) {
  struct wye_span copy = {*at, (uint32_t)length};
  if (length) memcpy(wye__own(route, copy), text, length);
  *at += (uint32_t)length;
  return copy;
}

/* ------------------------------------------------------------------ constraints */

static struct wye__interned *interned_at(const struct wye_builder *builder, uint32_t offset) {
  return wye__at(&builder->arena, offset);
}

/*
 * The link to the constraint with this text, 0 if no route had it so far. The trees are never balanced: hashes are
 * spread evenly, and numbers are consecutive but for those of constraints that a move dropped.
 */
static uint32_t *text_link(struct wye_builder *builder, uint32_t hash, const void *text, uint32_t length) {
  uint32_t *link = &builder->texts;
  for (uint32_t bits = hash; *link; bits >>= 1) {
    struct wye__interned *at = interned_at(builder, *link);
    struct wye_span own = at->constraint.text;
    WYE__STEPS(1);
    if (at->hash == hash && wye__same(wye__at(&builder->arena, own.offset), own.length, text, length)) break;
    link = &at->by_text[bits & 1];
  }
  return link;
}

/* The link to the constraint with this number; 0 if there is none. */
static uint32_t *number_link(struct wye_builder *builder, uint32_t number) {
  uint32_t *link = &builder->numbers;
  for (uint32_t bits = number; *link && interned_at(builder, *link)->number != number; bits >>= 1) {
    WYE__STEPS(1);
    link = &interned_at(builder, *link)->by_number[bits & 1];
  }
  return link;
}

struct wye__interned *wye__builder_constraint(const struct wye_builder *builder, uint32_t number) {
  return interned_at(builder, *number_link((struct wye_builder *)(uintptr_t)builder, number));
}

static uint32_t *link_of_text(struct wye_builder *builder, const struct wye__interned *interned) {
  struct wye_span text = interned->constraint.text;
  return text_link(builder, interned->hash, wye__at(&builder->arena, text.offset), text.length);
}

/* Puts a constraint into both trees, below those that are there. */
static void enter(struct wye_builder *builder, uint32_t offset) {
  struct wye__interned *interned = interned_at(builder, offset);
  interned->by_text[0] = interned->by_text[1] = interned->by_number[0] = interned->by_number[1] = 0;
  *link_of_text(builder, interned) = offset;
  *number_link(builder, interned->number) = offset;
}

/* Drops the constraints that were added last, so that only the first `count` numbers are taken. */
static void forget_constraints(struct wye_builder *builder, uint32_t count) {
  for (; builder->constraint_count > count; builder->constraint_count--) {
    const struct wye__interned *newest = interned_at(builder, builder->constraints);
    *link_of_text(builder, newest) = *number_link(builder, newest->number) = 0;
    builder->constraints = newest->next;
  }
}

/* Compiles a constraint that no route had so far, and puts it at the head of the list. */
static int32_t intern(struct wye_builder *builder, const struct wye_route *route, struct wye_span text, uint32_t hash,
                      struct wye_error *error) {
  struct wye__constraint constraint;
  const uint8_t *pattern = (const uint8_t *)route->pattern;
  if (builder->constraint_count == WYE__MAX_CONSTRAINTS) return no_room(error);
  int32_t status =
      wye__constraint_compile(&builder->arena, pattern, text.offset, text.offset + text.length, &constraint, error);
  if (status == WYE_NO_MEMORY) return no_room(error);
  if (status < 0) return status;
  uint32_t offset = wye__arena_take(&builder->arena, sizeof(struct wye__interned) + text.length);
  if (!offset) return no_room(error);
  constraint.text = (struct wye_span){offset + (uint32_t)sizeof(struct wye__interned), text.length};
  memcpy(wye__at(&builder->arena, constraint.text.offset), pattern + text.offset, text.length);
  *interned_at(builder, offset) = (struct wye__interned){
      .constraint = constraint, .next = builder->constraints, .hash = hash, .number = builder->constraint_count++};
  builder->constraints = offset;
  enter(builder, offset);
  return WYE_OK;
}

/* Compiles the pattern's constraints, where they are new, and writes their numbers into its shape. */
static int32_t number_constraints(struct wye_builder *builder, const struct wye_route *route,
                                  const struct wye__pattern *pattern, struct wye_error *error) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < pattern->params; i++) {
    struct wye_span text = pattern->constraints[i];
    if (text.length == 0) continue;
    uint32_t hash = hash_on((uint32_t)HASH_START, route->pattern + text.offset, text.length);
    uint32_t known = *text_link(builder, hash, route->pattern + text.offset, text.length);
    int32_t status = known ? WYE_OK : intern(builder, route, text, hash, error);
    if (status < 0) return status;
    if (!known) known = builder->constraints;
    while (!wye__is_mark(pattern->shape, pattern->length, at, WYE__TYPED)) at += wye__shape_step(pattern->shape, at);
    wye__shape_number(pattern->shape, at, interned_at(builder, known)->number);
    at += WYE__TYPED_BYTES;
  }
  return WYE_OK;
}

/* ------------------------------------------------------------------ storing a route */

/* The number of a form's mask in the image: 0 if its parameters are the route's first ones. `*last`: that so far. */
static uint32_t mask_number(uint64_t params, uint32_t *last) { return params & (params + 1) ? ++*last : 0; }

/* Writes a shape for each form of the pattern, and its key. */
static void put_forms(struct wye__stored_route *route, uint32_t *at, const struct wye__host *host,
                      const struct wye__pattern *pattern) {
  uint32_t masks = 0;
  uint64_t of_host = ((uint64_t)1 << host->params) - 1;
  route->shapes.offset = *at;
  for (uint32_t i = 0; i < pattern->forms; i++) {
    uint64_t params;
    uint32_t start = *at;
    copy_text(route, at, host->shape, host->length);
    *at += wye__pattern_form(pattern, i, (uint8_t *)route + *at, &params);
    params = host->params < 64 ? params << host->params | of_host : of_host;
    route->key[i] = (struct wye__key){
        .text = wye__span_between(start, *at), .params = params, .number = mask_number(params, &masks)};
  }
  route->shapes.length = *at - route->shapes.offset;
}

/* Stores a route at the arena's end. `*offset`: where it is. */
static int32_t store_route(struct wye_builder *builder, uint32_t *offset, const struct wye_route *route,
                           const struct wye__host *host, const struct wye__pattern *pattern, struct wye_error *error) {
  uint32_t keys = pattern->forms + (route->name_length > 0), params = host->params + pattern->params;
  uint32_t at = key_offset(0, keys), longest = host->length + pattern->length;
  size_t texts = route->pattern_length + route->method_length + route->name_length + route->host_length;
  uint64_t most = (uint64_t)at + (uint64_t)pattern->forms * longest + 3 + params * sizeof(struct wye_span) + texts;
  *offset = wye__arena_take(&builder->arena, most);
  if (!*offset) return no_room(error);
  struct wye__stored_route *made = wye__route_at(builder, *offset);
  *made = (struct wye__stored_route){
      .params = (uint8_t)params,
      .host_params = (uint8_t)host->params,
      .forms = (uint8_t)pattern->forms,
      .keys = (uint8_t)keys,
      .host_shape = (uint8_t)host->length,
      .host_labels = (uint8_t)host->labels,
      .host_mask = host->mask,
  };
  put_forms(made, &at, host, pattern);
  made->names = at = (at + 3) & ~3u;
  copy_text(made, &at, host->names, host->params * sizeof(struct wye_span));
  copy_text(made, &at, pattern->names, pattern->params * sizeof(struct wye_span));
  made->pattern = copy_text(made, &at, route->pattern, route->pattern_length);
  made->method = copy_text(made, &at, route->method, route->method_length);
  made->name = copy_text(made, &at, route->name, route->name_length);
  made->host = copy_text(made, &at, route->host, route->host_length);
  if (made->name.length) made->key[made->forms] = (struct wye__key){.text = made->name, .number = WYE_NONE};
  made->size = at;
  wye__arena_rewind(&builder->arena, *offset);
  wye__arena_take(&builder->arena, at);
  return WYE_OK;
}

/* Parses host and pattern, and stores the route at the arena's end. `*offset`: where it is. */
static int32_t read_route(struct wye_builder *builder, const struct wye_route *route, uint32_t *offset,
                          struct wye_error *error) {
  uint8_t shape[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR];
  struct wye__host host;
  struct wye__pattern pattern = {.shape = shape};
  int32_t status = wye__host_parse(route->host, route->host_length, &host, error);
  if (status < 0) return status;
  status =
      wye__pattern_parse(route->pattern, route->pattern_length, builder->options.case_insensitive, &pattern, error);
  if (status < 0) return status;
  if (host.params + pattern.params > WYE_MAX_PARAMS)
    return wye__fail(error, WYE_TOO_MANY_PARAMS, 0, "a route has at most 64 parameters");
  status = number_constraints(builder, route, &pattern, error);
  return status < 0 ? status : store_route(builder, offset, route, &host, &pattern, error);
}

/* ------------------------------------------------------------------ adding */

/* Fails because of another route, which the error names. */
static int32_t fail_with_other(struct wye_builder *builder, const struct wye__stored_route *other, int32_t status,
                               const char *detail, struct wye_error *error) {
  wye__fail(error, status, 0, detail);
  wye__builder_number(builder);
  if (error) error->other = other->index;
  return status;
}

/* No parameter of the host and none of the pattern have the same name. */
static int32_t check_names(const struct wye__stored_route *made, struct wye_error *error) {
  const struct wye_span *names = (const void *)((const uint8_t *)made + made->names);
  const char *host = wye__own(made, made->host), *pattern = wye__own(made, made->pattern);
  for (uint32_t i = 0; i < made->host_params; i++)
    for (uint32_t j = made->host_params; j < made->params; j++)
      if (names[j].offset != WYE_NONE &&
          wye__same(host + names[i].offset, names[i].length, pattern + names[j].offset, names[j].length))
        return wye__fail(error, WYE_BAD_HOST, names[i].offset,
                         "a parameter of the pattern also has this name; each needs its own");
  return WYE_OK;
}

/* No two forms have the same shape. */
static int32_t check_forms(const struct wye__stored_route *made, struct wye_error *error) {
  for (uint32_t i = 0; i < made->forms; i++)
    for (uint32_t j = 0; j < i; j++)
      if (same_own(made, made->key[i].text, made, made->key[j].text))
        return wye__fail(error, WYE_BAD_PATTERN, 0,
                         "without one optional segment or another it has the same shape; make fewer of them optional");
  return WYE_OK;
}

static int32_t check_others(struct wye_builder *builder, const struct wye__stored_route *made,
                            struct wye_error *error) {
  const struct wye__stored_route *other = NULL;
  for (uint32_t i = 0; i < made->forms && !other; i++) other = find(builder, made, &made->key[i]);
  if (other) return fail_with_other(builder, other, WYE_CONFLICT, "has the same shape as", error);
  if (made->keys > made->forms) other = find(builder, made, &made->key[made->forms]);
  if (!other ||
      (same_own(other, other->pattern, made, made->pattern) && same_own(other, other->host, made, made->host)))
    return WYE_OK;
  return fail_with_other(builder, other, WYE_BAD_NAME, "has the name of another pattern,", error);
}

/* Counts one more use of the route's constraints, or one less (-1). A constraint without uses is garbage. */
static void use_constraints(struct wye_builder *builder, const struct wye__stored_route *route, int32_t more) {
  const uint8_t *shape = wye__own_shape(route);
  uint32_t length = wye__own_length(route);
  for (uint32_t i = route->host_shape; i < length; i += wye__shape_step(shape, i)) {
    if (!wye__is_mark(shape, length, i, WYE__TYPED)) continue;
    struct wye__interned *used = wye__builder_constraint(builder, wye__shape_constraint(shape, i));
    uint32_t bytes = padded((uint32_t)sizeof *used + used->constraint.text.length) + used->constraint.size;
    if (used->uses == 0 && used->is_garbage) builder->garbage -= bytes;
    used->uses += (uint32_t)more;
    used->is_garbage = used->uses == 0;
    if (used->is_garbage) builder->garbage += bytes;
  }
}

/* Adds a route to the list, the buckets, the methods and the ids. This cannot fail. Returns its handler id. */
static int32_t join(struct wye_builder *builder, uint32_t offset, int32_t id) {
  struct wye__stored_route *made = wye__route_at(builder, offset);
  add_keys(builder, offset);
  use_constraints(builder, made, 1);
  if (builder->last) wye__route_at(builder, builder->last)->next = offset;
  else builder->first = offset;
  made->index = builder->last ? wye__route_at(builder, builder->last)->index + 1 : 0;
  made->before = builder->last;
  builder->last = offset;
  builder->count++;
  const char *method = wye__own(made, made->method);
  if (!wye__serves_any(made) && wye__builder_method(builder, method, made->method.length) == WYE_NO_METHOD)
    builder->methods[builder->method_count++] = offset;
  made->id = id == WYE_NEXT_ID ? (int32_t)builder->next_id : id;
  if (made->id >= builder->next_id) builder->next_id = (int64_t)made->id + 1;
  return made->id;
}

static int32_t add(struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  uint32_t offset;
  int32_t status = read_route(builder, route, &offset, error);
  if (status < 0) return status;
  const struct wye__stored_route *made = wye__route_at(builder, offset);
  status = check_names(made, error);
  if (status == WYE_OK) status = check_forms(made, error);
  if (status == WYE_OK) status = check_others(builder, made, error);
  if (status == WYE_OK && grow_buckets(builder, made->keys) < 0) status = no_room(error);
  return status < 0 ? status : join(builder, offset, route->id);
}

int32_t wye_builder_add(struct wye_builder *builder, const struct wye_route *route, struct wye_error *error) {
  int32_t status = check(builder, route, error);
  if (status < 0) return status;
  uint32_t mark = wye__arena_mark(&builder->arena);
  uint32_t count = builder->constraint_count;
  status = add(builder, route, error);
  if (status >= 0) return status;
  forget_constraints(builder, count);
  wye__arena_rewind(&builder->arena, mark);
  return status;
}

/* ------------------------------------------------------------------ removing */

/* The offset of the route that has exactly the texts of `made`; 0 if there is none. */
static uint32_t find_exact(const struct wye_builder *builder, const struct wye__stored_route *made) {
  const struct wye__stored_route *route = find(builder, made, &made->key[0]);
  if (!route || !same_own(route, route->pattern, made, made->pattern) ||
      !same_own(route, route->host, made, made->host))
    return 0;
  return (uint32_t)((const uint8_t *)route - (const uint8_t *)builder);
}

/* Takes the route out of the list. */
static void unlist(struct wye_builder *builder, uint32_t offset) {
  const struct wye__stored_route *route = wye__route_at(builder, offset);
  uint32_t *link = route->before ? &wye__route_at(builder, route->before)->next : &builder->first;
  uint32_t *back = route->next ? &wye__route_at(builder, route->next)->before : &builder->last;
  *link = route->next;
  *back = route->before;
  builder->count--;
  builder->has_gaps = true;
}

void wye__builder_number(struct wye_builder *builder) {
  uint32_t index = 0;
  if (!builder->has_gaps) return;
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    WYE__STEPS(1);
    wye__route_at(builder, at)->index = index++;
  }
  builder->has_gaps = false;
}

/*
 * If `methods` has this route for its method, puts the next route with the method there. If there is none, drops the
 * method. What is there is always the first route with the method, so removals go through the list once for each.
 */
static void drop_method(struct wye_builder *builder, uint32_t offset) {
  const struct wye__stored_route *left = wye__route_at(builder, offset);
  uint32_t i = wye__builder_method(builder, wye__own(left, left->method), left->method.length);
  if (i == WYE_NO_METHOD || builder->methods[i] != offset) return;
  for (uint32_t at = left->next; at; at = wye__route_at(builder, at)->next) {
    const struct wye__stored_route *route = wye__route_at(builder, at);
    WYE__STEPS(1);
    builder->methods[i] = at;
    if (same_own(route, route->method, left, left->method)) return;
  }
  builder->methods[i] = builder->methods[--builder->method_count];
}

int32_t wye_builder_remove(struct wye_builder *builder, const struct wye_route *route) {
  if (!is_whole(builder, route)) return WYE_BAD_ARGUMENT;
  if (route->method_length > WYE_MAX_METHOD) return WYE_NOT_FOUND;
  struct wye_route sought = *route;
  sought.name_length = 0; /* the name does not count, and may have any length */
  uint32_t offset, mark = wye__arena_mark(&builder->arena);
  uint32_t count = builder->constraint_count;
  int32_t status = read_route(builder, &sought, &offset, NULL);
  offset = status == WYE_OK ? find_exact(builder, wye__route_at(builder, offset)) : 0;
  forget_constraints(builder, count);
  wye__arena_rewind(&builder->arena, mark);
  if (!offset) return status == WYE_NO_MEMORY ? status : WYE_NOT_FOUND;
  drop_keys(builder, offset);
  builder->garbage += padded(wye__route_at(builder, offset)->size);
  use_constraints(builder, wye__route_at(builder, offset), -1);
  unlist(builder, offset);
  drop_method(builder, offset);
  return WYE_OK;
}

/* ------------------------------------------------------------------ moving */

/* Copies a block to the end of another builder's arena. Returns its offset there. */
static uint32_t carry(const struct wye_builder *from, struct wye_builder *to, uint32_t offset, uint32_t size) {
  uint32_t copy = wye__arena_take(&to->arena, size);
  memcpy(wye__at(&to->arena, copy), wye__at(&from->arena, offset), size);
  return copy;
}

static void carry_constraints(const struct wye_builder *from, struct wye_builder *to) {
  uint32_t *link = &to->constraints;
  to->texts = to->numbers = 0;
  for (uint32_t at = from->constraints; at; at = interned_at(from, at)->next) {
    const struct wye__constraint *old = &interned_at(from, at)->constraint;
    if (interned_at(from, at)->uses == 0) continue;
    uint32_t head = sizeof(struct wye__interned), copy = carry(from, to, at, head + old->text.length);
    struct wye__constraint *made = &interned_at(to, copy)->constraint;
    made->text.offset = copy + head;
    if (made->size) made->automaton = carry(from, to, old->automaton, old->size);
    enter(to, copy);
    *link = copy;
    link = &interned_at(to, copy)->next;
  }
  *link = 0;
}

static void carry_routes(const struct wye_builder *from, struct wye_builder *to) {
  uint32_t *link = &to->first, before = 0;
  for (uint32_t at = from->first; at; at = wye__route_at(from, at)->next) {
    to->last = carry(from, to, at, wye__route_at(from, at)->size);
    add_keys(to, to->last);
    for (uint32_t i = 0; i < from->method_count; i++)
      if (from->methods[i] == at) to->methods[i] = to->last;
    *link = to->last;
    link = &wye__route_at(to, to->last)->next;
    wye__route_at(to, to->last)->before = before;
    before = to->last;
  }
}

int32_t wye_builder_move(struct wye_builder *builder, void *block, size_t size, struct wye_builder **moved) {
  if (!moved) return WYE_BAD_ARGUMENT;
  *moved = NULL;
  if (!builder || !block || !wye__aligned(block, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  if (size < wye_builder_used(builder)) return WYE_NO_MEMORY;
  struct wye_builder *made = block;
  *made = *builder;
  made->keys = made->garbage = 0;
  wye__arena_init(&made->arena, usable(size), sizeof *made);
  made->buckets = wye__arena_take(&made->arena, (uint64_t)made->bucket_count * sizeof(uint32_t));
  memset(wye__at(&made->arena, made->buckets), 0, made->bucket_count * sizeof(uint32_t));
  carry_constraints(builder, made);
  carry_routes(builder, made);
  wye__builder_number(made);
  *moved = made;
  return WYE_OK;
}
