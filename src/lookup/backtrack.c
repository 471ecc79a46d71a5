/*
 * The rest of the lookup: what is rarer than a static segment or a plain parameter (prefixes, delimited and constrained
 * parameters, catch-alls, escapes), and whatever was left untried on the straight way down.
 *
 * It reads from the bottom up: text, visits, the alternatives at a node, those at a point, and last the loops over
 * them. A node is a vertex between two segments, a point one inside a segment. The numbers are those of the match order
 * in match.c.
 */
#include "language/constraint.h"
#include "language/dot_segments.h"
#include "language/encoding.h"
#include "language/pattern.h"
#include "lookup/visits.h"

static const struct wye__vertex *vertex_at(const struct wye__search *s, uint32_t vertex) {
  return wye__vertices_of(s->table) + vertex;
}

static const struct wye__delimited *delimited_at(const struct wye__search *s, uint32_t index) {
  return (const struct wye__delimited *)wye__section_of(s->table, WYE__DELIMITED) + index;
}

static const struct wye__prefix *prefix_at(const struct wye__search *s, uint32_t index) {
  return (const struct wye__prefix *)wye__section_of(s->table, WYE__PREFIXES) + index;
}

static const struct wye__branch *branch_at(const struct wye__search *s, uint32_t index) {
  return (const struct wye__branch *)wye__section_of(s->table, WYE__BRANCHES) + index;
}

/* ------------------------------------------------------------------ segments and literals */

/* Where the segment ends that `at` is in: at its slash, or with the path. */
static uint32_t segment_end(struct wye__search *s, uint32_t at) {
  if (at - s->segment <= s->stop - s->segment) return s->stop;
  uint32_t offset = at - s->window.start;
  uint64_t ahead = offset < WYE__WINDOW ? s->window.slashes >> offset : 0;
  s->segment = at;
  if (ahead) return s->stop = at + (uint32_t)__builtin_ctzll(ahead);
  s->window = wye__window_at(s->text, at, s->text_end, s->end);
  return s->stop = s->window.start + (uint32_t)__builtin_ctzll(s->window.slashes);
}

/*
 * How the text [at, stop) compares with a literal: as wye__compare, and in `*raw` the bytes of the text that the
 * literal takes.
 */
static int compare(const struct wye__search *s, uint32_t at, uint32_t stop, uint32_t literal, uint32_t length,
                   uint32_t *raw) {
  const uint8_t *text = s->text + at, *wanted = wye__text_of(s->table) + literal;
  uint32_t left = stop - at;
  WYE__STEPS(1);
  *raw = length;
  if (s->plain) {
    int order = memcmp(text, wanted, left < length ? left : length);
    return order ? order : left < length ? -1 : 0;
  }
  size_t taken = length;
  int order = wye__compare(text, left, s->fold, wanted, length, &taken);
  *raw = (uint32_t)taken;
  return order;
}

/* Bytes of the unit at `at`. */
static uint32_t unit_at(const struct wye__search *s, uint32_t at, uint32_t stop) {
  return s->plain ? 1 : wye__read_unit(s->text + at, stop - at, false).raw;
}

/* ------------------------------------------------------------------ moves */

/* Where an attempt leads: nowhere, to a segment's end, to a point inside a segment, or to a catch-all that serves. */
enum progress { FAILED, ARRIVED, INSIDE, SERVED };

static enum progress go(struct wye__search *s, uint32_t vertex, uint32_t at, enum progress progress) {
  s->vertex = vertex;
  s->at = at;
  return progress;
}

/* Leaves a backtrack point. `next`: what to try there, see enum wye__try. */
static void leave(struct wye__search *s, uint32_t vertex, uint32_t at, uint32_t next) {
  wye__backtrack_points(s->context)[s->depth++] = (struct wye__backtrack_point){vertex, at, next, s->params};
}

static void take_span(struct wye__search *s, uint32_t start, uint32_t end) {
  s->context->param[s->params++] = wye__span_between(start, end);
}

/*
 * The route at a leaf that serves the method, which ends the search. NULL if none does: then the leaf's methods count
 * for `Allow`. If all hits are wanted they are added, and the search goes on as if the leaf had failed.
 */
static const struct wye__ref *serve_or_allow(struct wye__search *s, const struct wye__leaf *leaf) {
  if (s->hits) {
    wye__hits_add(s->hits, s->table, leaf, s->method, s->context->param, s->params);
    return NULL;
  }
  const struct wye__ref *hit = wye__ref_for_method(s->table, leaf, s->method);
  if (!hit) s->allow |= wye__methods_of(leaf);
  return hit;
}

