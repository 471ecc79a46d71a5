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
#include "language/expression.h"
#include "language/pattern.h"
#include "lookup/notes.h"

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

/* ------------------------------------------------------------------ nodes that were visited */

/*
 * Records a visit to the search's node, which it can enter in several ways. True if it was there before: then
 * everything from here on has failed.
 */
static bool visit_again(struct wye__search *s) {
  uint64_t *visit = wye__visited_nodes_of(s->context) + vertex_at(s, s->vertex)->visited - 1;
  uint64_t now = s->serial << WYE__OFFSET_BITS | (s->at - s->start);
  bool again = *visit >= now;
  *visit = now;
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

/* ------------------------------------------------------------------ literals of a point */

/* The unit at `at` as a symbol of an automaton, and its bytes in the text. */
static uint32_t symbol_at(const struct wye__search *s, uint32_t at, uint32_t stop, uint32_t *raw) {
  *raw = 1;
  if (s->plain) return (uint32_t)s->text[at] << 8;
  struct wye__unit unit = wye__read_unit(s->text + at, stop - at, s->fold);
  *raw = unit.raw;
  return (uint32_t)unit.bytes[0] << 8 | (unit.length == 2 ? unit.bytes[1] : 0);
}

/* The state to which a symbol leads from this one; 0: it leads nowhere. */
static uint32_t child_of(const struct wye__literal_state *states, uint32_t state, uint32_t symbol) {
  uint32_t low = states[state].children, high = low + states[state].count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (states[middle].symbol == symbol) return middle;
    if (states[middle].symbol < symbol) low = middle + 1;
    else high = middle;
  }
  return 0;
}

/* The longest literal that ends in this state, as its state; 0: none does. */
static uint32_t longest_in(const struct wye__literal_state *states, uint32_t state) {
  return states[state].found ? state : states[state].shorter;
}

/* Whether what the automaton has begun to read when it comes to `at` begins at s->absent.from or later. */
static bool is_known(const struct wye__search *s, const struct wye__literal_state *state, uint32_t at) {
  return at >= s->absent.from && at - s->absent.from >= (s->plain ? 1u : 3u) * state->length;
}

/*
 * From where on the literals have to be looked for that end the segment: so many units before its end as the longest
 * literal, the first one, has at most.
 */
static uint32_t tail_of(const struct wye__search *s, const struct wye__vertex *point, uint32_t stop) {
  uint32_t most = (s->plain ? 1u : 3u) * delimited_at(s, point->delimited)->length, at = stop - most;
  if (stop - s->start <= most) return s->start;
  if (!s->plain && wye__escaped_byte(s->text + at - 1, 3) >= 0) return at + 2; /* not inside an escape */
  if (!s->plain && at - s->start > 1 && wye__escaped_byte(s->text + at - 2, 3) >= 0) return at + 1;
  return at;
}

/*
 * Notes which of the point's literals are in the segment, after a first unit that belongs to the parameter. One pass
 * finds all of them. Once each has been found, it skips to the tail, for those that end the segment. Where an earlier
 * pass, for the same literals, has found none from somewhere on, it ends.
 */
static void find_literals(struct wye__search *s, const struct wye__vertex *point, struct wye__point_notes *notes,
                          uint32_t at, uint32_t stop) {
  const struct wye__literal_state *states = wye__section_of(s->table, WYE__LITERAL_STATES);
  uint64_t *found = wye__found_at(notes), *last = wye__last_at(notes, point);
  uint16_t *ends = wye__ends_at(notes, point);
  uint32_t state = point->states, from = at + unit_at(s, at, stop), tail = tail_of(s, point, stop), count = 0;
  bool has_known = s->absent.states == point->states && s->absent.stop == stop;
  memset(found, 0, 2 * wye__literal_words(point->literals) * sizeof *found);
  for (uint32_t raw, child, i = from; i < stop; i += raw) {
    if (has_known && is_known(s, &states[state], i)) break;
    if (count == point->distinct && i < tail) i = tail, state = point->states;
    uint32_t symbol = symbol_at(s, i, stop, &raw);
    WYE__STEPS(1);
    while (!(child = child_of(states, state, symbol)) && state != point->states) state = states[state].fallback;
    if (child) state = child;
    for (uint32_t each = longest_in(states, state); each; each = states[each].shorter) {
      uint32_t number = states[each].found - 1;
      if (wye__is_noted(found, number)) break; /* and so are the shorter ones */
      wye__note(found, number);
      ends[number] = (uint16_t)(i + raw - s->start);
      count++;
    }
  }
  notes->lowest = wye__next_noted(found, 0, point->literals);
  if (count == 0) s->absent.states = point->states, s->absent.stop = stop, s->absent.from = from;
  for (uint32_t each = count ? longest_in(states, state) : 0; each; each = states[each].shorter)
    wye__note(last, states[each].found - 1);
}

