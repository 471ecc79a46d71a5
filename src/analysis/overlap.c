/* Which routes overlap, and which can never match: questions for the search (path_search.h). */
#include "language/host.h"
#include "language/pattern.h"
#include "analysis/path_search.h"
#include "base/sort.h"

enum { FRESH = 5, HOST_TEXT = 1024, TEXT = HOST_TEXT + WYE_MAX_PATH };

/* A host's shape, or a piece of it; length 0: any host. */
struct host {
  const uint8_t *shape;
  uint32_t length;
};

struct subject {
  struct host host;
  uint32_t method; /* its number; WYE_NO_METHOD: it serves any */
  bool readable;   /* by the search */
};

/* Entries of the order that share all segments so far; where the next one begins in their shapes, and in the other. */
struct range {
  uint32_t low, high;
  uint32_t at, other;
};

struct wye_analysis {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t routes;
  struct subject *subjects;
  struct wye__form *forms; /* 2 r and 2 r + 1, as in path_search.h */
  uint32_t *order;         /* the forms that there are, by their segments: static ones first */
  uint32_t ordered;
  struct range *ranges; /* room */
  uint32_t centre;      /* a route, and those whose paths may overlap its own: */
  uint32_t *near;       /* ascending */
  uint32_t near_count;
  uint8_t *is_near;     /* of each route */
  uint8_t fresh[FRESH]; /* a label that no host of a route has */
  uint32_t fresh_length;
  uint32_t text_length;
  char *text;
  struct wye__alphabet *alphabet;
  struct wye__path_search search;
};

/* ------------------------------------------------------------------ the block */

struct cursor {
  uint8_t *base; /* NULL: only to count */
  size_t used;
};

static void *take(struct cursor *cursor, size_t size) {
  void *taken = cursor->base ? cursor->base + cursor->used : NULL;
  cursor->used += (size + 7) & ~(size_t)7;
  return taken;
}

static size_t shapes_size(const struct wye_table *table) {
  size_t size = 0;
  struct wye_route route;
  for (uint32_t i = 0; wye_table_route(table, i, &route); i++)
    size += WYE__SHAPE_FACTOR * route.pattern_length + route.host_length;
  return size;
}

/* Gives all parts their positions; returns the bytes of all of them, and in `*shapes` where the routes' shapes go. */
static size_t lay_out(const struct wye_table *table, void *block, uint8_t **shapes) {
  struct cursor cursor = {block, 0};
  size_t routes = wye_table_routes(table);
  struct wye_analysis unused, *a = take(&cursor, sizeof *a);
  if (!a) a = &unused;
  a->context = take(&cursor, wye_context_size(table));
  a->subjects = take(&cursor, routes * sizeof *a->subjects);
  a->forms = take(&cursor, 2 * routes * sizeof *a->forms);
  a->order = take(&cursor, 4 * routes * sizeof *a->order);
  a->ranges = take(&cursor, (2 * routes + 1) * sizeof *a->ranges);
  a->near = take(&cursor, routes * sizeof *a->near);
  a->is_near = take(&cursor, routes);
  a->text = take(&cursor, TEXT);
  a->alphabet = take(&cursor, sizeof *a->alphabet);
  a->search.room = take(&cursor, WYE__SEARCH_ROOM);
  *shapes = take(&cursor, shapes_size(table));
  return cursor.used;
}

size_t wye_analysis_size(const struct wye_table *table) {
  uint8_t *shapes;
  return lay_out(table, NULL, &shapes);
}

/* ------------------------------------------------------------------ reading the routes */

/* The number of the constraint with this text; WYE_NONE if the table has none. */
static uint32_t find_constraint(const struct wye_table *table, const char *text, uint32_t length) {
  for (uint32_t i = 0; i < table->sections[WYE__CONSTRAINTS].count; i++) {
    struct wye_span known = wye__constraint_at(table, i)->text;
    if (wye__same(wye__text_of(table) + known.offset, known.length, text, length)) return i;
  }
  return WYE_NONE;
}

