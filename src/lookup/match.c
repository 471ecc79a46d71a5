/*
 * The lookup, top to bottom. A request meets the functions in this order:
 *
 *     wye_match           finds the method's number (wye_table_method)
 *     wye_match_method    checks that the context has room for the table; after a miss, applies its policies
 *     wye__match_path     finds the path's end and marks its slashes
 *     descend             goes straight down the tree as long as that is simple: a static child if the segment has one,
 *                         otherwise a plain parameter
 *     wye__backtrack      (backtrack.c) comes back to what was left untried, and does all that is rarer
 *
 * At each position of the path the alternatives are tried in match order. The numbers mark where, here and in
 * backtrack.c:
 *
 *     1. static text
 *     2. a parameter delimited by a literal in its segment
 *     3. a constrained parameter that takes the rest of its segment
 *     4. a plain parameter that takes the rest of its segment
 *     5. a catch-all that goes on after a slash, with the shortest value first
 *     6. a catch-all that takes the rest of the path
 *
 * One step passes a whole segment: static text that fills it comes first, and at most one static child can match. Where
 * a vertex has more to try, the search leaves a backtrack point, to which it comes back when everything after the first
 * attempt has failed. A search that misses has met every leaf that matches the path, so it knows the methods of a 405
 * without a second search.
 */
#include "lookup/match.h"

#include "language/dot_segments.h"
#include "language/encoding.h"
#include "lookup/policies.h"
#include "lookup/search.h"

static inline int32_t descend(const struct wye_table *table, struct wye_context *context, uint32_t root,
                              uint64_t method, const uint8_t *text, uint32_t start, uint32_t end, uint64_t slashes);
static int32_t search(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                      const struct wye__path *path, uint64_t slashes, struct wye__hits *hits);

int32_t wye_match(const struct wye_table *table, struct wye_context *context, const char *method, size_t method_length,
                  const char *path, size_t length) {
  return wye_match_method(table, context, wye_table_method(table, method, method_length), path, length);
}

int32_t wye_match_method(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                         size_t length) {
  if (WYE_UNLIKELY(!wye__has_room_for(context, table))) return wye__refuse(context, WYE_BAD_ARGUMENT);
  int32_t outcome = wye__match_path(table, context, 0, method, (const uint8_t *)path, 0, length);
  if (WYE_LIKELY(outcome >= 0 || !wye__has_policies(table) || !wye__is_miss(outcome))) return outcome;
  return wye__retry_path(table, context, method, (const uint8_t *)path, length);
}

/* ------------------------------------------------------------------ the path's end and slashes */

/* What a path has that needs more than a comparison of bytes. */
struct contents {
  bool escaped;   /* a `%` */
  bool backslash; /* a raw `\` */
};

/* Finds the end of a path that fills a window or has a stop: at `?`, `#` or `limit`. `contents`: what comes before. */
static __attribute__((noinline)) uint32_t find_end(const uint8_t *text, uint32_t start, uint32_t limit,
                                                   struct contents *contents) {
  for (uint32_t base = start;; base += WYE__WINDOW) {
    uint64_t stops = wye__look(text + base, limit - base).stops;
    for (; stops; stops &= stops - 1) {
      uint32_t i = base + (uint32_t)__builtin_ctzll(stops);
      if (text[i] == '?' || text[i] == '#') return i;
      if (text[i] == '%') contents->escaped = true;
      if (text[i] == '\\') contents->backslash = true;
    }
    if (limit - base <= WYE__WINDOW) return limit;
  }
}

/* One byte more than a path may have is enough to see that it is too long. */
static inline uint32_t limit_of(const struct wye_table *table, size_t length) {
  return length > table->max_path + 1 ? table->max_path + 1 : (uint32_t)length;
}

/* WYE_NO_METHOD has no bit. */
static inline uint64_t bit_of(uint32_t method) { return method < WYE_MAX_METHODS ? (uint64_t)1 << method : 0; }

int32_t wye__match_path(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                        const uint8_t *text, uint32_t start, size_t length) {
  if (length == 0 || text[start] != '/') return wye__finish(context, 0, 0, WYE_BAD_PATH, WYE_NONE, 0, 0);
  uint32_t most = limit_of(table, length), end = start + most;
  struct wye__marks marks = wye__look(text + start, most);
  struct contents contents = {false, false};
  if (WYE_UNLIKELY(marks.stops || most >= WYE__WINDOW)) {
    end = find_end(text, start, end, &contents);
    marks.slashes &= wye__below(end - start);
  }
  if (WYE_UNLIKELY(end - start > table->max_path))
    return wye__finish(context, start, end, WYE_PATH_TOO_LONG, WYE_NONE, 0, 0);
  if (WYE_UNLIKELY(contents.backslash)) return wye__finish(context, 0, 0, WYE_BAD_PATH, WYE_NONE, 0, 0);
  if (WYE_LIKELY(end - start < WYE__WINDOW)) /* the path's end closes its last segment */
    marks.slashes |= (uint64_t)1 << (end - start);
  bool plain = !contents.escaped && !table->case_insensitive && wye__readable(text + end - 1, 1 + WYE__KEY_BYTES);
  if (WYE_LIKELY(plain)) return descend(table, context, root, bit_of(method), text, start, end, marks.slashes);
  struct wye__path path = {.text = text, .start = start, .end = end, .escaped = contents.escaped};
  return search(table, context, root, method, &path, marks.slashes, NULL);
}

