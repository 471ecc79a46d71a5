/*
 * The lookup. Reading order is the order in which a request meets it:
 *
 *     wye__match     finds the path's end, marks its slashes, refuses dot segments
 *     walk           one segment a round: static child first, then what else the node has, then back
 *     inside         what is rarer: prefixes, bounded parameters, catch-alls
 *
 * A segment is passed in one step, because in match order static text that fills it is tried before all else, and at most one
 * static child can. Where a vertex has more to try, it leaves a choice on the stack and the walk comes back to it
 * when all that lies behind the first attempt has failed. Whatever the walk meets on the way to a miss are all the
 * leaves that match the path, so the methods of a 405 are known by then without a second walk.
 */
#include "match.h"

#include "path.h"
#include "scan.h"

#if defined(WYE_COUNT_STEPS)
uint64_t wye__steps; /* test builds: vertices entered and places looked at */
#define STEP() (wye__steps++)
#else
#define STEP() ((void)0)
#endif

struct lookup {
  const union wye__vertex *vertices;
  const struct wye__slot *slots;
  const struct wye__branch *branches;
  const struct wye__prefix *prefixes;
  const struct wye__bounded *bounded;
  const struct wye__ref *refs;
  const uint8_t *literals;

  const uint8_t *text;
  uint32_t end;        /* of the path, in the text */
  uint32_t window;     /* where the 64 bytes begin whose slashes are known */
  uint64_t slashes;    /* the path's end counts as one */
  bool plain;          /* no escape in the path, no case to fold: bytes compare as they are */
  bool fold;

  struct wye_span *spans;
  struct wye__choice *choices; /* a stack of */
  uint32_t depth;              /* so many */

  uint32_t method; /* its bit; 0: no route names it */
  uint32_t allow;  /* bits of the methods that the path was found for */

  uint32_t vertex; /* where the walk is, */
  uint32_t at;     /* how far in the text, */
  uint32_t params; /* with how many parameters */
};

/* ------------------------------------------------------------------ segments */

/* Moves the window to `at` or behind it, to where the next slash is. */
static __attribute__((noinline)) uint32_t far_segment_end(struct lookup *l, uint32_t at) {
  for (l->window = at;; l->window += WYE__WINDOW) {
    uint32_t left = l->end - l->window;
    l->slashes = wye__look(l->text + l->window, left).slashes;
    if (left < WYE__WINDOW) l->slashes |= (uint64_t)1 << left;
    if (l->slashes) return l->window + (uint32_t)__builtin_ctzll(l->slashes);
  }
}

/* Where the segment ends that holds the place `at`: at its slash, or with the path. */
static inline uint32_t segment_end(struct lookup *l, uint32_t at) {
  uint32_t offset = at - l->window;
  if (WYE_LIKELY(offset < WYE__WINDOW)) {
    uint64_t ahead = l->slashes >> offset;
    if (WYE_LIKELY(ahead != 0)) return at + (uint32_t)__builtin_ctzll(ahead);
  }
  return far_segment_end(l, at);
}

/* ------------------------------------------------------------------ static segments */

/* Whether two texts of `length` bytes (16 or more) agree from their 16th byte on: 8 at a time, the last ones overlapping. */
static inline bool same_tail(const uint8_t *a, const uint8_t *b, uint32_t length) {
  for (uint32_t i = 16;; i += 8) {
    if (i > length - 8) i = length - 8;
    if (wye__load64(a + i) != wye__load64(b + i)) return false;
    if (i == length - 8) return true;
  }
}

/* The child of `node` for this segment, in normal form; 0 if it has none. */
static inline uint32_t static_child(const struct lookup *l, const struct wye__node *node, const uint8_t *segment,
                                    uint32_t length) {
  uint64_t key[2];
  wye__load_key(segment, length, key);
  uint32_t slot = node->statics + (uint32_t)(wye__key_mix(key[0], key[1]) * node->seed >> node->shift);
  do {
    const struct wye__slot *s = &l->slots[slot];
    STEP();
    if (s->key[0] == key[0] && s->key[1] == key[1] && s->length == length &&
        (length <= WYE__KEY_BYTES || same_tail(segment, l->literals + s->text, length)))
      return s->child;
    slot = s->next;
  } while (WYE_UNLIKELY(slot != 0));
  return 0;
}

