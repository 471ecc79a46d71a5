/*
 * Sorting the routes into a tree:
 *
 *     1. The forms of the routes (several if a segment is optional) are sorted by their shapes, slash first, so that
 *        those which begin alike are neighbours.
 *     2. The tree is walked by levels. A vertex is a range of that order and an offset in its shapes; its children are
 *        the runs of the range that go on alike; a root is the range of one host.
 *
 * A form in the order, `order[i]`:
 *
 *     31                      3  1        0
 *     | offset of its key / 8 |  0  | folded |    folded: in lower case
 */
#include "base/sort.h"
#include "build/image.h"
#include "language/encoding.h"
#include "language/expression.h"
#include "language/pattern.h"

/* How a run of routes goes on after a node. OWN_POINT: with a delimited or constrained parameter, see wye__branch. */
enum kind { STATIC, PREFIX, OWN_POINT, PARAM, INNER, CATCH_ALL };

enum {
  MOST_NOTES = (1 << 22) / WYE__PIECE, /* words of one node, 512 KiB; further values have none */
  SHORT_VALUE = 64                     /* characters: reading a value of that many again costs less than notes */
};

enum { FOLDED = 1 };

/* ------------------------------------------------------------------ forms */

static const struct wye__key *key_of(const struct wye_builder *builder, uint32_t form) {
  return wye__at(&builder->arena, form & ~(uint32_t)FOLDED);
}

static const struct wye__stored_route *route_of(const struct wye_builder *builder, uint32_t form) {
  return wye__route_at(builder, key_of(builder, form)->route);
}

static const struct wye__stored_route *route(const struct wye__image_writer *w, uint32_t index) {
  return route_of(w->builder, w->order[index]);
}

static const uint8_t *shape_of(const struct wye_builder *builder, uint32_t form) {
  const struct wye__stored_route *r = route_of(builder, form);
  uint32_t offset = key_of(builder, form)->text.offset;
  if (!(form & FOLDED)) return (const uint8_t *)r + offset;
  return (const uint8_t *)wye__at(&builder->arena, r->folded) + (offset - r->shapes.offset);
}

static const uint8_t *shape(const struct wye__image_writer *w, uint32_t index) {
  return shape_of(w->builder, w->order[index]);
}

static uint32_t length_of(const struct wye_builder *builder, uint32_t form) {
  return key_of(builder, form)->text.length;
}

static uint32_t shape_length(const struct wye__image_writer *w, uint32_t index) {
  return length_of(w->builder, w->order[index]);
}

static int by_shape(const void *context, uint32_t a, uint32_t b) {
  const struct wye_builder *builder = context;
  const uint8_t *x = shape_of(builder, a), *y = shape_of(builder, b);
  uint32_t x_length = length_of(builder, a), y_length = length_of(builder, b);
  for (uint32_t i = 0; i < x_length && i < y_length; i++)
    if (x[i] != y[i]) return x[i] == '/' ? -1 : y[i] == '/' ? 1 : x[i] < y[i] ? -1 : 1;
  if (x_length != y_length) return x_length < y_length ? -1 : 1;
  uint32_t i = route_of(builder, a)->index, j = route_of(builder, b)->index;
  return (i != j ? i < j : a < b) ? -1 : 1; /* in lower case, two forms of one route may have one shape */
}

/* The first bytes of a shape, so that most forms are compared without following offsets to their texts. */
struct start {
  uint64_t bytes[2];
};
_Static_assert(sizeof(struct start) <= sizeof(struct wye__group), "starts are kept where the groups will be");

/* Numbers that are in the order of the bytes, slash first; what a shape lacks comes no later than any byte. */
static struct start start_of(const struct wye_builder *builder, uint32_t form) {
  const uint8_t *s = shape_of(builder, form);
  uint32_t length = length_of(builder, form);
  struct start start = {0};
  for (uint32_t i = 0; i < sizeof start && i < length; i++) {
    uint64_t rank = s[i] == '/' ? 0 : s[i] < '/' ? s[i] + 1u : s[i];
    start.bytes[i / 8] |= rank << (56 - 8 * (i % 8));
  }
  return start;
}

/* Two forms by their indexes in `picks`. */
static int by_start(const void *context, uint32_t a, uint32_t b) {
  const struct wye__image_writer *w = context;
  const struct start *starts = (const void *)w->groups;
  for (uint32_t i = 0; i < 2; i++)
    if (starts[a].bytes[i] != starts[b].bytes[i]) return starts[a].bytes[i] < starts[b].bytes[i] ? -1 : 1;
  return by_shape(w->builder, w->picks[a], w->picks[b]);
}

