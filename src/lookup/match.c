/*
 * The lookup. Reading order is the order in which a request meets it:
 *
 *     wye__match   finds the path's end and marks its slashes
 *     descend      goes straight down as long as that is simple: a static child if the segment has one, else a
 *                  plain parameter
 *     wye__search  (backtrack.c) comes back to what was left untried, and does all that is rarer: prefixes, bounded
 *                  and constrained parameters, catch-alls, escapes
 *
 * A segment is passed in one step, because in match order static text that fills it is tried before all else, and at
 * most one static child can. Where a vertex has more to try, it leaves a choice on the stack, and the search comes back
 * to it when all that lies behind the first attempt has failed. Whatever is met on the way to a miss are all the leaves
 * that match the path, so the methods of a 405 are known by then without a second walk.
 */
#include "lookup/match.h"

#include "lookup/lookup.h"
#include "language/encoding.h"

#if defined(WYE_COUNT_STEPS)
uint64_t wye__steps;
#endif

/* ------------------------------------------------------------------ windows and tails */

/* The window at `at`, or the next behind it that has a slash. The path's bytes end at `text_end`, the path at `end`. */
__attribute__((noinline)) struct wye__window wye__window_at(const uint8_t *text, uint32_t at, uint32_t text_end,
                                                            uint32_t end) {
  for (struct wye__window window = {.start = at};; window.start += WYE__WINDOW) {
    uint32_t left = text_end > window.start ? text_end - window.start : 0;
    window.slashes = left ? wye__look(text + window.start, left).slashes : 0; /* at the end there may be no memory */
    if (left < WYE__WINDOW) window.slashes |= (uint64_t)1 << left;
    if (window.start > text_end) window.slashes = 0;
    if (end - window.start < WYE__WINDOW) window.slashes |= (uint64_t)1 << (end - window.start);
    if (window.slashes) return window;
  }
}

/* Whether two texts of `length` bytes (16 or more) agree from their 16th byte on: 8 at a time, the last ones
 * overlapping. */
__attribute__((noinline)) bool wye__same_tail(const uint8_t *a, const uint8_t *b, uint32_t length) {
  for (uint32_t i = 16;; i += 8) {
    if (i > length - 8) i = length - 8;
    if (wye__load64(a + i) != wye__load64(b + i)) return false;
    if (i == length - 8) return true;
  }
}

/* ------------------------------------------------------------------ the straight way down */

/* What `node` has beside the segment's static child, to be tried later. */
static inline struct wye__choice choice_at(const struct wye_table *table, const struct wye_context *context,
                                           const uint8_t *text, const struct wye__vertex *node, const uint8_t *segment,
                                           const struct wye_span *span) {
  return (struct wye__choice){
      .vertex = (uint32_t)(node - wye__vertices_of(table)),
      .at = (uint32_t)(segment - text),
      .step = WYE__TO_PREFIXES,
      .params = (uint32_t)(span - context->param),
  };
}

/*
 * Goes down from the root as long as each segment is a static child or a plain parameter, and leaves the rest to
 * `wye__search`. This loop should fit into registers: few values, pointers in place of offsets, and the struct only
 * where it ends.
 */
