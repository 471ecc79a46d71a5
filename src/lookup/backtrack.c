/*
 * The rest of the lookup, for what is rarer than a static segment or a plain parameter: prefixes, bounded and
 * constrained parameters, catch-alls, escapes, and whatever was left untried on the straight way down.
 *
 * Reading order: segments and literals, then what one vertex has to try, in match order, then the search over all.
 */
#include "language/constraint.h"
#include "lookup/lookup.h"
#include "language/encoding.h"
#include "language/pattern.h"

static const struct wye__vertex *vertex_at(const struct wye__lookup *l, uint32_t vertex) {
  return wye__vertices_of(l->table) + vertex;
}

static const struct wye__bounded *bounded_at(const struct wye__lookup *l, uint32_t index) {
  return (const struct wye__bounded *)wye__section(l->table, WYE__BOUNDED) + index;
}

static const struct wye__prefix *prefix_at(const struct wye__lookup *l, uint32_t index) {
  return (const struct wye__prefix *)wye__section(l->table, WYE__PREFIXES) + index;
}

static const struct wye__branch *branch_at(const struct wye__lookup *l, uint32_t index) {
  return (const struct wye__branch *)wye__section(l->table, WYE__BRANCHES) + index;
}

/* ------------------------------------------------------------------ segments */

static inline uint32_t first_slash(struct wye__window window) {
  return window.start + (uint32_t)__builtin_ctzll(window.slashes);
}

/* Where the segment ends that holds the place `at`: at its slash, or with the path. */
static uint32_t segment_end(struct wye__lookup *l, uint32_t at) {
  if (at - l->segment <= l->stop - l->segment) return l->stop;
  uint32_t offset = at - l->window.start;
  uint64_t ahead = offset < WYE__WINDOW ? l->window.slashes >> offset : 0;
  if (!ahead) l->window = wye__window_at(l->text, at, l->text_end, l->end);
  l->segment = at;
  return l->stop = ahead ? at + (uint32_t)__builtin_ctzll(ahead) : first_slash(l->window);
}

/* The same for a segment that may have to be brought into normal form first. No literal is longer than the buffer. */
static const struct wye__vertex *any_static_child(const struct wye__lookup *l, const struct wye__vertex *node,
                                                  const uint8_t *segment, uint32_t length) {
  uint8_t normal[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR + WYE__KEY_BYTES];
  if (!node->statics) return NULL;
  if (l->plain) return wye__static_child(l->table, node, segment, length);
  size_t size = wye__normalize(segment, length, l->fold, normal, sizeof normal - WYE__KEY_BYTES);
  return size == SIZE_MAX ? NULL : wye__static_child(l->table, node, normal, (uint32_t)size);
}

/* ------------------------------------------------------------------ literals inside a segment */

/* How the text [at, stop) stands to a literal: as wye__compare, the bytes it takes in `*raw`. */
static int compare(const struct wye__lookup *l, uint32_t at, uint32_t stop, uint32_t literal, uint32_t length,
                   uint32_t *raw) {
  const uint8_t *text = l->text + at, *wanted = wye__text(l->table) + literal;
  uint32_t left = stop - at;
  WYE__STEP();
  *raw = length;
  if (l->plain) {
    int order = memcmp(text, wanted, left < length ? left : length);
    return order ? order : left < length ? -1 : 0;
  }
  size_t taken = length;
  int order = wye__compare(text, left, l->fold, wanted, length, &taken);
  *raw = (uint32_t)taken;
  return order;
}

/* Bytes of the unit at `at`. */
static uint32_t unit_at(const struct wye__lookup *l, uint32_t at, uint32_t stop) {
  return l->plain ? 1 : wye__unit(l->text + at, stop - at, false).raw;
}

/* The first place of the literal in [from, stop), as [*start, *end). With `anchored` the first that ends at `stop`. */
static bool find_literal(const struct wye__lookup *l, const struct wye__bounded *b, uint32_t from, uint32_t stop,
                         bool anchored, uint32_t *start, uint32_t *end) {
  if (anchored && l->plain) {
    if (stop - from < b->length) return false;
    from = stop - b->length;
  }
  for (uint32_t raw, at = from; at < stop; at += unit_at(l, at, stop)) {
    if (compare(l, at, stop, b->literal, b->length, &raw) != 0) continue;
    if (anchored && at + raw != stop) continue;
    *start = at;
    *end = at + raw;
    return true;
  }
  return false;
}

