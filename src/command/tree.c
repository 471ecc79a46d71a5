/*
 * The routes as a tree: hosts, below them segments, and the routes where they end. Siblings are in match order. It
 * is drawn from the patterns as they are written, so parameters with two names are two nodes here.
 */
#include "command.h"

/* ------------------------------------------------------------------ pieces of a pattern */

static bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool at(struct text text, size_t place, char c) { return place < text.length && text.bytes[place] == c; }

/* After the class of an expression that begins at `place`. */
static size_t class_end(struct text text, size_t place) {
  for (place++; place < text.length && !at(text, place, ']'); place++)
    if (at(text, place, '\\')) place++;
  return place + 1;
}

/* After the expression that begins at `place`, a `(`. */
static size_t expression_end(struct text text, size_t place) {
  size_t open = 0;
  while (place < text.length) {
    if (at(text, place, '[')) {
      place = class_end(text, place);
      continue;
    }
    if (at(text, place, '(')) open++;
    if (at(text, place, ')') && --open == 0) return place + 1;
    place += at(text, place, '\\') ? 2 : 1;
  }
  return text.length;
}

static size_t type_end(struct text text, size_t place) {
  while (place < text.length && !at(text, place, '>')) place++;
  return place + 1;
}

struct parameter {
  struct text constraint; /* with its brackets; empty: none */
  size_t end;             /* after all that belongs to it */
};

/* The parameter that begins at `place`, a `:` or a `*`. */
static struct parameter parameter_at(struct text text, size_t place) {
  size_t start = place + 1;
  while (start < text.length && is_name(text.bytes[start])) start++;
  size_t end = at(text, start, '<')   ? type_end(text, start)
               : at(text, start, '(') ? expression_end(text, start)
                                      : start;
  if (end > text.length) end = text.length;
  return (struct parameter){{text.bytes + start, end - start}, at(text, end, '?') ? end + 1 : end};
}

static bool is_parameter(struct text text, size_t place) { return at(text, place, ':') || at(text, place, '*'); }

static bool is_escape(struct text text, size_t place) {
  static const char hex[] = "0123456789abcdefABCDEF";
  return at(text, place, '%') && place + 2 < text.length && text.bytes[place + 1] &&
         strchr(hex, text.bytes[place + 1]) && text.bytes[place + 2] && strchr(hex, text.bytes[place + 2]);
}

/* After the character of a literal at `place`. */
static size_t character_end(struct text text, size_t place) {
  size_t end = place + (at(text, place, '\\') ? 2 : is_escape(text, place) ? 3 : 1);
  return end < text.length ? end : text.length;
}

static bool at_slash(struct text text, size_t place) {
  return at(text, place, '/') || (at(text, place, '\\') && at(text, place + 1, '/'));
}

/* Cuts the next segment, without its slash, off a pattern that begins with one. */
static struct text take_segment(struct text *pattern) {
  struct text left = rest(*pattern, at(*pattern, 0, '\\') ? 2 : 1);
  size_t end = 0;
  while (end < left.length && !at_slash(left, end))
    end = is_parameter(left, end) ? parameter_at(left, end).end : character_end(left, end);
  *pattern = rest(left, end);
  return (struct text){left.bytes, end};
}

/* ------------------------------------------------------------------ nodes */

struct node {
  struct text text; /* a host, or a segment */
  struct node *parent, *child, *next;
  uint32_t first;      /* the first route at it or below it */
  uint32_t leaf, last; /* the routes that end here: a list of indexes plus 1 */
  uint32_t depth;      /* 0: a host */
  bool rest;           /* a catch-all: a `*` is one only where nothing follows */
};

struct forest {
  const struct wye_table *table;
  struct node *nodes; /* the first one is above the hosts */
  size_t count, capacity;
  uint32_t *places; /* nodes by hash of parent and text, plus 1 */
  size_t place_count;
  uint32_t *next_leaf; /* of each route */
};

static uint32_t hash_of(size_t parent, struct text text) {
  uint32_t hash = 2166136261u ^ (uint32_t)parent * 2654435761u;
  for (size_t i = 0; i < text.length; i++) hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
  return hash;
}

