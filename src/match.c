/*
 * The lookup. Reading order is the order in which a request meets it:
 *
 *     wye__match   finds the path's end and marks its slashes
 *     descend      goes straight down as long as that is simple: a static child if the segment has one, else a
 *                  plain parameter
 *     search       comes back to what was left untried, and does all that is rarer: prefixes, bounded parameters,
 *                  catch-alls, escapes
 *
 * A segment is passed in one step, because in match order static text that fills it is tried before all else, and at
 * most one static child can. Where a vertex has more to try, it leaves a choice on the stack, and the search comes back
 * to it when all that lies behind the first attempt has failed. Whatever is met on the way to a miss are all the leaves
 * that match the path, so the methods of a 405 are known by then without a second walk.
 */
#include "match.h"

#include "constraint.h"
#include "path.h"
#include "pattern.h"
#include "scan.h"

#if defined(WYE_COUNT_STEPS)
uint64_t wye__steps; /* test builds: vertices entered and places looked at */
#define STEP() (wye__steps++)
#else
#define STEP() ((void)0)
#endif

/* 64 bytes of the path whose slashes are known. The path's end counts as a slash, and so does the text's. */
struct window {
  uint32_t start;
  uint64_t slashes;
};

/*
 * A lookup under way, as `search` sees it.
 */
struct lookup {
  const struct wye_table *table;
  struct wye_context *context;
  const uint8_t *text;
  uint32_t root;
  uint32_t start;    /* of the path, in the text */
  uint32_t end;      /* 1 more than text_end where a slash is added that the text does not have */
  uint32_t text_end; /* where the path's bytes end */
  struct window window;
  uint32_t method; /* its bit; 0: no route names it */
  uint32_t allow;  /* bits of the methods that the path was found for */
  bool plain;      /* the path's bytes compare as they are, and 16 may be loaded wherever it has one */
  bool fold;       /* ASCII letters of literals match in either case */
  uint32_t dots;   /* where the path's last dot segment begins; WYE_NONE: not looked for yet */
  uint64_t serial; /* of this lookup, where a table remembers what was entered */

  uint32_t choices; /* untried branches on the stack */
  uint32_t vertex;  /* where the search is, */
  uint32_t at;      /* how far in the text, */
  uint32_t params;  /* and with how many parameters */
};

/* The first section begins right behind the header. */
static inline const struct wye__vertex *vertices_of(const struct wye_table *table) {
  return (const struct wye__vertex *)(const void *)(table + 1);
}

static const struct wye__vertex *vertex_at(const struct lookup *l, uint32_t vertex) {
  return vertices_of(l->table) + vertex;
}

static const struct wye__bounded *bounded_at(const struct lookup *l, uint32_t index) {
  return (const struct wye__bounded *)wye__section(l->table, WYE__BOUNDED) + index;
}

static const struct wye__prefix *prefix_at(const struct lookup *l, uint32_t index) {
  return (const struct wye__prefix *)wye__section(l->table, WYE__PREFIXES) + index;
}

static const struct wye__branch *branch_at(const struct lookup *l, uint32_t index) {
  return (const struct wye__branch *)wye__section(l->table, WYE__BRANCHES) + index;
}

/* ------------------------------------------------------------------ segments */

/* The window at `at`, or the next behind it that has a slash. The path's bytes end at `text_end`, the path at `end`. */
static __attribute__((noinline)) struct window window_at(const uint8_t *text, uint32_t at, uint32_t text_end,
                                                         uint32_t end) {
  for (struct window window = {.start = at};; window.start += WYE__WINDOW) {
    uint32_t left = text_end > window.start ? text_end - window.start : 0;
    window.slashes = left ? wye__look(text + window.start, left).slashes : 0; /* at the end there may be no memory */
    if (left < WYE__WINDOW) window.slashes |= (uint64_t)1 << left;
    if (window.start > text_end) window.slashes = 0;
    if (end - window.start < WYE__WINDOW) window.slashes |= (uint64_t)1 << (end - window.start);
    if (window.slashes) return window;
  }
}