/*
 * The last prefix of the branch that does not sort behind the segment [at, stop): 1 + its index; 0: none. If the
 * segment begins with any of the prefixes, then with this one or one of those that this one begins with.
 */
static uint32_t last_prefix(const struct wye__lookup *l, const struct wye__branch *branch, uint32_t at, uint32_t stop) {
  const struct wye__prefix *prefixes = prefix_at(l, branch->prefixes);
  uint32_t low = 0, high = branch->count, raw;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (compare(l, at, stop, prefixes[middle].literal, prefixes[middle].length, &raw) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/* ------------------------------------------------------------------ leaves */

/*
 * What serves at a leaf, which ends the search; where nothing does, the methods that it has are remembered. Where all
 * hits are wanted nothing ends it: they are kept, and the search goes on as if it had failed.
 */
static const struct wye__ref *serve_or_allow(struct wye__lookup *l, const struct wye__leaf *leaf) {
  if (l->hits) {
    wye__hits_add(l->hits, l->table, leaf, l->method, l->context->param, l->params);
    return NULL;
  }
  const struct wye__ref *hit = wye__serve(l->table, leaf, l->method);
  if (!hit) l->allow |= leaf->methods;
  return hit;
}

/* ------------------------------------------------------------------ one vertex */

/* How a step ends: not at all, at a segment's edge, inside a segment, or at a catch-all that serves. */
enum turn { FAILED, ARRIVED, INSIDE, SERVED };

static void leave_choice(struct wye__lookup *l, uint32_t vertex, uint32_t at, uint32_t step) {
  wye__choices(l->context)[l->choices++] = (struct wye__choice){vertex, at, step, l->params};
}

static enum turn go(struct wye__lookup *l, uint32_t vertex, uint32_t at, enum turn turn) {
  l->vertex = vertex;
  l->at = at;
  return turn;
}

static void take_span(struct wye__lookup *l, uint32_t start, uint32_t end) {
  l->context->param[l->params++] = wye__span(start, end);
}

/* Whether a segment is none that a parameter may be in: `.` or `..`. Paths with escapes were looked through before. */
static bool is_dots(const struct wye__lookup *l, uint32_t at, uint32_t stop) {
  return l->text[at] == '.' && wye__is_dot_segment(l->text + at, stop - at);
}

/* Whether a dot segment lies in the rest of the path, which no catch-all takes. */
static bool has_dots_behind(struct wye__lookup *l, uint32_t at) {
  if (l->dots == WYE_NONE) l->dots = l->start + wye__last_dot_segment(l->text + l->start, l->text_end - l->start);
  return l->dots > l->start && l->dots >= at;
}

/* What is remembered of a point in this lookup. */
static struct wye__map *map_of(const struct wye__lookup *l, uint32_t vertex) {
  struct wye__map *map = wye__maps(l->table, l->context) + vertex_at(l, vertex)->memo - 1;
  if (map->serial == l->serial && map->point == vertex) return map;
  map->serial = l->serial;
  map->point = vertex;
  map->first = UINT32_MAX;
  memset(map->places, 0, ((l->text_end - l->start) / 64 + 1) * sizeof *map->places);
  return map;
}

static bool was_at(const struct wye__map *map, uint32_t place) { return map->places[place / 64] >> place % 64 & 1; }

/*
 * Notes that the search is at this vertex, which it can enter in several ways. True if it has been there before in this
 * lookup, a point at the same place: then what lies behind has failed.
 */
static bool been_here(struct wye__lookup *l) {
  const struct wye__vertex *vertex = vertex_at(l, l->vertex);
  if (vertex->kind == WYE__NODE) {
    uint64_t *stamp = wye__stamps(l->context) + vertex->memo - 1;
    bool been = *stamp == l->serial;
    *stamp = l->serial;
    return been;
  }
  struct wye__map *map = map_of(l, l->vertex);
  uint32_t place = l->at - l->start;
  bool been = was_at(map, place);
  map->places[place / 64] |= (uint64_t)1 << place % 64;
  if (place < map->first) map->first = place;
  return been;
}

/* What a node has, from `step` on; its segment begins at l->at. */
static enum turn node_turn(struct wye__lookup *l, uint32_t step, const struct wye__ref **hit) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at);
  const struct wye__vertex *node = vertex_at(l, vertex);
  const struct wye__branch *branch = branch_at(l, node->branch); /* number 0: an empty one */
  const struct wye__vertex *child = step == WYE__TO_STATIC ? any_static_child(l, node, l->text + at, stop - at) : NULL;
  if (child) {
    if (node->param | node->branch) leave_choice(l, vertex, at, WYE__TO_PREFIXES);
    return go(l, (uint32_t)(child - wye__vertices_of(l->table)), stop, ARRIVED);
  }
  if (step <= WYE__TO_PARAM && stop > at && is_dots(l, at, stop)) step = WYE__TO_CATCH_ALL;
  if (step <= WYE__TO_PREFIXES) step = WYE__TO_PREFIX + last_prefix(l, branch, at, stop);
  for (const struct wye__prefix *prefix; step > WYE__TO_PREFIX; step = WYE__TO_PREFIX + prefix->shorter) {
    uint32_t raw;
    prefix = prefix_at(l, branch->prefixes + step - WYE__TO_PREFIX - 1);
    if (compare(l, at, stop, prefix->literal, prefix->length, &raw) != 0) continue;
    leave_choice(l, vertex, at, WYE__TO_PREFIX + prefix->shorter);
    return go(l, prefix->point, at + raw, INSIDE);
  }
  if ((step == WYE__TO_PREFIX || step == WYE__TO_POINT) && branch->point) {
    leave_choice(l, vertex, at, WYE__TO_PARAM);
    return go(l, branch->point, at, INSIDE);
  }
  if (step != WYE__TO_CATCH_ALL && node->param && stop > at) {
    if (branch->catch_all.refs) leave_choice(l, vertex, at, WYE__TO_CATCH_ALL);
    take_span(l, at, stop);
    return go(l, node->param, stop, ARRIVED);
  }
  if (!branch->catch_all.refs || has_dots_behind(l, at)) return FAILED;
  take_span(l, at < l->text_end ? at : l->text_end, l->text_end);
  *hit = serve_or_allow(l, &branch->catch_all);
  return *hit ? SERVED : FAILED;
}

