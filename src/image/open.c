/*
 * Opening an image: nothing in it is trusted. All records are in the order in which the builder numbers them
 * (build/tree.c), so each link must name exactly the next record that no link has named yet. That one rule makes the
 * links a tree (no cycles, no sharing, nothing left over), and checking it takes no memory.
 */
#include "base/status.h"
#include "image/table.h"
#include "language/expression.h"

struct check {
  const struct wye_table *table;
  uint32_t next[WYE__SECTIONS]; /* in each section, the first record that no link has named yet */
  uint32_t visited_nodes;       /* counted as the header counts them */
  uint64_t notes, all_notes;    /* words: those that are needed, and those of all points and values */
  uint32_t literals;            /* the first state of the last automaton of literals */
  const char *problem;
  uint32_t offset;
};

static const void *at(const struct check *c, enum wye__section section, uint32_t index) {
  return (const uint8_t *)wye__section_of(c->table, section) + (size_t)index * wye__record_size[section];
}

/* Records the first problem, found in this record. Always false. */
static bool refuse(struct check *c, enum wye__section section, uint32_t index, const char *problem) {
  c->problem = problem;
  c->offset = c->table->sections[section].offset + index * wye__record_size[section];
  return false;
}

/* Names `count` records from this index on. False if the index is not the next one, or if there are fewer records. */
static bool name(struct check *c, enum wye__section section, uint32_t index, uint32_t count) {
  uint32_t left = c->table->sections[section].count - c->next[section];
  if (index != c->next[section] || count > left) return false;
  c->next[section] += count;
  return true;
}

static bool is_power_of_two(uint32_t number) { return number && (number & (number - 1)) == 0; }

static bool in_text(const struct check *c, uint32_t offset, uint32_t length) {
  uint32_t size = c->table->sections[WYE__TEXT].count;
  return offset <= size && length <= size - offset;
}

static bool span_in_text(const struct check *c, struct wye_span span) { return in_text(c, span.offset, span.length); }

static bool check_sections(struct check *c) {
  const struct wye_table *table = c->table;
  uint64_t end = sizeof *table;
  for (uint32_t i = 0; i < WYE__SECTIONS; i++) {
    const struct wye__extent *extent = &table->sections[i];
    if (extent->offset != end) return false;
    end += (uint64_t)extent->count * wye__record_size[i];
    if (end > table->size) return false;
  }
  return ((end + 7) & ~(uint64_t)7) == table->size;
}

#define HAS_VERSION(number) "the image has version " #number "; this library reads version 4: build the image again"
static const char *const old_versions[WYE__VERSION - 1] = {HAS_VERSION(1), HAS_VERSION(2), HAS_VERSION(3)};
static const char newer_version[] = "the image has a version after 4, the one that this library reads: build it again";

static bool check_head(struct check *c, size_t size) {
  const struct wye_table *table = c->table;
  c->offset = 0;
  c->problem = "this is not the image of a table (an image begins with \"WYE\" and its version)";
  if (size < sizeof table->magic || memcmp(table->magic, "WYE", 3) != 0 || !table->magic[3]) return false;
  if (table->magic[3] != WYE__VERSION) {
    c->problem = table->magic[3] < WYE__VERSION ? old_versions[table->magic[3] - 1] : newer_version;
    return false;
  }
  c->offset = offsetof(struct wye_table, size);
  c->problem = "the image is cut short, or bytes follow its end";
  if (size < sizeof *table || table->size != size || size % 8 != 0 || size > WYE_MAX_IMAGE) return false;
  c->offset = offsetof(struct wye_table, checksum);
  c->problem = "the image is damaged: its checksum differs";
  if (table->checksum != wye__checksum(table, table->size)) return false;
  c->offset = offsetof(struct wye_table, trailing_slash);
  c->problem = "the header has unknown options or limits";
  if (table->trailing_slash > WYE_SLASH_IGNORE || table->clean_path > 1 || table->case_insensitive > 1 ||
      table->no_method_not_allowed > 1 || table->max_path - 1 >= WYE_MAX_PATH)
    return false;
  if (table->max_params > WYE_MAX_PARAMS || table->max_depth > UINT16_MAX + 1u) return false;
  c->offset = offsetof(struct wye_table, sections);
  c->problem = "a section is not where it must be";
  return check_sections(c);
}

