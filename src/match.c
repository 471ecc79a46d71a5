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
  const struct wye_table *table;
  struct wye_context *context;
  const uint8_t *text;
  uint32_t end;     /* of the path, in the text */
  uint32_t window;  /* where the 64 bytes begin whose slashes are known */
  uint64_t slashes; /* the path's end counts as one */
  uint32_t method;  /* its bit; 0: no route names it */
  uint32_t allow;   /* bits of the methods that the path was found for */
  bool fold;        /* literals match in either case */
  bool plain;       /* the path's bytes compare as they are, and 16 may be loaded wherever it has one */

  uint32_t choices; /* untried branches on the stack */
  uint32_t vertex;  /* where the walk is, */
  uint32_t at;      /* how far in the text, */
  uint32_t params;  /* and with how many parameters */
};

static inline const struct wye__vertex *vertex_at(const struct lookup *l, uint32_t vertex) {
  return (const struct wye__vertex *)wye__section(l->table, WYE__VERTICES) + vertex;
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

/* The child of `node` for this segment, in normal form; NULL if it has none. */
static inline const struct wye__vertex *static_child(const struct lookup *l, const struct wye__vertex *node,
                                                     const uint8_t *segment, uint32_t length) {
  const struct wye__vertex *vertices = vertex_at(l, 0);
  uint64_t key[2];
  wye__load_key(segment, length, key);
  const struct wye__vertex *child = vertices + node->statics + ((uint32_t)(wye__hash(key) >> node->shift) & node->mask);
  for (;; child = vertices + child->next) {
    STEP();
    if (child->key[0] == key[0] && child->key[1] == key[1] && child->length == length &&
        (length <= WYE__KEY_BYTES || same_tail(segment, wye__text(l->table) + child->text, length)))
      return child;
    if (WYE_LIKELY(child->next == 0)) return NULL;
  }
}

/* The same for a segment that must be brought into normal form first. No literal is longer than the buffer. */
static __attribute__((noinline)) const struct wye__vertex *static_child_normal(const struct lookup *l,
                                                                               const struct wye__vertex *node,
                                                                               const uint8_t *segment, uint32_t length) {
  uint8_t normal[WYE_MAX_PATTERN * 2 + WYE__KEY_BYTES];
  size_t size = wye__normalize(segment, length, l->fold, normal, WYE_MAX_PATTERN * 2);
  return size == SIZE_MAX ? NULL : static_child(l, node, normal, (uint32_t)size);
}

/* ------------------------------------------------------------------ literals inside a segment */

/* How the text [at, stop) stands to a literal: as wye__compare, the bytes it takes in `*raw`. */
static int compare(const struct lookup *l, uint32_t at, uint32_t stop, uint32_t literal, uint32_t length, uint32_t *raw) {
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
  const struct wye__prefix *prefixes = prefix_at(l, branch->prefixes);
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
  uint32_t any = leaf->refs >> 31;
  const struct wye__ref *first = (const struct wye__ref *)wye__section(l->table, WYE__REFS) + (leaf->refs & ~WYE__ANY);
  if (WYE_LIKELY(leaf->methods & l->method)) return first + any + count_bits(leaf->methods & (l->method - 1));
  if (any) return first;
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
  wye__choices(l->context)[l->choices++] = (struct wye__choice){vertex, at, step, l->params};
}

static enum turn go(struct lookup *l, uint32_t vertex, uint32_t at, enum turn turn) {
  l->vertex = vertex;
  l->at = at;
  return turn;
}

static inline void take_span(struct lookup *l, uint32_t start, uint32_t end) {
  l->context->param[l->params++] = wye__span(start, end);
}

/* Whether a segment is none that a parameter may be in: `.` or `..`. Paths with escapes were looked through before. */
static inline bool is_dots(const struct lookup *l, uint32_t at, uint32_t stop) {
  return WYE_UNLIKELY(l->text[at] == '.') && wye__is_dot_segment(l->text + at, stop - at);
}

/* What a node has beside static segments, from `step` on; the segment begins at l->at. */
static enum turn node_turn(struct lookup *l, uint32_t step, const struct wye__ref **hit) {
  uint32_t vertex = l->vertex, at = l->at, stop = segment_end(l, at);
  const struct wye__vertex *node = vertex_at(l, vertex);
  const struct wye__branch *branch = branch_at(l, node->branch); /* number 0: an empty one */
  if (step <= TO_PARAM && stop > at && is_dots(l, at, stop)) step = TO_CATCH_ALL;
  if (step == TO_PREFIXES) step = TO_PREFIX + longest_prefix(l, branch, at, stop);
  if (step > TO_PREFIX) {
    const struct wye__prefix *prefix = prefix_at(l, branch->prefixes + step - TO_PREFIX - 1);
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
  if (!branch->catch_all.refs || wye__has_dot_segment(l->text + at - 1, l->end - at + 1)) return FAILED;
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
  const struct wye__vertex *point = vertex_at(l, vertex);
  if (at == stop) return point->branch ? go(l, point->branch, at, ARRIVED) : FAILED;
  for (; step < 2 * point->mask; step++) {
    const struct wye__bounded *bounded = bounded_at(l, point->statics + step / 2);
    uint32_t behind = vertex_at(l, bounded->point)->branch;
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
    bool point = vertex_at(l, l->vertex)->kind == WYE__POINT;
    enum turn turn = point ? point_turn(l, step) : node_turn(l, step, hit);
    if (turn != INSIDE) return turn;
  }
}

/* ------------------------------------------------------------------ the walk */

/* The slashes behind `stop`, which lies in the window. */
static inline uint64_t slashes_behind(const struct lookup *l, uint32_t stop) {
  return l->slashes & ~(uint64_t)1 << (stop - l->window);
}

/* Moves the window on to the next one that has a slash; its slashes. */
static __attribute__((noinline)) uint64_t next_window(struct lookup *l) {
  far_segment_end(l, l->window + WYE__WINDOW);
  return l->slashes;
}

/*
 * The ref of the route that serves the path; NULL if there is none. What a round needs is in locals; the struct is
 * brought up to date where `inside` takes over.
 */
static inline const struct wye__ref *walk(struct lookup *l) {
  const struct wye__vertex *const vertices = vertex_at(l, 0), *node = vertices, *child;
  struct wye_span *const spans = l->context->param, *span = spans;
  const uint8_t *const text = l->text;
  const bool plain = l->plain;
  const struct wye__ref *hit;
  uint64_t ahead = slashes_behind(l, l->at);
  uint32_t window = l->window, at = l->at + 1, stop, step = TO_PREFIXES;
  for (;;) {
    STEP();
    if (WYE_UNLIKELY(ahead == 0)) ahead = next_window(l), window = l->window;
    stop = window + (uint32_t)__builtin_ctzll(ahead);
    ahead &= ahead - 1;
    child = NULL;
    if (node->statics)
      child = WYE_LIKELY(plain) ? static_child(l, node, text + at, stop - at)
                                : static_child_normal(l, node, text + at, stop - at);
    if (child) {
      if (node->param | node->branch) {
        l->params = (uint32_t)(span - spans);
        leave_choice(l, (uint32_t)(node - vertices), at, TO_PREFIXES);
      }
    } else if (WYE_LIKELY(!node->branch)) {
      if (!node->param || stop == at || is_dots(l, at, stop)) goto back;
      *span++ = wye__span(at, stop);
      child = vertices + node->param;
    } else {
      l->params = (uint32_t)(span - spans);
      go(l, (uint32_t)(node - vertices), at, INSIDE);
      goto rare;
    }

  arrived: /* at a segment's edge */
    node = child;
    at = stop + 1;
    if (ahead != 0 || stop < l->end) continue;
    if (node->leaf.refs && (hit = serve(l, &node->leaf))) {
      l->params = (uint32_t)(span - spans);
      return hit;
    }

  back: /* to the last vertex that has more to try */
    if (l->choices == 0) return NULL;
    const struct wye__choice *choice = &wye__choices(l->context)[--l->choices];
    l->params = choice->params;
    step = choice->step;
    go(l, choice->vertex, choice->at, INSIDE);

  rare:;
    enum turn turn = inside(l, step, &hit);
    step = TO_PREFIXES;
    if (turn == SERVED) return hit;
    if (turn == FAILED) goto back;
    child = vertices + l->vertex;
    span = spans + l->params;
    stop = l->at;
    ahead = slashes_behind(l, stop);
    window = l->window;
    goto arrived;
  }
}

/* ------------------------------------------------------------------ the path */

/* Finds where a path ends that does not fit the first window or holds a stop, at `?`, `#` or `limit`. */
static __attribute__((noinline)) uint32_t find_end(struct lookup *l, uint32_t start, uint32_t limit) {
  for (uint32_t base = start;; base += WYE__WINDOW) {
    uint64_t stops = wye__look(l->text + base, limit - base).stops;
    for (; stops; stops &= stops - 1) {
      uint32_t i = base + (uint32_t)__builtin_ctzll(stops);
      if (l->text[i] == '?' || l->text[i] == '#') return i;
      l->plain = l->plain && l->text[i] != '%';
    }
    if (limit - base <= WYE__WINDOW) return limit;
  }
}

/* Marks the first window and finds the path's end. */
static inline void mark(struct lookup *l, uint32_t start, uint32_t length) {
  struct wye__marks marks = wye__look(l->text + start, length);
  l->end = start + length;
  if (WYE_UNLIKELY(marks.stops || length >= WYE__WINDOW)) l->end = find_end(l, start, start + length);
  l->slashes = marks.slashes;
  if (WYE_LIKELY(l->end - start < WYE__WINDOW)) { /* the path's end closes its last segment */
    uint64_t closing = (uint64_t)1 << (l->end - start);
    l->slashes = (l->slashes & (closing - 1)) | closing;
  }
  l->plain = l->plain && wye__readable(l->text + l->end - 1, 1 + WYE__KEY_BYTES);
}

static int32_t finish(const struct lookup *l, int32_t outcome, const struct wye__ref *hit) {
  struct wye_context *context = l->context;
  context->outcome = outcome;
  context->route = hit ? hit->route : WYE_NONE;
  context->params = hit ? l->params : 0;
  context->allow = outcome == WYE_METHOD_NOT_ALLOWED ? l->allow : 0;
  context->path = l->at;
  context->path_end = l->end;
  return outcome;
}

static int32_t miss(struct lookup *l) {
  bool other_method = l->allow && !l->table->no_method_not_allowed;
  return finish(l, other_method ? WYE_METHOD_NOT_ALLOWED : WYE_NOT_FOUND, NULL);
}

int32_t wye__match(const struct wye_table *table, struct wye_context *context, uint32_t method, const uint8_t *text,
                   uint32_t start, size_t length) {
  struct lookup l;
  l.table = table;
  l.context = context;
  l.text = text;
  l.window = l.at = l.end = start;
  l.fold = table->case_insensitive;
  l.plain = !l.fold;
  l.method = method < WYE_MAX_METHODS ? 1u << method : 0;
  l.choices = l.allow = 0;
  if (length == 0 || text[start] != '/') return finish(&l, WYE_BAD_PATH, NULL);
  mark(&l, start, length > WYE_MAX_PATH + 1 ? WYE_MAX_PATH + 1 : (uint32_t)length);
  if (WYE_UNLIKELY(l.end - start > WYE_MAX_PATH)) return finish(&l, WYE_PATH_TOO_LONG, NULL);
  if (WYE_UNLIKELY(!l.plain) && wye__has_dot_segment(text + start, l.end - start)) return miss(&l);
  const struct wye__ref *hit = walk(&l);
  l.at = start;
  return hit ? finish(&l, hit->id, hit) : miss(&l);
}