/* Lists the forms of all routes, each with these bits, from `order[index]` on, and sorts them. */
static void sort_forms(struct wye__image_writer *w, uint32_t index, uint32_t bits) {
  uint32_t *order = w->order + index, count = 0;
  struct start *starts = (void *)w->groups;
  for (uint32_t at = w->builder->first; at; at = wye__route_at(w->builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(w->builder, at);
    for (uint32_t i = 0; i < r->forms; i++, count++) {
      w->picks[count] = (uint32_t)((const uint8_t *)&r->key[i] - (const uint8_t *)w->builder) | bits;
      starts[count] = start_of(w->builder, w->picks[count]);
      order[count] = count;
    }
  }
  wye__sort(order, w->room, count, by_start, w);
  for (uint32_t i = 0; i < count; i++) order[i] = w->picks[order[i]];
}

/* Makes a copy of each route's shapes in lower case. */
static void fold_shapes(struct wye__image_writer *w) {
  for (uint32_t at = w->builder->first; at && !w->full; at = wye__route_at(w->builder, at)->next) {
    struct wye__stored_route *r = wye__route_at(w->builder, at);
    uint8_t *folded = wye__take_room(w, r->shapes.length, 1);
    if (w->full) return;
    r->folded = (uint32_t)(folded - (uint8_t *)w->builder);
    for (uint32_t i = 0; i < r->shapes.length; i++) folded[i] = wye__lower_byte(wye__own_shape(r)[i]);
  }
}

void wye__sort_forms(struct wye__image_writer *w) {
  bool folded = w->head.clean_path && !w->head.case_insensitive;
  for (uint32_t at = w->builder->first; at; at = wye__route_at(w->builder, at)->next) {
    const struct wye__stored_route *r = wye__route_at(w->builder, at);
    w->count += r->forms;
    if (wye__own_length(r) > w->depths) w->depths = wye__own_length(r);
  }
  w->depths = w->depths / WYE__MARK_BYTES + 1;
  w->order = wye__take_room(w, (uint64_t)w->count * 2, sizeof *w->order);
  w->picks = wye__take_room(w, w->count, sizeof *w->picks);
  w->room = wye__take_room(w, w->count, sizeof *w->room);
  w->groups = wye__take_room(w, w->count, sizeof *w->groups);
  w->notes = wye__take_room(w, w->depths, sizeof *w->notes);
  if (folded) fold_shapes(w);
  w->pending = wye__take_room(w, 0, 0); /* last, as it grows */
  if (w->full) return;
  memset(w->notes, 0, w->depths * sizeof *w->notes);
  sort_forms(w, 0, 0);
  if (folded) sort_forms(w, w->count, FOLDED);
}

/* ------------------------------------------------------------------ pending vertices */

/* Numbers `count` more vertices, all empty so far. Returns the first number. */
static uint32_t push_empty(struct wye__image_writer *w, uint32_t count) {
  uint32_t first = wye__take_records(w, WYE__VERTICES, count);
  if (!w->image && !wye__arena_take(&w->builder->arena, (uint64_t)count * sizeof(struct wye__pending_vertex)))
    w->full = true;
  for (uint32_t i = 0; i < count && !w->full; i++)
    w->pending[first + i] = (struct wye__pending_vertex){.length = WYE__NOT_STATIC};
  return first;
}

/* Fills in a pending vertex. It is written when the walk reaches it. */
static void assign(struct wye__image_writer *w, uint32_t vertex, const struct wye__pending_vertex *pending) {
  if (!w->full) w->pending[vertex] = *pending;
  if (pending->params > w->head.max_params) w->head.max_params = pending->params;
  if (pending->depth >= w->head.max_depth) w->head.max_depth = pending->depth + 1;
}

static uint32_t push(struct wye__image_writer *w, const struct wye__pending_vertex *pending) {
  uint32_t vertex = push_empty(w, 1);
  assign(w, vertex, pending);
  return vertex;
}

/* ------------------------------------------------------------------ leaves */

static void put_ref(struct wye__image_writer *w, uint32_t form) {
  const struct wye__stored_route *r = route_of(w->builder, form);
  uint32_t index = wye__take_records(w, WYE__REFS, 1), mask = key_of(w->builder, form)->number;
  *(struct wye__ref *)wye__record_at(w, WYE__REFS, index) =
      (struct wye__ref){r->index | mask << WYE__ROUTE_BITS, r->id};
}

/*
 * The leaf of the routes [low, high), which have the same shape and different methods. In lower case several may have
 * the same method: the one that was added first counts.
 */
static struct wye__leaf put_leaf(struct wye__image_writer *w, uint32_t low, uint32_t high) {
  uint32_t by_bit[WYE_MAX_METHODS] = {0}, any = 0; /* forms */
  struct wye__leaf leaf = {0};
  uint64_t methods = 0;
  if (low == high) return leaf;
  for (uint32_t i = low; i < high; i++) {
    uint32_t *which = wye__serves_any(route(w, i)) ? &any : &by_bit[wye__method_bit(w, route(w, i))];
    if (!*which) *which = w->order[i];
  }
  leaf.refs = w->counts[WYE__REFS] | (any ? WYE__ANY : 0);
  if (any) put_ref(w, any);
  for (uint32_t bit = 0; bit < WYE_MAX_METHODS; bit++) {
    if (!by_bit[bit]) continue;
    methods |= (uint64_t)1 << bit;
    put_ref(w, by_bit[bit]);
  }
  memcpy(leaf.methods, &methods, sizeof methods);
  return leaf;
}

/* ------------------------------------------------------------------ groups */

/* Whether the segment of the form at this index of the order ends at `at`. */
static bool ends_segment(const struct wye__image_writer *w, uint32_t index, uint32_t at) {
  return at == shape_length(w, index) || wye__is_mark(shape(w, index), shape_length(w, index), at, WYE__SEGMENT);
}

/* How the form at this index of the order goes on at `at`, as a group of its own. */
static struct wye__group group_at(const struct wye__image_writer *w, uint32_t index, uint32_t at) {
  const uint8_t *s = shape(w, index);
  uint32_t length = shape_length(w, index), end = wye__literal_end(s, length, at);
  struct wye__group group = {.low = index, .high = index + 1, .at = at, .length = end - at, .kind = STATIC};
  if (ends_segment(w, index, end)) return group;
  bool plain = wye__is_mark(s, length, end, WYE__PARAM);
  if (wye__is_mark(s, length, end, WYE__CATCH_ALL)) group.kind = CATCH_ALL;
  else if (wye__is_mark(s, length, end, WYE__INNER)) group.kind = INNER;
  else if (group.length) group.kind = PREFIX;
  else group.kind = plain && ends_segment(w, index, end + WYE__MARK_BYTES) ? PARAM : OWN_POINT;
  return group;
}

/* After a parameter a literal is one group, whatever follows it; after a node a static segment and a prefix are two. */
static bool same_group(const struct wye__image_writer *w, const struct wye__group *a, const struct wye__group *b,
                       bool after_param) {
  return (after_param || a->kind == b->kind) &&
         wye__same(shape(w, a->low) + a->at, a->length, shape(w, b->low) + b->at, b->length);
}

/*
 * Divides the routes [low, high) into groups by how they go on at `at`, and appends these to the `count` groups so far.
 * Returns how many there are then.
 */
static uint32_t find_groups(struct wye__image_writer *w, uint32_t count, uint32_t low, uint32_t high, uint32_t at,
                            bool after_param) {
  for (uint32_t i = low; i < high; i++) {
    struct wye__group next = group_at(w, i, at);
    if (i > low && same_group(w, &w->groups[count - 1], &next, after_param)) w->groups[count - 1].high++;
    else w->groups[count++] = next;
  }
  return count;
}

/* Picks the groups of a kind. Returns how many there are. */
static uint32_t pick(struct wye__image_writer *w, uint32_t count, enum kind kind) {
  uint32_t picked = 0;
  for (uint32_t i = 0; i < count; i++)
    if (w->groups[i].kind == kind) w->picks[picked++] = i;
  return picked;
}

const uint8_t *wye__literal_of(const struct wye__image_writer *w, const struct wye__group *group) {
  return shape(w, group->low) + group->at;
}

/* The vertex of a group at `at` in its shapes, a child of `parent` with `params` more parameters. */
static struct wye__pending_vertex pending_child(const struct wye__group *group,
                                                const struct wye__pending_vertex *parent, uint32_t at,
                                                enum wye__kind kind, uint32_t params) {
  return (struct wye__pending_vertex){
      .low = group->low,
      .high = group->high,
      .at = at,
      .length = WYE__NOT_STATIC,
      .depth = parent->depth + 1,
      .params = (uint8_t)(parent->params + params),
      .kind = (uint8_t)kind,
      .many = parent->kind == WYE__POINT && parent->many,
      .after_inner = parent->after_inner,
      .segment = (uint16_t)(parent->segment + (kind == WYE__NODE)),
      .node = parent->node,
  };
}

static uint32_t push_child(struct wye__image_writer *w, const struct wye__group *group,
                           const struct wye__pending_vertex *parent, uint32_t at, enum wye__kind kind,
                           uint32_t params) {
  struct wye__pending_vertex child = pending_child(group, parent, at, kind, params);
  return push(w, &child);
}

/* ------------------------------------------------------------------ static segments */

enum { SMALL = 64 };

/* How many of the picked groups (at most SMALL, in at most 4 x SMALL slots) find their home slot taken. */
static uint32_t collisions(const struct wye__image_writer *w, uint32_t count, uint8_t shift, uint32_t mask) {
  uint64_t taken[SMALL * 4 / 64] = {0};
  uint32_t crowded = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t home = (uint32_t)(w->groups[w->picks[i]].hash >> shift) & mask;
    crowded += (uint32_t)(taken[home / 64] >> (home % 64) & 1);
    taken[home / 64] |= (uint64_t)1 << (home % 64);
  }
  return crowded;
}