/* While the nodes still move they are known by number: in `depth` is a parent's, until `link` knows better. */
static uint32_t *find(struct forest *forest, size_t parent, struct text text, bool is_rest) {
  for (size_t i = hash_of(parent, text);; i++) {
    uint32_t *place = &forest->places[i & (forest->place_count - 1)];
    const struct node *node = *place ? &forest->nodes[*place - 1] : NULL;
    if (!node) return place;
    if (node->depth == parent && node->rest == is_rest && compare_texts(node->text, text) == 0) return place;
  }
}

static void grow(struct forest *forest) {
  forest->capacity = forest->capacity ? 2 * forest->capacity : 512;
  forest->place_count = 2 * forest->capacity;
  forest->nodes = grown(forest->nodes, forest->capacity * sizeof *forest->nodes);
  forest->places = grown(forest->places, forest->place_count * sizeof *forest->places);
  memset(forest->places, 0, forest->place_count * sizeof *forest->places);
  for (size_t i = 1; i < forest->count; i++)
    *find(forest, forest->nodes[i].depth, forest->nodes[i].text, forest->nodes[i].rest) = (uint32_t)i + 1;
}

static size_t child_of(struct forest *forest, size_t parent, struct text text, bool is_rest, uint32_t route) {
  uint32_t *place = find(forest, parent, text, is_rest);
  if (*place) return *place - 1;
  if (forest->count == forest->capacity) {
    grow(forest);
    place = find(forest, parent, text, is_rest);
  }
  forest->nodes[forest->count] =
      (struct node){.text = text, .depth = (uint32_t)parent, .rest = is_rest, .first = route};
  *place = (uint32_t)forest->count + 1;
  return forest->count++;
}

static void add(struct forest *forest, uint32_t index) {
  struct wye_route route;
  wye_table_route(forest->table, index, &route);
  size_t node = child_of(forest, 0, (struct text){route.host, route.host_length}, false, index);
  struct text pattern = {route.pattern, route.pattern_length};
  while (pattern.length) {
    struct text segment = take_segment(&pattern);
    node = child_of(forest, node, segment, at(segment, 0, '*') && !pattern.length, index);
  }
  struct node *end = &forest->nodes[node];
  if (end->last) forest->next_leaf[end->last - 1] = index + 1;
  else end->leaf = index + 1;
  end->last = index + 1;
}

/* ------------------------------------------------------------------ order of hosts */

static struct text take_label(struct text *host) {
  const char *dot = host->length ? memchr(host->bytes, '.', host->length) : NULL;
  struct text label = {host->bytes, dot ? (size_t)(dot - host->bytes) : host->length};
  *host = rest(*host, label.length + (dot ? 1 : 0));
  return label;
}

static int compare_numbers(size_t a, size_t b) { return (a > b) - (a < b); }

static size_t labels_with(struct text host, char first) {
  size_t count = 0;
  while (host.length && host.bytes[0] != '[') count += at(take_label(&host), 0, first);
  return count;
}

/* Exact, with parameters, by suffix, any. */
static int rank_of_host(struct text host) {
  return !host.length ? 3 : at(host, 0, '*') ? 2 : labels_with(host, ':') ? 1 : 0;
}

/* Label by label, text before a parameter. */
static int compare_labels(struct text a, struct text b) {
  while (a.length && b.length) {
    struct text x = take_label(&a), y = take_label(&b);
    int order = (int)at(x, 0, ':') - (int)at(y, 0, ':');
    if (!order) order = compare_texts(x, y);
    if (order) return order;
  }
  return compare_numbers(a.length, b.length);
}

static int compare_hosts(const struct node *a, const struct node *b) {
  int rank = rank_of_host(a->text), order = rank - rank_of_host(b->text);
  if (order || rank == 3) return order;
  if (rank == 0) return compare_texts(a->text, b->text);
  if (rank == 1) order = compare_numbers(labels_with(a->text, ':'), labels_with(b->text, ':'));
  else order = compare_numbers(b->text.length, a->text.length);
  return order ? order : compare_labels(a->text, b->text);
}