/* The same for a segment that must be brought into normal form first. No literal is longer than the buffer. */
static __attribute__((noinline)) uint32_t static_child_normal(const struct lookup *l, const struct wye__node *node,
                                                              const uint8_t *segment, uint32_t length) {
  uint8_t normal[WYE_MAX_PATTERN * 2];
  size_t size = wye__normalize(segment, length, l->fold, normal, sizeof normal);
  return size == SIZE_MAX ? 0 : static_child(l, node, normal, (uint32_t)size);
}

/* ------------------------------------------------------------------ literals inside a segment */

/* How the text [at, stop) stands to a literal: as wye__compare, the bytes it takes in `*raw`. */
static int compare(const struct lookup *l, uint32_t at, uint32_t stop, uint32_t literal, uint32_t length, uint32_t *raw) {
  const uint8_t *text = l->text + at, *wanted = l->literals + literal;
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
static bool find_literal(const struct lookup *l, const struct wye__bounded *b, uint32_t from, uint32_t stop, bool anchored,
                         uint32_t *start, uint32_t *end) {
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

/* The longest prefix of the branch that the segment [at, stop) begins with: 1 + its index; 0: none. */
static uint32_t longest_prefix(const struct lookup *l, const struct wye__branch *branch, uint32_t at, uint32_t stop) {
  const struct wye__prefix *prefixes = l->prefixes + branch->prefixes;
  uint32_t low = 0, high = branch->count, raw;
  while (low < high) { /* find the last one that does not sort behind the segment */
    uint32_t middle = low + (high - low) / 2;
    if (compare(l, at, stop, prefixes[middle].literal, prefixes[middle].length, &raw) < 0) high = middle;
    else low = middle + 1;
  }
  while (low && compare(l, at, stop, prefixes[low - 1].literal, prefixes[low - 1].length, &raw) != 0)
    low = prefixes[low - 1].shorter;
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

/* The ref that serves the method at this leaf; NULL if none does, and then its methods are remembered. */
static inline const struct wye__ref *serve(struct lookup *l, const struct wye__leaf *leaf) {
  uint32_t any = leaf->refs >> 31, first = leaf->refs & ~WYE__ANY;
  if (WYE_LIKELY(leaf->methods & l->method)) return &l->refs[first + any + count_bits(leaf->methods & (l->method - 1))];
  if (any) return &l->refs[first];
  l->allow |= leaf->methods;
  return NULL;
}

/* ------------------------------------------------------------------ inside a segment */

/*
 * The steps of a node, in match order. A choice names the step with which its vertex goes on; from TO_PREFIX on, which
 * prefix: 1 + its index. A point's steps are 2 x its bounded parameter, and 1 more for that one's second attempt.
 */
enum step { TO_PREFIXES, TO_POINT, TO_PARAM, TO_CATCH_ALL, TO_PREFIX };

enum turn { FAILED, ARRIVED, INSIDE, SERVED };

static void leave_choice(struct lookup *l, uint32_t vertex, uint32_t at, uint32_t step) {
  l->choices[l->depth++] = (struct wye__choice){vertex, at, step, l->params};
}

static enum turn go(struct lookup *l, uint32_t vertex, uint32_t at, enum turn turn) {
  l->vertex = vertex;
  l->at = at;
  return turn;
}

static void take_span(struct lookup *l, uint32_t start, uint32_t end) { l->spans[l->params++] = wye__span(start, end); }

/* What a node has beside static segments, from `step` on; the segment begins at l->at. */
static enum turn node_turn(struct lookup *l, uint32_t step, const struct wye__ref **hit) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at);
  const struct wye__node *node = &l->vertices[vertex].node;
  const struct wye__branch *branch = &l->branches[node->branch]; /* number 0: an empty one */
  if (step == TO_PREFIXES) step = TO_PREFIX + longest_prefix(l, branch, at, stop);
  if (step > TO_PREFIX) {
    const struct wye__prefix *prefix = &l->prefixes[branch->prefixes + step - TO_PREFIX - 1];
    uint32_t raw;
    compare(l, at, stop, prefix->literal, prefix->length, &raw); /* only for its length in the text */
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
  if (!branch->catch_all.refs) return FAILED;
  *hit = serve(l, &branch->catch_all);
  if (!*hit) return FAILED;
  take_span(l, at, l->end);
  return SERVED;
}

/*
 * What a point has, from `step` on. A bounded parameter ends at the first place where its literal fits. When all behind that place
 * has failed, a later place can lead to nothing new but to the literal's own end of the segment: whatever else
 * can follow a later place could follow the first one too, and has been tried. That is the second attempt.
 */
static enum turn point_turn(struct lookup *l, uint32_t step) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at), start, end;
  const struct wye__point *point = &l->vertices[vertex].point;
  if (at == stop) return point->end ? go(l, point->end, at, ARRIVED) : FAILED;
  for (; step < 2 * point->count; step++) {
    const struct wye__bounded *bounded = &l->bounded[point->bounded + step / 2];
    uint32_t behind = l->vertices[bounded->point].point.end;
    bool second = step % 2 == 1;
    if (second && !behind) continue;
    if (!find_literal(l, bounded, at + unit_at(l, at, stop), stop, second, &start, &end)) {
      step |= 1; /* no first place, no second one */
      continue;
    }
    /* where the first place is the segment's end there is no second attempt */
    leave_choice(l, vertex, at, !second && end == stop ? step + 2 : step + 1);
    take_span(l, at, start);
    return second ? go(l, behind, stop, ARRIVED) : go(l, bounded->point, end, INSIDE);
  }
  if (!point->param) return FAILED;
  take_span(l, at, stop);
  return go(l, point->param, stop, ARRIVED);
}