/* Puts the constraints' numbers into a shape. False if the table does not have one. */
static bool number_shape(const struct wye_table *table, const char *text, const struct wye__pattern *pattern) {
  uint32_t param = 0;
  for (uint32_t at = 0; at < pattern->length; at += wye__shape_step(pattern->shape, at)) {
    if (!wye__is_mark(pattern->shape, pattern->length, at, WYE__TYPED)) continue;
    while (pattern->constraints[param].length == 0) param++;
    struct wye_span constraint = pattern->constraints[param++];
    uint32_t number = find_constraint(table, text + constraint.offset, constraint.length);
    if (number == WYE_NONE) return false;
    wye__shape_number(pattern->shape, at, number);
  }
  return true;
}

/* Reads a route's pattern into a shape at `room`. Returns the shape's bytes; 0: it cannot be searched. */
static uint32_t read_pattern(struct wye_analysis *a, uint32_t index, const struct wye_route *route, uint8_t *room) {
  struct wye__pattern pattern = {.shape = room};
  bool fold = a->table->case_insensitive;
  if (wye__pattern_parse(route->pattern, route->pattern_length, fold, &pattern, NULL) < 0) return 0;
  if (!number_shape(a->table, route->pattern, &pattern)) return 0;
  if (!wye__has_whole_characters(pattern.shape, pattern.length)) return 0;
  a->forms[2 * index] = (struct wye__form){room, pattern.length};
  a->forms[2 * index + 1] = (struct wye__form){room, pattern.short_length};
  return pattern.length;
}

/* Reads a route's host, if it has one, into a shape at `room`. False if it cannot be read. */
static bool read_host(struct subject *subject, const struct wye_route *route, uint8_t *room) {
  struct wye__host host = {.length = 0};
  if (route->host_length && wye__host_parse(route->host, route->host_length, &host, NULL) < 0) return false;
  memcpy(room, host.shape, host.length);
  subject->host = (struct host){room, host.length};
  return true;
}

/* Reads a route; returns the bytes that its shapes take at `room`. */
static uint32_t read_route(struct wye_analysis *a, uint32_t index, uint8_t *room) {
  struct wye_route route;
  struct subject *subject = &a->subjects[index];
  wye_table_route(a->table, index, &route);
  *subject = (struct subject){.method = wye_table_method(a->table, route.method, route.method_length)};
  a->forms[2 * index] = a->forms[2 * index + 1] = (struct wye__form){NULL, 0};
  if (!read_host(subject, &route, room)) return 0;
  uint32_t length = read_pattern(a, index, &route, room + subject->host.length);
  subject->readable = length > 0;
  return length + subject->host.length;
}

/* ------------------------------------------------------------------ hosts */

static bool is_address(struct host host) { return host.length && host.shape[0] == '['; }

/* Cuts the last label off a host that is not an address. */
static struct host take_last(struct host *host) {
  uint32_t start = host->length;
  while (start && host->shape[start - 1] != '.') start--;
  struct host label = {host->shape + start, host->length - start};
  host->length = start ? start - 1 : 0;
  return label;
}

static bool is_label(struct host label, char c) { return label.length == 1 && label.shape[0] == (uint8_t)c; }

/* A text that is written from its end. */
struct backwards {
  const struct wye_analysis *analysis;
  uint8_t bytes[HOST_TEXT];
  uint32_t at; /* where it begins so far */
};

/* A label; anything, where any would do. */
static void write_label(struct backwards *to, struct host label) {
  if (is_label(label, ':') || is_label(label, '*'))
    label = (struct host){to->analysis->fresh, to->analysis->fresh_length};
  if (to->at < sizeof to->bytes) to->bytes[--to->at] = '.';
  to->at -= label.length;
  memcpy(to->bytes + to->at, label.shape, label.length);
}

static void write_labels(struct backwards *to, struct host label, struct host others) {
  write_label(to, label);
  while (others.length) {
    label = take_last(&others);
    write_label(to, label);
  }
}

