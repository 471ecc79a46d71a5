/*
 * From a builder's routes to a table's image.
 *
 *     1. sort the forms of the routes (two, where the last segment is optional) by their shapes, slash first, so that
 *        those which begin alike stand together;
 *     2. walk by levels: a vertex is a range of that order and a place in its shapes; its children are the runs of
 *        the range that go on alike; a root is the range of one host;
 *     3. do so twice: once to count the records, once to write them.
 *
 * The work needs room for each route and each vertex; it is taken from the free part of the builder's block.
 */
#include "build/builder.h"
#include "language/host.h"
#include "language/encoding.h"
#include "language/pattern.h"
#include "base/sort.h"
#include "image/table.h"

/* A run of routes that begin alike up to and with a literal. */
enum kind { STATIC, PREFIX, OWN_POINT, PARAM, CATCH_ALL };

struct group {
  uint32_t low, high;  /* the routes, in the sorted order */
  uint32_t at, length; /* the literal, in their shapes */
  uint32_t constraint; /* behind a parameter: the constraint that it has, as its number in the image; 0: none */
  enum kind kind;
  uint32_t home; /* STATIC: the place that its hash gives it, among those of its node */
  uint32_t slot; /* STATIC: the place it got */
  uint32_t link; /* STATIC: the next place of this home; PREFIX: see wye__prefix.shorter */
  uint64_t hash;
};

/*
 * Maps and traces (context.h). Points that can be under way at the same time have different ones: those of one node,
 * and those of nodes with another number of slashes on the way. So a table has as many as the longest way needs.
 */
struct slots {
  uint32_t maps, traces;
};

/* A vertex that has a number but is not written yet: its routes, and how far in their shapes it stands. */
struct job {
  uint32_t low, high, at;
  uint32_t length; /* of the static segment in front of `at`; WYE__NOT_STATIC */
  uint32_t next;   /* wye__vertex.next */
  uint32_t depth;
  uint8_t params, kind;
  bool many;          /* it can be entered in several ways */
  uint16_t segment;   /* slashes on the way here */
  uint32_t node;      /* of a point: where its segment begins */
  struct slots slots; /* of a node: what its points have so far */
};

struct flatten {
  struct wye_builder *builder;
  uint32_t *order; /* forms, sorted by shape: the offset of a route, plus SHORT and FOLDED */
  uint32_t count;  /* how many; behind them as many again in lower case, if the table has them */
  struct wye__mask *masks;
  struct slots *slots; /* by slashes on the way: the most that a node has; then, the first one */
  uint32_t depths;     /* how many of these */
  uint32_t *picks, *room;
  struct group *groups;
  struct job *jobs;        /* of all vertices, by number */
  bool full;               /* the block has no room for another job */
  struct wye_table *image; /* NULL: only count */
  struct wye_table head;
  uint32_t counts[WYE__SECTIONS];
  uint32_t text_start[WYE_MAX_METHODS]; /* where the text of each method stands, by bit */
  uint32_t method_bit[WYE_MAX_METHODS]; /* by the builder's number */
  uint32_t method_of[WYE_MAX_METHODS];  /* the builder's number, by bit */
  uint64_t scratch[8];                  /* where records go that are only counted */
};

/* Traces of the points of one node, and characters after which a reading counts as a long one. */
enum { MOST_TRACES = 256, SHORT_READING = 64 };

/* What a form's place in the order says besides the route. */
enum { SHORT = 1, FOLDED = 2, FORM_BITS = 7 };

/* Text that every image begins with: the name of routes' any-method, and of anonymous parameters. */
static const char common_text[] =
    "*01234567891011121314151617181920212223242526272829303132333435363738394041424344454647484950515253545556575859"
    "60616263";

static struct wye_span anonymous_name(uint32_t number) {
  if (number < 10) return (struct wye_span){1 + number, 1};
  return (struct wye_span){11 + 2 * (number - 10), 2};
}

/* ------------------------------------------------------------------ records */

/* Numbers for `count` new records of a section; the first of them. */
static uint32_t number(struct flatten *f, enum wye__section section, uint32_t count) {
  uint32_t first = f->counts[section];
  f->counts[section] += count;
  return first;
}

/* Where a record is written: nowhere that matters while only counting. */
static void *record(struct flatten *f, enum wye__section section, uint32_t index) {
  if (!f->image) return f->scratch;
  return (uint8_t *)f->image + f->image->sections[section].offset + (size_t)index * wye__record_size[section];
}

static uint32_t put_text(struct flatten *f, const void *text, uint32_t length) {
  uint32_t at = number(f, WYE__TEXT, length);
  if (f->image && length) memcpy(record(f, WYE__TEXT, at), text, length);
  return at;
}

static const struct wye__route *route_of(const struct wye_builder *builder, uint32_t form) {
  return wye__route_at(builder, form & ~(uint32_t)FORM_BITS);
}

static const struct wye__route *route(const struct flatten *f, uint32_t place) {
  return route_of(f->builder, f->order[place]);
}

static const uint8_t *shape_of(const struct wye_builder *builder, uint32_t form) {
  const struct wye__route *r = route_of(builder, form);
  return form & FOLDED ? wye__at(&builder->arena, r->folded) : wye__own_shape(r);
}