static bool check_methods(struct check *c) {
  uint32_t count = c->table->sections[WYE__METHODS].count;
  if (count > WYE_MAX_METHODS) return refuse(c, WYE__METHODS, 0, "too many methods");
  for (uint32_t i = 0; i < count; i++) {
    const struct wye__method *method = at(c, WYE__METHODS, i);
    uint64_t key = 0;
    if (!span_in_text(c, method->text) || method->text.length == 0 || method->text.length > WYE_MAX_METHOD)
      return refuse(c, WYE__METHODS, i, "a method without a text");
    memcpy(&key, wye__text_of(c->table) + method->text.offset, method->text.length < 8 ? method->text.length : 8);
    if (key != method->key) return refuse(c, WYE__METHODS, i, "a method that is not its text");
  }
  return true;
}

static bool check_routes(struct check *c) {
  uint32_t count = c->table->sections[WYE__ROUTES].count;
  bool any = in_text(c, 0, 1) && *wye__text_of(c->table) == '*';
  if (count > WYE_MAX_ROUTES) return refuse(c, WYE__ROUTES, 0, "too many routes");
  for (uint32_t i = 0; i < count; i++) {
    const struct wye__route_record *route = at(c, WYE__ROUTES, i);
    bool texts = span_in_text(c, route->pattern) && span_in_text(c, route->name) && span_in_text(c, route->host);
    bool params =
        route->optional <= WYE__MAX_MASKS + 1 && route->host_params <= route->params && route->params <= WYE_MAX_PARAMS;
    if (!texts || route->id < 0 || !params)
      return refuse(c, WYE__ROUTES, i, "a route with a text or an id out of range");
    if (route->method == WYE__ANY_METHOD ? !any : route->method >= c->table->sections[WYE__METHODS].count)
      return refuse(c, WYE__ROUTES, i, "a route with a method that is not there");
    if (!name(c, WYE__NAMES, route->names, route->params))
      return refuse(c, WYE__ROUTES, i, "a route whose names are not the next");
    if (!name(c, WYE__FORMS, route->forms, route->optional ? route->optional - 1u : 0))
      return refuse(c, WYE__ROUTES, i, "a route whose masks are not the next");
  }
  for (uint32_t i = 0; i < c->next[WYE__NAMES]; i++)
    if (!span_in_text(c, *(const struct wye_span *)at(c, WYE__NAMES, i)))
      return refuse(c, WYE__NAMES, i, "a name outside of the text");
  return true;
}

/* Whether a form of the route can have so many parameters. `number`: 1 + the index of its mask; 0: it has none. */
static bool check_form(const struct check *c, const struct wye__route_record *route, uint32_t number, uint32_t params) {
  if (number == 0)
    return params == route->params || (route->optional && params < route->params && params >= route->host_params);
  if (number >= route->optional || route->params > c->table->max_params) return false;
  uint64_t mask = *(const uint64_t *)at(c, WYE__FORMS, route->forms + number - 1), of_host = 0;
  if (route->host_params < 64) of_host = ((uint64_t)1 << route->host_params) - 1;
  bool known = route->params == 64 || mask >> route->params == 0, lacks = mask & (mask + 1);
  return known && lacks && (mask & of_host) == of_host && wye__count_bits(mask) == params;
}

