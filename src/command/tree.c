/*
 * The routes as a tree: hosts, below them segments, and at a segment the routes that end there. Siblings are in match
 * order. It is drawn from the patterns as they are written, so a parameter with two names is two nodes.
 */
#include "command.h"

/* ------------------------------------------------------------------ pieces of a pattern */

/*
 * wye.h has no function that takes a pattern apart, so this does. A table has only valid patterns (a forged image may
 * have others, which must do no harm). Offsets are called `at`; a piece ends before its `end`.
 */
static bool has(struct text text, size_t at, char c) { return at < text.length && text.bytes[at] == c; }

/* The end of the constraint that begins at `at`, a `<` or `(`. */
static size_t constraint_end(struct text text, size_t at) {
  size_t open = 0;
  bool expression = has(text, at, '('), in_class = false;
  for (; at < text.length; at++) {
    char c = text.bytes[at];
    if (!expression && c == '>') return at + 1;
    if (!expression) continue;
    if (c == '\\') at++;
    else if (in_class) in_class = c != ']';
    else if (c == '[') in_class = true;
    else if (c == '(') open++;
    else if (c == ')' && --open == 0) return at + 1;
  }
  return text.length;
}

struct parameter {
  struct text constraint; /* with its brackets; empty: none */
  size_t end;             /* of all that belongs to the parameter */
};

/* The parameter that begins at `at`, a `:` or a `*`. */
static struct parameter parameter_at(struct text text, size_t at) {
  static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  size_t start = at + 1;
  while (start < text.length && text.bytes[start] && strchr(name, text.bytes[start])) start++;
  size_t end = has(text, start, '<') || has(text, start, '(') ? constraint_end(text, start) : start;
  return (struct parameter){{text.bytes + start, end - start}, has(text, end, '?') ? end + 1 : end};
}

static bool is_parameter(struct text text, size_t at) { return has(text, at, ':') || has(text, at, '*'); }

static bool is_hex(char c) { return c && strchr("0123456789abcdefABCDEF", c); }

/* The end of the character of a literal at `at`: an escaped one (`\x`), an escape (`%XX`), or a byte. */
static size_t character_end(struct text text, size_t at) {
  bool is_escape =
      has(text, at, '%') && at + 2 < text.length && is_hex(text.bytes[at + 1]) && is_hex(text.bytes[at + 2]);
  size_t end = at + (has(text, at, '\\') ? 2 : is_escape ? 3 : 1);
  return end < text.length ? end : text.length;
}

/* Cuts the next segment, without its slash, off a pattern that begins with one. A slash may be written `\/`. */
static struct text take_segment(struct text *pattern) {
  struct text left = rest(*pattern, has(*pattern, 0, '\\') ? 2 : 1);
  size_t end = 0;
  while (end < left.length && !has(left, end, '/') && !(has(left, end, '\\') && has(left, end + 1, '/')))
    end = is_parameter(left, end) ? parameter_at(left, end).end : character_end(left, end);
  *pattern = rest(left, end);
  return (struct text){left.bytes, end};
}

/* ------------------------------------------------------------------ nodes */

struct node {
  struct text text; /* a host, or a segment */
  struct node *parent, *child, *next;
  uint32_t first;      /* the first route at the node or below it */
  uint32_t leaf, last; /* the routes that end here, a list: the first and the last one, as 1 + their indexes */
  uint32_t depth;      /* 0: a host */
  bool is_catch_all;   /* a `*` is one only where nothing follows it */
};

struct forest {
  const struct wye_table *table;
  struct node *nodes; /* the first one is the parent of the hosts */
  size_t count, capacity;
  uint32_t *slots; /* hash table of nodes, by parent and text: 1 + a node's number; 0: free */
  size_t slot_count;
  uint32_t *next_leaf; /* of each route: the next one in its list */
};

/*
 * The slot of a node, or the free slot for it, by FNV-1a. Until link_nodes, when nodes no longer move, `depth` holds
 * the number of the parent.
 */
static uint32_t *find(struct forest *forest, size_t parent, struct text text, bool is_catch_all) {
  uint32_t hash = 2166136261u ^ (uint32_t)parent * 2654435761u;
  for (size_t i = 0; i < text.length; i++) hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
  for (;; hash++) {
    uint32_t *slot = &forest->slots[hash & (forest->slot_count - 1)];
    if (*slot == 0) return slot;
    const struct node *node = &forest->nodes[*slot - 1];
    if (node->depth == parent && node->is_catch_all == is_catch_all && compare_texts(node->text, text) == 0)
      return slot;
  }
}

/* Makes room for more nodes, and a hash table twice as large as they are. */
static void grow(struct forest *forest) {
  forest->capacity = forest->capacity ? 2 * forest->capacity : 512;
  forest->slot_count = 2 * forest->capacity;
  forest->nodes = grown(forest->nodes, forest->capacity * sizeof *forest->nodes);
  forest->slots = grown(forest->slots, forest->slot_count * sizeof *forest->slots);
  memset(forest->slots, 0, forest->slot_count * sizeof *forest->slots);
  for (size_t i = 1; i < forest->count; i++)
    *find(forest, forest->nodes[i].depth, forest->nodes[i].text, forest->nodes[i].is_catch_all) = (uint32_t)i + 1;
}