static const uint8_t *shape(const struct flatten *f, uint32_t place) { return shape_of(f->builder, f->order[place]); }

static uint32_t length_of(const struct wye_builder *builder, uint32_t form) {
  const struct wye__route *r = route_of(builder, form);
  return form & SHORT ? r->short_length : r->shape.length;
}

static uint32_t shape_length(const struct flatten *f, uint32_t place) { return length_of(f->builder, f->order[place]); }

/* Numbers for `count` vertices, all empty yet. */
static uint32_t push_empty(struct flatten *f, uint32_t count) {
  uint32_t first = number(f, WYE__VERTICES, count);
  if (!f->image && !wye__arena_take(&f->builder->arena, (uint64_t)count * sizeof(struct job))) f->full = true;
  for (uint32_t i = 0; i < count && !f->full; i++) f->jobs[first + i] = (struct job){.length = WYE__NOT_STATIC};
  return first;
}

/* Gives a vertex something to do; it is written when its turn comes. */
static void assign(struct flatten *f, uint32_t vertex, const struct job *job) {
  if (!f->full) f->jobs[vertex] = *job;
  if (job->params > f->head.max_params) f->head.max_params = job->params;
  if (job->depth >= f->head.max_depth) f->head.max_depth = job->depth + 1;
}

static uint32_t push(struct flatten *f, const struct job *job) {
  uint32_t vertex = push_empty(f, 1);
  assign(f, vertex, job);
  return vertex;
}

/* ------------------------------------------------------------------ leaves */

static uint32_t put_ref(struct flatten *f, const struct wye__route *route) {
  uint32_t index = number(f, WYE__REFS, 1);
  *(struct wye__ref *)record(f, WYE__REFS, index) = (struct wye__ref){route->index, route->id};
  return index;
}

static uint32_t bit_of(const struct flatten *f, const struct wye__route *route) {
  return f->method_bit[wye__builder_method(f->builder, wye__own(route, route->method), route->method.length)];
}

/*
 * The leaf of the routes [low, high), which have one shape and different methods; in lower case methods may repeat, and
 * the route that was added first counts.
 */
static struct wye__leaf put_leaf(struct flatten *f, uint32_t low, uint32_t high) {
  const struct wye__route *by_bit[WYE_MAX_METHODS] = {0}, *any = NULL;
  struct wye__leaf leaf = {0, 0};
  if (low == high) return leaf;
  for (uint32_t i = low; i < high; i++) {
    const struct wye__route **which = wye__serves_any(route(f, i)) ? &any : &by_bit[bit_of(f, route(f, i))];
    if (!*which) *which = route(f, i);
  }
  leaf.refs = f->counts[WYE__REFS] | (any ? WYE__ANY : 0);
  if (any) put_ref(f, any);
  for (uint32_t bit = 0; bit < WYE_MAX_METHODS; bit++) {
    if (!by_bit[bit]) continue;
    leaf.methods |= 1u << bit;
    put_ref(f, by_bit[bit]);
  }
  return leaf;
}

/* ------------------------------------------------------------------ groups */

/* Whether the segment of the form at this place of the order ends at `at`. */
static bool ends_segment(const struct flatten *f, uint32_t place, uint32_t at) {
  return at == shape_length(f, place) || wye__is_mark(shape(f, place), shape_length(f, place), at, WYE__SEGMENT);
}

/* What the route at this place of the order goes on with behind `at`. */
static struct group group_at(const struct flatten *f, uint32_t place, uint32_t at) {
  const uint8_t *s = shape(f, place);
  uint32_t length = shape_length(f, place), end = wye__literal_end(s, length, at);
  struct group group = {.low = place, .high = place + 1, .at = at, .length = end - at, .kind = STATIC};
  if (ends_segment(f, place, end)) return group;
  bool plain = wye__is_mark(s, length, end, WYE__PARAM);
  if (wye__is_mark(s, length, end, WYE__CATCH_ALL)) group.kind = CATCH_ALL;
  else if (group.length) group.kind = PREFIX;
  else group.kind = plain && ends_segment(f, place, end + WYE__MARK_BYTES) ? PARAM : OWN_POINT;
  return group;
}

/* Behind a parameter a literal is one branch whatever follows it; elsewhere a static segment and a prefix are two. */
static bool same_group(const struct flatten *f, const struct group *a, const struct group *b, bool behind_param) {
  return (behind_param || a->kind == b->kind) &&
         wye__same(shape(f, a->low) + a->at, a->length, shape(f, b->low) + b->at, b->length);
}

/* Cuts the routes [low, high) into the groups that begin at `at`, behind `count` others. Returns how many there are. */
static uint32_t find_groups(struct flatten *f, uint32_t count, uint32_t low, uint32_t high, uint32_t at,
                            bool behind_param) {
  for (uint32_t i = low; i < high; i++) {
    struct group next = group_at(f, i, at);
    if (i > low && same_group(f, &f->groups[count - 1], &next, behind_param)) f->groups[count - 1].high++;
    else f->groups[count++] = next;
  }
  return count;
}

static uint32_t pick(struct flatten *f, uint32_t count, enum kind kind) {
  uint32_t picked = 0;
  for (uint32_t i = 0; i < count; i++)
    if (f->groups[i].kind == kind) f->picks[picked++] = i;
  return picked;
}