/* ------------------------------------------------------------------ order of segments */

enum kind { LITERAL, BOUNDED, CONSTRAINED, PLAIN, CATCH_ALL };

/* What is at a place of a segment; its end counts as a literal. */
struct piece {
  enum kind kind;
  struct text text; /* of a literal: one character; of a bounded parameter: the literal that bounds it */
  struct text constraint;
  size_t end;
};

static size_t literal_end(struct text segment, size_t place) {
  while (place < segment.length && !is_parameter(segment, place)) place = character_end(segment, place);
  return place;
}

static struct piece piece_at(const struct node *node, size_t place) {
  struct text segment = node->text;
  if (!is_parameter(segment, place)) {
    size_t end = character_end(segment, place);
    return (struct piece){LITERAL, {segment.bytes + place, end - place}, {NULL, 0}, end};
  }
  struct parameter parameter = parameter_at(segment, place);
  size_t end = literal_end(segment, parameter.end);
  if (end > parameter.end)
    return (struct piece){BOUNDED, {segment.bytes + parameter.end, end - parameter.end}, parameter.constraint, end};
  enum kind kind = node->rest ? CATCH_ALL : parameter.constraint.length ? CONSTRAINED : PLAIN;
  return (struct piece){kind, {NULL, 0}, parameter.constraint, end};
}

static size_t characters(struct text literal) {
  size_t count = 0;
  for (size_t place = 0; place < literal.length; place = character_end(literal, place)) count++;
  return count;
}

static int compare_pieces(const struct piece *a, const struct piece *b) {
  if (a->kind != b->kind) return (int)a->kind - (int)b->kind;
  int order = a->kind == BOUNDED ? compare_numbers(characters(b->text), characters(a->text)) : 0;
  if (!order) order = compare_texts(a->text, b->text);
  return order ? order : (a->constraint.length == 0) - (b->constraint.length == 0);
}

/* Different constraints at one place are tried in the order of their routes. */
static int compare_segments(const struct node *a, const struct node *b) {
  for (size_t i = 0, j = 0; i < a->text.length || j < b->text.length;) {
    struct piece x = piece_at(a, i), y = piece_at(b, j);
    int order = compare_pieces(&x, &y);
    if (order) return order;
    if (compare_texts(x.constraint, y.constraint)) break;
    i = x.end;
    j = y.end;
  }
  return compare_numbers(a->first, b->first);
}

static int compare_nodes(const void *a, const void *b) {
  const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
  int order = x->depth ? compare_segments(x, y) : compare_hosts(x, y);
  return order ? order : compare_numbers(x->first, y->first);
}

/* ------------------------------------------------------------------ linking */

/* Children follow their parents, so one pass gives them their place, and another, backwards, their order. */
static void link_nodes(struct forest *forest) {
  struct node *nodes = forest->nodes;
  for (size_t i = 1; i < forest->count; i++) {
    struct node *parent = &nodes[nodes[i].depth];
    nodes[i].parent = parent;
    nodes[i].depth = parent == nodes ? 0 : parent->depth + 1;
    nodes[i].next = parent->child;
    parent->child = &nodes[i];
  }
}

static void sort_children(struct node *parent, struct node **room) {
  size_t count = 0;
  for (struct node *child = parent->child; child; child = child->next) room[count++] = child;
  qsort(room, count, sizeof *room, compare_nodes);
  parent->child = count ? room[0] : NULL;
  for (size_t i = 0; i < count; i++) room[i]->next = i + 1 < count ? room[i + 1] : NULL;
}

static struct forest plant(const struct wye_table *table) {
  struct forest forest = {.table = table, .count = 1};
  uint32_t routes = wye_table_routes(table);
  forest.next_leaf = grown(NULL, (routes + 1) * sizeof *forest.next_leaf);
  memset(forest.next_leaf, 0, (routes + 1) * sizeof *forest.next_leaf);
  grow(&forest);
  forest.nodes[0] = (struct node){.parent = NULL};
  for (uint32_t i = 0; i < routes; i++) add(&forest, i);
  link_nodes(&forest);
  struct node **room = grown(NULL, forest.count * sizeof *room);
  for (size_t i = 0; i < forest.count; i++) sort_children(&forest.nodes[i], room);
  free(room);
  return forest;
}

