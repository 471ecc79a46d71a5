#include "build/image.h"

#include "base/sort.h"
#include "base/steps.h"
#include "language/host.h"
#include "language/pattern.h"

/* The text with which an image begins: the method `*`, then the names of as many anonymous parameters as it needs. */
static const char common_text[] =
    "*01234567891011121314151617181920212223242526272829303132333435363738394041424344454647484950515253545556575859"
    "60616263";

static struct wye_span anonymous_name(uint32_t number) {
  if (number < 10) return (struct wye_span){1 + number, 1};
  return (struct wye_span){11 + 2 * (number - 10), 2};
}

/* Bytes of the common text up to the last name that a route needs. */
static uint32_t common_length(const struct wye_builder *builder) {
  uint32_t length = 1;
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(builder, at);
    const struct wye_span *names = (const void *)((const uint8_t *)r + r->names);
    for (uint32_t i = 0; i < r->params; i++) {
      struct wye_span name = anonymous_name(names[i].length);
      if (names[i].offset == WYE_NONE && name.offset + name.length > length) length = name.offset + name.length;
    }
  }
  return length;
}

/* ------------------------------------------------------------------ records */

uint32_t wye__take_records(struct wye__image_writer *w, enum wye__section section, uint32_t count) {
  uint32_t first = w->counts[section];
  w->counts[section] += count;
  return first;
}

void *wye__record_at(struct wye__image_writer *w, enum wye__section section, uint32_t index) {
  if (!w->image) return w->scratch;
  return (uint8_t *)w->image + w->image->sections[section].offset + (size_t)index * wye__record_size[section];
}

uint32_t wye__put_text(struct wye__image_writer *w, const void *text, uint32_t length) {
  uint32_t at = wye__take_records(w, WYE__TEXT, length);
  if (w->image && length) memcpy(wye__record_at(w, WYE__TEXT, at), text, length);
  return at;
}

void *wye__take_room(struct wye__image_writer *w, uint64_t count, size_t size) {
  uint32_t offset = wye__arena_take(&w->builder->arena, count * size);
  if (!offset) w->full = true;
  return offset ? wye__at(&w->builder->arena, offset) : NULL;
}

uint32_t wye__method_bit(const struct wye__image_writer *w, const struct wye__stored_route *route) {
  return w->method_bit[wye__builder_method(w->builder, wye__own(route, route->method), route->method.length)];
}

struct wye__interned *wye__constraint_of_mark(const struct wye__image_writer *w, const uint8_t *shape, uint32_t at) {
  return wye__builder_constraint(w->builder, wye__shape_constraint(shape, at));
}

/* ------------------------------------------------------------------ hosts */

/* The hash slots of the hosts: each host gets the first free slot from that of its hash on. */
static void put_host_slots(struct wye__image_writer *w) {
  uint32_t hosts = w->counts[WYE__HOSTS], count = hosts ? wye__power_of_two(2 * hosts) : 0;
  uint32_t first = wye__take_records(w, WYE__HOST_SLOTS, count);
  if (!w->image) return;
  const struct wye__host_record *records = wye__section_of(w->image, WYE__HOSTS);
  uint32_t *slots = wye__record_at(w, WYE__HOST_SLOTS, first);
  for (uint32_t i = 0; i < hosts; i++) {
    struct wye_span text = records[i].text;
    uint32_t at = wye__host_hash(wye__text_of(w->image) + text.offset, text.length, 0);
    while (slots[at & (count - 1)]) at++;
    slots[at & (count - 1)] = 1 + i;
  }
}

/* Fewest parameters first, then text before a parameter, from the left. */
static int by_mask(const void *context, uint32_t a, uint32_t b) {
  const struct wye__stored_route *x = wye__route_at(context, a), *y = wye__route_at(context, b);
  uint32_t x_params = x->host_params, y_params = y->host_params;
  WYE__STEPS(1);
  if (x_params != y_params) return x_params < y_params ? -1 : 1;
  if (x->host_mask != y->host_mask) return x->host_mask < y->host_mask ? -1 : 1;
  return x->host_labels < y->host_labels ? -1 : x->host_labels > y->host_labels;
}

/* Sorts the routes whose hosts have parameters by their masks. */
static void sort_masks(struct wye__image_writer *w) {
  for (uint32_t at = w->builder->first; at; at = wye__route_at(w->builder, at)->next)
    if (wye__route_at(w->builder, at)->host_params) w->masked[w->masked_count++] = at;
  wye__sort(w->masked, w->room, w->masked_count, by_mask, w->builder);
}

/* The masks of the hosts with parameters, each once, in match order. */
static void put_masks(struct wye__image_writer *w) {
  for (uint32_t i = 0; i < w->masked_count; i++) {
    const struct wye__stored_route *r = wye__route_at(w->builder, w->masked[i]);
    if (i && by_mask(w->builder, w->masked[i - 1], w->masked[i]) == 0) continue;
    *(struct wye__mask *)wye__record_at(w, WYE__MASKS, wye__take_records(w, WYE__MASKS, 1)) =
        (struct wye__mask){r->host_labels, r->host_mask};
  }
}