/* Whether a request's host can be both; `to` has such a one then. Without a host a route takes any. */
static bool meet(struct host a, struct host b, struct backwards *to) {
  if (a.length == 0) a = b;
  if (b.length == 0) b = a;
  if (is_address(a) || is_address(b)) {
    to->at -= a.length;
    memcpy(to->bytes + to->at, a.shape, a.length);
    return wye__same(a.shape, a.length, b.shape, b.length);
  }
  while (a.length && b.length) {
    struct host x = take_last(&a), y = take_last(&b);
    if (is_label(x, '*')) return write_labels(to, y, b), true;
    if (is_label(y, '*')) return write_labels(to, x, a), true;
    if (!is_label(x, ':') && !is_label(y, ':') && !wye__same(x.shape, x.length, y.shape, y.length)) return false;
    write_label(to, is_label(x, ':') ? y : x);
  }
  return a.length == b.length;
}

static struct backwards begin_backwards(const struct wye_analysis *a) {
  return (struct backwards){.analysis = a, .at = HOST_TEXT};
}

static struct host written(const struct backwards *text) {
  return (struct host){text->bytes + text->at, HOST_TEXT - text->at};
}

/* Labels of one to four letters by number: "a" is 1, "z" 26, "aa" 27. */
enum { LABELS = 26 + 26 * 26 + 26 * 26 * 26 + 26 * 26 * 26 * 26 };
_Static_assert(LABELS / 8 < TEXT, "a bit for each of them fits into the room for text");

/* 0: it is none of them. */
static uint32_t number_of(struct host label) {
  uint32_t number = 0;
  for (uint32_t i = 0; i < label.length; i++) {
    uint32_t letter = label.shape[i] - (uint32_t)'a';
    if (letter > 25 || i == 4) return 0;
    number = 26 * number + letter + 1;
  }
  return number;
}

/* The first of them that no route has. Without one, routes with hosts are not searched. */
static void choose_fresh(struct wye_analysis *a) {
  uint8_t *used = (uint8_t *)a->text;
  uint32_t number = 1;
  memset(used, 0, LABELS / 8 + 1);
  for (uint32_t i = 0; i < a->routes; i++) {
    for (struct host host = a->subjects[i].host; host.length && !is_address(host);) {
      uint32_t label = number_of(take_last(&host));
      used[label / 8] |= (uint8_t)(1u << label % 8);
    }
  }
  while (number <= LABELS && used[number / 8] >> number % 8 & 1) number++;
  a->fresh_length = 0;
  for (uint32_t left = number; left; left = (left - 1) / 26) a->fresh_length++;
  for (uint32_t left = number, at = a->fresh_length; at; left = (left - 1) / 26)
    a->fresh[--at] = (uint8_t)('a' + (left - 1) % 26);
  for (uint32_t i = 0; number > LABELS && i < a->routes; i++)
    if (a->subjects[i].host.length) a->subjects[i].readable = false;
}

/* ------------------------------------------------------------------ order of forms */

static bool is_static(const struct wye__form *form, uint32_t at, uint32_t end) {
  return wye__literal_end(form->shape, end, at) == end;
}

/* Segments by their bytes, static ones first. */
static int compare_segments(const struct wye__form *a, uint32_t at, const struct wye__form *b, uint32_t other) {
  uint32_t end = wye__shape_segment_end(a->shape, a->length, at);
  uint32_t other_end = wye__shape_segment_end(b->shape, b->length, other);
  int order = (int)is_static(b, other, other_end) - (int)is_static(a, at, end);
  if (order) return order;
  uint32_t length = end - at, other_length = other_end - other;
  order = memcmp(a->shape + at, b->shape + other, length < other_length ? length : other_length);
  return order ? order : (length > other_length) - (length < other_length);
}

static int compare_forms(const void *context, uint32_t x, uint32_t y) {
  const struct wye_analysis *analysis = context;
  const struct wye__form *a = &analysis->forms[x], *b = &analysis->forms[y];
  for (uint32_t at = WYE__MARK_BYTES;;) {
    int order = compare_segments(a, at, b, at);
    if (order) return order;
    at = wye__shape_segment_end(a->shape, a->length, at) + WYE__MARK_BYTES;
    if (at > a->length || at > b->length) return (at <= a->length) - (at <= b->length);
  }
}