static void fell(struct forest *forest) {
  free(forest->nodes);
  free(forest->places);
  free(forest->next_leaf);
}

/* ------------------------------------------------------------------ drawing */

/* The node that is drawn next, below this one or beside it or one above it; NULL after the last one. */
static struct node *next_node(const struct node *node) {
  if (node->child) return node->child;
  while (node && !node->next) node = node->parent;
  return node ? node->next : NULL;
}

/* How a text of the user's is printed. */
typedef void writer(struct text text);

static void write_plain(struct text text) { put_field(&out, text); }

/* Between the quotes of a dot file. */
static void write_quoted(struct text text) {
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '"' || text.bytes[i] == '\\') put_text(&out, "\\");
    put_field(&out, (struct text){text.bytes + i, 1});
  }
}

static void put_label(const struct node *node, writer *write) {
  if (node->depth) put_text(&out, "/");
  if (!node->depth && !node->text.length) put_text(&out, "any host");
  write(node->text);
}

static void put_leaf(const struct wye_route *route, writer *write) {
  write((struct text){route->method, route->method_length});
  put_text(&out, " ");
  put_number(&out, (uint32_t)route->id);
  if (route->name_length) put_text(&out, " ");
  write((struct text){route->name, route->name_length});
}

/* The routes that end at a node: those for any method are asked last. */
static void put_leaves(const struct forest *forest, const struct node *node, const char *between, writer *write) {
  for (int any = 0; any < 2; any++) {
    for (uint32_t leaf = node->leaf; leaf; leaf = forest->next_leaf[leaf - 1]) {
      struct wye_route route;
      wye_table_route(forest->table, leaf - 1, &route);
      if ((route.method_length == 1 && *route.method == '*') != any) continue;
      put_text(&out, between);
      put_leaf(&route, write);
    }
  }
}

static void put_branches(const struct node *node, const struct node **above) {
  size_t count = 0;
  for (const struct node *up = node; up->depth; up = up->parent) above[count++] = up;
  while (count-- > 1) put_text(&out, above[count]->next ? "│   " : "    ");
  if (node->depth) put_text(&out, node->next ? "├── " : "└── ");
}

static void draw_text(const struct forest *forest) {
  const struct node **above = grown(NULL, (WYE_MAX_PATTERN + 1) * sizeof *above);
  for (const struct node *node = forest->nodes[0].child; node; node = next_node(node)) {
    put_branches(node, above);
    put_label(node, write_plain);
    put_leaves(forest, node, "  ", write_plain);
    put_text(&out, "\n");
  }
  free((void *)above);
}

/* A node's name in the dot file. */
static void put_node(const struct forest *forest, const struct node *node) {
  put_text(&out, "n");
  put_number(&out, (uint32_t)(node - forest->nodes));
}

static void put_edge(const struct forest *forest, const struct node *node) {
  put_text(&out, "  ");
  put_node(forest, node->parent);
  put_text(&out, " -> ");
  put_node(forest, node);
  put_text(&out, ";\n");
}

static void draw_dot(const struct forest *forest) {
  put_text(&out, "digraph routes {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n");
  for (const struct node *node = forest->nodes[0].child; node; node = next_node(node)) {
    put_text(&out, "  ");
    put_node(forest, node);
    put_text(&out, " [label=\"");
    put_label(node, write_quoted);
    put_leaves(forest, node, "\\n", write_quoted);
    put_text(&out, "\"];\n");
    if (node->depth) put_edge(forest, node);
  }
  put_text(&out, "}\n");
}

int tree(const struct settings *settings, int count, char **args) {
  (void)count;
  struct loader loader = load(args[0], settings, &err);
  if (!loader.problems) {
    struct forest forest = plant(loader.table);
    if (settings->format && strcmp(settings->format, "dot") == 0) draw_dot(&forest);
    else draw_text(&forest);
    fell(&forest);
  }
  unload(&loader);
  return loader.problems ? TROUBLE : FINE;
}