/* ------------------------------------------------------------------ routes and methods */

static int by_method(const void *context, uint32_t a, uint32_t b) {
  const struct wye_builder *builder = context;
  const struct wye__stored_route *left = wye__route_at(builder, builder->methods[a]);
  const struct wye__stored_route *right = wye__route_at(builder, builder->methods[b]);
  uint32_t a_length = left->method.length, b_length = right->method.length;
  uint32_t shared = a_length < b_length ? a_length : b_length;
  int order = memcmp(wye__own(left, left->method), wye__own(right, right->method), shared);
  return order ? order : (a_length > shared) - (b_length > shared);
}

/* Methods get their bits in the order of their names, so that a set of bits lists them sorted, as Allow does. */
static void sort_methods(struct wye__image_writer *w) {
  uint32_t room[WYE_MAX_METHODS], count = w->builder->method_count;
  for (uint32_t i = 0; i < count; i++) w->method_of[i] = i;
  wye__sort(w->method_of, room, count, by_method, w->builder);
  for (uint32_t bit = 0; bit < count; bit++) w->method_bit[w->method_of[bit]] = bit;
}

static struct wye_span put_own(struct wye__image_writer *w, const struct wye__stored_route *r, struct wye_span text) {
  return (struct wye_span){wye__put_text(w, wye__own(r, text), text.length), text.length};
}

static void put_methods(struct wye__image_writer *w) {
  for (uint32_t bit = 0; bit < w->builder->method_count; bit++) {
    const struct wye__stored_route *r = wye__route_at(w->builder, w->builder->methods[w->method_of[bit]]);
    const char *text = wye__own(r, r->method);
    struct wye__method method = {.text = put_own(w, r, r->method)};
    memcpy(&method.key, text, r->method.length < sizeof method.key ? r->method.length : sizeof method.key);
    *(struct wye__method *)wye__record_at(w, WYE__METHODS, wye__take_records(w, WYE__METHODS, 1)) = method;
  }
}

static void put_names(struct wye__image_writer *w, const struct wye__stored_route *r, uint32_t host, uint32_t pattern) {
  const struct wye_span *names = (const void *)((const uint8_t *)r + r->names);
  for (uint32_t i = 0; i < r->params; i++) {
    struct wye_span name = {(i < r->host_params ? host : pattern) + names[i].offset, names[i].length};
    if (names[i].offset == WYE_NONE) name = anonymous_name(names[i].length);
    *(struct wye_span *)wye__record_at(w, WYE__NAMES, wye__take_records(w, WYE__NAMES, 1)) = name;
  }
}

/* The masks of the forms whose parameters are not the route's first ones. Returns how many. */
static uint32_t put_forms(struct wye__image_writer *w, const struct wye__stored_route *r) {
  uint32_t first = w->counts[WYE__FORMS];
  for (uint32_t i = 0; i < r->forms; i++)
    if (r->key[i].number)
      *(uint64_t *)wye__record_at(w, WYE__FORMS, wye__take_records(w, WYE__FORMS, 1)) = r->key[i].params;
  return w->counts[WYE__FORMS] - first;
}

static void put_routes(struct wye__image_writer *w) {
  for (uint32_t at = w->builder->first; at; at = wye__route_at(w->builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(w->builder, at);
    struct wye__route_record made = {
        .id = r->id,
        .names = w->counts[WYE__NAMES],
        .params = r->params,
        .host_params = r->host_params,
        .forms = w->counts[WYE__FORMS],
        .optional = r->forms > 1,
        .method = wye__serves_any(r) ? WYE__ANY_METHOD : (uint8_t)wye__method_bit(w, r),
        .pattern = put_own(w, r, r->pattern),
        .name = put_own(w, r, r->name),
        .host = put_own(w, r, r->host),
    };
    put_names(w, r, made.host.offset, made.pattern.offset);
    made.optional = (uint8_t)(made.optional + put_forms(w, r));
    *(struct wye__route_record *)wye__record_at(w, WYE__ROUTES, wye__take_records(w, WYE__ROUTES, 1)) = made;
  }
}

static void put_constraint(struct wye__image_writer *w, struct wye__interned *interned) {
  const struct wye__arena *arena = &w->builder->arena;
  struct wye__constraint made = interned->constraint;
  uint32_t first = wye__take_records(w, WYE__AUTOMATA, made.size / 8);
  if (w->image && made.size) memcpy(wye__record_at(w, WYE__AUTOMATA, first), wye__at(arena, made.automaton), made.size);
  made.automaton = made.size ? first * 8 : 0;
  made.text.offset = wye__put_text(w, wye__at(arena, made.text.offset), made.text.length);
  interned->image_number = wye__take_records(w, WYE__CONSTRAINTS, 1);
  *(struct wye__constraint *)wye__record_at(w, WYE__CONSTRAINTS, interned->image_number) = made;
}

/*
 * The constraints in the order in which the routes have them, so that equal routes make equal images. The first one has
 * the number 1, as 0 means none.
 */
static void put_constraints(struct wye__image_writer *w) {
  static const struct wye__constraint none;
  const struct wye_builder *builder = w->builder;
  *(struct wye__constraint *)wye__record_at(w, WYE__CONSTRAINTS, wye__take_records(w, WYE__CONSTRAINTS, 1)) = none;
  for (uint32_t at = builder->constraints; at;) {
    struct wye__interned *interned = wye__at(&builder->arena, at);
    interned->image_number = 0;
    at = interned->next;
  }
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(builder, at);
    const uint8_t *s = wye__own_shape(r);
    uint32_t length = wye__own_length(r);
    for (uint32_t i = r->host_shape; i < length; i += wye__shape_step(s, i))
      if (wye__is_mark(s, length, i, WYE__TYPED) && !wye__constraint_of_mark(w, s, i)->image_number)
        put_constraint(w, wye__constraint_of_mark(w, s, i));
  }
}