static inline int32_t descend(const struct wye_table *table, struct wye_context *context, uint32_t root,
                              uint32_t method, const uint8_t *text, uint32_t start, uint32_t end, uint64_t slashes) {
  const struct wye__vertex *node = wye__vertices_of(table) + root, *child;
  const uint8_t *window = text + start, *segment = window + 1, *stop;
  struct wye_span *span = context->param + node->params;
  struct wye__choice *choice = wye__choices(context);
  uint64_t ahead = slashes & (slashes - 1); /* behind the first slash */
  uint32_t allow = 0;
  for (;;) {
    WYE__STEP();
    if (WYE_UNLIKELY(ahead == 0)) {
      struct wye__window next = wye__window_at(text, (uint32_t)(segment - text), end, end);
      window = text + next.start;
      ahead = next.slashes;
    }
    stop = window + __builtin_ctzll(ahead);
    ahead &= ahead - 1;
    if (node->statics && (child = wye__static_child(table, node, segment, (uint32_t)(stop - segment)))) {
      if (node->param | node->branch) *choice++ = choice_at(table, context, text, node, segment, span);
      node = child;
    } else if (node->param && !node->branch && stop > segment && *segment != '.') {
      *span++ = (struct wye_span){(uint32_t)(segment - text), (uint32_t)(stop - segment)};
      node = wye__vertices_of(table) + node->param;
    } else {
      if (node->param | node->branch) *choice++ = choice_at(table, context, text, node, segment, span);
      break;
    }
    segment = stop + 1;
    if (ahead != 0 || stop != text + end) continue;
    const struct wye__ref *hit = wye__serve(table, &node->leaf, method);
    if (WYE_LIKELY(hit != NULL))
      return wye__finish(context, start, end, hit->id, hit->route, (uint32_t)(span - context->param), 0);
    allow = node->leaf.methods;
    break;
  }
  if (choice == wye__choices(context)) return wye__finish_miss(table, context, start, end, allow);
  return wye__search(&(struct wye__lookup){
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

/* What a path holds that is not compared as it stands. */
struct contents {
  bool escaped;   /* a `%` */
  bool backslash; /* a raw one */
};

/*
 * Finds where a path ends that does not fit the first window or holds a stop: at `?`, `#` or `limit`. Sets what it
 * holds before that.
 */
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

/* Looks up a path that must be compared unit by unit, or of which all hits are wanted. */
static __attribute__((noinline)) int32_t search_from_root(struct wye__lookup *l) {
  if (!l->plain && wye__last_dot_segment(l->text + l->start, l->text_end - l->start))
    return wye__finish_miss(l->table, l->context, l->start, l->text_end, 0);
  wye__choices(l->context)[0] = (struct wye__choice){.vertex = l->root,
                                                     .at = l->start + 1,
                                                     .step = WYE__TO_STATIC,
                                                     .params = wye__vertices_of(l->table)[l->root].params};
  l->choices = 1;
  return wye__search(l);
}

static inline uint32_t bit_of(uint32_t method) { return method < WYE_MAX_METHODS ? 1u << method : 0; }

int32_t wye__match(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                   const uint8_t *text, uint32_t start, size_t length) {
  if (length == 0 || text[start] != '/') return wye__finish(context, 0, 0, WYE_BAD_PATH, WYE_NONE, 0, 0);
  uint32_t most = length > WYE_MAX_PATH + 1 ? WYE_MAX_PATH + 1 : (uint32_t)length, end = start + most;
  struct wye__marks marks = wye__look(text + start, most);
  struct contents contents = {false, false};
  if (WYE_UNLIKELY(marks.stops || most >= WYE__WINDOW)) end = find_end(text, start, end, &contents);
  if (WYE_UNLIKELY(end - start > WYE_MAX_PATH))
    return wye__finish(context, start, end, WYE_PATH_TOO_LONG, WYE_NONE, 0, 0);
  if (WYE_UNLIKELY(contents.backslash)) return wye__finish(context, 0, 0, WYE_BAD_PATH, WYE_NONE, 0, 0);
  if (WYE_LIKELY(end - start < WYE__WINDOW)) { /* the path's end closes its last segment */
    uint64_t closing = (uint64_t)1 << (end - start);
    marks.slashes = (marks.slashes & (closing - 1)) | closing;
  }
  bool plain = !contents.escaped && !table->case_insensitive && wye__readable(text + end - 1, 1 + WYE__KEY_BYTES);
  if (WYE_LIKELY(plain)) return descend(table, context, root, bit_of(method), text, start, end, marks.slashes);
  int32_t outcome = search_from_root(&(struct wye__lookup){
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
  context->escaped = contents.escaped;
  return outcome;
}

int32_t wye__match_other(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                         const uint8_t *text, uint32_t start, uint32_t end, bool add_slash) {
  struct contents contents = {false, false};
  struct wye__lookup l = {
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
  find_end(text, start, end, &contents);
  l.window = wye__window_at(text, start + 1, end, l.end);
  int32_t outcome = search_from_root(&l);
  context->escaped = contents.escaped;
  return outcome;
}

/* ------------------------------------------------------------------ all hits */

int32_t wye__read_path(const uint8_t *text, uint32_t start, size_t length, struct wye__path *path) {
  struct contents contents = {false, false};
  *path = (struct wye__path){.text = text};
  if (length == 0 || text[start] != '/') return WYE_BAD_PATH;
  uint32_t most = length > WYE_MAX_PATH + 1 ? WYE_MAX_PATH + 1 : (uint32_t)length;
  uint32_t end = find_end(text, start, start + most, &contents);
  if (end - start <= WYE_MAX_PATH && contents.backslash) return WYE_BAD_PATH;
  *path = (struct wye__path){.text = text, .start = start, .end = end, .escaped = contents.escaped};
  return end - start > WYE_MAX_PATH ? WYE_PATH_TOO_LONG : WYE_OK;
}

void wye__match_all(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                    const struct wye__path *path, struct wye__hits *hits) {
  uint32_t end = path->end + path->add_slash;
  bool as_bytes = !path->escaped && !path->add_slash && !table->case_insensitive;
  search_from_root(&(struct wye__lookup){
      .table = table,
      .context = context,
      .text = path->text,
      .root = root,
      .start = path->start,
      .end = end,
      .text_end = path->end,
      .window = wye__window_at(path->text, path->start + 1, path->end, end),
      .method = bit_of(method),
      .plain = as_bytes && wye__readable(path->text + path->end - 1, 1 + WYE__KEY_BYTES),
      .fold = table->case_insensitive,
      .hits = hits,
  });
}