/* A leaf where `params` parameters have been found. */
static bool check_leaf(struct check *c, const struct wye__leaf *leaf, uint32_t params) {
  uint32_t first = leaf->refs & ~WYE__ANY, any = leaf->refs >> 31, count = any;
  uint64_t methods = wye__methods_of(leaf);
  if (leaf->refs == 0) return methods == 0;
  for (uint64_t bits = methods; bits; bits &= bits - 1) count++;
  if (count == 0 || params > c->table->max_params || !name(c, WYE__REFS, first, count)) return false;
  for (uint32_t i = 0; i < count; i++) {
    const struct wye__ref *ref = at(c, WYE__REFS, first + i);
    if ((ref->route & WYE__ROUTE_MASK) >= c->table->sections[WYE__ROUTES].count) return false;
    const struct wye__route_record *route = at(c, WYE__ROUTES, ref->route & WYE__ROUTE_MASK);
    uint32_t method = i < any ? WYE__ANY_METHOD : (uint32_t)__builtin_ctzll(methods);
    if (i >= any) methods &= methods - 1;
    if (route->method != method || route->id != ref->id || !check_form(c, route, ref->route >> WYE__ROUTE_BITS, params))
      return false;
  }
  return true;
}

/*
 * Notes from this word on. Points and values share words, at most as many as all of them have, so that a header cannot
 * ask for any amount of memory. Which of them may share is not checked: it is safe either way.
 */
static void add_notes(struct check *c, uint32_t visited, uint64_t words) {
  if (visited - 1 + words > c->notes) c->notes = visited - 1 + words;
  c->all_notes += words;
}

/*
 * A vertex that can be entered in several ways must have a record of visits (a point: WYE__MANY), and no other has one.
 * That of a node is the next one.
 */
static bool check_visited(struct check *c, const struct wye__vertex *vertex, bool many) {
  if (wye__kind_of(vertex) == WYE__POINT) return !(vertex->shift & WYE__MANY) == !many;
  return vertex->visited == (many ? ++c->visited_nodes : 0);
}

/*
 * Whether `child`, which has been named, is of this kind and follows `parent` by `params` parameters and `steps` steps.
 * `inner`: after a catch-all in the middle.
 */
static bool fits(struct check *c, const struct wye__vertex *parent, uint32_t child, enum wye__kind kind,
                 uint32_t params, uint32_t steps, bool inner) {
  const struct wye__vertex *vertex = at(c, WYE__VERTICES, child);
  bool after_many = wye__kind_of(parent) == WYE__POINT && (parent->shift & WYE__MANY);
  bool many = inner ? wye__is_after_inner(parent) : after_many || steps > 1; /* 2: after every occurrence */
  return wye__kind_of(vertex) == kind && wye__is_after_inner(vertex) == (inner || wye__is_after_inner(parent)) &&
         vertex->params == parent->params + params && vertex->params <= c->table->max_params &&
         vertex->depth == parent->depth + steps && vertex->depth < c->table->max_depth &&
         check_visited(c, vertex, many);
}

/* A link from a vertex to another that no static segment leads to. */
static bool check_child(struct check *c, const struct wye__vertex *parent, uint32_t child, enum wye__kind kind,
                        uint32_t params, uint32_t steps, bool inner) {
  if (!name(c, WYE__VERTICES, child, 1) || !fits(c, parent, child, kind, params, steps, inner)) return false;
  const struct wye__vertex *vertex = at(c, WYE__VERTICES, child);
  return vertex->length == WYE__NOT_STATIC && vertex->next == 0;
}

static bool check_key(const struct check *c, const struct wye__vertex *vertex) {
  uint8_t key[WYE__KEY_BYTES];
  if (vertex->length > WYE__KEY_BYTES) return vertex->text > 0 && in_text(c, vertex->text, vertex->length);
  memcpy(key, vertex->key, sizeof key);
  for (uint32_t i = vertex->length; i < WYE__KEY_BYTES; i++)
    if (key[i]) return false;
  return vertex->text == 0;
}

/* A node's static children: the slots that a hash can choose, then one for each link from them. */
static bool check_statics(struct check *c, const struct wye__vertex *node) {
  static const struct wye__vertex empty = {.length = WYE__NOT_STATIC};
  if (!is_power_of_two(node->mask + 1)) return false;
  if (!name(c, WYE__VERTICES, node->statics, node->mask + 1)) return false;
  for (uint32_t i = node->statics; i < c->next[WYE__VERTICES]; i++) {
    const struct wye__vertex *vertex = at(c, WYE__VERTICES, i);
    if (vertex->next && !name(c, WYE__VERTICES, vertex->next, 1)) return false;
    if (memcmp(vertex, &empty, sizeof empty) == 0) continue;
    if (vertex->length == WYE__NOT_STATIC || !check_key(c, vertex) || !fits(c, node, i, WYE__NODE, 0, 1, false))
      return false;
  }
  return true;
}