/* ------------------------------------------------------------------ the whole */

/* Counts all records, and writes them if there is an image. */
static void pass(struct wye__image_writer *w) {
  memset(w->counts, 0, sizeof w->counts);
  w->counts[WYE__BRANCHES] = w->counts[WYE__REFS] = 1; /* number 0 means none there */
  w->has_literals = false;
  wye__put_text(w, common_text, common_length(w->builder));
  put_methods(w);
  put_routes(w);
  put_constraints(w);
  put_masks(w);
  wye__put_tree(w);
  put_host_slots(w);
}

/* Lays the sections out after the header. Returns the image's size in bytes. */
static uint64_t lay_out(struct wye__image_writer *w) {
  uint64_t at = sizeof w->head;
  for (uint32_t i = 0; i < WYE__SECTIONS; i++) {
    w->head.sections[i] = (struct wye__extent){(uint32_t)at, w->counts[i]};
    at += (uint64_t)w->counts[i] * wye__record_size[i];
    if (at > WYE_MAX_IMAGE) return at;
  }
  return (at + 7) & ~(uint64_t)7;
}

static void prepare(struct wye__image_writer *w) {
  const struct wye_options *options = &w->builder->options;
  w->head.trailing_slash = options->trailing_slash;
  w->head.clean_path = options->clean_path;
  w->head.case_insensitive = options->case_insensitive;
  w->head.no_method_not_allowed = options->no_method_not_allowed;
  w->head.max_path = options->max_path;
  w->masked = wye__take_room(w, w->builder->count, sizeof *w->masked);
  sort_methods(w);
  wye__builder_number(w->builder);
  wye__sort_forms(w);
  if (!w->full) sort_masks(w);
}

static void finish(struct wye__image_writer *w, uint64_t size) {
  struct wye_table *head = &w->head;
  memcpy(head->magic, "WYE", 3);
  head->magic[3] = WYE__VERSION;
  head->size = (uint32_t)size;
  memcpy(w->image, head, sizeof *head);
  w->image->checksum = wye__checksum(w->image, head->size);
}

static int32_t build(struct wye__image_writer *w, wye__take_block *take, void *context, size_t *size) {
  prepare(w);
  if (!w->full) pass(w);
  if (w->full) return WYE_NO_MEMORY;
  wye__number_notes(w);
  uint64_t needed = lay_out(w);
  if (needed > WYE_MAX_IMAGE) return WYE_IMAGE_TOO_LARGE;
  *size = (size_t)needed;
  struct wye_table *image = take(context, *size);
  if (!image) return WYE_NO_MEMORY;
  memset(image, 0, *size);
  memcpy(image, &w->head, sizeof w->head);
  w->image = image;
  pass(w);
  finish(w, needed);
  return WYE_OK;
}

int32_t wye__build(struct wye_builder *builder, wye__take_block *take, void *context, size_t *size) {
  struct wye__image_writer w = {.builder = builder};
  uint32_t mark = wye__arena_mark(&builder->arena);
  *size = 0;
  int32_t status = build(&w, take, context, size);
  wye__arena_rewind(&builder->arena, mark);
  return status;
}

struct block {
  void *bytes;
  size_t size;
};

static void *take_given(void *context, size_t size) {
  const struct block *given = context;
  return size <= given->size ? given->bytes : NULL;
}

int32_t wye_builder_build(struct wye_builder *builder, void *image, size_t capacity, size_t *size) {
  struct block given = {image, capacity};
  if (!size) return WYE_BAD_ARGUMENT;
  *size = 0;
  if (!builder || (!image && capacity) || !wye__aligned(image, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  return wye__build(builder, take_given, &given, size);
}