/* ------------------------------------------------------------------ vertices that were visited */

/*
 * Records a visit to the search's vertex, which it can enter in several ways. True if it was there before (at a point:
 * at this offset): then everything from here on has failed.
 */
static bool visit_again(struct wye__search *s) {
  const struct wye__vertex *vertex = vertex_at(s, s->vertex);
  if (wye__kind_of(vertex) == WYE__NODE) {
    uint64_t *visit = wye__visited_nodes_of(s->context) + vertex->visited - 1;
    uint64_t now = s->serial << WYE__OFFSET_BITS | (s->at - s->start);
    bool again = *visit >= now;
    *visit = now;
    return again;
  }
  struct wye__visited_offsets *visited = wye__offsets_at_point(s, s->vertex, s->at, segment_end(s, s->at));
  uint32_t offset = s->at - s->start;
  bool again = wye__has_offset(visited, offset);
  visited->offsets[offset / 64] |= (uint64_t)1 << offset % 64;
  if (offset < visited->first) visited->first = offset;
  return again;
}

/* ------------------------------------------------------------------ a node's alternatives */

/*
 * 1. Static text that fills the segment. If the segment has to be brought into normal form first, that is in a buffer
 * as long as the longest literal.
 */
static const struct wye__vertex *find_static_child(const struct wye__search *s, const struct wye__vertex *node,
                                                   const uint8_t *segment, uint32_t length) {
  uint8_t normal[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR + WYE__KEY_BYTES];
  if (!node->statics) return NULL;
  if (s->plain) return wye__static_child(s->table, node, segment, length);
  size_t size = wye__normalize(segment, length, s->fold, normal, sizeof normal - WYE__KEY_BYTES);
  return size == SIZE_MAX ? NULL : wye__static_child(s->table, node, normal, (uint32_t)size);
}

/*
 * The last prefix of the branch that does not sort after the segment [at, stop), as 1 + its index; 0: none. If the
 * segment begins with any prefix, it begins with this one or with one that this one begins with.
 */