/* Goes on from l->vertex with `step` until a segment's edge is reached, a catch-all serves, or it fails. */
static __attribute__((noinline)) enum turn inside(struct lookup *l, uint32_t step, const struct wye__ref **hit) {
  for (;; step = 0) {
    STEP();
    bool point = l->vertices[l->vertex].node.shift == WYE__POINT;
    enum turn turn = point ? point_turn(l, step) : node_turn(l, step, hit);
    if (turn != INSIDE) return turn;
  }
}

/* ------------------------------------------------------------------ the walk */

/* The ref of the route that serves the path; NULL if there is none. */
static const struct wye__ref *walk(struct lookup *l) {
  const struct wye__ref *hit;
  const struct wye__node *node = &l->vertices[0].node;
  uint32_t at = l->at + 1, stop; /* behind a slash */
  for (;;) {
    STEP();
    stop = segment_end(l, at);
    uint32_t child = 0;
    if (node->statics)
      child = WYE_LIKELY(l->plain) ? static_child(l, node, l->text + at, stop - at)
                                   : static_child_normal(l, node, l->text + at, stop - at);
    if (child) {
      if (node->param | node->branch) leave_choice(l, (uint32_t)((const union wye__vertex *)node - l->vertices), at, TO_PREFIXES);
    } else if (WYE_UNLIKELY(node->branch)) {
      go(l, (uint32_t)((const union wye__vertex *)node - l->vertices), at, INSIDE);
      enum turn turn = inside(l, TO_PREFIXES, &hit);
      if (turn == SERVED) return hit;
      if (turn == FAILED) goto back;
      child = l->vertex;
      stop = l->at;
    } else {
      if (!node->param || stop == at) goto back;
      take_span(l, at, stop);
      child = node->param;
    }

  arrived: /* at a segment's edge */
    node = &l->vertices[child].node;
    at = stop + 1;
    if (stop < l->end) continue;
    if (node->leaf.refs && (hit = serve(l, &node->leaf))) return hit;

  back: /* to the last vertex that has more to try */
    if (l->depth == 0) return NULL;
    const struct wye__choice *choice = &l->choices[--l->depth];
    l->params = choice->params;
    go(l, choice->vertex, choice->at, INSIDE);
    enum turn turn = inside(l, choice->step, &hit);
    if (turn == SERVED) return hit;
    if (turn == FAILED) goto back;
    child = l->vertex;
    stop = l->at;
    goto arrived;
  }
}