/*
 * Where the literal of `length` bytes begins that ends at `end`; `at` if that is not after `at`. (In a forged image
 * points under way may share notes. Then `end` can be anywhere in the segment.)
 */
static uint32_t literal_start(const struct wye__search *s, uint32_t at, uint32_t end, uint32_t length) {
  if (s->plain) return end - at > length ? end - length : at;
  for (uint32_t taken = 0; taken < length && end > at;) {
    bool is_escape = end - at > 2 && wye__escaped_byte(s->text + end - 3, 3) >= 0;
    uint32_t raw = is_escape ? 3 : 1;
    taken += wye__read_unit(s->text + end - raw, raw, false).length;
    end -= raw;
  }
  return end;
}

/* ------------------------------------------------------------------ values of constrained parameters */

static const struct wye__constraint *constraint_of(const struct wye__search *s, const struct wye__delimited *d) {
  return d->constraint ? wye__constraint_at(s->table, d->constraint) : NULL;
}

static const struct wye__automaton *automaton_of(const struct wye__search *s, const struct wye__constraint *c) {
  return c && c->kind == WYE__AUTOMATON ? wye__automaton_of(s->table, c) : NULL;
}

/*
 * From where to read on a value that begins at `at`, with its state there: from the end of what was read of an earlier
 * value, if this one is a part of it. 0: no value begins at `at`.
 */
static uint32_t read_already(const struct wye__search *s, const struct wye__constraint *c,
                             struct wye__value_notes *notes, uint32_t at, uint32_t stop,
                             struct wye__constraint_state *state) {
  struct wye__constraint_state first = {0, 0};
  bool within = at >= notes->begin && at < notes->end && notes->end <= stop;
  if (within && !wye__constraint_step(c, NULL, &first, s->text + at, stop - at)) return 0;
  for (uint32_t taken = 1; within && taken && notes->begin < at; notes->begin += taken)
    taken = wye__constraint_drop(c, &notes->state, s->text + notes->begin, stop - notes->begin);
  if (!within || notes->begin != at) {
    notes->begin = notes->end = at;
    notes->state = (struct wye__constraint_state){0, 0};
  }
  *state = notes->state;
  return notes->end;
}

/* Reads an automaton from piece to piece. Returns where it ends; 0 if it enters a piece in a state it was in before. */
static uint32_t read_pieces(const struct wye__search *s, const struct wye__constraint *c,
                            const struct wye__automaton *automaton, struct wye__constraint_state *state,
                            struct wye__value_notes *notes, uint32_t at, uint32_t end, uint32_t stop) {
  while (at < end) {
    uint32_t edge = s->start + (wye__piece(s, at) + 1) * WYE__PIECE, to = edge < end ? edge : end;
    at = wye__constraint_read(c, automaton, state, s->text, at, to, stop);
    if (at < to) return at;
    if (at < end && wye__enters_piece_again(s, notes, automaton->states, state->state, at)) return 0;
  }
  return at;
}

/*
 * Whether the value [at, end) satisfies the parameter's constraint. Also false if that is known from an earlier value:
 * for one parameter and segment `end` is always the same.
 */
static bool value_holds(const struct wye__search *s, const struct wye__delimited *d, uint32_t at, uint32_t end,
                        uint32_t stop) {
  const struct wye__constraint *c = constraint_of(s, d);
  const struct wye__automaton *automaton = automaton_of(s, c);
  struct wye__value_notes *notes = wye__notes_on_value(s, d, at, stop);
  struct wye__constraint_state state = {0, 0};
  if (notes && automaton) {
    at = read_pieces(s, c, automaton, &state, notes, at, end, stop);
  } else {
    if (notes) at = read_already(s, c, notes, at, stop, &state);
    if (at == 0) return false;
    at = wye__constraint_read(c, automaton, &state, s->text, at, end, stop);
    if (notes) notes->end = at, notes->state = state;
  }
  return at == end && wye__constraint_accepts(c, automaton, &state);
}

/* Whether the search was at a point at this offset, or earlier if it then had all that the point offers here. */
static bool was_at_point(const struct wye__search *s, uint32_t vertex, uint32_t at, uint32_t stop) {
  const struct wye__vertex *point = vertex_at(s, vertex);
  if (!(point->shift & WYE__MANY)) return false;
  struct wye__point_notes *notes = wye__notes_on_point(s, vertex, at, stop);
  return point->shift & WYE__CONSTRAINED ? wye__is_noted(wye__offsets_at(notes, point), at - s->start)
                                         : notes->entered <= at;
}