static bool check_branch(struct check *c, const struct wye__vertex *node) {
  if (!name(c, WYE__BRANCHES, node->branch, 1)) return false;
  const struct wye__branch *branch = at(c, WYE__BRANCHES, node->branch);
  if (!name(c, WYE__PREFIXES, branch->prefixes, branch->count)) return false;
  for (uint32_t i = 0; i < branch->count; i++) {
    const struct wye__prefix *prefix = at(c, WYE__PREFIXES, branch->prefixes + i);
    if (prefix->length == 0 || !in_text(c, prefix->literal, prefix->length) || prefix->shorter > i) return false;
    if (!check_child(c, node, prefix->point, WYE__POINT, 0, 1, false)) return false;
  }
  if (branch->point && !check_child(c, node, branch->point, WYE__POINT, 0, 1, false)) return false;
  if (branch->inner && !check_child(c, node, branch->inner, WYE__NODE, 1, 1, true)) return false;
  return check_leaf(c, &branch->catch_all, node->params + 1u);
}

static bool check_node(struct check *c, const struct wye__vertex *node) {
  return check_leaf(c, &node->leaf, node->params) && (!node->statics || check_statics(c, node)) &&
         (!node->branch || check_branch(c, node)) &&
         (!node->param || check_child(c, node, node->param, WYE__NODE, 1, 1, false));
}

/* A state of an automaton whose first one is `root`. The length grows with each step and shrinks with each fallback. */
static bool check_state(struct check *c, const struct wye__vertex *point, uint32_t root, uint32_t index) {
  const struct wye__literal_state *states = at(c, WYE__LITERAL_STATES, 0), *state = &states[index];
  const struct wye__literal_state *fallback = &states[state->fallback], *shorter = &states[state->shorter];
  if (index == root ? state->length || state->fallback != root || state->shorter || state->found
                    : state->fallback < root || state->fallback >= index || fallback->length >= state->length)
    return false;
  if (state->shorter &&
      (state->shorter <= root || state->shorter >= index || shorter->length >= state->length || !shorter->found))
    return false;
  if (!name(c, WYE__LITERAL_STATES, state->children, state->count)) return false;
  for (uint32_t i = 0; i < state->count; i++) {
    const struct wye__literal_state *child = &states[state->children + i];
    uint32_t bytes = child->symbol >> 8 == '%' ? 2 : 1;
    if (child->length != state->length + bytes) return false;
  }
  return state->found <= point->literals;
}

/* The automaton of a point's literals: a new one, or the last one. It finds literals of the parameters' lengths. */
static bool check_literals(struct check *c, const struct wye__vertex *point) {
  const struct wye__delimited *delimited = at(c, WYE__DELIMITED, point->delimited);
  const struct wye__literal_state *states = at(c, WYE__LITERAL_STATES, 0);
  bool is_last = c->next[WYE__LITERAL_STATES] > c->literals && point->states == c->literals;
  if (!is_last) {
    if (!name(c, WYE__LITERAL_STATES, point->states, 1)) return false;
    c->literals = point->states;
    for (uint32_t i = point->states; i < c->next[WYE__LITERAL_STATES]; i++)
      if (!check_state(c, point, point->states, i)) return false;
  }
  for (uint32_t i = point->states; i < c->next[WYE__LITERAL_STATES]; i++) {
    uint32_t found = states[i].found;
    if (found > point->literals ||
        (found && (delimited[found - 1].length != states[i].length || delimited[found - 1].first != found - 1)))
      return false;
  }
  return true;
}