/* The child with this text, made for `route` if there is none yet. Returns its number. */
static size_t child_of(struct forest *forest, size_t parent, struct text text, bool is_catch_all, uint32_t route) {
  uint32_t *slot = find(forest, parent, text, is_catch_all);
  if (*slot) return *slot - 1;
  if (forest->count == forest->capacity) {
    grow(forest);
    slot = find(forest, parent, text, is_catch_all);
  }
  forest->nodes[forest->count] =
      (struct node){.text = text, .depth = (uint32_t)parent, .is_catch_all = is_catch_all, .first = route};
  *slot = (uint32_t)forest->count + 1;
  return forest->count++;
}

/* Adds a route: its nodes, and itself to the list of the last one. */
static void add(struct forest *forest, uint32_t index) {
  struct wye_route route;
  wye_table_route(forest->table, index, &route);
  size_t node = child_of(forest, 0, (struct text){route.host, route.host_length}, false, index);
  struct text pattern = {route.pattern, route.pattern_length};
  while (pattern.length) {
    struct text segment = take_segment(&pattern);
    node = child_of(forest, node, segment, has(segment, 0, '*') && !pattern.length, index);
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
  while (host.length && host.bytes[0] != '[') count += has(take_label(&host), 0, first);
  return count;
}

/* The kinds of hosts in match order: exact, with parameters, by suffix, any. */
static int rank_of_host(struct text host) {
  return !host.length ? 3 : has(host, 0, '*') ? 2 : labels_with(host, ':') ? 1 : 0;
}

/* Label by label, text before a parameter. */
static int compare_labels(struct text a, struct text b) {
  while (a.length && b.length) {
    struct text x = take_label(&a), y = take_label(&b);
    int order = (int)has(x, 0, ':') - (int)has(y, 0, ':');
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

/* In match order. */
enum kind { LITERAL, DELIMITED, CONSTRAINED, PLAIN, INNER, CATCH_ALL };

/* A piece of a segment. Past its end there is an empty literal. */
struct piece {
  enum kind kind;
  struct text text; /* of a literal: one character; of a delimited parameter: the literal after it */
  struct text constraint;
  size_t end;
};

static size_t literal_end(struct text segment, size_t at) {
  while (at < segment.length && !is_parameter(segment, at)) at = character_end(segment, at);
  return at;
}

static struct piece piece_at(const struct node *node, size_t at) {
  struct text segment = node->text;
  if (!is_parameter(segment, at)) {
    size_t end = character_end(segment, at);
    return (struct piece){LITERAL, {segment.bytes + at, end - at}, {NULL, 0}, end};
  }
  struct parameter parameter = parameter_at(segment, at);
  size_t end = literal_end(segment, parameter.end);
  if (end > parameter.end)
    return (struct piece){DELIMITED, {segment.bytes + parameter.end, end - parameter.end}, parameter.constraint, end};
  bool is_inner = has(segment, at, '*') && segment.length > 1; /* without a name it is a parameter */
  enum kind kind = node->is_catch_all            ? CATCH_ALL
                   : is_inner                    ? INNER
                   : parameter.constraint.length ? CONSTRAINED
                                                 : PLAIN;
  return (struct piece){kind, {NULL, 0}, parameter.constraint, end};
}

static size_t characters(struct text literal) {
  size_t count = 0;
  for (size_t at = 0; at < literal.length; at = character_end(literal, at)) count++;
  return count;
}

static int compare_pieces(const struct piece *a, const struct piece *b) {
  if (a->kind != b->kind) return (int)a->kind - (int)b->kind;
  int order = a->kind == DELIMITED ? compare_numbers(characters(b->text), characters(a->text)) : 0;
  if (!order) order = compare_texts(a->text, b->text);
  return order ? order : (a->constraint.length == 0) - (b->constraint.length == 0);
}

/* Different constraints in the same position are tried in the order of their routes. */
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

/* Replaces the numbers of parents by links. A parent comes before its children. */
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
  free(forest->slots);
  free(forest->next_leaf);
}

/* ------------------------------------------------------------------ drawing */

/* The node that is drawn next: the first child, or the next sibling of the node or of one above it; NULL at the end. */
static struct node *next_node(const struct node *node) {
  if (node->child) return node->child;
  while (node && !node->next) node = node->parent;
  return node ? node->next : NULL;
}

/* Prints a text of the user's. */
typedef void writer(struct text text);

static void write_plain(struct text text) { put_field(&out, text); }

/* As a string of a dot file, without its quotes. */
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

/* The routes that end at a node, those for any method last, as they are tried. */
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

/* Draws the lines to the left of a node. */
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
