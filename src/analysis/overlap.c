/* Which routes overlap, and which can never match. */
#include "analysis/analysis.h"

#include "language/host.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ requests */

/* Writes the beginning of the witness: nothing, or an absolute URL up to its path. */
static void write_host(struct wye_analysis *a, struct wye__host_shape host) {
  static const char scheme[] = "http://";
  a->text_length = 0;
  if (host.length == 0) return;
  memcpy(a->text, scheme, sizeof scheme - 1);
  memcpy(a->text + sizeof scheme - 1, host.shape, host.length);
  a->text_length = (uint32_t)(sizeof scheme - 1) + host.length;
}

/* Looks up the path of a state, after the text so far. Returns the route that it reaches; WYE_NONE if there is none. */
static uint32_t look_up(struct wye_analysis *a, const struct wye__search_state *state, uint32_t method,
                        struct wye_witness *witness) {
  uint32_t most = a->table->max_path;
  uint32_t length = wye__path_search_path(&a->search, state, a->text + a->text_length, most);
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  if (length > most) return WYE_NONE;
  length += a->text_length;
  int32_t outcome = a->text_length ? wye_match_url(a->table, a->context, method, a->text, length)
                                   : wye_match_method(a->table, a->context, method, a->text, length);
  if (outcome < 0) return WYE_NONE;
  *witness = (struct wye_witness){a->text, length, a->context->route};
  return a->context->route;
}

/* ------------------------------------------------------------------ overlaps */

static bool is_followed(const struct wye__path_search *search, uint32_t route) {
  for (uint32_t i = 0; i < search->wanted_count; i++)
    if (search->wanted[i] == route) return true;
  for (uint32_t i = 0; i < search->other_count; i++)
    if (search->others[i] == route) return true;
  return false;
}

/*
 * A route that the search does not follow took a path. Other paths that lead to the same state may not be taken by it,
 * so the search starts over and follows this route, too. False if there are too many.
 */
static bool follow_too(struct wye__path_search *search, uint32_t route) {
  if (search->other_count == WYE__TRACKED) return false;
  search->others[search->other_count++] = route;
  wye__path_search_begin(search);
  return true;
}

/* Finds a path that both routes match and one of them takes; if other routes take all such paths, the first one. */
static bool search_overlap(struct wye_analysis *a, uint32_t method, struct wye_witness *witness) {
  struct wye__path_search *search = &a->search;
  const struct wye__search_state *state;
  wye__path_search_begin(search);
  while ((state = wye__path_search_next(search))) {
    uint32_t winner = look_up(a, state, method, witness);
    if (winner == search->wanted[0] || winner == search->wanted[1]) return true;
    if (winner != WYE_NONE && !is_followed(search, winner) && !follow_too(search, winner)) break;
  }
  wye__path_search_begin(search);
  state = wye__path_search_next(search);
  return state && look_up(a, state, method, witness) != WYE_NONE;
}

static bool overlap(struct wye_analysis *a, uint32_t one, uint32_t two, struct wye_witness *witness) {
  const struct wye__subject *x = &a->subjects[one], *y = &a->subjects[two];
  struct wye__host_writer host = wye__begin_host(a);
  uint32_t method = x->method == WYE_NO_METHOD ? y->method : x->method; /* WYE_NO_METHOD: any */
  bool share_method = y->method == WYE_NO_METHOD || y->method == method;
  if (!x->readable || !y->readable || !share_method || !wye__common_host(x->host, y->host, &host)) return false;
  a->search.wanted[0] = one;
  a->search.wanted[1] = two;
  a->search.wanted_count = 2;
  a->search.other_count = 0;
  write_host(a, wye__written_host(&host));
  return search_overlap(a, method, witness);
}