static const uint8_t *literal_of(const struct flatten *f, const struct group *group) {
  return shape(f, group->low) + group->at;
}

static struct job job_of(const struct group *group, const struct job *parent, uint32_t at, enum wye__kind kind,
                         uint32_t params) {
  return (struct job){
      .low = group->low,
      .high = group->high,
      .at = at,
      .length = WYE__NOT_STATIC,
      .depth = parent->depth + 1,
      .params = (uint8_t)(parent->params + params),
      .kind = (uint8_t)kind,
      .many = parent->kind == WYE__POINT && parent->many,
      .segment = (uint16_t)(parent->segment + (kind == WYE__NODE)),
      .node = parent->node,
  };
}

static uint32_t push_child(struct flatten *f, const struct group *group, const struct job *parent, uint32_t at,
                           enum wye__kind kind, uint32_t params) {
  struct job child = job_of(group, parent, at, kind, params);
  return push(f, &child);
}

/* ------------------------------------------------------------------ static segments */

enum { SMALL = 64 };

/* How many of the picked groups (at most SMALL, in at most four times as many places) find their home taken. */
static uint32_t collisions(const struct flatten *f, uint32_t count, uint8_t shift, uint32_t mask) {
  uint64_t taken[SMALL * 4 / 64] = {0};
  uint32_t crowded = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t home = (uint32_t)(f->groups[f->picks[i]].hash >> shift) & mask;
    crowded += (uint32_t)(taken[home / 64] >> (home % 64) & 1);
    taken[home / 64] |= (uint64_t)1 << (home % 64);
  }
  return crowded;
}

static uint32_t power_of_two(uint32_t least) {
  uint32_t power = 1;
  while (power < least) power *= 2;
  return power;
}

/*
 * Chooses which bits of the hash give the picked groups their places: the smallest run in which all stand alone, up to
 * four times their number, else the best that was seen. Nodes with many children get twice their number and live with
 * chains.
 */
static void choose_places(const struct flatten *f, uint32_t count, struct wye__vertex *node) {
  uint32_t places = power_of_two(count), best = UINT32_MAX;
  node->mask = 2 * places - 1;
  node->shift = (uint8_t)(63 - __builtin_ctz(places)); /* the topmost bits are the best ones */
  for (uint32_t more = 1; count <= SMALL && more <= 4; more *= 2) {
    for (uint8_t shift = WYE__HASH_LOW; shift < WYE__HASH_HIGH && best; shift++) {
      uint32_t mask = places * more - 1, crowded = mask < SMALL * 4 ? collisions(f, count, shift, mask) : best;
      if (crowded >= best) continue;
      best = crowded;
      node->shift = shift;
      node->mask = mask;
    }
  }
}

static int by_home(const void *context, uint32_t a, uint32_t b) {
  const struct flatten *f = context;
  return f->groups[a].home < f->groups[b].home ? -1 : f->groups[a].home > f->groups[b].home;
}

/*
 * Gives each picked group its place: the first of each home stands there, the second ones of all homes follow behind
 * the run, then the third ones: so links point forward, and the k-th link that a walk over the places meets points at
 * the k-th place behind the run. Returns the number of places.
 */
static uint32_t place(struct flatten *f, uint32_t count, const struct wye__vertex *node) {
  uint32_t next = node->mask + 1, waiting = count;
  for (uint32_t i = 0; i < count; i++) {
    struct group *group = &f->groups[f->picks[i]];
    group->home = (uint32_t)(group->hash >> node->shift) & node->mask;
    group->link = 0;
  }
  wye__sort(f->picks, f->room, count, by_home, f);
  for (uint32_t rank = 0; waiting; rank++) {
    uint32_t in_run = 0;
    for (uint32_t i = 0; i < count; i++) {
      struct group *group = &f->groups[f->picks[i]];
      struct group *before = i ? &f->groups[f->picks[i - 1]] : NULL;
      in_run = before && before->home == group->home ? in_run + 1 : 0;
      if (in_run != rank) continue;
      group->slot = rank ? next++ : group->home;
      if (rank) before->link = group->slot;
      waiting--;
    }
  }
  return next;
}

static void load_key(const uint8_t *literal, uint32_t length, uint64_t key[2]) {
  key[0] = key[1] = 0;
  memcpy(key, literal, length < WYE__KEY_BYTES ? length : WYE__KEY_BYTES);
}

static void put_statics(struct flatten *f, uint32_t groups, const struct job *job, struct wye__vertex *node) {
  uint32_t count = pick(f, groups, STATIC);
  if (count == 0) return;
  for (uint32_t i = 0; i < count; i++) {
    struct group *group = &f->groups[f->picks[i]];
    uint64_t key[2];
    load_key(literal_of(f, group), group->length, key);
    group->hash = wye__hash(key, literal_of(f, group), group->length);
  }
  choose_places(f, count, node);
  node->statics = push_empty(f, place(f, count, node));
  for (uint32_t i = 0; i < count; i++) {
    const struct group *group = &f->groups[f->picks[i]];
    struct job child = job_of(group, job, group->at + group->length, WYE__NODE, 0);
    child.length = group->length;
    child.next = group->link ? node->statics + group->link : 0;
    assign(f, node->statics + group->slot, &child);
  }
}