/* ------------------------------------------------------------------ parameters inside a segment */

static const struct wye__constraint *constraint_of(const struct wye__lookup *l, const struct wye__bounded *b) {
  uint32_t number = b->constraint & ~WYE__ALL_PLACES;
  return number ? wye__constraint_at(l->table, number) : NULL;
}

/* Which piece of the path holds `at`. */
static uint32_t piece(const struct wye__lookup *l, uint32_t at) { return (at - l->start) / WYE__PIECE; }

/* What is remembered of the readings of a parameter; NULL: nothing. */
static struct wye__trace *trace_of(const struct wye__lookup *l, const struct wye__bounded *b) {
  if (!b->trace) return NULL;
  struct wye__trace *trace = wye__traces(l->table, l->context) + b->trace - 1;
  uint64_t bounded = (uint64_t)(b - bounded_at(l, 0));
  if (trace->serial == l->serial && trace->bounded == bounded) return trace;
  trace->serial = l->serial;
  trace->bounded = bounded;
  memset(trace->states, 0, (piece(l, l->text_end) + 1) * sizeof *trace->states);
  memset(trace->others, 0, (piece(l, l->text_end) + 1) * sizeof *trace->others);
  return trace;
}

enum { OFFSET_BITS = 4, STATES = 64 - OFFSET_BITS, NO_SIGNATURE = UINT16_MAX >> OFFSET_BITS };

/* A reading as a small number, equal only for readings of one constraint that go on alike. */
static uint32_t signature(const struct wye__constraint *c, const struct wye__reading *reading) {
  uint64_t value = reading->value;
  bool open = (c->kind == WYE__RUN || c->kind == WYE__SLUG) && c->high == UINT64_MAX;
  if (open && value >= c->low) value = 0; /* more characters change nothing any more */
  if (c->kind == WYE__DATE || value >= NO_SIGNATURE / 4) return NO_SIGNATURE;
  return (uint32_t)value * 4 + reading->state; /* besides a value there are at most four states */
}

/*
 * Whether the reading, which has just come into a piece of the path, is where an earlier one was, that began elsewhere:
 * then what lies further on has been tried. The lowest bits of each mark say how far inside the piece that was, since a
 * character may lie across its edge.
 */