int32_t wye__read_path(const struct wye_table *table, const uint8_t *text, uint32_t start, size_t length,
                       struct wye__path *path) {
  struct contents contents = {false, false};
  *path = (struct wye__path){.text = text};
  if (length == 0 || text[start] != '/') return WYE_BAD_PATH;
  uint32_t end = find_end(text, start, start + limit_of(table, length), &contents);
  if (end - start <= table->max_path && contents.backslash) return WYE_BAD_PATH;
  *path = (struct wye__path){.text = text, .start = start, .end = end, .escaped = contents.escaped};
  return end - start > table->max_path ? WYE_PATH_TOO_LONG : WYE_OK;
}

/* ------------------------------------------------------------------ the straight way down */

/* What `node` has besides the segment's static child, to be tried later. */
static inline struct wye__backtrack_point untried(const struct wye_table *table, const struct wye_context *context,
                                                  const uint8_t *text, const struct wye__vertex *node,
                                                  const uint8_t *segment, const struct wye_span *span) {
  return (struct wye__backtrack_point){
      .vertex = (uint32_t)(node - wye__vertices_of(table)),
      .at = (uint32_t)(segment - text),
      .next = WYE__TRY_PREFIXES,
      .params = (uint32_t)(span - context->param),
  };
}

/*
 * Goes down from the root as long as each segment is a static child or a plain parameter, and leaves the rest to
 * wye__backtrack. The loop's state should fit into registers: few values, pointers instead of offsets, and a struct
 * only at the end.
 */
static inline int32_t descend(const struct wye_table *table, struct wye_context *context, uint32_t root,
                              uint64_t method, const uint8_t *text, uint32_t start, uint32_t end, uint64_t slashes) {
  const struct wye__vertex *node = wye__vertices_of(table) + root, *child;
  const uint8_t *window = text + start, *segment = window + 1, *stop;
  struct wye_span *span = context->param + node->params;
  struct wye__backtrack_point *top = wye__backtrack_points(context);
  uint64_t ahead = slashes & (slashes - 1); /* after the first slash */
  uint64_t allow = 0;
  for (;;) {
    WYE__STEPS(1);
    if (WYE_UNLIKELY(ahead == 0)) {
      struct wye__window next = wye__window_at(text, (uint32_t)(segment - text), end, end);
      window = text + next.start;
      ahead = next.slashes;
    }
    stop = window + __builtin_ctzll(ahead);
    ahead &= ahead - 1;
    if (node->statics && (child = wye__static_child(table, node, segment, (uint32_t)(stop - segment)))) {
      /* 1. static text */
      if (node->param | node->branch) *top++ = untried(table, context, text, node, segment, span);
      node = child;
    } else if (node->param && !node->branch && stop > segment && *segment != '.') {
      /* 4. a plain parameter, where the node has nothing of 1 to 3, and no catch-all */
      *span++ = (struct wye_span){(uint32_t)(segment - text), (uint32_t)(stop - segment)};
      node = wye__vertices_of(table) + node->param;
    } else {
      /* 1 to 6, from prefixes on: backtrack.c */
      if (node->param | node->branch) *top++ = untried(table, context, text, node, segment, span);
      break;
    }
    segment = stop + 1;
    if (ahead != 0 || stop != text + end) continue;
    const struct wye__ref *hit = wye__ref_for_method(table, &node->leaf, method);
    if (WYE_LIKELY(hit != NULL))
      return wye__finish_hit(table, context, start, end, hit, (uint32_t)(span - context->param));
    allow = wye__methods_of(&node->leaf);
    break;
  }
  if (top == wye__backtrack_points(context)) return wye__finish_miss(table, context, start, end, allow);
  return wye__backtrack(&(struct wye__search){
      .table = table,
      .context = context,
      .text = text,
      .start = start,
      .end = end,
      .text_end = end,
      .window = {start, slashes},
      .plain = true,
      .method = method,
      .allow = allow,
      .depth = (uint32_t)(top - wye__backtrack_points(context)),
  });
}

/* ------------------------------------------------------------------ other paths */

/*
 * Searches below a root without going straight down first: for a path that must be compared unit by unit, for another
 * form of a path, or for all hits. `slashes`: those of the path's first window; 0: not known yet.
 */
static __attribute__((noinline)) int32_t search(const struct wye_table *table, struct wye_context *context,
                                                uint32_t root, uint32_t method, const struct wye__path *path,
                                                uint64_t slashes, struct wye__hits *hits) {
  struct wye__search s = {
      .table = table,
      .context = context,
      .text = path->text,
      .start = path->start,
      .end = path->end + path->add_slash,
      .text_end = path->end,
      .window = {path->start, slashes},
      .method = bit_of(method),
      .fold = table->case_insensitive | path->folded,
      .hits = hits,
      .depth = 1,
  };
  int32_t outcome;
  if (!path->escaped && !path->add_slash && !s.fold)
    s.plain = wye__readable(s.text + s.text_end - 1, 1 + WYE__KEY_BYTES);
  if (!s.plain && wye__last_dot_segment(s.text + s.start, s.text_end - s.start)) {
    outcome = wye__finish_miss(table, context, s.start, s.text_end, 0);
  } else {
    wye__backtrack_points(context)[0] = (struct wye__backtrack_point){
        .vertex = root, .at = s.start + 1, .next = WYE__TRY_STATIC, .params = wye__vertices_of(table)[root].params};
    outcome = wye__backtrack(&s);
  }
  context->escaped = path->escaped;
  return outcome;
}

int32_t wye__match_form(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                        const struct wye__path *path, struct wye__hits *hits) {
  uint32_t second_set = path->folded ? 1 + wye__hosts(table) : 0;
  return search(table, context, second_set + root, method, path, 0, hits);
}