/*
 * Chooses how many slots there are, and which bits of the hash choose the home slots of the picked groups: the fewest
 * slots, up to four times the groups, in which no two groups collide; otherwise those with the fewest collisions. A
 * node with many children gets twice as many slots as children, and chains.
 */
static void choose_hash_bits(const struct wye__image_writer *w, uint32_t count, struct wye__vertex *node) {
  uint32_t slots = wye__power_of_two(count), best = UINT32_MAX;
  node->mask = 2 * slots - 1;
  node->shift = (uint8_t)(63 - __builtin_ctz(slots)); /* the topmost bits, which are mixed best */
  for (uint32_t more = 1; count <= SMALL && more <= 4; more *= 2) {
    for (uint8_t shift = WYE__HASH_LOW; shift < WYE__HASH_HIGH && best; shift++) {
      uint32_t mask = slots * more - 1, crowded = mask < SMALL * 4 ? collisions(w, count, shift, mask) : best;
      if (crowded >= best) continue;
      best = crowded;
      node->shift = shift;
      node->mask = mask;
    }
  }
}

static int by_home(const void *context, uint32_t a, uint32_t b) {
  const struct wye__image_writer *w = context;
  return w->groups[a].home < w->groups[b].home ? -1 : w->groups[a].home > w->groups[b].home;
}