int32_t wye_analysis_init(void *block, size_t size, const struct wye_table *table, struct wye_analysis **analysis) {
  if (!analysis) return WYE_BAD_ARGUMENT;
  *analysis = NULL;
  if (!block || !table || !wye__aligned(block, WYE_ALIGNMENT)) return WYE_BAD_ARGUMENT;
  if (size < wye_analysis_size(table)) return WYE_NO_MEMORY;
  uint8_t *shapes;
  struct wye_analysis *a = block;
  lay_out(table, block, &shapes);
  a->table = table;
  a->routes = wye_table_routes(table);
  a->centre = WYE_NONE;
  a->near_count = 0;
  memset(a->is_near, 0, a->routes);
  wye_context_init(a->context, wye_context_size(table), table, &a->context);
  for (uint32_t i = 0; i < a->routes; i++) shapes += read_route(a, i, shapes);
  choose_fresh(a);
  a->ordered = 0;
  for (uint32_t i = 0; i < 2 * a->routes; i++)
    if (a->forms[i].length) a->order[a->ordered++] = i;
  wye__sort(a->order, a->order + 2 * a->routes, a->ordered, compare_forms, a);
  wye__alphabet_fill(table, a->alphabet);
  a->search.table = table;
  a->search.forms = a->forms;
  a->search.alphabet = a->alphabet;
  *analysis = a;
  return WYE_OK;
}

/* ------------------------------------------------------------------ routes whose paths may overlap */