static uint32_t last_prefix(const struct wye__search *s, const struct wye__branch *branch, uint32_t at, uint32_t stop) {
  const struct wye__prefix *prefixes = prefix_at(s, branch->prefixes);
  uint32_t low = 0, high = branch->count, raw;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (compare(s, at, stop, prefixes[middle].literal, prefixes[middle].length, &raw) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/* 1. Static text that begins the segment: the longest prefix first. `number`: 1 + the index of the first one. */
static enum progress try_prefixes(struct wye__search *s, const struct wye__branch *branch, uint32_t number, uint32_t at,
                                  uint32_t stop) {
  for (const struct wye__prefix *prefix; number > 0; number = prefix->shorter) {
    uint32_t raw;
    prefix = prefix_at(s, branch->prefixes + number - 1);
    if (compare(s, at, stop, prefix->literal, prefix->length, &raw) != 0) continue;
    leave(s, s->vertex, at, WYE__TRY_PREFIX + prefix->shorter);
    return go(s, prefix->point, at + raw, INSIDE);
  }
  return FAILED;
}

/* Whether a dot segment begins at `at` or later: no catch-all takes one. */
static bool dots_follow(struct wye__search *s, uint32_t at) {
  if (s->dots == WYE_NONE) s->dots = s->start + wye__last_dot_segment(s->text + s->start, s->text_end - s->start);
  return s->dots > s->start && s->dots >= at;
}

/* Whether this search has been at a node. */
static bool was_at_node(const struct wye__search *s, uint32_t node) {
  uint32_t record = vertex_at(s, node)->visited;
  return record && wye__visited_nodes_of(s->context)[record - 1] >> WYE__OFFSET_BITS == s->serial;
}

/*
 * 5. A catch-all that goes on after a slash. Its value begins at `at`; it ends at the first slash from `from` on, later
 * at the next ones. Once one begins, it tries all ends, so it need not begin anywhere later: a search enters each node
 * at most once per offset.
 */
static enum progress try_inner(struct wye__search *s, uint32_t node, uint32_t at, uint32_t from) {
  uint32_t end = segment_end(s, from);
  if (end == at && end < s->end) end = segment_end(s, at + 1); /* its value is not empty */
  if (end == s->end) return FAILED;
  leave(s, s->vertex, end, WYE__TRY_LONGER);
  take_span(s, at, end);
  return go(s, node, end, ARRIVED);
}

/* Tries the catch-alls of a branch, from `next` on. */
static enum progress try_catch_alls(struct wye__search *s, const struct wye__branch *branch, uint32_t next,
                                    const struct wye__ref **hit) {
  bool goes_on = next == WYE__TRY_LONGER;
  uint32_t at = goes_on ? s->context->param[s->params].offset : s->at, from = goes_on ? s->at + 1 : at;
  if (!(branch->inner | branch->catch_all.refs) || dots_follow(s, at)) return FAILED;
  if (branch->inner && (goes_on || !was_at_node(s, branch->inner))) { /* 5 */
    enum progress progress = try_inner(s, branch->inner, at, from);
    if (progress != FAILED) return progress;
  }
  if (!branch->catch_all.refs) return FAILED; /* 6. a catch-all that takes the rest of the path */
  take_span(s, at < s->text_end ? at : s->text_end, s->text_end);
  *hit = serve_or_allow(s, &branch->catch_all);
  return *hit ? SERVED : FAILED;
}

/* Tries what a node has, from `next` on. Its segment begins at s->at. */
static enum progress pass_node(struct wye__search *s, uint32_t next, const struct wye__ref **hit) {
  uint32_t vertex = s->vertex, at = s->at, stop;
  const struct wye__vertex *node = vertex_at(s, vertex), *child;
  const struct wye__branch *branch = branch_at(s, node->branch); /* number 0: an empty one */
  if (next == WYE__TRY_INNER || next == WYE__TRY_LONGER) return try_catch_alls(s, branch, next, hit);
  stop = segment_end(s, at);
  if (next == WYE__TRY_STATIC && (child = find_static_child(s, node, s->text + at, stop - at))) { /* 1 */
    if (node->param | node->branch) leave(s, vertex, at, WYE__TRY_PREFIXES);
    return go(s, (uint32_t)(child - wye__vertices_of(s->table)), stop, ARRIVED);
  }
  if (next <= WYE__TRY_PARAM && stop > at && s->text[at] == '.' && wye__is_dot_segment(s->text + at, stop - at))
    return FAILED; /* no parameter and no catch-all takes `.` or `..` (search in match.c refuses escaped ones) */
  if (next <= WYE__TRY_PREFIXES) next = WYE__TRY_PREFIX + last_prefix(s, branch, at, stop);
  if (next >= WYE__TRY_PREFIX) { /* 1 */
    enum progress progress = try_prefixes(s, branch, next - WYE__TRY_PREFIX, at, stop);
    if (progress != FAILED) return progress;
    next = WYE__TRY_POINT;
  }
  if (next == WYE__TRY_POINT && branch->point) { /* 2 and 3: where a parameter that is not plain begins the segment */
    leave(s, vertex, at, WYE__TRY_PARAM);
    return go(s, branch->point, at, INSIDE);
  }
  if (node->param && stop > at) { /* 4 */
    if (branch->inner | branch->catch_all.refs) leave(s, vertex, at, WYE__TRY_INNER);
    take_span(s, at, stop);
    return go(s, node->param, stop, ARRIVED);
  }
  return try_catch_alls(s, branch, WYE__TRY_INNER, hit);
}

/* ------------------------------------------------------------------ constraint states that were visited */

static const struct wye__constraint *constraint_of(const struct wye__search *s, const struct wye__delimited *d) {
  uint32_t number = d->constraint & ~WYE__EVERY_OCCURRENCE;
  return number ? wye__constraint_at(s->table, number) : NULL;
}

/* ------------------------------------------------------------------ a point's alternatives */

/* The first occurrence of the literal in [from, stop), as [*start, *end). `at_end`: the first that ends at `stop`. */
static bool find_literal(const struct wye__search *s, const struct wye__delimited *d, uint32_t from, uint32_t stop,
                         bool at_end, uint32_t *start, uint32_t *end) {
  if (at_end && s->plain) {
    if (stop - from < d->length) return false;
    from = stop - d->length;
  }
  for (uint32_t raw, at = from; at < stop; at += unit_at(s, at, stop)) {
    if (compare(s, at, stop, d->literal, d->length, &raw) != 0) continue;
    if (at_end && at + raw != stop) continue;
    *start = at;
    *end = at + raw;
    return true;
  }
  return false;
}

/*
 * Reads one more character of a parameter's value (one unit, if the parameter has no constraint). Returns where the
 * next one begins; 0 if no value goes on like this, or if all that can follow has been tried.
 */
static uint32_t read_on(const struct wye__search *s, const struct wye__constraint *c, const void *automaton,
                        struct wye__constraint_state *state, struct wye__visited_states *visited, uint32_t at,
                        uint32_t stop) {
  uint32_t taken = c ? wye__constraint_step(c, automaton, state, s->text + at, stop - at) : unit_at(s, at, stop);
  uint32_t next = at + taken;
  if (taken == 0) return 0;
  WYE__STEPS(1);
  return visited && wye__piece(s, next) > wye__piece(s, at) && wye__visit_state_again(s, visited, c, state, next)
             ? 0
             : next;
}

/*
 * Goes on from an occurrence of the literal to the next one before which the value holds. `at_end`: to the one that
 * ends the segment. False if there is none; otherwise the literal is [occurrence->at, *end).
 */
static bool next_occurrence(const struct wye__search *s, const struct wye__delimited *d,
                            struct wye__visited_states *visited, struct wye__occurrence *occurrence, uint32_t stop,
                            bool at_end, uint32_t *end) {
  const struct wye__constraint *c = constraint_of(s, d);
  const void *automaton = c ? wye__automaton_of(s->table, c) : NULL;
  bool is_recorded = vertex_at(s, d->point)->visited;
  struct wye__constraint_state state = {.value = occurrence->value, .state = occurrence->state};
  uint32_t unit = occurrence->at; /* a literal begins with a unit of the raw text, not inside an escape */
  for (uint32_t raw, at = unit; at < stop;) {
    at = read_on(s, c, automaton, &state, visited, at, stop);
    if (at == 0) return false;
    while (unit < at) unit += unit_at(s, unit, stop);
    if (at == stop || unit != at || compare(s, at, stop, d->literal, d->length, &raw) != 0) continue;
    if ((at_end && at + raw != stop) || (c && !wye__constraint_accepts(c, automaton, &state))) continue;
    if (is_recorded && wye__has_offset(wye__offsets_at_point(s, d->point, at, stop), at + raw - s->start)) continue;
    *occurrence = (struct wye__occurrence){state.value, state.state, at};
    *end = at + raw;
    return true;
  }
  return false;
}

/*
 * 2. A parameter that ends at the first occurrence of its literal. If everything after that occurrence fails, one other
 * is worth trying, in a second attempt: the occurrence that ends the segment. Whatever can follow any other occurrence
 * could also follow the first one, and has been tried.
 */
static enum progress try_first_occurrence(struct wye__search *s, const struct wye__delimited *d, uint32_t next) {
  uint32_t vertex = s->vertex, at = s->at, stop = segment_end(s, at), end;
  bool second = next % 2 == 1;
  struct wye__occurrence occurrence = {.at = at};
  uint32_t node = vertex_at(s, d->point)->end; /* where the literal ends the segment; 0: nothing ends there */
  if (second && !node) return FAILED;
  bool found = constraint_of(s, d) ? next_occurrence(s, d, NULL, &occurrence, stop, second, &end)
                                   : find_literal(s, d, at + unit_at(s, at, stop), stop, second, &occurrence.at, &end);
  if (!found) return FAILED; /* without a first occurrence there is no second attempt */
  leave(s, vertex, at, !second && end == stop ? next + 2 : next + 1);
  take_span(s, at, occurrence.at);
  return second ? go(s, node, stop, ARRIVED) : go(s, d->point, end, INSIDE);
}

/*
 * 2. A parameter that may end at any occurrence of its literal, because what follows is constrained. On the stack, the
 * occurrence is below the backtrack point that goes on from it.
 */
static enum progress try_every_occurrence(struct wye__search *s, const struct wye__delimited *d, uint32_t next) {
  uint32_t vertex = s->vertex, at = s->at, stop = segment_end(s, at), end;
  struct wye__occurrence occurrence = {.at = at};
  struct wye__backtrack_point *points = wye__backtrack_points(s->context);
  if (next % 2 == 1) memcpy(&occurrence, &points[--s->depth], sizeof occurrence);
  if (!next_occurrence(s, d, wye__states_of(s, d, at, stop), &occurrence, stop, false, &end)) return FAILED;
  memcpy(&points[s->depth++], &occurrence, sizeof occurrence);
  leave(s, vertex, at, next | 1);
  take_span(s, at, occurrence.at);
  return go(s, d->point, end, INSIDE);
}

/* Whether the rest of the segment satisfies the constraint. False also if an earlier value reached the same state. */
static bool rest_holds(const struct wye__search *s, const struct wye__delimited *d, uint32_t at, uint32_t stop) {
  const struct wye__constraint *c = constraint_of(s, d);
  const void *automaton = wye__automaton_of(s->table, c);
  struct wye__visited_states *visited = wye__states_of(s, d, at, stop);
  struct wye__constraint_state state = {0, 0};
  while (at < stop) {
    uint32_t edge = visited ? s->start + (wye__piece(s, at) + 1) * WYE__PIECE : stop;
    at = wye__constraint_read(c, automaton, &state, s->text, at, edge < stop ? edge : stop, stop);
    if (at == 0 || (at < stop && wye__visit_state_again(s, visited, c, &state, at))) return false;
  }
  return wye__constraint_accepts(c, automaton, &state);
}

/* 3. A constrained parameter that takes the rest of the segment. */
static enum progress try_constrained_rest(struct wye__search *s, const struct wye__delimited *d, uint32_t next) {
  uint32_t vertex = s->vertex, at = s->at, stop = segment_end(s, at);
  if (next % 2 == 1 || !rest_holds(s, d, at, stop)) return FAILED;
  leave(s, vertex, at, next + 2);
  take_span(s, at, stop);
  return go(s, d->point, stop, ARRIVED);
}

/*
 * Tries what a point has, from `next` on. If the search was at this point before, at an earlier offset of the segment,
 * plain parameters are left out: from there they could reach, with a longer value, all that they can reach from here.
 */
static enum progress pass_point(struct wye__search *s, uint32_t next) {
  uint32_t at = s->at, stop = segment_end(s, at);
  const struct wye__vertex *point = vertex_at(s, s->vertex);
  if (at == stop) return point->end ? go(s, point->end, at, ARRIVED) : FAILED; /* 1 */
  bool again = point->visited && wye__offsets_at_point(s, s->vertex, at, stop)->first < at - s->start;
  for (; next < 2 * point->count; next = (next | 1) + 1) { /* in match order, as the image has them */
    const struct wye__delimited *d = delimited_at(s, point->delimited + next / 2);
    if (again && !constraint_of(s, d)) continue;
    enum progress progress = !d->length                              ? try_constrained_rest(s, d, next) /* 3 */
                             : d->constraint & WYE__EVERY_OCCURRENCE ? try_every_occurrence(s, d, next) /* 2 */
                                                                     : try_first_occurrence(s, d, next);
    if (progress != FAILED) return progress;
  }
  if (!point->param) return FAILED;
  take_span(s, at, stop); /* 4 */
  return go(s, point->param, stop, ARRIVED);
}

/* ------------------------------------------------------------------ the search */

/* Goes on from s->vertex, where `next` is the first thing to try, until a route serves or an attempt fails. */
static const struct wye__ref *go_on(struct wye__search *s, uint32_t next) {
  const struct wye__ref *hit = NULL;
  for (;; next = 0) {
    WYE__STEPS(1);
    const struct wye__vertex *vertex = vertex_at(s, s->vertex);
    if (next == 0 && vertex->visited && visit_again(s)) return NULL;
    enum progress progress = wye__kind_of(vertex) == WYE__POINT ? pass_point(s, next) : pass_node(s, next, &hit);
    if (progress == INSIDE) continue;
    if (progress != ARRIVED) return progress == SERVED ? hit : NULL;
    if (s->at == s->end) return serve_or_allow(s, &vertex_at(s, s->vertex)->leaf);
    s->at++; /* over the slash */
  }
}

int32_t wye__backtrack(struct wye__search *s) {
  s->dots = s->segment = s->stop = WYE_NONE;
  if (s->table->visited_nodes) {
    wye__claim(s->table, s->context);
    s->serial = ++wye__memory_of(s->context)->serial;
  }
  while (s->depth) {
    struct wye__backtrack_point point = wye__backtrack_points(s->context)[--s->depth];
    s->params = point.params;
    go(s, point.vertex, point.at, INSIDE);
    const struct wye__ref *hit = go_on(s, point.next);
    if (hit) return wye__finish_hit(s->table, s->context, s->start, s->text_end, hit, s->params);
  }
  return wye__finish_miss(s->table, s->context, s->start, s->text_end, s->allow);
}