static bool has_met(const struct wye__lookup *l, struct wye__trace *trace, const struct wye__constraint *c,
                    const struct wye__reading *reading, uint32_t at) {
  uint32_t now = signature(c, reading), offset = (at - l->start) % WYE__PIECE;
  uint64_t *states = &trace->states[piece(l, at)], bit = (uint64_t)1 << OFFSET_BITS << now % STATES;
  uint16_t *other = &trace->others[piece(l, at)], old = *other;
  if (now >= STATES) {
    *other = (uint16_t)(now << OFFSET_BITS | offset);
    return *other == old && now < NO_SIGNATURE;
  }
  if (*states % (1 << OFFSET_BITS) != offset) *states = offset;
  bool met = *states & bit;
  *states |= bit;
  return met;
}

/*
 * Goes on from `*place` to the next place where the literal fits, and what lies before it holds. With `anchored` to the
 * one that ends at `stop`. False if there is none; else the literal is [place->at, *end).
 */
static bool next_place(const struct wye__lookup *l, const struct wye__bounded *b, struct wye__trace *trace,
                       struct wye__place *place, uint32_t stop, bool anchored, uint32_t *end) {
  const struct wye__constraint *c = constraint_of(l, b);
  const void *automaton = c ? wye__automaton(l->table, c) : NULL;
  bool remembered = vertex_at(l, b->point)->memo;
  struct wye__reading reading = {.value = place->value, .state = place->state};
  uint32_t unit = place->at; /* a place must be one of the raw text's units too, not inside of an escape */
  for (uint32_t raw, at = place->at; at < stop;) {
    uint32_t taken = c ? wye__constraint_step(c, automaton, &reading, l->text + at, stop - at) : unit_at(l, at, stop);
    if (taken == 0) return false;
    at += taken;
    WYE__STEP();
    if (trace && piece(l, at) > piece(l, at - taken) && has_met(l, trace, c, &reading, at)) return false;
    while (unit < at) unit += unit_at(l, unit, stop);
    if (at == stop || unit != at || compare(l, at, stop, b->literal, b->length, &raw) != 0) continue;
    if ((anchored && at + raw != stop) || (c && !wye__constraint_accepts(c, automaton, &reading))) continue;
    if (remembered && was_at(map_of(l, b->point), at + raw - l->start)) continue;
    *place = (struct wye__place){reading.value, reading.state, at};
    *end = at + raw;
    return true;
  }
  return false;
}

/*
 * A parameter that ends at the first place where its literal fits. When all behind that place has failed, a later place
 * can lead to nothing new but to the literal's own end of the segment: whatever else can follow a later place could
 * follow the first one too, and has been tried. That is the second attempt.
 */
static enum turn try_first_place(struct wye__lookup *l, const struct wye__bounded *b, uint32_t step) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at), end;
  bool second = step % 2 == 1, plain = !constraint_of(l, b);
  struct wye__place place = {.at = at};
  uint32_t behind = vertex_at(l, b->point)->end;
  if (second && !behind) return FAILED;
  if (plain ? !find_literal(l, b, at + unit_at(l, at, stop), stop, second, &place.at, &end)
            : !next_place(l, b, NULL, &place, stop, second, &end)) {
    /* no first place, no second one */
    return FAILED;
  }
  /* where the first place is the segment's end there is no second attempt */
  leave_choice(l, vertex, at, !second && end == stop ? step + 2 : step + 1);
  take_span(l, at, place.at);
  return second ? go(l, behind, stop, ARRIVED) : go(l, b->point, end, INSIDE);
}

/* A parameter for which every place counts, because what follows is constrained. Leaves the place on the stack. */
static enum turn try_next_place(struct wye__lookup *l, const struct wye__bounded *b, uint32_t step) {
  uint32_t vertex = l->vertex, at = l->at, end;
  struct wye__place place = {.at = at};
  if (step % 2 == 1) memcpy(&place, &wye__choices(l->context)[--l->choices], sizeof place);
  if (!next_place(l, b, trace_of(l, b), &place, segment_end(l, at), false, &end)) return FAILED;
  memcpy(&wye__choices(l->context)[l->choices++], &place, sizeof place);
  leave_choice(l, vertex, at, step | 1);
  take_span(l, at, place.at);
  return go(l, b->point, end, INSIDE);
}

