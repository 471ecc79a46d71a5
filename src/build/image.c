#include "build/image.h"

#include "base/sort.h"
#include "language/host.h"
#include "language/pattern.h"

/* The text with which every image begins: the method `*`, then the names of anonymous parameters. */
static const char common_text[] =
    "*01234567891011121314151617181920212223242526272829303132333435363738394041424344454647484950515253545556575859"
    "60616263";

static struct wye_span anonymous_name(uint32_t number) {
  if (number < 10) return (struct wye_span){1 + number, 1};
  return (struct wye_span){11 + 2 * (number - 10), 2};
}

/* ------------------------------------------------------------------ records */

uint32_t wye__take_records(struct wye__image_writer *f, enum wye__section section, uint32_t count) {
  uint32_t first = f->counts[section];
  f->counts[section] += count;
  return first;
}

void *wye__record_at(struct wye__image_writer *f, enum wye__section section, uint32_t index) {
  if (!f->image) return f->scratch;
  return (uint8_t *)f->image + f->image->sections[section].offset + (size_t)index * wye__record_size[section];
}

uint32_t wye__put_text(struct wye__image_writer *f, const void *text, uint32_t length) {
  uint32_t at = wye__take_records(f, WYE__TEXT, length);
  if (f->image && length) memcpy(wye__record_at(f, WYE__TEXT, at), text, length);
  return at;
}

void *wye__take_room(struct wye__image_writer *f, uint64_t count, size_t size) {
  uint32_t offset = wye__arena_take(&f->builder->arena, count * size);
  if (!offset) f->full = true;
  return offset ? wye__at(&f->builder->arena, offset) : NULL;
}

uint32_t wye__method_bit(const struct wye__image_writer *f, const struct wye__stored_route *route) {
  return f->method_bit[wye__builder_method(f->builder, wye__own(route, route->method), route->method.length)];
}

struct wye__interned *wye__constraint_of_mark(const struct wye__image_writer *f, const uint8_t *shape, uint32_t at) {
  uint32_t number = wye__shape_constraint(shape, at), offset = f->builder->constraints;
  struct wye__interned *interned = wye__at(&f->builder->arena, offset);
  while (interned->number != number) interned = wye__at(&f->builder->arena, interned->next);
  return interned;
}

/* ------------------------------------------------------------------ hosts */

/* The hash slots of the hosts: each host gets the first free slot from that of its hash on. */
static void put_host_slots(struct wye__image_writer *f) {
  uint32_t hosts = f->counts[WYE__HOSTS], count = hosts ? wye__power_of_two(2 * hosts) : 0;
  uint32_t first = wye__take_records(f, WYE__HOST_SLOTS, count);
  if (!f->image) return;
  const struct wye__host_record *records = wye__section_of(f->image, WYE__HOSTS);
  uint32_t *slots = wye__record_at(f, WYE__HOST_SLOTS, first);
  for (uint32_t i = 0; i < hosts; i++) {
    struct wye_span text = records[i].text;
    uint32_t at = wye__host_hash(wye__text_of(f->image) + text.offset, text.length, 0);
    while (slots[at & (count - 1)]) at++;
    slots[at & (count - 1)] = 1 + i;
  }
}

static uint32_t bits_in(uint32_t mask) {
  uint32_t count = 0;
  for (; mask; mask &= mask - 1) count++;
  return count;
}

/* Fewest parameters first, then text before a parameter, from the left. */
static bool mask_is_before(struct wye__mask a, struct wye__mask b) {
  uint32_t x = bits_in(a.mask), y = bits_in(b.mask);
  if (x != y) return x < y;
  return a.mask != b.mask ? a.mask < b.mask : a.labels < b.labels;
}