/* ------------------------------------------------------------------ the path */

/*
 * Finds where the path ends, at `?`, `#` or `limit`, and marks the first window. `*dots`: a segment may be `.` or `..`.
 */
static uint32_t find_end(struct lookup *l, uint32_t start, uint32_t limit, bool *dots) {
  for (uint32_t base = start;; base += WYE__WINDOW) {
    struct wye__marks marks = wye__look(l->text + base, limit - base);
    if (base == start) l->slashes = marks.slashes;
    for (; WYE_UNLIKELY(marks.stops != 0); marks.stops &= marks.stops - 1) {
      uint32_t i = base + (uint32_t)__builtin_ctzll(marks.stops);
      uint8_t byte = l->text[i];
      if (byte == '?' || byte == '#') return i;
      if (byte == '%') l->plain = false;
      if (i > start && l->text[i - 1] == '/') *dots = true;
    }
    if (limit - base <= WYE__WINDOW) return limit;
  }
}

static int32_t finish(const struct wye_table *table, struct wye_context *context, const struct lookup *l,
                      const struct wye__ref *hit) {
  if (hit) {
    context->route = hit->route;
    context->params = l->params;
    return context->outcome = hit->id;
  }
  if (!l->allow || table->no_method_not_allowed) return context->outcome = WYE_NOT_FOUND;
  context->allow = l->allow;
  return context->outcome = WYE_METHOD_NOT_ALLOWED;
}

int32_t wye__match(const struct wye_table *table, struct wye_context *context, uint32_t method, const uint8_t *text,
                   uint32_t start, size_t length) {
  struct lookup l = {
      .vertices = wye__section(table, WYE__NODES),
      .slots = wye__section(table, WYE__SLOTS),
      .branches = wye__section(table, WYE__BRANCHES),
      .prefixes = wye__section(table, WYE__PREFIXES),
      .bounded = wye__section(table, WYE__BOUNDED),
      .refs = wye__section(table, WYE__REFS),
      .literals = wye__text(table),
      .text = text,
      .window = start,
      .plain = !table->case_insensitive,
      .fold = table->case_insensitive,
      .spans = context->param,
      .choices = wye__choices(context),
      .method = method < WYE_MAX_METHODS ? 1u << method : 0,
      .at = start,
  };
  bool dots = false;
  wye__context_clear(context);
  if (length == 0 || text[start] != '/') return context->outcome = WYE_BAD_PATH;
  uint32_t most = length > WYE_MAX_PATH + 1 ? WYE_MAX_PATH + 1 : (uint32_t)length;
  l.end = find_end(&l, start, start + most, &dots);
  if (l.end - start > WYE_MAX_PATH) return context->outcome = WYE_PATH_TOO_LONG;
  if (l.end - start < WYE__WINDOW) {
    l.slashes &= wye__below(l.end - start);
    l.slashes |= (uint64_t)1 << (l.end - start); /* the path's end closes its last segment */
  }
  context->path = start;
  context->path_end = l.end;
  if (WYE_UNLIKELY(dots) && wye__has_dot_segment(text + start, l.end - start)) return finish(table, context, &l, NULL);
  return finish(table, context, &l, walk(&l));
}