/* ------------------------------------------------------------------ a point's alternatives */

/*
 * Reads one more character of a parameter's value (one unit, if the parameter has no constraint). Returns where the
 * next one begins; 0 if no value goes on like this, or if all that can follow has been tried.
 */
static uint32_t read_on(const struct wye__search *s, const struct wye__constraint *c, struct wye__value_notes *notes,
                        struct wye__constraint_state *state, uint32_t at, uint32_t stop) {
  const struct wye__automaton *automaton = automaton_of(s, c);
  uint32_t taken = c ? wye__constraint_step(c, automaton, state, s->text + at, stop - at) : unit_at(s, at, stop);
  uint32_t next = at + taken;
  if (taken == 0) return 0;
  WYE__STEPS(1);
  if (notes && automaton) {
    bool enters = wye__piece(s, next) > wye__piece(s, at);
    return enters && wye__enters_piece_again(s, notes, automaton->states, state->state, next) ? 0 : next;
  }
  if (notes && at == notes->end) notes->end = next, notes->state = *state;
  return next;
}

/*
 * Goes on from an occurrence of the literal to the next one before which the value holds, and after which there is
 * something new. False if there is none; otherwise the literal is [occurrence->at, *end).
 */
static bool next_occurrence(const struct wye__search *s, const struct wye__delimited *d, struct wye__value_notes *notes,
                            struct wye__occurrence *occurrence, uint32_t stop, uint32_t *end) {
  const struct wye__constraint *c = constraint_of(s, d);
  const void *automaton = automaton_of(s, c);
  struct wye__constraint_state state = {.value = occurrence->value, .state = occurrence->state};
  uint32_t unit = occurrence->at; /* a literal begins with a unit of the raw text, not inside an escape */
  for (uint32_t raw, at = unit; at < stop;) {
    at = read_on(s, c, notes, &state, at, stop);
    if (at == 0) return false;
    while (unit < at) unit += unit_at(s, unit, stop);
    if (at == stop || unit != at || compare(s, at, stop, d->literal, d->length, &raw) != 0) continue;
    if (at + raw == stop || (c && !wye__constraint_accepts(c, automaton, &state))) continue;
    if (was_at_point(s, d->vertex, at + raw, stop)) continue;
    *occurrence = (struct wye__occurrence){state.value, state.state, at};
    *end = at + raw;
    return true;
  }
  return false;
}

/* 2 to 4. A parameter whose literal ends the segment, or that takes the rest of it. */
static enum progress try_last(struct wye__search *s, const struct wye__delimited *d, struct wye__point_notes *notes,
                              uint32_t next, uint32_t stop) {
  uint32_t vertex = s->vertex, at = s->at, end = stop;
  if (d->length) {
    if (!wye__is_noted(wye__last_at(notes, vertex_at(s, vertex)), d->first)) return FAILED;
    end = literal_start(s, at, stop, d->length);
  }
  if (end <= at || (d->constraint && !value_holds(s, d, at, end, stop))) return FAILED;
  leave(s, vertex, at, next);
  take_span(s, at, end);
  return go(s, d->vertex, stop, ARRIVED);
}

/*
 * 2. A parameter that ends at the first occurrence of its literal before which its value holds. Whatever can follow any
 * other occurrence can also follow this one.
 */
static enum progress try_first(struct wye__search *s, const struct wye__delimited *d, struct wye__point_notes *notes,
                               uint32_t next, uint32_t stop) {
  uint32_t vertex = s->vertex, at = s->at, end;
  struct wye__occurrence occurrence = {.at = at};
  if (d->constraint) {
    if (!next_occurrence(s, d, NULL, &occurrence, stop, &end)) return FAILED;
  } else {
    end = s->start + wye__ends_at(notes, vertex_at(s, vertex))[d->first];
    if (end <= at || end >= stop) return FAILED;
    occurrence.at = literal_start(s, at, end, d->length);
    if (occurrence.at == at) return FAILED;
  }
  leave(s, vertex, at, next);
  take_span(s, at, occurrence.at);
  return go(s, d->vertex, end, INSIDE);
}

/*
 * 2. A parameter that may end at any occurrence of its literal, because what follows is constrained. `resume`: it goes
 * on from an occurrence, which is on the stack below the backtrack point.
 */