/*
 * Assigns a slot to each picked group: the home to the first group of each home; after the run, slots to the second
 * groups of all homes, then to the third ones. So links point forward, and the k-th link that a walk over the slots
 * meets points to the k-th slot after the run. Returns the number of slots.
 */
static uint32_t assign_slots(struct wye__image_writer *w, uint32_t count, const struct wye__vertex *node) {
  uint32_t next = node->mask + 1, waiting = count;
  for (uint32_t i = 0; i < count; i++) {
    struct wye__group *group = &w->groups[w->picks[i]];
    group->home = (uint32_t)(group->hash >> node->shift) & node->mask;
    group->link = 0;
  }
  wye__sort(w->picks, w->room, count, by_home, w);
  for (uint32_t rank = 0; waiting; rank++) {
    struct wye__group *before = NULL;
    for (uint32_t i = 0, in_home = 0; i < count; i++) {
      struct wye__group *group = &w->groups[w->picks[i]];
      in_home = before && before->home == group->home ? in_home + 1 : 0;
      if (in_home == rank) {
        group->slot = rank ? next++ : group->home;
        if (rank) before->link = group->slot;
        waiting--;
      }
      before = group;
    }
  }
  return next;
}

static void load_key(const uint8_t *literal, uint32_t length, uint64_t key[2]) {
  key[0] = key[1] = 0;
  memcpy(key, literal, length < WYE__KEY_BYTES ? length : WYE__KEY_BYTES);
}