static inline uint32_t first_slash(struct window window) {
  return window.start + (uint32_t)__builtin_ctzll(window.slashes);
}

/* Where the segment ends that holds the place `at`: at its slash, or with the path. */
static uint32_t segment_end(struct lookup *l, uint32_t at) {
  uint32_t offset = at - l->window.start;
  uint64_t ahead = offset < WYE__WINDOW ? l->window.slashes >> offset : 0;
  if (ahead) return at + (uint32_t)__builtin_ctzll(ahead);
  l->window = window_at(l->text, at, l->text_end, l->end);
  return first_slash(l->window);
}

/* ------------------------------------------------------------------ static segments */

/* Whether two texts of `length` bytes (16 or more) agree from their 16th byte on: 8 at a time, the last ones
 * overlapping. */
static __attribute__((noinline)) bool same_tail(const uint8_t *a, const uint8_t *b, uint32_t length) {
  for (uint32_t i = 16;; i += 8) {
    if (i > length - 8) i = length - 8;
    if (wye__load64(a + i) != wye__load64(b + i)) return false;
    if (i == length - 8) return true;
  }
}

/* The child of `node` for this segment, in normal form; NULL if it has none. */
static inline const struct wye__vertex *static_child(const struct wye_table *table, const struct wye__vertex *node,
                                                     const uint8_t *segment, uint32_t length) {
  const struct wye__vertex *vertices = vertices_of(table);
  uint64_t key[2];
  wye__load_key(segment, length, key);
  const struct wye__vertex *child =
      vertices + node->statics + ((uint32_t)(wye__hash(key, segment, length) >> node->shift) & node->mask);
  for (;; child = vertices + child->next) {
    STEP();
    if (child->key[0] == key[0] && child->key[1] == key[1] && child->length == length &&
        (length <= WYE__KEY_BYTES || same_tail(segment, wye__text(table) + child->text, length)))
      return child;
    if (WYE_LIKELY(child->next == 0)) return NULL;
  }
}

/* The same for a segment that may have to be brought into normal form first. No literal is longer than the buffer. */
static const struct wye__vertex *any_static_child(const struct lookup *l, const struct wye__vertex *node,
                                                  const uint8_t *segment, uint32_t length) {
  uint8_t normal[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR + WYE__KEY_BYTES];
  if (!node->statics) return NULL;
  if (l->plain) return static_child(l->table, node, segment, length);
  size_t size = wye__normalize(segment, length, l->fold, normal, sizeof normal - WYE__KEY_BYTES);
  return size == SIZE_MAX ? NULL : static_child(l->table, node, normal, (uint32_t)size);
}

/* ------------------------------------------------------------------ literals inside a segment */