/* Where in `near` the routes from the index `from` on begin. */
static uint32_t near_from(const struct wye_analysis *a, uint32_t from) {
  uint32_t low = 0, high = a->near_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (a->near[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

uint32_t wye_overlap(struct wye_analysis *analysis, uint32_t route, uint32_t from, struct wye_witness *witness) {
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  if (route >= analysis->routes) return WYE_NONE;
  wye__find_near(analysis, route);
  for (uint32_t i = near_from(analysis, from); i < analysis->near_count; i++)
    if (overlap(analysis, route, analysis->near[i], witness)) return analysis->near[i];
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  return WYE_NONE;
}

/* ------------------------------------------------------------------ routes that never match */

/*
 * Whether one of two forms comes before the other for every path that both match. If they begin alike up to a parameter
 * and the literal that ends it, their order depends on the occurrence of the literal at which it ends; after a
 * catch-all in the middle, on the slash.
 */
static bool has_fixed_order(const struct wye__form *a, const struct wye__form *b) {
  if (wye__same(a->shape, a->length, b->shape, b->length)) return true;
  for (uint32_t at = 0; at < a->length && at < b->length;) {
    uint32_t size = wye__shape_step(a->shape, at);
    if (at + size > b->length || memcmp(a->shape + at, b->shape + at, size) != 0) return true;
    if (wye__is_mark(a->shape, a->length, at, WYE__INNER)) return false;
    bool is_param = size > 1 && a->shape[at + 1] != WYE__SEGMENT;
    at += size;
    uint32_t end = wye__literal_end(a->shape, a->length, at), other_end = wye__literal_end(b->shape, b->length, at);
    bool same_literal = end > at && wye__same(a->shape + at, end - at, b->shape + at, other_end - at);
    if (is_param && same_literal) return false;
  }
  return true;
}

/* Whether `winner`, which took one path that leads to a state, comes before `route` on every path that does. */
static bool always_wins(const struct wye_analysis *a, const struct wye__search_state *state, uint32_t winner,
                        uint32_t route) {
  if (winner == WYE_NONE) return false;
  uint32_t form = wye__path_search_form(&a->search, state, winner),
           own = wye__path_search_form(&a->search, state, route);
  if (form == WYE_NONE) return false;
  struct wye__host_shape x = a->subjects[winner].host, y = a->subjects[route].host;
  if (!wye__same(x.shape, x.length, y.shape, y.length)) return true;
  return has_fixed_order(&a->forms[form], &a->forms[own]);
}

/* Goes through all paths that the route matches. */
static int32_t search_reach(struct wye_analysis *a, uint32_t route, struct wye_witness *witness) {
  struct wye__path_search *search = &a->search;
  const struct wye__search_state *state;
  uint32_t method = a->subjects[route].method;
  bool decided = true;
  wye__path_search_begin(search);
  while ((state = wye__path_search_next(search))) {
    uint32_t winner = look_up(a, state, method, witness);
    if (winner == route) return WYE_REACHED;
    bool again = winner != WYE_NONE && !is_followed(search, winner) && follow_too(search, winner);
    decided = again || (decided && always_wins(a, state, winner, route));
  }
  return decided && !search->gave_up ? WYE_NEVER : WYE_UNDECIDED;
}

static bool begins_with_star(struct wye__host_shape host) { return host.length && host.shape[0] == '*'; }

/*
 * Whether a request reaches the route. Its host has fresh labels where the route's host allows any, so it matches no
 * other route's host, unless that matches all hosts that this one does. `more`: labels before a suffix, besides one;
 * the more there are, the fewer other hosts match.
 */
static int32_t reach_by_host(struct wye_analysis *a, uint32_t route, uint32_t more, struct wye_witness *witness) {
  struct wye__host_writer host = wye__begin_host(a);
  struct wye__host_shape own = a->subjects[route].host;
  wye__common_host(own, own, &host);
  for (uint32_t i = 0; begins_with_star(own) && i < more; i++)
    wye__write_label(&host, (struct wye__host_shape){a->fresh, a->fresh_length});
  write_host(a, wye__written_host(&host));
  a->search.wanted[0] = route;
  a->search.wanted_count = 1;
  a->search.other_count = 0;
  return search_reach(a, route, witness);
}

int32_t wye_reach(struct wye_analysis *analysis, uint32_t route, struct wye_witness *witness) {
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  if (route >= analysis->routes || !analysis->subjects[route].readable) return WYE_UNDECIDED;
  int32_t reach = reach_by_host(analysis, route, 0, witness);
  if (reach != WYE_REACHED && begins_with_star(analysis->subjects[route].host))
    reach = reach_by_host(analysis, route, WYE__HOST_LABELS, witness);
  if (reach == WYE_REACHED) return reach;
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  if (reach == WYE_UNDECIDED) return reach;
  wye__path_search_begin(&analysis->search); /* the first path that the route matches: who takes it? */
  const struct wye__search_state *state = wye__path_search_next(&analysis->search);
  if (state) look_up(analysis, state, analysis->subjects[route].method, witness);
  return reach;
}