static void put_statics(struct wye__image_writer *w, uint32_t groups, const struct wye__pending_vertex *pending,
                        struct wye__vertex *node) {
  uint32_t count = pick(w, groups, STATIC);
  if (count == 0) return;
  for (uint32_t i = 0; i < count; i++) {
    struct wye__group *group = &w->groups[w->picks[i]];
    uint64_t key[2];
    load_key(wye__literal_of(w, group), group->length, key);
    group->hash = wye__hash(key, wye__literal_of(w, group), group->length);
  }
  choose_hash_bits(w, count, node);
  node->statics = push_empty(w, assign_slots(w, count, node));
  for (uint32_t i = 0; i < count; i++) {
    const struct wye__group *group = &w->groups[w->picks[i]];
    struct wye__pending_vertex child = pending_child(group, pending, group->at + group->length, WYE__NODE, 0);
    child.length = group->length;
    child.next = group->link ? node->statics + group->link : 0;
    assign(w, node->statics + group->slot, &child);
  }
}

/* ------------------------------------------------------------------ parameters inside a segment */

/* The longest prefix that this one begins with, as 1 + its index; 0: none. `before`: the prefix before it, likewise. */
static uint32_t shorter_prefix(const struct wye__image_writer *w, const struct wye__group *group, uint32_t before) {
  while (before) {
    const struct wye__group *other = &w->groups[w->picks[before - 1]];
    if (other->length < group->length &&
        memcmp(wye__literal_of(w, other), wye__literal_of(w, group), other->length) == 0)
      break;
    before = other->link;
  }
  return before;
}

static void put_prefixes(struct wye__image_writer *w, uint32_t groups, const struct wye__pending_vertex *pending,
                         struct wye__branch *branch) {
  branch->count = pick(w, groups, PREFIX);
  branch->prefixes = wye__take_records(w, WYE__PREFIXES, branch->count);
  for (uint32_t i = 0; i < branch->count; i++) {
    struct wye__group *group = &w->groups[w->picks[i]];
    group->link = shorter_prefix(w, group, i);
    *(struct wye__prefix *)wye__record_at(w, WYE__PREFIXES, branch->prefixes + i) = (struct wye__prefix){
        .literal = wye__put_text(w, wye__literal_of(w, group), group->length),
        .length = group->length,
        .point = push_child(w, group, pending, group->at + group->length, WYE__POINT, 0),
        .shorter = group->link,
    };
  }
}

/* The rank of the next unit of a normal form: units sort by their byte, the raw byte before its escape. */
static uint32_t unit_rank(const uint8_t *text, uint32_t *at) {
  uint8_t byte = text[(*at)++];
  if (byte != '%') return byte * 2u;
  byte = text[(*at)++];
  return byte == '%' ? byte * 2u : (byte & 0x7Fu) * 2u + 1;
}

static uint32_t units(const uint8_t *text, uint32_t length) {
  uint32_t count = 0;
  for (uint32_t at = 0; at < length; count++) unit_rank(text, &at);
  return count;
}

/*
 * The rank of the group's first form: of the route that was added first, the longest one. All of them begin alike, so
 * that of two groups with forms of one route, the longest form is in the one whose constraint is written first.
 */
static uint64_t rank(const struct wye__image_writer *w, const struct wye__group *group) {
  uint64_t first = UINT64_MAX;
  for (uint32_t i = group->low; i < group->high; i++) {
    uint64_t own = (uint64_t)route(w, i)->index << 32 | (UINT32_MAX - shape_length(w, i));
    if (own < first) first = own;
  }
  return first;
}