/* Where the entries end, from `low` on, whose segment at `at` is not after that of `form` at `other`. */
static uint32_t after(const struct wye_analysis *a, struct range range, const struct wye__form *form, uint32_t other,
                      bool equal_too) {
  uint32_t low = range.low, high = range.high;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = compare_segments(&a->forms[a->order[middle]], range.at, form, other);
    if (order < 0 || (order == 0 && equal_too)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* The first entry whose segment is not static. */
static uint32_t after_static(const struct wye_analysis *a, struct range range) {
  uint32_t low = range.low, high = range.high;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const struct wye__form *form = &a->forms[a->order[middle]];
    if (is_static(form, range.at, wye__shape_segment_end(form->shape, form->length, range.at))) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void mark(struct wye_analysis *a, uint32_t low, uint32_t high) {
  for (uint32_t i = low; i < high; i++) {
    uint32_t route = a->order[i] / 2;
    if (!a->is_near[route] && route != a->centre) a->near[a->near_count++] = route;
    a->is_near[route] = 1;
  }
}

/*
 * Entries low to high have one segment in common, in which they may overlap the form: those that end with it are near
 * where the form does too, and a range of the others where it goes on. Returns the ranges that there are then.
 */
static uint32_t look_after(struct wye_analysis *a, const struct wye__form *form, struct range range, uint32_t count) {
  const struct wye__form *first = &a->forms[a->order[range.low]];
  if (wye__is_mark(first->shape, first->length, range.at, WYE__CATCH_ALL)) return mark(a, range.low, range.high), count;
  uint32_t end = wye__shape_segment_end(first->shape, first->length, range.at), longer = range.low;
  uint32_t other_end = wye__shape_segment_end(form->shape, form->length, range.other);
  while (longer < range.high && a->forms[a->order[longer]].length == end) longer++;
  if (other_end == form->length) mark(a, range.low, longer);
  else if (longer < range.high)
    a->ranges[count++] = (struct range){longer, range.high, end + WYE__MARK_BYTES, other_end + WYE__MARK_BYTES};
  return count;
}

/* All groups of equal segments among the entries. */
static uint32_t look_through(struct wye_analysis *a, const struct wye__form *form, struct range range, uint32_t count) {
  for (uint32_t low = range.low; low < range.high;) {
    struct range left = {low, range.high, range.at, range.other};
    uint32_t high = after(a, left, &a->forms[a->order[low]], range.at, true);
    count = look_after(a, form, (struct range){low, high, range.at, range.other}, count);
    low = high;
  }
  return count;
}

/* The entries that may have the form's next segment too: equal ones and all that are not static, or any. */
static uint32_t look_into(struct wye_analysis *a, const struct wye__form *form, struct range range, uint32_t count) {
  uint32_t end = wye__shape_segment_end(form->shape, form->length, range.other);
  if (wye__is_mark(form->shape, form->length, range.other, WYE__CATCH_ALL))
    return mark(a, range.low, range.high), count;
  if (!is_static(form, range.other, end)) return look_through(a, form, range, count);
  struct range equal = range;
  equal.low = after(a, range, form, range.other, false);
  equal.high = after(a, range, form, range.other, true);
  if (equal.low < equal.high) count = look_after(a, form, equal, count);
  range.low = after_static(a, range);
  return look_through(a, form, range, count);
}

static int by_index(const void *context, uint32_t a, uint32_t b) {
  (void)context;
  return (a > b) - (a < b);
}

/* Finds the routes that are near to this one: their static segments do not rule out an overlap. */
static void look_around(struct wye_analysis *a, uint32_t route) {
  if (a->centre == route) return;
  a->is_near[a->centre == WYE_NONE ? route : a->centre] = 0;
  for (uint32_t i = 0; i < a->near_count; i++) a->is_near[a->near[i]] = 0;
  a->centre = route;
  a->near_count = 0;
  for (uint32_t i = 2 * route; i < 2 * route + 2; i++) {
    uint32_t count = 0;
    if (!a->forms[i].length) continue;
    a->ranges[count++] = (struct range){0, a->ordered, WYE__MARK_BYTES, WYE__MARK_BYTES};
    while (count) {
      struct range range = a->ranges[--count];
      count = look_into(a, &a->forms[i], range, count);
    }
  }
  wye__sort(a->near, a->order + 2 * a->routes, a->near_count, by_index, NULL);
}

/* ------------------------------------------------------------------ requests */

/* The method that both serve; WYE_NO_METHOD: any, as no route of the table names it. */
static uint32_t common_method(const struct subject *a, const struct subject *b) {
  return a->method == WYE_NO_METHOD ? b->method : a->method;
}

static bool serve_one_method(const struct subject *a, const struct subject *b) {
  return a->method == b->method || a->method == WYE_NO_METHOD || b->method == WYE_NO_METHOD;
}

/* Writes the beginning of the witness: nothing, or an absolute URL up to its path. */
static void write_host(struct wye_analysis *a, struct host host) {
  static const char scheme[] = "http://";
  a->text_length = 0;
  if (host.length == 0) return;
  memcpy(a->text, scheme, sizeof scheme - 1);
  memcpy(a->text + sizeof scheme - 1, host.shape, host.length);
  a->text_length = (uint32_t)(sizeof scheme - 1) + host.length;
}

/* Looks the path of a state up, after the text so far: the route that it reaches; WYE_NONE if there is none. */
static uint32_t look_up(struct wye_analysis *a, const struct wye__search_state *state, uint32_t method,
                        struct wye_witness *witness) {
  uint32_t length = wye__path_search_path(&a->search, state, a->text + a->text_length, WYE_MAX_PATH);
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  if (length > WYE_MAX_PATH) return WYE_NONE;
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
 * A route took a path that the search did not follow: one path is not for others then. So the search begins
 * again, and follows it. False if they become too many.
 */
static bool follow_too(struct wye__path_search *search, uint32_t route) {
  if (search->other_count == WYE__TRACKED) return false;
  search->others[search->other_count++] = route;
  wye__path_search_begin(search);
  return true;
}

/* A path that both match and one of them takes. Where third routes take all of them, the first one. */
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
  const struct subject *x = &a->subjects[one], *y = &a->subjects[two];
  struct backwards host = begin_backwards(a);
  if (!x->readable || !y->readable || !serve_one_method(x, y) || !meet(x->host, y->host, &host)) return false;
  a->search.wanted[0] = one;
  a->search.wanted[1] = two;
  a->search.wanted_count = 2;
  a->search.other_count = 0;
  write_host(a, written(&host));
  return search_overlap(a, common_method(x, y), witness);
}

/* The place of the first near route from the index `from` on. */
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
  look_around(analysis, route);
  for (uint32_t i = near_from(analysis, from); i < analysis->near_count; i++)
    if (overlap(analysis, route, analysis->near[i], witness)) return analysis->near[i];
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  return WYE_NONE;
}

/* ------------------------------------------------------------------ routes that never match */

/* Whether the literal after a parameter of both shapes, at `at`, is the same: then its place depends on the path. */
static bool share_bound(const struct wye__form *a, const struct wye__form *b, uint32_t at) {
  uint32_t end = wye__literal_end(a->shape, a->length, at), other_end = wye__literal_end(b->shape, b->length, at);
  return end > at && wye__same(a->shape + at, end - at, b->shape + at, other_end - at);
}

/*
 * Whether one of two forms comes before the other for every path that both match: what they begin with alike is met
 * in one way only.
 */
static bool has_fixed_order(const struct wye__form *a, const struct wye__form *b) {
  if (wye__same(a->shape, a->length, b->shape, b->length)) return true;
  for (uint32_t at = 0; at < a->length && at < b->length;) {
    uint32_t size = wye__shape_step(a->shape, at);
    if (at + size > b->length || memcmp(a->shape + at, b->shape + at, size) != 0) return true;
    bool is_param = size > 1 && a->shape[at + 1] != WYE__SEGMENT;
    at += size;
    if (is_param && share_bound(a, b, at)) return false;
  }
  return true;
}

/* Whether `winner`, which took the path of a state, takes every path of this state before `route`. */
static bool always_wins(const struct wye_analysis *a, const struct wye__search_state *state, uint32_t winner,
                        uint32_t route) {
  if (winner == WYE_NONE) return false;
  uint32_t form = wye__path_search_form(&a->search, state, winner),
           own = wye__path_search_form(&a->search, state, route);
  if (form == WYE_NONE) return false;
  struct host x = a->subjects[winner].host, y = a->subjects[route].host;
  if (!wye__same(x.shape, x.length, y.shape, y.length)) return true;
  return has_fixed_order(&a->forms[form], &a->forms[own]);
}

/* Through all that the route matches. */
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

/* The first path that the route matches, and who takes it. */
static void find_first(struct wye_analysis *a, uint32_t route, struct wye_witness *witness) {
  wye__path_search_begin(&a->search);
  const struct wye__search_state *state = wye__path_search_next(&a->search);
  if (state) look_up(a, state, a->subjects[route].method, witness);
}

/* A host that the route's allows, and no other one's that does not allow all of them: the deeper the less it meets. */
static void choose_host(const struct wye_analysis *a, struct host host, uint32_t depth, struct backwards *to) {
  meet(host, host, to);
  for (uint32_t i = 0; host.length && host.shape[0] == '*' && i < depth; i++)
    write_label(to, (struct host){a->fresh, a->fresh_length});
}

static int32_t reach_by_host(struct wye_analysis *a, uint32_t route, uint32_t depth, struct wye_witness *witness) {
  struct backwards host = begin_backwards(a);
  choose_host(a, a->subjects[route].host, depth, &host);
  write_host(a, written(&host));
  a->search.wanted[0] = route;
  a->search.wanted_count = 1;
  a->search.other_count = 0;
  return search_reach(a, route, witness);
}

int32_t wye_reach(struct wye_analysis *analysis, uint32_t route, struct wye_witness *witness) {
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  if (route >= analysis->routes || !analysis->subjects[route].readable) return WYE_UNDECIDED;
  int32_t reach = reach_by_host(analysis, route, 0, witness);
  struct host host = analysis->subjects[route].host;
  if (reach != WYE_REACHED && host.length && host.shape[0] == '*')
    reach = reach_by_host(analysis, route, WYE__HOST_LABELS, witness);
  if (reach == WYE_REACHED) return reach;
  *witness = (struct wye_witness){NULL, 0, WYE_NONE};
  if (reach == WYE_NEVER) find_first(analysis, route, witness);
  return reach;
}