/* ------------------------------------------------------------------ parameters inside a segment */

/* The longest earlier prefix that this one begins with: 1 + its index; `before` is the one that stands in front of it.
 */
static uint32_t shorter_prefix(const struct flatten *f, const struct group *group, uint32_t before) {
  while (before) {
    const struct group *other = &f->groups[f->picks[before - 1]];
    if (other->length < group->length && memcmp(literal_of(f, other), literal_of(f, group), other->length) == 0) break;
    before = other->link;
  }
  return before;
}

static void put_prefixes(struct flatten *f, uint32_t groups, const struct job *job, struct wye__branch *branch) {
  branch->count = pick(f, groups, PREFIX);
  branch->prefixes = number(f, WYE__PREFIXES, branch->count);
  for (uint32_t i = 0; i < branch->count; i++) {
    struct group *group = &f->groups[f->picks[i]];
    group->link = shorter_prefix(f, group, i);
    *(struct wye__prefix *)record(f, WYE__PREFIXES, branch->prefixes + i) = (struct wye__prefix){
        .literal = put_text(f, literal_of(f, group), group->length),
        .length = group->length,
        .point = push_child(f, group, job, group->at + group->length, WYE__POINT, 0),
        .shorter = group->link,
    };
  }
}

/* The next unit of a normal form, as one number that orders units: by the byte, the raw one before its escape. */
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

/* When the first of the group's routes was added. */
static uint32_t rank(const struct flatten *f, const struct group *group) {
  uint32_t first = UINT32_MAX;
  for (uint32_t i = group->low; i < group->high; i++)
    if (route(f, i)->index < first) first = route(f, i)->index;
  return first;
}