/* Whether the rest of the segment holds, and its reading meets no earlier one. */
static bool rest_holds(const struct wye__lookup *l, const struct wye__bounded *b, uint32_t at, uint32_t stop) {
  const struct wye__constraint *c = constraint_of(l, b);
  const void *automaton = wye__automaton(l->table, c);
  struct wye__trace *trace = trace_of(l, b);
  struct wye__reading reading = {0, 0};
  while (at < stop) {
    uint32_t edge = trace ? l->start + (piece(l, at) + 1) * WYE__PIECE : stop;
    at = wye__constraint_read(c, automaton, &reading, l->text, at, edge < stop ? edge : stop, stop);
    if (at == 0 || (at < stop && has_met(l, trace, c, &reading, at))) return false;
  }
  return wye__constraint_accepts(c, automaton, &reading);
}

/* A constrained parameter that takes the rest of the segment. */
static enum turn try_rest(struct wye__lookup *l, const struct wye__bounded *b, uint32_t step) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at);
  if (step % 2 == 1 || !rest_holds(l, b, at, stop)) return FAILED;
  leave_choice(l, vertex, at, step + 2);
  take_span(l, at, stop);
  return go(l, b->point, stop, ARRIVED);
}

/*
 * What a point has, from `step` on. Where the search has been at the point before, at an earlier place of the segment,
 * all that a plain parameter can reach from here has failed already: from there it only had to be longer.
 */
static enum turn point_turn(struct wye__lookup *l, uint32_t step) {
  uint32_t at = l->at, stop = segment_end(l, at);
  const struct wye__vertex *point = vertex_at(l, l->vertex);
  if (at == stop) return point->end ? go(l, point->end, at, ARRIVED) : FAILED;
  bool again = point->memo && map_of(l, l->vertex)->first < at - l->start;
  for (; step < 2 * point->count; step = (step | 1) + 1) {
    const struct wye__bounded *b = bounded_at(l, point->bounded + step / 2);
    if (again && !constraint_of(l, b)) continue;
    enum turn turn = !b->length                        ? try_rest(l, b, step)
                     : b->constraint & WYE__ALL_PLACES ? try_next_place(l, b, step)
                                                       : try_first_place(l, b, step);
    if (turn != FAILED) return turn;
  }
  if (!point->param) return FAILED;
  take_span(l, at, stop);
  return go(l, point->param, stop, ARRIVED);
}

/* ------------------------------------------------------------------ the search */

/* Goes on from l->vertex with `step` until a segment's edge is reached, a catch-all serves, or it fails. */
static enum turn pass_segment(struct wye__lookup *l, uint32_t step, const struct wye__ref **hit) {
  for (;; step = 0) {
    WYE__STEP();
    bool point = vertex_at(l, l->vertex)->kind == WYE__POINT;
    if (step == 0 && vertex_at(l, l->vertex)->memo && been_here(l)) return FAILED;
    enum turn turn = point ? point_turn(l, step) : node_turn(l, step, hit);
    if (turn != INSIDE) return turn;
  }
}

/* Goes on from l->vertex with `step` to the path's end. */
static const struct wye__ref *pass(struct wye__lookup *l, uint32_t step) {
  const struct wye__ref *hit = NULL;
  for (;; step = WYE__TO_STATIC, l->at++) { /* over the slash */
    enum turn turn = pass_segment(l, step, &hit);
    if (turn != ARRIVED) return turn == SERVED ? hit : NULL;
    if (l->at == l->end) return serve_or_allow(l, &vertex_at(l, l->vertex)->leaf);
  }
}

/* Comes back to what was left untried, the last one first, until a route serves or nothing is left. */
int32_t wye__search(struct wye__lookup *l) {
  l->dots = l->segment = l->stop = WYE_NONE;
  if (l->table->stamps) {
    wye__claim(l->table, l->context);
    l->serial = ++wye__memory(l->context)->serial;
  }
  while (l->choices) {
    struct wye__choice choice = wye__choices(l->context)[--l->choices];
    l->params = choice.params;
    go(l, choice.vertex, choice.at, INSIDE);
    const struct wye__ref *hit = pass(l, choice.step);
    if (hit) return wye__finish(l->context, l->start, l->text_end, hit->id, hit->route, l->params, 0);
  }
  return wye__finish_miss(l->table, l->context, l->start, l->text_end, l->allow);
}