/* Words of notes on the values of a constraint. */
static uint64_t value_words(const struct check *c, uint32_t number) {
  const struct wye__constraint *constraint = wye__constraint_at(c->table, number);
  const struct wye__automaton *automaton = wye__automaton_of(c->table, constraint);
  return wye__value_words(constraint->kind == WYE__AUTOMATON ? automaton->states : 0, c->table->max_path);
}

static bool check_delimited(struct check *c, const struct wye__vertex *point, uint32_t i) {
  const struct wye__delimited *delimited = at(c, WYE__DELIMITED, point->delimited), *d = &delimited[i];
  bool has_literal = i < point->literals, every = d->end == WYE__EVERY;
  if (d->constraint >= c->table->sections[WYE__CONSTRAINTS].count || d->end > WYE__LAST) return false;
  if (d->constraint && !(point->shift & WYE__CONSTRAINED)) return false;
  if (d->visited && (!d->constraint || !(point->shift & WYE__MANY))) return false;
  if (d->visited) add_notes(c, d->visited, value_words(c, d->constraint));
  if (has_literal != (d->length > 0) || !in_text(c, d->literal, d->length)) return false;
  if (has_literal ? d->first > i || delimited[d->first].length != d->length : d->end != WYE__LAST) return false;
  return check_child(c, point, d->vertex, d->end == WYE__LAST ? WYE__NODE : WYE__POINT, 1, 1 + every, false);
}

static bool check_point(struct check *c, const struct wye__vertex *point) {
  uint32_t words = wye__point_words(point->shift, point->literals, c->table->max_path);
  if (!name(c, WYE__DELIMITED, point->delimited, point->count) || point->literals > point->count) return false;
  if ((point->visited > 0) != (words > 0)) return false;
  if (words) add_notes(c, point->visited, words);
  for (uint32_t i = 0; i < point->count; i++)
    if (!check_delimited(c, point, i)) return false;
  return point->literals ? check_literals(c, point) : point->states == 0;
}

/* The number of a host's parameters: its labels ":". */
static uint32_t host_params(const struct check *c, struct wye_span host) {
  const uint8_t *text = wye__text_of(c->table) + host.offset;
  uint32_t params = 0;
  for (uint32_t i = 0; i < host.length && text[0] != '['; i++) params += text[i] == ':';
  return params;
}

static bool check_roots(struct check *c) {
  uint32_t hosts = wye__hosts(c->table), sets = wye__has_folded(c->table) ? 2 : 1;
  if (c->table->max_depth == 0 || !name(c, WYE__VERTICES, 0, sets * (1 + hosts))) return false;
  for (uint32_t i = 0; i < sets * (1 + hosts); i++) {
    uint32_t host = i % (1 + hosts);
    const struct wye__host_record *record = host ? at(c, WYE__HOSTS, host - 1) : NULL;
    uint32_t params = record ? host_params(c, record->text) : 0;
    const struct wye__vertex *root = at(c, WYE__VERTICES, i);
    if (wye__kind_of(root) != WYE__NODE || root->length != WYE__NOT_STATIC || root->params != params ||
        root->depth != 0 || root->visited != 0 || wye__is_after_inner(root) || params > c->table->max_params)
      return false;
  }
  return true;
}

/* Hosts, and the hash slots that lead to them. One slot must be free: it ends the search for an unknown host. */
static bool check_hosts(struct check *c) {
  uint32_t count = c->table->sections[WYE__HOST_SLOTS].count, free = 0;
  for (uint32_t i = 0; i < wye__hosts(c->table); i++) {
    struct wye_span text = ((const struct wye__host_record *)at(c, WYE__HOSTS, i))->text;
    if (!span_in_text(c, text) || text.length == 0 || text.length > WYE_MAX_HOST)
      return refuse(c, WYE__HOSTS, i, "a host without a text");
  }
  if (wye__hosts(c->table) ? !is_power_of_two(count) : count)
    return refuse(c, WYE__HOST_SLOTS, 0, "the number of host slots is wrong");
  for (uint32_t i = 0; i < count; i++) {
    uint32_t slot = *(const uint32_t *)at(c, WYE__HOST_SLOTS, i);
    if (slot > wye__hosts(c->table)) return refuse(c, WYE__HOST_SLOTS, i, "a host slot of no host");
    free += slot == 0;
  }
  return count == 0 || free ? true : refuse(c, WYE__HOST_SLOTS, 0, "no host slot is free");
}