/* Match order of literals: more units first, then unit by unit. */
static int compare_literals(const struct wye__image_writer *w, const struct wye__group *left,
                            const struct wye__group *right) {
  const uint8_t *left_text = wye__literal_of(w, left), *right_text = wye__literal_of(w, right);
  uint32_t left_units = units(left_text, left->length), right_units = units(right_text, right->length);
  if (left_units != right_units) return left_units > right_units ? -1 : 1;
  for (uint32_t i = 0, j = 0; i < left->length;) {
    uint32_t x = unit_rank(left_text, &i), y = unit_rank(right_text, &j);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

/* Match order of what may follow a parameter: by literal, constrained before plain, by rank, the segment's end last. */
static int by_match_order(const void *context, uint32_t a, uint32_t b) {
  const struct wye__image_writer *w = context;
  const struct wye__group *left = &w->groups[a], *right = &w->groups[b];
  int order = compare_literals(w, left, right);
  if (order) return order;
  if (left->constraint == right->constraint) return left->ends ? 1 : -1;
  if (!left->constraint || !right->constraint) return left->constraint ? -1 : 1;
  return rank(w, left) < rank(w, right) ? -1 : 1;
}

/* Whether one of the group's routes has a constraint after `at` in this segment. */
static bool is_constrained(const struct wye__image_writer *w, const struct wye__group *group, uint32_t at) {
  for (uint32_t i = group->low; i < group->high; i++) {
    const uint8_t *s = shape(w, i);
    uint32_t length = shape_length(w, i);
    for (uint32_t j = at; j < length && !wye__is_mark(s, length, j, WYE__SEGMENT); j += wye__shape_step(s, j))
      if (wye__is_mark(s, length, j, WYE__TYPED)) return true;
  }
  return false;
}

/* The number of the first of `count` more words of notes of a node's points. (While they are only counted: 0.) */
static uint32_t take_notes(const struct wye__image_writer *w, const struct wye__pending_vertex *point, uint32_t count) {
  uint32_t *of_node = &w->pending[point->node].notes, *of_depth = &w->notes[point->segment], number = *of_node;
  *of_node += count;
  if (w->image) return *of_depth + number;
  if (*of_node > *of_depth) *of_depth = *of_node;
  return 0;
}

void wye__number_notes(struct wye__image_writer *w) {
  uint32_t all = 0;
  for (uint32_t i = 0; i < w->depths; i++) {
    uint32_t here = w->notes[i];
    w->notes[i] = all;
    all += here;
  }
  w->head.notes = all;
}

/* Words of notes on the values of a constraint; 0: they would not pay. */
static uint64_t value_words(const struct wye__image_writer *w, uint32_t constraint) {
  const struct wye__interned *interned = wye__at(&w->builder->arena, w->builder->constraints);
  while (interned->uses == 0 || interned->image_number != constraint)
    interned = wye__at(&w->builder->arena, interned->next);
  const struct wye__constraint *c = &interned->constraint;
  uint32_t states = 0;
  if (c->kind == WYE__UUID || c->kind == WYE__DATE) return 0;
  if ((c->kind == WYE__RUN || c->kind == WYE__SLUG) && c->high <= SHORT_VALUE) return 0;
  if (c->kind == WYE__AUTOMATON)
    states = ((const struct wye__automaton *)wye__at(&w->builder->arena, c->automaton))->states;
  return wye__value_words(states, w->head.max_path);
}

static bool has_literal_of_last(const struct wye__image_writer *w, uint32_t index) {
  const struct wye__group *group = &w->groups[w->picks[index]], *last = index ? &w->groups[w->picks[index - 1]] : NULL;
  return last && wye__same(wye__literal_of(w, last), last->length, wye__literal_of(w, group), group->length);
}

/* The parameter with this index, after the one before it. */
static struct wye__delimited delimited_of(struct wye__image_writer *w, uint32_t index,
                                          const struct wye__pending_vertex *pending, struct wye__delimited before) {
  const struct wye__group *group = &w->groups[w->picks[index]];
  uint32_t after = group->at + group->length;
  bool same = has_literal_of_last(w, index);
  bool every = !group->ends && (is_constrained(w, group, after) || (group->constraint && pending->many));
  struct wye__pending_vertex next = pending_child(group, pending, after, group->ends ? WYE__NODE : WYE__POINT, 1);
  uint64_t words = pending->many && group->constraint ? value_words(w, group->constraint) : 0;
  if (w->pending[pending->node].notes + words > MOST_NOTES) words = 0;
  next.many |= every;
  next.depth += every; /* an occurrence with its backtrack point takes two entries of the stack */
  return (struct wye__delimited){
      .literal = same ? before.literal : wye__put_text(w, wye__literal_of(w, group), group->length),
      .length = group->length,
      .vertex = push(w, &next),
      .constraint = group->constraint,
      .visited = words ? 1 + take_notes(w, pending, (uint32_t)words) : 0,
      .end = group->ends ? WYE__LAST
             : every     ? WYE__EVERY
                         : WYE__FIRST,
      .first = same ? before.first : index,
  };
}

static void put_delimited(struct wye__image_writer *w, uint32_t groups, const struct wye__pending_vertex *pending,
                          struct wye__vertex *point) {
  struct wye__delimited made = {0};
  for (uint32_t i = 0; i < groups; i++) w->picks[i] = i;
  wye__sort(w->picks, w->room, groups, by_match_order, w);
  point->delimited = wye__take_records(w, WYE__DELIMITED, groups);
  point->count = groups;
  for (uint32_t i = 0; i < groups; i++) {
    point->literals += w->groups[i].length > 0;
    if (w->groups[i].constraint) point->shift |= WYE__CONSTRAINED;
  }
  uint32_t words = wye__point_words(point->shift, point->literals, w->head.max_path);
  point->visited = words ? 1 + take_notes(w, pending, words) : 0;
  for (uint32_t i = 0; i < groups; i++) {
    made = delimited_of(w, i, pending, made);
    w->groups[w->picks[i]].slot = made.first;
    point->distinct += made.length && made.first == i;
    *(struct wye__delimited *)wye__record_at(w, WYE__DELIMITED, point->delimited + i) = made;
  }
  point->states = wye__put_literals(w, point->literals);
}

/* ------------------------------------------------------------------ vertices */

/* The first of the routes [low, high) whose segment does not end at `at`; `high` if there is none. */
static uint32_t skip_ended(const struct wye__image_writer *w, uint32_t low, uint32_t high, uint32_t at) {
  while (low < high && ends_segment(w, low, at)) low++;
  return low;
}

/* The first of the routes [low, high) that has another parameter at `at` than the first one; `high` if none has. */
static uint32_t skip_param(const struct wye__image_writer *w, uint32_t low, uint32_t high, uint32_t at) {
  const uint8_t *first = shape(w, low) + at;
  uint32_t end = low + 1, bytes = wye__shape_step(shape(w, low), at);
  while (end < high && memcmp(shape(w, end) + at, first, bytes) == 0) end++;
  return end;
}

/* The node of the routes [low, high) at `at`; 0 if there are none. */
static uint32_t push_node(struct wye__image_writer *w, uint32_t low, uint32_t high, uint32_t at,
                          const struct wye__pending_vertex *parent, uint32_t params) {
  struct wye__group group = {.low = low, .high = high};
  return low == high ? 0 : push_child(w, &group, parent, at, WYE__NODE, params);
}

/*
 * Appends the groups of the routes [low, high), which have the same parameter at `at`: by what literal follows, and
 * whether the segment ends there. Returns the number of groups.
 */
static uint32_t group_param(struct wye__image_writer *w, uint32_t groups, uint32_t low, uint32_t high, uint32_t at) {
  const uint8_t *s = shape(w, low);
  uint32_t constraint = s[at + 1] == WYE__TYPED ? wye__constraint_of_mark(w, s, at)->image_number : 0, old = groups;
  uint32_t after = at + wye__shape_step(s, at), rest = skip_ended(w, low, high, after);
  if (rest > low) w->groups[groups++] = (struct wye__group){.low = low, .high = rest, .at = after, .ends = true};
  uint32_t first = groups, end = groups = find_groups(w, groups, rest, high, after, true);
  for (uint32_t i = first; i < end; i++) {
    struct wye__group *group = &w->groups[i], ended = *group;
    ended.high = skip_ended(w, group->low, group->high, after + group->length);
    ended.ends = true;
    if (ended.high == group->high) *group = ended;
    else if (ended.high > ended.low) group->low = ended.high, w->groups[groups++] = ended;
  }
  for (uint32_t i = old; i < groups; i++) w->groups[i].constraint = constraint;
  return groups;
}

/* A point: a run of routes for each parameter that begins there, at most one of them plain. */
static void put_point(struct wye__image_writer *w, const struct wye__pending_vertex *pending,
                      struct wye__vertex *point) {
  uint32_t groups = 0;
  for (uint32_t low = pending->low, high; low < pending->high; low = high) {
    high = skip_param(w, low, pending->high, pending->at);
    groups = group_param(w, groups, low, high, pending->at);
  }
  put_delimited(w, groups, pending, point);
}

/* The node after a catch-all in the middle. After another one, the search can come to it in several ways. */
static uint32_t push_inner(struct wye__image_writer *w, const struct wye__group *group,
                           const struct wye__pending_vertex *parent) {
  struct wye__pending_vertex node = pending_child(group, parent, group->at + WYE__MARK_BYTES, WYE__NODE, 1);
  node.many = parent->after_inner;
  node.after_inner = true;
  return push(w, &node);
}

static void put_branch(struct wye__image_writer *w, uint32_t groups, const struct wye__pending_vertex *pending,
                       struct wye__vertex *node) {
  struct wye__branch branch = {0};
  put_prefixes(w, groups, pending, &branch);
  bool needed = branch.count > 0;
  for (uint32_t i = 0; i < groups; i++) {
    const struct wye__group *group = &w->groups[i];
    if (group->kind == OWN_POINT) branch.point = push_child(w, group, pending, group->at, WYE__POINT, 0);
    if (group->kind == INNER) branch.inner = push_inner(w, group, pending);
    if (group->kind == CATCH_ALL) {
      branch.catch_all = put_leaf(w, group->low, group->high);
      if (pending->params + 1u > w->head.max_params) w->head.max_params = pending->params + 1u;
    }
    needed |= group->kind == OWN_POINT || group->kind >= INNER;
  }
  if (!needed) return;
  node->branch = wye__take_records(w, WYE__BRANCHES, 1);
  *(struct wye__branch *)wye__record_at(w, WYE__BRANCHES, node->branch) = branch;
}

static void put_node(struct wye__image_writer *w, const struct wye__pending_vertex *pending, struct wye__vertex *node) {
  uint32_t low = pending->low;
  while (low < pending->high && shape_length(w, low) == pending->at) low++;
  node->leaf = put_leaf(w, pending->low, low);
  uint32_t groups = find_groups(w, 0, low, pending->high, pending->at + WYE__MARK_BYTES, false);
  put_statics(w, groups, pending, node);
  put_branch(w, groups, pending, node);
  for (uint32_t i = 0; i < groups; i++) {
    const struct wye__group *group = &w->groups[i];
    if (group->kind == PARAM)
      node->param = push_node(w, group->low, group->high, group->at + WYE__MARK_BYTES, pending, 1);
  }
}

static void put_vertex(struct wye__image_writer *w, uint32_t vertex) {
  struct wye__pending_vertex pending = w->pending[vertex];
  struct wye__vertex made = {.length = pending.length,
                             .next = pending.next,
                             .shift = pending.kind,
                             .params = pending.params,
                             .depth = (uint16_t)pending.depth};
  if (pending.length != WYE__NOT_STATIC) {
    const uint8_t *literal = shape(w, pending.low) + pending.at - pending.length;
    load_key(literal, pending.length, made.key);
    if (pending.length > WYE__KEY_BYTES) made.text = wye__put_text(w, literal, pending.length);
  }
  if (pending.kind == WYE__NODE) {
    pending.node = vertex;
    made.visited = pending.many ? 1 + w->head.visited_nodes++ : 0;
    put_node(w, &pending, &made);
  }
  if (pending.kind == WYE__POINT) {
    if (pending.many) made.shift |= WYE__MANY;
    put_point(w, &pending, &made);
  }
  if (pending.after_inner) made.shift |= WYE__AFTER_INNER;
  *(struct wye__vertex *)wye__record_at(w, WYE__VERTICES, vertex) = made;
}

/* The first of the forms [low, high) that has another host than the first one; `high` if none has. */
static uint32_t skip_host(const struct wye__image_writer *w, uint32_t low, uint32_t high) {
  uint32_t end = low, length = low < high ? route(w, low)->host_shape : 0;
  while (end < high && wye__same(shape(w, end), route(w, end)->host_shape, shape(w, low), length)) end++;
  return end;
}

/* The roots of the forms [low, high): one for the forms without a host, which come first, and one for each host. */
static void put_roots(struct wye__image_writer *w, uint32_t low, uint32_t high) {
  bool folded = low > 0;
  for (uint32_t i = 0; i == 0 || low < high; i++) {
    bool none = i == 0 && (low == high || route(w, low)->host_shape);
    uint32_t end = none ? low : skip_host(w, low, high);
    const struct wye__stored_route *r = none ? NULL : route(w, low);
    push(w, &(struct wye__pending_vertex){
                .low = low,
                .high = end,
                .at = r ? r->host_shape : 0,
                .length = WYE__NOT_STATIC,
                .params = (uint8_t)(r ? r->host_params : 0),
                .kind = WYE__NODE,
            });
    if (i && !folded) {
      struct wye__host_record host = {.text = {wye__put_text(w, shape(w, low), r->host_shape), r->host_shape}};
      *(struct wye__host_record *)wye__record_at(w, WYE__HOSTS, wye__take_records(w, WYE__HOSTS, 1)) = host;
    }
    low = end;
  }
}

void wye__put_tree(struct wye__image_writer *w) {
  w->head.visited_nodes = 0;
  put_roots(w, 0, w->count);
  if (w->head.clean_path && !w->head.case_insensitive) put_roots(w, w->count, 2 * w->count);
  uint32_t roots = w->counts[WYE__VERTICES];
  for (uint32_t root = 0, vertex = roots; root < roots && !w->full; root++) { /* a host's vertices are together */
    put_vertex(w, root);
    for (; vertex < w->counts[WYE__VERTICES] && !w->full; vertex++) put_vertex(w, vertex);
  }
}