/* How the text [at, stop) stands to a literal: as wye__compare, the bytes it takes in `*raw`. */
static int compare(const struct lookup *l, uint32_t at, uint32_t stop, uint32_t literal, uint32_t length,
                   uint32_t *raw) {
  const uint8_t *text = l->text + at, *wanted = wye__text(l->table) + literal;
  uint32_t left = stop - at;
  STEP();
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
static uint32_t unit_at(const struct lookup *l, uint32_t at, uint32_t stop) {
  return l->plain ? 1 : wye__unit(l->text + at, stop - at, false).raw;
}

/* The first place of the literal in [from, stop), as [*start, *end). With `anchored` the first that ends at `stop`. */
static bool find_literal(const struct lookup *l, const struct wye__bounded *b, uint32_t from, uint32_t stop,
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
static uint32_t last_prefix(const struct lookup *l, const struct wye__branch *branch, uint32_t at, uint32_t stop) {
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

static inline uint32_t count_bits(uint32_t bits) {
#if defined(__wasm__) || defined(__POPCNT__) || defined(__aarch64__)
  return (uint32_t)__builtin_popcount(bits);
#else
  bits -= bits >> 1 & 0x55555555u;
  bits = (bits & 0x33333333u) + (bits >> 2 & 0x33333333u);
  return ((bits + (bits >> 4)) & 0x0F0F0F0Fu) * 0x01010101u >> 24;
#endif
}

/* The ref that serves the method at this leaf; NULL if none does. */
static inline const struct wye__ref *serve(const struct wye_table *table, const struct wye__leaf *leaf,
                                           uint32_t method) {
  uint32_t any = leaf->refs >> 31;
  const struct wye__ref *first = (const struct wye__ref *)wye__section(table, WYE__REFS) + (leaf->refs & ~WYE__ANY);
  if (WYE_LIKELY(leaf->methods & method)) return first + any + count_bits(leaf->methods & (method - 1));
  return any ? first : NULL;
}

/* The same, remembering the methods that it does serve. */
static const struct wye__ref *serve_or_allow(struct lookup *l, const struct wye__leaf *leaf) {
  const struct wye__ref *hit = serve(l->table, leaf, l->method);
  if (!hit) l->allow |= leaf->methods;
  return hit;
}

/* ------------------------------------------------------------------ one vertex */

/*
 * The steps of a node, in match order. A choice names the step with which its vertex goes on; from TO_PREFIX on, which
 * prefix: 1 + its index. A point's steps are 2 x its bounded parameter, and 1 more for that one's second attempt.
 */
enum step { TO_STATIC, TO_PREFIXES, TO_POINT, TO_PARAM, TO_CATCH_ALL, TO_PREFIX };

/* How a step ends: not at all, at a segment's edge, inside a segment, or at a catch-all that serves. */
enum turn { FAILED, ARRIVED, INSIDE, SERVED };

static void leave_choice(struct lookup *l, uint32_t vertex, uint32_t at, uint32_t step) {
  wye__choices(l->context)[l->choices++] = (struct wye__choice){vertex, at, step, l->params};
}

static enum turn go(struct lookup *l, uint32_t vertex, uint32_t at, enum turn turn) {
  l->vertex = vertex;
  l->at = at;
  return turn;
}

static void take_span(struct lookup *l, uint32_t start, uint32_t end) {
  l->context->param[l->params++] = wye__span(start, end);
}

/* Whether a segment is none that a parameter may be in: `.` or `..`. Paths with escapes were looked through before. */
static bool is_dots(const struct lookup *l, uint32_t at, uint32_t stop) {
  return l->text[at] == '.' && wye__is_dot_segment(l->text + at, stop - at);
}

/* Whether a dot segment lies in the rest of the path, which no catch-all takes. */
static bool has_dots_behind(struct lookup *l, uint32_t at) {
  if (l->dots == WYE_NONE) l->dots = l->start + wye__last_dot_segment(l->text + l->start, l->text_end - l->start);
  return l->dots > l->start && l->dots >= at;
}

/*
 * Notes that the search is at this vertex, which it can reach in several ways. True if it has been there before in this
 * lookup, a point at the same place: then what lies behind has failed.
 */
static bool been_here(struct lookup *l) {
  const struct wye__vertex *vertex = vertex_at(l, l->vertex);
  if (vertex->kind == WYE__NODE) {
    uint64_t *stamp = wye__stamps(l->table, l->context) + vertex->memo - 1;
    bool been = *stamp == l->serial;
    *stamp = l->serial;
    return been;
  }
  struct wye__map *map = wye__maps(l->table, l->context) + vertex->memo - 1;
  if (map->serial != l->serial) *map = (struct wye__map){.serial = l->serial};
  uint32_t place = l->at - l->start;
  uint64_t bit = (uint64_t)1 << place % 64, *places = &map->places[place / 64];
  bool been = *places & bit;
  *places |= bit;
  return been;
}

/* What a node has, from `step` on; its segment begins at l->at. */
static enum turn node_turn(struct lookup *l, uint32_t step, const struct wye__ref **hit) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at);
  const struct wye__vertex *node = vertex_at(l, vertex);
  const struct wye__branch *branch = branch_at(l, node->branch); /* number 0: an empty one */
  const struct wye__vertex *child = step == TO_STATIC ? any_static_child(l, node, l->text + at, stop - at) : NULL;
  if (child) {
    if (node->param | node->branch) leave_choice(l, vertex, at, TO_PREFIXES);
    return go(l, (uint32_t)(child - vertices_of(l->table)), stop, ARRIVED);
  }
  if (step <= TO_PARAM && stop > at && is_dots(l, at, stop)) step = TO_CATCH_ALL;
  if (step <= TO_PREFIXES) step = TO_PREFIX + last_prefix(l, branch, at, stop);
  for (const struct wye__prefix *prefix; step > TO_PREFIX; step = TO_PREFIX + prefix->shorter) {
    uint32_t raw;
    prefix = prefix_at(l, branch->prefixes + step - TO_PREFIX - 1);
    if (compare(l, at, stop, prefix->literal, prefix->length, &raw) != 0) continue;
    leave_choice(l, vertex, at, TO_PREFIX + prefix->shorter);
    return go(l, prefix->point, at + raw, INSIDE);
  }
  if ((step == TO_PREFIX || step == TO_POINT) && branch->point) {
    leave_choice(l, vertex, at, TO_PARAM);
    return go(l, branch->point, at, INSIDE);
  }
  if (step != TO_CATCH_ALL && node->param && stop > at) {
    if (branch->catch_all.refs) leave_choice(l, vertex, at, TO_CATCH_ALL);
    take_span(l, at, stop);
    return go(l, node->param, stop, ARRIVED);
  }
  if (!branch->catch_all.refs || has_dots_behind(l, at)) return FAILED;
  *hit = serve_or_allow(l, &branch->catch_all);
  if (!*hit) return FAILED;
  take_span(l, at < l->text_end ? at : l->text_end, l->text_end);
  return SERVED;
}

/* ------------------------------------------------------------------ parameters inside a segment */

static const struct wye__constraint *constraint_of(const struct lookup *l, const struct wye__bounded *b) {
  uint32_t number = b->constraint & ~WYE__ALL_PLACES;
  return number ? wye__constraint_at(l->table, number) : NULL;
}

/*
 * Goes on from `*place` to the next place where the literal fits, and what lies before it holds. With `anchored` to the
 * one that ends at `stop`. False if there is none; else the literal is [place->at, *end).
 */
static bool next_place(const struct lookup *l, const struct wye__bounded *b, struct wye__place *place, uint32_t stop,
                       bool anchored, uint32_t *end) {
  const struct wye__constraint *c = constraint_of(l, b);
  const void *automaton = c ? wye__automaton(l->table, c) : NULL;
  struct wye__reading reading = {.value = place->value, .state = place->state};
  uint32_t unit = place->at; /* a place must be one of the raw text's units too, not inside of an escape */
  for (uint32_t raw, at = place->at; at < stop;) {
    uint32_t taken = c ? wye__constraint_step(c, automaton, &reading, l->text + at, stop - at) : unit_at(l, at, stop);
    if (taken == 0) return false;
    at += taken;
    while (unit < at) unit += unit_at(l, unit, stop);
    if (at == stop || unit != at || compare(l, at, stop, b->literal, b->length, &raw) != 0) continue;
    if ((anchored && at + raw != stop) || (c && !wye__constraint_accepts(c, automaton, &reading))) continue;
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
static enum turn try_first_place(struct lookup *l, const struct wye__bounded *b, uint32_t step) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at), end;
  bool second = step % 2 == 1, plain = !constraint_of(l, b);
  struct wye__place place = {.at = at};
  uint32_t behind = vertex_at(l, b->point)->end;
  if (second && !behind) return FAILED;
  if (plain ? !find_literal(l, b, at + unit_at(l, at, stop), stop, second, &place.at, &end)
            : !next_place(l, b, &place, stop, second, &end)) {
    /* no first place, no second one */
    return FAILED;
  }
  /* where the first place is the segment's end there is no second attempt */
  leave_choice(l, vertex, at, !second && end == stop ? step + 2 : step + 1);
  take_span(l, at, place.at);
  return second ? go(l, behind, stop, ARRIVED) : go(l, b->point, end, INSIDE);
}

/* A parameter for which every place counts, because what follows is constrained. Leaves the place on the stack. */
static enum turn try_next_place(struct lookup *l, const struct wye__bounded *b, uint32_t step) {
  uint32_t vertex = l->vertex, at = l->at, end;
  struct wye__place place = {.at = at};
  if (step % 2 == 1) memcpy(&place, &wye__choices(l->context)[--l->choices], sizeof place);
  if (!next_place(l, b, &place, segment_end(l, at), false, &end)) return FAILED;
  memcpy(&wye__choices(l->context)[l->choices++], &place, sizeof place);
  leave_choice(l, vertex, at, step | 1);
  take_span(l, at, place.at);
  return go(l, b->point, end, INSIDE);
}

/* A constrained parameter that takes the rest of the segment. */
static enum turn try_rest(struct lookup *l, const struct wye__bounded *b, uint32_t step) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at);
  const struct wye__constraint *c = constraint_of(l, b);
  if (step % 2 == 1 || !wye__constraint_holds(c, wye__automaton(l->table, c), l->text + at, stop - at)) return FAILED;
  leave_choice(l, vertex, at, step + 2);
  take_span(l, at, stop);
  return go(l, b->point, stop, ARRIVED);
}