static bool check_constraints(struct check *c) {
  uint32_t count = c->table->sections[WYE__CONSTRAINTS].count;
  if (count == 0) return refuse(c, WYE__CONSTRAINTS, 0, "constraint 0 is missing");
  for (uint32_t i = 1; i < count; i++) {
    const struct wye__constraint *constraint = at(c, WYE__CONSTRAINTS, i);
    bool automaton = constraint->kind == WYE__AUTOMATON;
    uint32_t begin = 8 * c->next[WYE__AUTOMATA], words = constraint->size / 8;
    if (!span_in_text(c, constraint->text) || constraint->size % 8 || (constraint->size > 0) != automaton ||
        (automaton && constraint->automaton != begin) || !name(c, WYE__AUTOMATA, c->next[WYE__AUTOMATA], words) ||
        !wye__constraint_is_sound(constraint, automaton ? at(c, WYE__AUTOMATA, begin / 8) : NULL, constraint->size))
      return refuse(c, WYE__CONSTRAINTS, i, "a constraint that cannot be read");
  }
  return true;
}

static bool check_vertex(struct check *c, uint32_t index) {
  const struct wye__vertex *vertex = at(c, WYE__VERTICES, index);
  bool fine = wye__kind_of(vertex) == WYE__POINT ? check_point(c, vertex) : check_node(c, vertex);
  return fine || refuse(c, WYE__VERTICES, index, "a vertex whose links are not the next records, or do not fit");
}

static bool check_vertices(struct check *c) {
  static const struct wye__branch empty;
  c->next[WYE__BRANCHES] = c->next[WYE__REFS] = 1; /* record 0 of these means none */
  if (c->table->sections[WYE__BRANCHES].count == 0 || memcmp(at(c, WYE__BRANCHES, 0), &empty, sizeof empty) != 0)
    return refuse(c, WYE__BRANCHES, 0, "branch 0 is not an empty one");
  if (c->table->sections[WYE__REFS].count == 0) return refuse(c, WYE__REFS, 0, "ref 0 is missing");
  if (!check_roots(c)) return refuse(c, WYE__VERTICES, 0, "the roots are not what they must be");
  uint32_t roots = c->next[WYE__VERTICES];
  for (uint32_t root = 0, i = roots; root < roots; root++) {
    if (!check_vertex(c, root)) return false;
    for (; i < c->next[WYE__VERTICES]; i++)
      if (!check_vertex(c, i)) return false;
  }
  for (enum wye__section s = WYE__VERTICES; s <= WYE__AUTOMATA; s++) {
    bool counted = s != WYE__ROUTES && s != WYE__METHODS && s != WYE__CONSTRAINTS;
    if (counted && c->next[s] != c->table->sections[s].count)
      return refuse(c, s, c->next[s], "a record that nothing leads to");
  }
  bool counted = c->visited_nodes == c->table->visited_nodes && c->notes == c->table->notes && c->notes <= c->all_notes;
  return counted ? true : refuse(c, WYE__VERTICES, 0, "the header has other numbers of visited nodes or notes");
}

int32_t wye_table_open(const void *image, size_t size, const struct wye_table **table, struct wye_error *error) {
  if (!table) return wye__fail(error, WYE_BAD_ARGUMENT, 0, "`table` must not be NULL");
  *table = NULL;
  if (!image || !wye__aligned(image, WYE_ALIGNMENT))
    return wye__fail(error, WYE_BAD_ARGUMENT, 0, "an image must be aligned to 8 bytes");
  struct check c = {.table = image};
  if (!check_head(&c, size) || !check_methods(&c) || !check_routes(&c) || !check_constraints(&c) || !check_hosts(&c) ||
      !check_vertices(&c))
    return wye__fail(error, WYE_BAD_IMAGE, c.offset, c.problem);
  *table = image;
  return WYE_OK;
}