/* The masks of the hosts with parameters, each once, in match order. They are few, so insertion sorts them. */
static void put_masks(struct wye__image_writer *f) {
  uint32_t count = 0;
  for (uint32_t at = f->builder->first; at; at = wye__route_at(f->builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(f->builder, at);
    struct wye__mask mask = {r->host_labels, r->host_mask};
    if (!r->host_params) continue;
    uint32_t i = 0;
    while (i < count && mask_is_before(f->masks[i], mask)) i++;
    if (i < count && f->masks[i].labels == mask.labels && f->masks[i].mask == mask.mask) continue;
    for (uint32_t j = count++; j > i; j--) f->masks[j] = f->masks[j - 1];
    f->masks[i] = mask;
  }
  uint32_t first = wye__take_records(f, WYE__MASKS, count);
  if (f->image && count) memcpy(wye__record_at(f, WYE__MASKS, first), f->masks, count * sizeof *f->masks);
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
static void sort_methods(struct wye__image_writer *f) {
  uint32_t room[WYE_MAX_METHODS], count = f->builder->method_count;
  for (uint32_t i = 0; i < count; i++) f->method_of[i] = i;
  wye__sort(f->method_of, room, count, by_method, f->builder);
  for (uint32_t bit = 0; bit < count; bit++) f->method_bit[f->method_of[bit]] = bit;
}

static struct wye_span put_own(struct wye__image_writer *f, const struct wye__stored_route *r, struct wye_span text) {
  return (struct wye_span){wye__put_text(f, wye__own(r, text), text.length), text.length};
}

static void put_methods(struct wye__image_writer *f) {
  for (uint32_t bit = 0; bit < f->builder->method_count; bit++) {
    const struct wye__stored_route *r = wye__route_at(f->builder, f->builder->methods[f->method_of[bit]]);
    const char *text = wye__own(r, r->method);
    struct wye__method method = {.text = put_own(f, r, r->method)};
    memcpy(&method.key, text, r->method.length < sizeof method.key ? r->method.length : sizeof method.key);
    f->text_start[bit] = method.text.offset;
    *(struct wye__method *)wye__record_at(f, WYE__METHODS, wye__take_records(f, WYE__METHODS, 1)) = method;
  }
}

static void put_names(struct wye__image_writer *f, const struct wye__stored_route *r, uint32_t host, uint32_t pattern) {
  const struct wye_span *names = (const void *)((const uint8_t *)r + r->names);
  for (uint32_t i = 0; i < r->params; i++) {
    struct wye_span name = {(i < r->host_params ? host : pattern) + names[i].offset, names[i].length};
    if (names[i].offset == WYE_NONE) name = anonymous_name(names[i].length);
    *(struct wye_span *)wye__record_at(f, WYE__NAMES, wye__take_records(f, WYE__NAMES, 1)) = name;
  }
}

static void put_routes(struct wye__image_writer *f) {
  for (uint32_t at = f->builder->first; at; at = wye__route_at(f->builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(f->builder, at);
    struct wye__route_record made = {
        .id = r->id,
        .names = f->counts[WYE__NAMES],
        .params = (uint16_t)r->params,
        .host_params = (uint8_t)r->host_params,
        .optional = r->short_length > 0,
        .pattern = put_own(f, r, r->pattern),
        .method = {wye__serves_any(r) ? 0 : f->text_start[wye__method_bit(f, r)], r->method.length},
        .name = put_own(f, r, r->name),
        .host = put_own(f, r, r->host),
    };
    put_names(f, r, made.host.offset, made.pattern.offset);
    *(struct wye__route_record *)wye__record_at(f, WYE__ROUTES, wye__take_records(f, WYE__ROUTES, 1)) = made;
  }
}

static void put_constraint(struct wye__image_writer *f, struct wye__interned *interned) {
  const struct wye__arena *arena = &f->builder->arena;
  struct wye__constraint made = interned->constraint;
  uint32_t first = wye__take_records(f, WYE__AUTOMATA, made.size / 8);
  if (f->image && made.size) memcpy(wye__record_at(f, WYE__AUTOMATA, first), wye__at(arena, made.automaton), made.size);
  made.automaton = made.size ? first * 8 : 0;
  made.text.offset = wye__put_text(f, wye__at(arena, made.text.offset), made.text.length);
  interned->image_number = wye__take_records(f, WYE__CONSTRAINTS, 1);
  *(struct wye__constraint *)wye__record_at(f, WYE__CONSTRAINTS, interned->image_number) = made;
}

/*
 * The constraints in the order in which the routes have them, so that equal routes give equal bytes. The first one has
 * the number 1, as 0 means none.
 */
static void put_constraints(struct wye__image_writer *f) {
  static const struct wye__constraint none;
  const struct wye_builder *builder = f->builder;
  *(struct wye__constraint *)wye__record_at(f, WYE__CONSTRAINTS, wye__take_records(f, WYE__CONSTRAINTS, 1)) = none;
  for (uint32_t at = builder->constraints; at;) {
    struct wye__interned *interned = wye__at(&builder->arena, at);
    interned->image_number = 0;
    at = interned->next;
  }
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(builder, at);
    const uint8_t *s = wye__own_shape(r);
    for (uint32_t i = r->host_shape; i < r->shape.length; i += wye__shape_step(s, i))
      if (wye__is_mark(s, r->shape.length, i, WYE__TYPED) && !wye__constraint_of_mark(f, s, i)->image_number)
        put_constraint(f, wye__constraint_of_mark(f, s, i));
  }
}

/* ------------------------------------------------------------------ the whole */

/* Counts all records, and writes them if there is an image. */
static void pass(struct wye__image_writer *f) {
  memset(f->counts, 0, sizeof f->counts);
  f->counts[WYE__BRANCHES] = f->counts[WYE__REFS] = 1; /* number 0 means none there */
  wye__put_text(f, common_text, sizeof common_text - 1);
  put_methods(f);
  put_routes(f);
  put_constraints(f);
  put_masks(f);
  wye__put_tree(f);
  put_host_slots(f);
}

/* Lays the sections out after the header. Returns the image's size in bytes. */
static uint64_t lay_out(struct wye__image_writer *f) {
  uint64_t at = sizeof f->head;
  for (uint32_t i = 0; i < WYE__SECTIONS; i++) {
    f->head.sections[i] = (struct wye__extent){(uint32_t)at, f->counts[i]};
    at += (uint64_t)f->counts[i] * wye__record_size[i];
    if (at > WYE_MAX_IMAGE) return at;
  }
  return (at + 7) & ~(uint64_t)7;
}

static void prepare(struct wye__image_writer *f) {
  const struct wye_options *options = &f->builder->options;
  f->head.trailing_slash = options->trailing_slash;
  f->head.clean_path = options->clean_path;
  f->head.case_insensitive = options->case_insensitive;
  f->head.no_method_not_allowed = options->no_method_not_allowed;
  f->masks = wye__take_room(f, f->builder->count, sizeof *f->masks);
  sort_methods(f);
  wye__sort_forms(f);
}

static void finish(struct wye__image_writer *f, uint64_t size) {
  struct wye_table *head = &f->head;
  memcpy(head->magic, "WYE", 3);
  head->magic[3] = WYE__VERSION;
  head->size = (uint32_t)size;
  memcpy(f->image, head, sizeof *head);
  f->image->checksum = wye__checksum(f->image, head->size);
}

static int32_t build(struct wye__image_writer *f, void *image, size_t capacity, size_t *size) {
  prepare(f);
  if (!f->full) pass(f);
  if (f->full) return WYE_NO_MEMORY;
  wye__number_visited(f);
  uint64_t needed = lay_out(f);
  if (needed > WYE_MAX_IMAGE) return WYE_IMAGE_TOO_LARGE;
  *size = (size_t)needed;
  if (capacity < needed) return WYE_NO_MEMORY;
  memset(image, 0, *size);
  memcpy(image, &f->head, sizeof f->head);
  f->image = image;
  pass(f);
  finish(f, needed);
  return WYE_OK;
}

int32_t wye_builder_build(struct wye_builder *builder, void *image, size_t capacity, size_t *size) {
  if (!size) return WYE_BAD_ARGUMENT;
  *size = 0;
  if (!builder || (!image && capacity) || !wye__aligned(image, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  struct wye__image_writer f = {.builder = builder};
  uint32_t mark = wye__arena_mark(&builder->arena);
  int32_t status = build(&f, image, capacity, size);
  wye__arena_rewind(&builder->arena, mark);
  return status;
}