/* What a point has, from `step` on. */
static enum turn point_turn(struct lookup *l, uint32_t step) {
  uint32_t at = l->at, stop = segment_end(l, at);
  const struct wye__vertex *point = vertex_at(l, l->vertex);
  if (at == stop) return point->end ? go(l, point->end, at, ARRIVED) : FAILED;
  for (; step < 2 * point->count; step = (step | 1) + 1) {
    const struct wye__bounded *b = bounded_at(l, point->bounded + step / 2);
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
static enum turn pass_segment(struct lookup *l, uint32_t step, const struct wye__ref **hit) {
  for (;; step = 0) {
    STEP();
    bool point = vertex_at(l, l->vertex)->kind == WYE__POINT;
    if (step == 0 && vertex_at(l, l->vertex)->memo && been_here(l)) return FAILED;
    enum turn turn = point ? point_turn(l, step) : node_turn(l, step, hit);
    if (turn != INSIDE) return turn;
  }
}

/* Goes on from l->vertex with `step` to the path's end. */
static const struct wye__ref *pass(struct lookup *l, uint32_t step) {
  const struct wye__ref *hit = NULL;
  for (;; step = TO_STATIC, l->at++) { /* over the slash */
    enum turn turn = pass_segment(l, step, &hit);
    if (turn != ARRIVED) return turn == SERVED ? hit : NULL;
    if (l->at == l->end) return serve_or_allow(l, &vertex_at(l, l->vertex)->leaf);
  }
}

static inline int32_t finish(struct wye_context *context, uint32_t start, uint32_t end, int32_t outcome, uint32_t route,
                             uint32_t params, uint32_t allow) {
  context->outcome = outcome;
  context->route = route;
  context->params = params;
  context->allow = allow;
  context->path = start;
  context->path_end = end;
  context->escaped = context->redirect = 0;
  return outcome;
}

/* Nothing is left to try. `allow`: the methods that the path has routes for. */
static inline int32_t finish_miss(const struct wye_table *table, struct wye_context *context, uint32_t start,
                                  uint32_t end, uint32_t allow) {
  if (table->no_method_not_allowed) allow = 0;
  return finish(context, start, end, allow ? WYE_METHOD_NOT_ALLOWED : WYE_NOT_FOUND, WYE_NONE, 0, allow);
}

/* Comes back to what was left untried, the last one first, until a route serves or nothing is left. */
static __attribute__((noinline)) int32_t search(struct lookup l) {
  l.dots = WYE_NONE;
  if (l.table->stamps) l.serial = ++*wye__serial(l.table, l.context);
  while (l.choices) {
    struct wye__choice choice = wye__choices(l.context)[--l.choices];
    l.params = choice.params;
    go(&l, choice.vertex, choice.at, INSIDE);
    const struct wye__ref *hit = pass(&l, choice.step);
    if (hit) return finish(l.context, l.start, l.text_end, hit->id, hit->route, l.params, 0);
  }
  return finish_miss(l.table, l.context, l.start, l.text_end, l.allow);
}

/* ------------------------------------------------------------------ the straight way down */

/* What `node` has beside the segment's static child, to be tried later. */
static inline struct wye__choice choice_at(const struct wye_table *table, const struct wye_context *context,
                                           const uint8_t *text, const struct wye__vertex *node, const uint8_t *segment,
                                           const struct wye_span *span) {
  return (struct wye__choice){
      .vertex = (uint32_t)(node - vertices_of(table)),
      .at = (uint32_t)(segment - text),
      .step = TO_PREFIXES,
      .params = (uint32_t)(span - context->param),
  };
}

/*
 * Goes down from the root as long as each segment is a static child or a plain parameter, and leaves the rest to
 * `search`. This loop should fit into registers: few values, pointers in place of offsets, and the struct only where it
 * ends.
 */
static inline int32_t descend(const struct wye_table *table, struct wye_context *context, uint32_t root,
                              uint32_t method, const uint8_t *text, uint32_t start, uint32_t end, uint64_t slashes) {
  const struct wye__vertex *node = vertices_of(table) + root, *child;
  const uint8_t *window = text + start, *segment = window + 1, *stop;
  struct wye_span *span = context->param + node->params;
  struct wye__choice *choice = wye__choices(context);
  uint64_t ahead = slashes & (slashes - 1); /* behind the first slash */
  uint32_t allow = 0;
  for (;;) {
    STEP();
    if (WYE_UNLIKELY(ahead == 0)) {
      struct window next = window_at(text, (uint32_t)(segment - text), end, end);
      window = text + next.start;
      ahead = next.slashes;
    }
    stop = window + __builtin_ctzll(ahead);
    ahead &= ahead - 1;
    if (node->statics && (child = static_child(table, node, segment, (uint32_t)(stop - segment)))) {
      if (node->param | node->branch) *choice++ = choice_at(table, context, text, node, segment, span);
      node = child;
    } else if (node->param && !node->branch && stop > segment && *segment != '.') {
      *span++ = (struct wye_span){(uint32_t)(segment - text), (uint32_t)(stop - segment)};
      node = vertices_of(table) + node->param;
    } else {
      if (node->param | node->branch) *choice++ = choice_at(table, context, text, node, segment, span);
      break;
    }
    segment = stop + 1;
    if (ahead != 0 || stop != text + end) continue;
    const struct wye__ref *hit = serve(table, &node->leaf, method);
    if (WYE_LIKELY(hit != NULL))
      return finish(context, start, end, hit->id, hit->route, (uint32_t)(span - context->param), 0);
    allow = node->leaf.methods;
    break;
  }
  if (choice == wye__choices(context)) return finish_miss(table, context, start, end, allow);
  return search((struct lookup){
      .table = table,
      .context = context,
      .text = text,
      .root = root,
      .start = start,
      .end = end,
      .text_end = end,
      .window = {start, slashes},
      .plain = true,
      .method = method,
      .allow = allow,
      .choices = (uint32_t)(choice - wye__choices(context)),
  });
}

/* ------------------------------------------------------------------ the path */

/*
 * Finds where a path ends that does not fit the first window or holds a stop: at `?`, `#` or `limit`. Sets `*escaped`
 * if there is a `%` before.
 */
static __attribute__((noinline)) uint32_t find_end(const uint8_t *text, uint32_t start, uint32_t limit, bool *escaped) {
  for (uint32_t base = start;; base += WYE__WINDOW) {
    uint64_t stops = wye__look(text + base, limit - base).stops;
    for (; stops; stops &= stops - 1) {
      uint32_t i = base + (uint32_t)__builtin_ctzll(stops);
      if (text[i] == '?' || text[i] == '#') return i;
      if (text[i] == '%') *escaped = true;
    }
    if (limit - base <= WYE__WINDOW) return limit;
  }
}

/* Looks up a path that must be compared unit by unit. */
static __attribute__((noinline)) int32_t search_from_root(struct lookup l) {
  if (wye__last_dot_segment(l.text + l.start, l.text_end - l.start))
    return finish_miss(l.table, l.context, l.start, l.text_end, 0);
  wye__choices(l.context)[0] = (struct wye__choice){
      .vertex = l.root, .at = l.start + 1, .step = TO_STATIC, .params = vertices_of(l.table)[l.root].params};
  l.choices = 1;
  return search(l);
}

static inline uint32_t bit_of(uint32_t method) { return method < WYE_MAX_METHODS ? 1u << method : 0; }

int32_t wye__match(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                   const uint8_t *text, uint32_t start, size_t length) {
  if (length == 0 || text[start] != '/') return finish(context, start, start, WYE_BAD_PATH, WYE_NONE, 0, 0);
  uint32_t most = length > WYE_MAX_PATH + 1 ? WYE_MAX_PATH + 1 : (uint32_t)length, end = start + most;
  struct wye__marks marks = wye__look(text + start, most);
  bool escaped = false;
  if (WYE_UNLIKELY(marks.stops || most >= WYE__WINDOW)) end = find_end(text, start, end, &escaped);
  if (WYE_UNLIKELY(end - start > WYE_MAX_PATH)) return finish(context, start, end, WYE_PATH_TOO_LONG, WYE_NONE, 0, 0);
  if (WYE_LIKELY(end - start < WYE__WINDOW)) { /* the path's end closes its last segment */
    uint64_t closing = (uint64_t)1 << (end - start);
    marks.slashes = (marks.slashes & (closing - 1)) | closing;
  }
  bool plain = !escaped && !table->case_insensitive && wye__readable(text + end - 1, 1 + WYE__KEY_BYTES);
  if (WYE_LIKELY(plain)) return descend(table, context, root, bit_of(method), text, start, end, marks.slashes);
  int32_t outcome = search_from_root((struct lookup){
      .table = table,
      .context = context,
      .text = text,
      .root = root,
      .start = start,
      .end = end,
      .text_end = end,
      .window = {start, marks.slashes},
      .method = bit_of(method),
      .fold = table->case_insensitive,
  });
  context->escaped = escaped;
  return outcome;
}

int32_t wye__match_other(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                         const uint8_t *text, uint32_t start, uint32_t end, bool add_slash) {
  bool escaped = false;
  struct lookup l = {
      .table = table,
      .context = context,
      .text = text,
      .root = root,
      .start = start,
      .end = end + add_slash,
      .text_end = end,
      .method = bit_of(method),
      .fold = table->case_insensitive || root > wye__hosts(table),
  };
  find_end(text, start, end, &escaped);
  l.window = window_at(text, start + 1, end, l.end);
  int32_t outcome = search_from_root(l);
  context->escaped = escaped;
  return outcome;
}