static enum progress try_every(struct wye__search *s, const struct wye__delimited *d, uint32_t next, bool resume,
                               uint32_t stop) {
  uint32_t vertex = s->vertex, at = s->at, end;
  struct wye__occurrence occurrence = {.at = at};
  struct wye__backtrack_point *points = wye__backtrack_points(s->context);
  struct wye__value_notes *notes = wye__notes_on_value(s, d, at, stop);
  if (resume) {
    memcpy(&occurrence, &points[--s->depth], sizeof occurrence);
  } else if (notes && !automaton_of(s, constraint_of(s, d))) {
    struct wye__constraint_state state;
    occurrence.at = read_already(s, constraint_of(s, d), notes, at, stop, &state);
    if (occurrence.at == 0) return FAILED;
    occurrence.value = state.value, occurrence.state = state.state;
  }
  if (!next_occurrence(s, d, notes, &occurrence, stop, &end)) return FAILED;
  memcpy(&points[s->depth++], &occurrence, sizeof occurrence);
  leave(s, vertex, at, next);
  take_span(s, at, occurrence.at);
  return go(s, d->vertex, end, INSIDE);
}

/*
 * Notes that the search enters a point. False if it has nothing new there: if it was there at this offset; without
 * constraints also if it was there earlier, because a longer value could then reach all that it can reach now.
 */
static bool enter_point(struct wye__search *s, const struct wye__vertex *point, struct wye__point_notes *notes,
                        uint32_t at, uint32_t stop) {
  if ((point->shift & WYE__MANY) && (point->shift & WYE__CONSTRAINED)) {
    uint64_t *offsets = wye__offsets_at(notes, point);
    if (wye__is_noted(offsets, at - s->start)) return false;
    wye__note(offsets, at - s->start);
  }
  if (notes->entered <= at) return point->shift & WYE__CONSTRAINED;
  notes->entered = at;
  if (point->literals) find_literals(s, point, notes, at, stop);
  return true;
}

/* The first of the point's parameters from `index` on that has no literal, or one that is in the segment. */
static uint32_t next_candidate(const struct wye__search *s, const struct wye__vertex *point,
                               struct wye__point_notes *notes, uint32_t index) {
  if (index >= point->literals) return index;
  if (index <= notes->lowest) return notes->lowest;
  uint32_t first = delimited_at(s, point->delimited + index)->first;
  if (first < index && wye__is_noted(wye__found_at(notes), first)) return index;
  return wye__next_noted(wye__found_at(notes), index, point->literals);
}

/* Tries what a point has, from `next` on, in match order. */
static enum progress pass_point(struct wye__search *s, uint32_t next) {
  uint32_t at = s->at, stop = segment_end(s, at);
  const struct wye__vertex *point = vertex_at(s, s->vertex);
  if (at == stop) return FAILED;
  struct wye__point_notes *notes = point->visited ? wye__notes_on_point(s, s->vertex, at, stop) : NULL;
  if (next == 0 && notes && !enter_point(s, point, notes, at, stop)) return FAILED;
  bool again = notes && notes->entered < at, resume = next % 2 == 1;
  uint32_t i = resume ? next / 2 : next_candidate(s, point, notes, next / 2);
  for (; i < point->count; i = next_candidate(s, point, notes, i + 1), resume = false) {
    const struct wye__delimited *d = delimited_at(s, point->delimited + i);
    WYE__STEPS(1);
    if (again && !d->constraint) continue; /* a plain one has been tried with a longer value */
    enum progress progress = d->end == WYE__LAST    ? try_last(s, d, notes, 2 * i + 2, stop)
                             : d->end == WYE__FIRST ? try_first(s, d, notes, 2 * i + 2, stop)
                                                    : try_every(s, d, 2 * i + 1, resume, stop);
    if (progress != FAILED) return progress;
  }
  return FAILED;
}

/* ------------------------------------------------------------------ the search */

/* Goes on from s->vertex, where `next` is the first thing to try, until a route serves or an attempt fails. */
static const struct wye__ref *go_on(struct wye__search *s, uint32_t next) {
  const struct wye__ref *hit = NULL;
  for (;; next = 0) {
    WYE__STEPS(1);
    const struct wye__vertex *vertex = vertex_at(s, s->vertex);
    bool is_point = wye__kind_of(vertex) == WYE__POINT;
    if (next == 0 && !is_point && vertex->visited && visit_again(s)) return NULL;
    enum progress progress = is_point ? pass_point(s, next) : pass_node(s, next, &hit);
    if (progress == INSIDE) continue;
    if (progress != ARRIVED) return progress == SERVED ? hit : NULL;
    if (s->at == s->end) return serve_or_allow(s, &vertex_at(s, s->vertex)->leaf);
    s->at++; /* over the slash */
  }
}

int32_t wye__backtrack(struct wye__search *s) {
  s->dots = s->segment = s->stop = s->absent.stop = WYE_NONE;
  if (s->table->visited_nodes | s->table->notes) {
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