/* Match order of literals: the longest first, then by their units. */
static int compare_literals(const struct flatten *f, const struct group *left, const struct group *right) {
  const uint8_t *left_text = literal_of(f, left), *right_text = literal_of(f, right);
  uint32_t left_units = units(left_text, left->length), right_units = units(right_text, right->length);
  if (left_units != right_units) return left_units > right_units ? -1 : 1;
  for (uint32_t i = 0, j = 0; i < left->length;) {
    uint32_t x = unit_rank(left_text, &i), y = unit_rank(right_text, &j);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

/* Match order of what may follow a parameter: its literal, then constrained before plain, then by rank. */
static int by_match_order(const void *context, uint32_t a, uint32_t b) {
  const struct flatten *f = context;
  const struct group *left = &f->groups[a], *right = &f->groups[b];
  int order = compare_literals(f, left, right);
  if (order) return order;
  if (!left->constraint || !right->constraint) return left->constraint ? -1 : 1;
  return rank(f, left) < rank(f, right) ? -1 : 1;
}

/* Whether one of the group's routes has a constraint behind `at` in this segment. */
static bool is_constrained(const struct flatten *f, const struct group *group, uint32_t at) {
  for (uint32_t i = group->low; i < group->high; i++) {
    const uint8_t *s = shape(f, i);
    uint32_t length = shape_length(f, i);
    for (uint32_t j = at; j < length && !wye__is_mark(s, length, j, WYE__SEGMENT); j += wye__shape_step(s, j))
      if (wye__is_mark(s, length, j, WYE__TYPED)) return true;
  }
  return false;
}

/* The number of one more map or trace for the points of a node. */
static uint32_t next_slot(const struct flatten *f, uint32_t *of_depth, uint32_t *of_node) {
  uint32_t place = (*of_node)++;
  if (f->image) return *of_depth + place;
  if (place >= *of_depth) *of_depth = place + 1;
  return 0;
}

/* When all are counted: from how many there are at each depth to the first one there. */
static void number_slots(struct flatten *f) {
  struct slots all = {0, 0};
  for (uint32_t i = 0; i < f->depths; i++) {
    struct slots here = f->slots[i];
    f->slots[i] = all;
    all.maps += here.maps;
    all.traces += here.traces;
  }
  f->head.maps = all.maps;
  f->head.traces = all.traces;
}

/* Whether a reading can go on for long, over many places, so that it pays to remember it. */
static bool reads_far(const struct flatten *f, uint32_t constraint) {
  const struct wye__interned *interned = wye__at(&f->builder->arena, f->builder->constraints);
  while (interned->uses == 0 || interned->place != constraint) interned = wye__at(&f->builder->arena, interned->next);
  const struct wye__constraint *c = &interned->constraint;
  if (c->kind == WYE__RUN || c->kind == WYE__SLUG) return c->high > SHORT_READING;
  return c->kind != WYE__UUID && c->kind != WYE__DATE;
}

static struct wye__bounded bounded_of(struct flatten *f, const struct group *group, const struct job *job) {
  uint32_t behind = group->at + group->length, trace = 0;
  struct slots *slots = &f->jobs[job->node].slots;
  bool all = group->length && (is_constrained(f, group, behind) || (group->constraint && job->many));
  struct job next = job_of(group, job, behind, group->length ? WYE__POINT : WYE__NODE, 1);
  next.many |= all;
  next.depth += all; /* a place that is left needs two entries on the stack */
  if (job->many && group->constraint && slots->traces < MOST_TRACES && reads_far(f, group->constraint))
    trace = 1 + next_slot(f, &f->slots[job->segment].traces, &slots->traces);
  return (struct wye__bounded){
      .literal = put_text(f, literal_of(f, group), group->length),
      .length = group->length,
      .point = push(f, &next),
      .constraint = group->constraint | (all ? WYE__ALL_PLACES : 0),
      .trace = trace,
  };
}

static void put_bounded(struct flatten *f, uint32_t groups, const struct job *job, struct wye__vertex *point) {
  for (uint32_t i = 0; i < groups; i++) f->picks[i] = i;
  wye__sort(f->picks, f->room, groups, by_match_order, f);
  point->bounded = number(f, WYE__BOUNDED, groups);
  point->count = groups;
  for (uint32_t i = 0; i < groups; i++) {
    struct wye__bounded made = bounded_of(f, &f->groups[f->picks[i]], job);
    *(struct wye__bounded *)record(f, WYE__BOUNDED, point->bounded + i) = made;
  }
}

/* ------------------------------------------------------------------ vertices */

/* One behind the last of the routes from `low` on whose segment ends at `at`. */
static uint32_t end_of_ended(const struct flatten *f, uint32_t low, uint32_t high, uint32_t at) {
  while (low < high && ends_segment(f, low, at)) low++;
  return low;
}

/* One behind the last of the routes from `low` on that have the same parameter at `at`, plain or of one constraint. */
static uint32_t end_of_param(const struct flatten *f, uint32_t low, uint32_t high, uint32_t at) {
  const uint8_t *first = shape(f, low) + at;
  uint32_t end = low + 1, bytes = wye__shape_step(shape(f, low), at);
  while (end < high && memcmp(shape(f, end) + at, first, bytes) == 0) end++;
  return end;
}

/* The constraint whose number stands at `at` in a shape. */
static struct wye__interned *interned_of(const struct flatten *f, const uint8_t *shape, uint32_t at) {
  uint32_t number = wye__shape_constraint(shape, at), offset = f->builder->constraints;
  struct wye__interned *interned = wye__at(&f->builder->arena, offset);
  while (interned->number != number) interned = wye__at(&f->builder->arena, interned->next);
  return interned;
}

/* The number in the image of the constraint that stands at `at`; 0: it is a plain parameter. */
static uint32_t constraint_at(const struct flatten *f, uint32_t place, uint32_t at) {
  const uint8_t *s = shape(f, place);
  return s[at + 1] == WYE__TYPED ? interned_of(f, s, at)->place : 0;
}

/* The node of the routes [low, high) at `at`; 0 if there are none. */
static uint32_t push_node(struct flatten *f, uint32_t low, uint32_t high, uint32_t at, const struct job *parent,
                          uint32_t params) {
  struct group group = {.low = low, .high = high};
  return low == high ? 0 : push_child(f, &group, parent, at, WYE__NODE, params);
}

static void put_point(struct flatten *f, const struct job *job, struct wye__vertex *point) {
  uint32_t at = job->at, low = end_of_ended(f, job->low, job->high, at), groups = 0;
  uint32_t plain_low = low, plain_high = low, plain_at = at;
  point->end = push_node(f, job->low, low, at, job, 0);
  for (uint32_t high; low < job->high; low = high) {
    uint32_t constraint = constraint_at(f, low, at), behind = at + wye__shape_step(shape(f, low), at), old = groups;
    high = end_of_param(f, low, job->high, at);
    uint32_t rest = end_of_ended(f, low, high, behind);
    if (constraint && rest > low) f->groups[groups++] = (struct group){.low = low, .high = rest, .at = behind};
    groups = find_groups(f, groups, rest, high, behind, true);
    for (uint32_t i = old; i < groups; i++) f->groups[i].constraint = constraint;
    if (constraint) continue;
    plain_low = low;
    plain_high = rest;
    plain_at = behind;
  }
  put_bounded(f, groups, job, point);
  point->param = push_node(f, plain_low, plain_high, plain_at, job, 1);
}

static void put_branch(struct flatten *f, uint32_t groups, const struct job *job, struct wye__vertex *node) {
  struct wye__branch branch = {0};
  put_prefixes(f, groups, job, &branch);
  bool needed = branch.count > 0;
  for (uint32_t i = 0; i < groups; i++) {
    const struct group *group = &f->groups[i];
    if (group->kind == OWN_POINT) branch.point = push_child(f, group, job, group->at, WYE__POINT, 0);
    if (group->kind == CATCH_ALL) {
      branch.catch_all = put_leaf(f, group->low, group->high);
      if (job->params + 1u > f->head.max_params) f->head.max_params = job->params + 1u;
    }
    needed |= group->kind == OWN_POINT || group->kind == CATCH_ALL;
  }
  if (!needed) return;
  node->branch = number(f, WYE__BRANCHES, 1);
  *(struct wye__branch *)record(f, WYE__BRANCHES, node->branch) = branch;
}

static void put_node(struct flatten *f, const struct job *job, struct wye__vertex *node) {
  uint32_t low = job->low;
  while (low < job->high && shape_length(f, low) == job->at) low++;
  node->leaf = put_leaf(f, job->low, low);
  uint32_t groups = find_groups(f, 0, low, job->high, job->at + WYE__MARK_BYTES, false);
  put_statics(f, groups, job, node);
  put_branch(f, groups, job, node);
  for (uint32_t i = 0; i < groups; i++) {
    const struct group *group = &f->groups[i];
    if (group->kind == PARAM) node->param = push_node(f, group->low, group->high, group->at + WYE__MARK_BYTES, job, 1);
  }
}

static void put_vertex(struct flatten *f, uint32_t vertex) {
  struct job job = f->jobs[vertex];
  struct wye__vertex made = {
      .length = job.length, .next = job.next, .kind = job.kind, .params = job.params, .depth = job.depth};
  if (job.length != WYE__NOT_STATIC) {
    const uint8_t *literal = shape(f, job.low) + job.at - job.length;
    load_key(literal, job.length, made.key);
    if (job.length > WYE__KEY_BYTES) made.text = put_text(f, literal, job.length);
  }
  if (job.kind == WYE__NODE) {
    job.node = vertex;
    made.memo = job.many ? 1 + f->head.stamps++ : 0;
    put_node(f, &job, &made);
  }
  if (job.kind == WYE__POINT) {
    if (job.many) made.memo = 1 + next_slot(f, &f->slots[job.segment].maps, &f->jobs[job.node].slots.maps);
    put_point(f, &job, &made);
  }
  *(struct wye__vertex *)record(f, WYE__VERTICES, vertex) = made;
}

/* One behind the last of the forms from `low` on that have the host of the one there. */
static uint32_t end_of_host(const struct flatten *f, uint32_t low, uint32_t high) {
  uint32_t end = low, length = low < high ? route(f, low)->host_shape : 0;
  while (end < high && wye__same(shape(f, end), route(f, end)->host_shape, shape(f, low), length)) end++;
  return end;
}

/* The roots of the forms [low, high): one for those without a host, which stand first, and one for each host. */
static void put_roots(struct flatten *f, uint32_t low, uint32_t high) {
  bool folded = low > 0;
  for (uint32_t i = 0; i == 0 || low < high; i++) {
    bool none = i == 0 && (low == high || route(f, low)->host_shape);
    uint32_t end = none ? low : end_of_host(f, low, high);
    const struct wye__route *r = none ? NULL : route(f, low);
    push(f, &(struct job){
                .low = low,
                .high = end,
                .at = r ? r->host_shape : 0,
                .length = WYE__NOT_STATIC,
                .params = (uint8_t)(r ? r->host_params : 0),
                .kind = WYE__NODE,
            });
    if (i && !folded) {
      struct wye__host_record host = {.text = {put_text(f, shape(f, low), r->host_shape), r->host_shape}};
      *(struct wye__host_record *)record(f, WYE__HOSTS, number(f, WYE__HOSTS, 1)) = host;
    }
    low = end;
  }
}

static void put_vertices(struct flatten *f) {
  f->head.stamps = 0;
  put_roots(f, 0, f->count);
  if (f->head.clean_path && !f->head.case_insensitive) put_roots(f, f->count, 2 * f->count);
  uint32_t roots = f->counts[WYE__VERTICES];
  for (uint32_t root = 0, vertex = roots; root < roots && !f->full; root++) { /* what a host has lies together */
    put_vertex(f, root);
    for (; vertex < f->counts[WYE__VERTICES] && !f->full; vertex++) put_vertex(f, vertex);
  }
}

/* ------------------------------------------------------------------ hosts */

static struct wye_span host_text(const struct flatten *f, uint32_t host) {
  return ((const struct wye__host_record *)wye__section(f->image, WYE__HOSTS))[host].text;
}

/* The places of the hosts by their hashes: each stands at the first free one from its own on. */
static void put_places(struct flatten *f) {
  uint32_t hosts = f->counts[WYE__HOSTS], count = hosts ? power_of_two(2 * hosts) : 0;
  uint32_t first = number(f, WYE__PLACES, count);
  if (!f->image) return;
  uint32_t *places = record(f, WYE__PLACES, first);
  for (uint32_t i = 0; i < hosts; i++) {
    struct wye_span text = host_text(f, i);
    uint32_t at = wye__host_hash(wye__text(f->image) + text.offset, text.length, 0);
    while (places[at & (count - 1)]) at++;
    places[at & (count - 1)] = 1 + i;
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

static bool same_mask(struct wye__mask a, struct wye__mask b) { return a.labels == b.labels && a.mask == b.mask; }

/* The masks of the hosts with parameters, each once, in match order: sorted by insertion, for they are few. */
static void put_masks(struct flatten *f) {
  uint32_t count = 0;
  for (uint32_t at = f->builder->first; at; at = wye__route_at(f->builder, at)->next) {
    const struct wye__route *r = wye__route_at(f->builder, at);
    struct wye__mask mask = {r->host_labels, r->host_mask};
    if (!r->host_params) continue;
    uint32_t i = 0;
    while (i < count && mask_is_before(f->masks[i], mask)) i++;
    if (i < count && same_mask(f->masks[i], mask)) continue;
    for (uint32_t j = count++; j > i; j--) f->masks[j] = f->masks[j - 1];
    f->masks[i] = mask;
  }
  uint32_t first = number(f, WYE__MASKS, count);
  if (f->image && count) memcpy(record(f, WYE__MASKS, first), f->masks, count * sizeof *f->masks);
}

/* ------------------------------------------------------------------ routes and methods */

static int by_method(const void *context, uint32_t a, uint32_t b) {
  const struct wye_builder *builder = context;
  const struct wye__route *left = wye__route_at(builder, builder->methods[a]);
  const struct wye__route *right = wye__route_at(builder, builder->methods[b]);
  uint32_t a_length = left->method.length, b_length = right->method.length;
  uint32_t shared = a_length < b_length ? a_length : b_length;
  int order = memcmp(wye__own(left, left->method), wye__own(right, right->method), shared);
  return order ? order : (a_length > shared) - (b_length > shared);
}

/* Methods get their bits in the order of their names, so that a set of bits reads as a sorted Allow. */
static void sort_methods(struct flatten *f) {
  uint32_t room[WYE_MAX_METHODS], count = f->builder->method_count;
  for (uint32_t i = 0; i < count; i++) f->method_of[i] = i;
  wye__sort(f->method_of, room, count, by_method, f->builder);
  for (uint32_t bit = 0; bit < count; bit++) f->method_bit[f->method_of[bit]] = bit;
}

static struct wye_span put_own(struct flatten *f, const struct wye__route *r, struct wye_span text) {
  return (struct wye_span){put_text(f, wye__own(r, text), text.length), text.length};
}

static void put_methods(struct flatten *f) {
  for (uint32_t bit = 0; bit < f->builder->method_count; bit++) {
    const struct wye__route *r = wye__route_at(f->builder, f->builder->methods[f->method_of[bit]]);
    const char *text = wye__own(r, r->method);
    struct wye__method method = {.text = put_own(f, r, r->method)};
    memcpy(&method.key, text, r->method.length < sizeof method.key ? r->method.length : sizeof method.key);
    f->text_start[bit] = method.text.offset;
    *(struct wye__method *)record(f, WYE__METHODS, number(f, WYE__METHODS, 1)) = method;
  }
}

static void put_names(struct flatten *f, const struct wye__route *r, uint32_t host, uint32_t pattern) {
  const struct wye_span *names = (const void *)((const uint8_t *)r + r->names);
  for (uint32_t i = 0; i < r->params; i++) {
    struct wye_span name = {(i < r->host_params ? host : pattern) + names[i].offset, names[i].length};
    if (names[i].offset == WYE_NONE) name = anonymous_name(names[i].length);
    *(struct wye_span *)record(f, WYE__NAMES, number(f, WYE__NAMES, 1)) = name;
  }
}

static void put_routes(struct flatten *f) {
  for (uint32_t at = f->builder->first; at; at = wye__route_at(f->builder, at)->next) {
    const struct wye__route *r = wye__route_at(f->builder, at);
    struct wye__route_record made = {
        .id = r->id,
        .names = f->counts[WYE__NAMES],
        .params = (uint16_t)r->params,
        .host_params = (uint8_t)r->host_params,
        .optional = r->short_length > 0,
        .pattern = put_own(f, r, r->pattern),
        .method = {wye__serves_any(r) ? 0 : f->text_start[bit_of(f, r)], r->method.length},
        .name = put_own(f, r, r->name),
        .host = put_own(f, r, r->host),
    };
    put_names(f, r, made.host.offset, made.pattern.offset);
    *(struct wye__route_record *)record(f, WYE__ROUTES, number(f, WYE__ROUTES, 1)) = made;
  }
}

static void put_constraint(struct flatten *f, struct wye__interned *interned) {
  const struct wye__arena *arena = &f->builder->arena;
  struct wye__constraint made = interned->constraint;
  uint32_t first = number(f, WYE__AUTOMATA, made.size / 8);
  if (f->image && made.size) memcpy(record(f, WYE__AUTOMATA, first), wye__at(arena, made.automaton), made.size);
  made.automaton = made.size ? first * 8 : 0;
  made.text.offset = put_text(f, wye__at(arena, made.text.offset), made.text.length);
  interned->place = number(f, WYE__CONSTRAINTS, 1);
  *(struct wye__constraint *)record(f, WYE__CONSTRAINTS, interned->place) = made;
}

/*
 * The constraints in the order in which the routes have them, whatever order the builder met them in. The first one has
 * the number 1: 0 means none.
 */
static void put_constraints(struct flatten *f) {
  static const struct wye__constraint none;
  const struct wye_builder *builder = f->builder;
  *(struct wye__constraint *)record(f, WYE__CONSTRAINTS, number(f, WYE__CONSTRAINTS, 1)) = none;
  for (uint32_t at = builder->constraints; at;) {
    struct wye__interned *interned = wye__at(&builder->arena, at);
    interned->place = 0;
    at = interned->next;
  }
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next) {
    const struct wye__route *r = wye__route_at(builder, at);
    const uint8_t *s = wye__own_shape(r);
    for (uint32_t i = r->host_shape; i < r->shape.length; i += wye__shape_step(s, i))
      if (wye__is_mark(s, r->shape.length, i, WYE__TYPED) && !interned_of(f, s, i)->place)
        put_constraint(f, interned_of(f, s, i));
  }
}

/* ------------------------------------------------------------------ the whole */

/* Goes through everything once: counts, and writes if there is an image. */
static void pass(struct flatten *f) {
  memset(f->counts, 0, sizeof f->counts);
  f->counts[WYE__BRANCHES] = f->counts[WYE__REFS] = 1; /* number 0 means none there */
  put_text(f, common_text, sizeof common_text - 1);
  put_methods(f);
  put_routes(f);
  put_constraints(f);
  put_masks(f);
  put_vertices(f);
  put_places(f);
}

/* Lays the sections out behind the header. The image's size in bytes. */
static uint64_t lay_out(struct flatten *f) {
  uint64_t at = sizeof f->head;
  for (uint32_t i = 0; i < WYE__SECTIONS; i++) {
    f->head.sections[i] = (struct wye__extent){(uint32_t)at, f->counts[i]};
    at += (uint64_t)f->counts[i] * wye__record_size[i];
    if (at > WYE_MAX_IMAGE) return at;
  }
  return (at + 7) & ~(uint64_t)7;
}

static int by_shape(const void *context, uint32_t a, uint32_t b) {
  const struct wye_builder *builder = context;
  const uint8_t *x = shape_of(builder, a), *y = shape_of(builder, b);
  uint32_t x_length = length_of(builder, a), y_length = length_of(builder, b);
  for (uint32_t i = 0; i < x_length && i < y_length; i++)
    if (x[i] != y[i]) return x[i] == '/' ? -1 : y[i] == '/' ? 1 : x[i] < y[i] ? -1 : 1;
  if (x_length != y_length) return x_length < y_length ? -1 : 1;
  return route_of(builder, a)->index < route_of(builder, b)->index ? -1 : 1;
}

static void *take(struct flatten *f, uint64_t count, size_t size) {
  uint32_t offset = wye__arena_take(&f->builder->arena, count * size);
  if (!offset) f->full = true;
  return offset ? wye__at(&f->builder->arena, offset) : NULL;
}

/* The forms of all routes, from `place` on; one behind the last of them. */
static uint32_t list_forms(struct flatten *f, uint32_t place, uint32_t bits) {
  for (uint32_t at = f->builder->first; at; at = wye__route_at(f->builder, at)->next) {
    f->order[place++] = at | bits;
    if (wye__route_at(f->builder, at)->short_length) f->order[place++] = at | bits | SHORT;
  }
  return place;
}

/* Copies each route's shape in lower case. */
static void fold_shapes(struct flatten *f) {
  for (uint32_t at = f->builder->first; at && !f->full; at = wye__route_at(f->builder, at)->next) {
    struct wye__route *r = wye__route_at(f->builder, at);
    uint8_t *folded = take(f, r->shape.length, 1);
    if (f->full) return;
    r->folded = (uint32_t)(folded - (uint8_t *)f->builder);
    for (uint32_t i = 0; i < r->shape.length; i++) folded[i] = wye__fold(wye__own_shape(r)[i]);
  }
}

static void prepare(struct flatten *f) {
  const struct wye_options *options = &f->builder->options;
  bool folded = options->clean_path && !options->case_insensitive;
  for (uint32_t at = f->builder->first; at; at = wye__route_at(f->builder, at)->next) {
    const struct wye__route *r = wye__route_at(f->builder, at);
    f->count += r->short_length ? 2 : 1;
    if (r->shape.length > f->depths) f->depths = r->shape.length;
  }
  f->depths = f->depths / WYE__MARK_BYTES + 1;
  f->head.trailing_slash = options->trailing_slash;
  f->head.clean_path = options->clean_path;
  f->head.case_insensitive = options->case_insensitive;
  f->head.no_method_not_allowed = options->no_method_not_allowed;
  f->order = take(f, (uint64_t)f->count * 2, sizeof *f->order);
  f->picks = take(f, f->count, sizeof *f->picks);
  f->room = take(f, f->count, sizeof *f->room);
  f->groups = take(f, f->count, sizeof *f->groups);
  f->masks = take(f, f->builder->count, sizeof *f->masks);
  f->slots = take(f, f->depths, sizeof *f->slots);
  if (folded) fold_shapes(f);
  f->jobs = take(f, 0, 0);
  if (f->full) return;
  memset(f->slots, 0, f->depths * sizeof *f->slots);
  list_forms(f, 0, 0);
  wye__sort(f->order, f->room, f->count, by_shape, f->builder);
  if (folded) {
    list_forms(f, f->count, FOLDED);
    wye__sort(f->order + f->count, f->room, f->count, by_shape, f->builder);
  }
  sort_methods(f);
}

static void finish(struct flatten *f, uint64_t size) {
  struct wye_table *head = &f->head;
  memcpy(head->magic, "WYE", 3);
  head->magic[3] = WYE__VERSION;
  head->size = (uint32_t)size;
  memcpy(f->image, head, sizeof *head);
  f->image->checksum = wye__checksum(f->image, head->size);
}

static int32_t build(struct flatten *f, void *image, size_t capacity, size_t *size) {
  prepare(f);
  if (!f->full) pass(f);
  if (f->full) return WYE_NO_MEMORY;
  number_slots(f);
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
  struct flatten f = {.builder = builder};
  uint32_t mark = wye__arena_mark(&builder->arena);
  int32_t status = build(&f, image, capacity, size);
  wye__arena_rewind(&builder->arena, mark);
  return status;
}
