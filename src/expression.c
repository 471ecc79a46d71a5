#include "expression.h"

#include "path.h"
#include "status.h"

/*
 * Three steps, all in scratch room of the arena:
 *
 *   1. The text is read into a graph, as Thompson (1968) did it: a node takes a character of a set, or goes on without
 *      one to one or two others. What is repeated by count is written out.
 *   2. The characters are sorted into classes that no set tells apart.
 *   3. Each set of nodes in which a reading can be at once becomes a state of the automaton.
 *
 * Nothing here calls itself: groups lie on a stack of their own, and so do the nodes that are to be visited.
 */

enum {
  NONE = 0xFFFF,         /* no node, no set */
  MOST_POSITIONS = 1000, /* characters in an expression, repetitions written out */
  MOST_NODES = 16000,    /* what surrounds them included */
  MOST_WORK = 1 << 25,   /* nodes visited while states are made: tens of milliseconds */
  NODES_A_TOKEN = 4,     /* at most, repetitions by count aside */
  MANY = 1 << 20,        /* a count without an upper limit; larger than what can be written out */
  LAST_POINT = 0x10FFFF,
};

/* A set of characters: a bit for each ASCII one; above them `count` ranges, or with `inverse` all but these. */
struct set {
  uint64_t ascii[2];
  uint16_t first, count;
  bool inverse;
};

struct range {
  uint32_t low, high;
};

struct node {
  uint16_t set;      /* of which it takes a character; NONE: it takes none */
  uint16_t out;      /* what comes next; NONE: the end */
  uint16_t other;    /* the same for a node that takes none; NONE: there is no other way */
  uint16_t position; /* its number among the nodes that take one */
};

/* A piece of the graph: the nodes from `start` on, entered at one, left at another whose `out` is not set yet. */
struct piece {
  uint16_t start, entry, exit;
  uint16_t set; /* it is `low` to `high` characters of this set; NONE: it is something else */
  uint32_t low, high;
  uint32_t positions; /* characters in it; more than MOST_POSITIONS is not counted on */
  bool there;
  bool never; /* nothing can match it: a class may be empty */
};

/* A group that is being read: `whole|whole|sequence last`. */
struct group {
  struct piece whole, sequence, last;
  bool repeated; /* `last` has its quantifier */
};

struct compiler {
  struct wye__arena *arena;
  const uint8_t *text;
  uint32_t start, at, end;
  struct wye_error *error;
  struct set *sets;
  struct range *ranges;
  struct group *groups, *group; /* the stack, and its top */
  struct node *nodes;
  uint32_t set_count, range_count, node_count, node_room;
};

static int32_t fail(const struct compiler *c, uint32_t at, const char *detail) {
  return wye__fail(c->error, WYE_BAD_PATTERN, at, detail);
}

static int32_t no_memory(const struct compiler *c) {
  return wye__fail(c->error, WYE_NO_MEMORY, c->start, "the block is too small for this expression");
}

static int32_t too_large(const struct compiler *c) {
  return wye__fail(
      c->error, WYE_EXPRESSION_TOO_LARGE, c->start,
      "this expression needs more than 1000 states: write a smaller one, or check the value in the handler");
}

static void *take(struct compiler *c, uint64_t size) {
  uint32_t offset = wye__arena_take(c->arena, size);
  return offset ? wye__at(c->arena, offset) : NULL;
}

/* ------------------------------------------------------------------ sets */

static void add_ascii(uint64_t ascii[2], uint32_t low, uint32_t high) {
  for (; low <= high && low < 128; low++) ascii[low >> 6] |= (uint64_t)1 << (low & 63);
}

void wye__ascii_set(const char *pairs, uint64_t ascii[2]) {
  for (; *pairs; pairs += 2) add_ascii(ascii, (uint8_t)pairs[0], (uint8_t)pairs[1]);
}

static void add_points(struct compiler *c, struct set *set, uint32_t low, uint32_t high) {
  add_ascii(set->ascii, low, high);
  if (high < 128) return;
  c->ranges[c->range_count++] = (struct range){low < 128 ? 128 : low, high};
  set->count++;
}

static bool contains(const struct compiler *c, const struct set *set, uint32_t point) {
  if (point < 128) return set->ascii[point >> 6] >> (point & 63) & 1;
  for (uint32_t i = 0; i < set->count; i++) {
    struct range range = c->ranges[set->first + i];
    if (point >= range.low && point <= range.high) return !set->inverse;
  }
  return set->inverse;
}

static bool is_empty(const struct set *set) {
  return !(set->ascii[0] | set->ascii[1]) && set->count == 0 && !set->inverse;
}

/* `\d` and the like into the set; false if `letter` is none of them. An upper-case one has all above U+007F. */
static bool add_shorthand(struct set *set, uint8_t letter, bool *beyond) {
  uint64_t ascii[2] = {0, 0};
  bool upper = !(letter & 0x20);
  switch (letter | 0x20) {
  case 'd': wye__ascii_set("09", ascii); break;
  case 'w': wye__ascii_set("09AZ__az", ascii); break;
  case 's': wye__ascii_set("\t\r  ", ascii); break;
  default: return false;
  }
  for (uint32_t i = 0; i < 2; i++) set->ascii[i] |= upper ? ~ascii[i] : ascii[i];
  *beyond |= upper;
  return true;
}

static bool is_alnum(uint8_t c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/*
 * One character, or an escaped one, or `\d` and the like into the set: then `*point` is UINT32_MAX. `*beyond` becomes
 * true if everything above U+007F is in the set now.
 */
static int32_t read_character(struct compiler *c, struct set *set, uint32_t *point, bool *beyond) {
  uint32_t start = c->at;
  bool escaped = c->text[start] == '\\';
  uint8_t byte = c->text[c->at += escaped];
  *point = byte;
  if (byte < 0x80) c->at++;
  else c->at += wye__character(c->text + c->at, c->end - c->at, point);
  if (byte > 0x7F && c->at == start + 1) return fail(c, start, "this byte is no UTF-8");
  if (!escaped) return WYE_OK;
  if (add_shorthand(set, byte, beyond)) *point = UINT32_MAX;
  else if (is_alnum(byte) || byte <= ' ' || byte > '~')
    return fail(c, start, "only punctuation and d, w, s, D, W, S can be escaped");
  return WYE_OK;
}

/* One character of a class, or a range of them. `first`: nothing but `[` or `[^` is in front of it. */
static int32_t read_class_item(struct compiler *c, struct set *set, bool first, bool *beyond) {
  uint32_t start = c->at, low, high;
  const uint8_t *text = c->text;
  if (text[start] == '-' && !first && text[start + 1] != ']')
    return fail(c, start, "\"-\" stands between two characters: write \"\\-\" for the character");
  int32_t status = read_character(c, set, &low, beyond);
  if (status < 0 || low == UINT32_MAX) return status;
  high = low;
  if (c->at + 1 < c->end && text[c->at] == '-' && text[c->at + 1] != ']') {
    uint32_t dash = c->at++;
    status = read_character(c, set, &high, beyond);
    if (status < 0) return status;
    if (high == UINT32_MAX) return fail(c, dash, "a range ends with one character");
    if (high < low) return fail(c, start, "this range is upside down");
  }
  add_points(c, set, low, high);
  return WYE_OK;
}

static int32_t read_class(struct compiler *c, struct set *set) {
  uint32_t open = c->at++;
  bool negated = c->at < c->end && c->text[c->at] == '^', beyond = false;
  uint32_t first = c->at += negated;
  while (c->at < c->end && c->text[c->at] != ']') {
    int32_t status = read_class_item(c, set, c->at == first, &beyond);
    if (status < 0) return status;
  }
  if (c->at >= c->end) return fail(c, open, "this class is not closed: write \"\\[\" for the character");
  if (c->at++ == first) return fail(c, open, "a class cannot be empty");
  if (beyond) set->count = 0;
  set->inverse = beyond != negated;
  if (negated) set->ascii[0] = ~set->ascii[0], set->ascii[1] = ~set->ascii[1];
  return WYE_OK;
}

/* ------------------------------------------------------------------ pieces of the graph */

/* Room for so many nodes more. They lie behind each other, since nothing else is taken while the text is read. */
static bool reserve(struct compiler *c, uint32_t count) {
  if (c->node_room - c->node_count >= count) return true;
  uint32_t more = count - (c->node_room - c->node_count);
  if (!take(c, (uint64_t)more * sizeof(struct node))) return false;
  c->node_room += more;
  return true;
}

static uint16_t add_node(struct compiler *c, uint16_t set, uint16_t out, uint16_t other) {
  c->nodes[c->node_count] = (struct node){set, out, other, NONE};
  return (uint16_t)c->node_count++;
}

static uint16_t add_way(struct compiler *c, uint16_t out, uint16_t other) { return add_node(c, NONE, out, other); }

/* A way through without a character, in place of what there is. */
static void make_empty(struct compiler *c, struct piece *p) {
  c->node_count = p->start;
  p->entry = p->exit = add_way(c, NONE, NONE);
  p->never = false;
}

/* `a` and behind it `b`. */
static struct piece joined(struct compiler *c, struct piece a, struct piece b) {
  if (!a.there) return b;
  c->nodes[a.exit].out = b.entry;
  a.exit = b.exit;
  a.set = NONE;
  a.positions += b.positions;
  a.never |= b.never;
  return a;
}

/* `a` or `b`; one that nothing matches is left out. */
static struct piece either(struct compiler *c, struct piece a, struct piece b) {
  if (!a.there) return b;
  a.set = NONE;
  a.positions += b.positions;
  if (b.never) return a;
  if (a.never) {
    a.entry = b.entry, a.exit = b.exit, a.never = false;
    return a;
  }
  uint16_t end = add_way(c, NONE, NONE);
  c->nodes[a.exit].out = c->nodes[b.exit].out = end;
  a.entry = add_way(c, a.entry, b.entry);
  a.exit = end;
  return a;
}

/* Copies the piece, the last in the graph, until it is there `copies` times. */
static void copy_nodes(struct compiler *c, uint32_t start, uint32_t size, uint32_t copies) {
  for (uint32_t i = size; i < size * copies; i++) {
    struct node node = c->nodes[start + i - size];
    if (node.out != NONE) node.out = (uint16_t)(node.out + size);
    if (node.other != NONE) node.other = (uint16_t)(node.other + size);
    c->nodes[c->node_count++] = node;
  }
}

/* Chains the copies; each behind the first `low` can be passed over, and the last can be taken again for MANY. */
static void chain(struct compiler *c, struct piece *p, uint32_t size, uint32_t copies, uint32_t low, uint32_t high) {
  uint16_t end = low < high ? add_way(c, NONE, NONE) : NONE, first = p->entry, last = p->exit;
  for (uint32_t i = 0; i < copies; i++) {
    uint16_t entry = (uint16_t)(first + i * size);
    if (i + 1 == copies && high == MANY) c->nodes[end].other = entry;
    if (i >= low) entry = add_way(c, entry, end);
    if (i == 0) p->entry = entry;
    else c->nodes[p->exit].out = entry;
    p->exit = (uint16_t)(last + i * size);
  }
  if (end == NONE) return;
  c->nodes[p->exit].out = end;
  p->exit = end;
}

/* The piece, the last in the graph, `low` to `high` times. What is too large is counted only. */
static int32_t repeat(struct compiler *c, struct piece *p, uint32_t low, uint32_t high) {
  uint32_t copies = high < MANY ? high : low ? low : 1, size = c->node_count - p->start;
  uint64_t positions = (uint64_t)p->positions * copies, nodes = (uint64_t)size * copies + copies + 2;
  if (p->low != 1 || p->high != 1) p->set = NONE;
  p->low = low;
  p->high = high;
  if (positions && p->start + nodes > MOST_NODES) positions = MOST_POSITIONS + 1;
  p->positions = positions > MOST_POSITIONS ? MOST_POSITIONS + 1 : (uint32_t)positions;
  if (p->positions > MOST_POSITIONS) return WYE_OK;
  if (copies == 0 || (p->never && low == 0)) make_empty(c, p);
  else if (positions && !p->never) {
    if (!reserve(c, (uint32_t)nodes - size)) return no_memory(c);
    copy_nodes(c, p->start, size, copies);
    chain(c, p, size, copies, low, high);
  }
  return WYE_OK;
}

/* ------------------------------------------------------------------ 1. the text */

/* A new part of the sequence; a quantifier may follow. */
static void put_piece(struct compiler *c, struct piece piece) {
  struct group *group = c->group;
  if (group->last.there) group->sequence = joined(c, group->sequence, group->last);
  group->last = piece;
  group->repeated = false;
}

static int32_t read_set(struct compiler *c) {
  uint32_t point;
  bool beyond = false;
  struct set *set = &c->sets[c->set_count];
  *set = (struct set){.first = (uint16_t)c->range_count};
  int32_t status = WYE_OK;
  if (c->text[c->at] == '[') status = read_class(c, set);
  else if (c->text[c->at] == '.') {
    c->at++;
    add_ascii(set->ascii, 0, 127);
    set->inverse = true;
  } else {
    status = read_character(c, set, &point, &beyond);
    if (point != UINT32_MAX) add_points(c, set, point, point);
    set->inverse = beyond;
  }
  uint16_t number = (uint16_t)c->set_count++, node = add_node(c, number, NONE, NONE);
  put_piece(c, (struct piece){node, node, node, number, 1, 1, 1, true, is_empty(set)});
  return status;
}

static uint32_t read_number(struct compiler *c) {
  uint32_t number = 0;
  for (; (uint8_t)(c->text[c->at] - '0') <= 9; c->at++)
    if (number < MANY / 20) number = number * 10 + c->text[c->at] - '0';
  return number;
}

/* `{m}`, `{m,}` or `{m,n}`; false if it is none, or upside down. */
static bool read_counts(struct compiler *c, uint32_t *low, uint32_t *high) {
  uint32_t digits = ++c->at;
  *low = *high = read_number(c);
  if (c->at == digits) return false;
  if (c->text[c->at] == ',') {
    digits = ++c->at;
    *high = read_number(c);
    if (c->at == digits) *high = MANY;
  }
  return c->text[c->at++] == '}' && *low <= *high;
}

static int32_t read_quantifier(struct compiler *c) {
  uint32_t start = c->at, low = 0, high = MANY;
  struct group *group = c->group;
  if (c->text[start] == '{') {
    if (!read_counts(c, &low, &high))
      return fail(c, start, "counts are written {2}, {2,} or {2,3}; the character \"\\{\"");
  } else {
    low = c->text[start] == '+';
    if (c->text[start] == '?') high = 1;
    c->at++;
  }
  if (!group->last.there) return fail(c, start, "nothing stands here that could be repeated");
  if (group->repeated) return fail(c, start, "a repetition takes no second mark: use (?:...)");
  group->repeated = true;
  return repeat(c, &group->last, low, high);
}

static int32_t open_group(struct compiler *c) {
  bool marked = c->text[c->at + 1] == '?';
  if (marked && c->text[c->at + 2] != ':') return fail(c, c->at + 1, "of the groups with \"?\" there is (?:...) only");
  c->at += marked ? 3 : 1;
  *++c->group = (struct group){0};
  return WYE_OK;
}

/* At a `|` or `)`. */
static int32_t end_alternative(struct compiler *c) {
  struct group *group = c->group;
  if (!group->last.there) return fail(c, c->at, "something must stand in front of this: a value is never empty");
  group->whole = either(c, group->whole, joined(c, group->sequence, group->last));
  group->sequence.there = group->last.there = false;
  c->at++;
  return WYE_OK;
}

static int32_t close_group(struct compiler *c) {
  int32_t status = end_alternative(c);
  if (status < 0 || c->group == c->groups) return status;
  struct piece whole = c->group->whole;
  c->group--;
  put_piece(c, whole);
  return WYE_OK;
}

static int32_t read_token(struct compiler *c) {
  if (!reserve(c, NODES_A_TOKEN)) return no_memory(c);
  switch (c->text[c->at]) {
  case '(': return open_group(c);
  case ')': return close_group(c);
  case '|': return end_alternative(c);
  case '?':
  case '*':
  case '+':
  case '{': return read_quantifier(c);
  case '^':
  case '$': return fail(c, c->at, "the whole value is meant anyway: write \"\\\" before the character");
  case ']':
  case '}': return fail(c, c->at, "nothing is open here: write \"\\\" before the character");
  default: return read_set(c);
  }
}

static int32_t read_text(struct compiler *c) {
  uint32_t length = c->end - c->at;
  c->sets = take(c, (uint64_t)length * sizeof(struct set));
  c->ranges = take(c, (uint64_t)length * sizeof(struct range));
  c->groups = c->group = take(c, (uint64_t)(length / 2 + 2) * sizeof(struct group));
  c->nodes = take(c, 8);
  if (!c->sets || !c->ranges || !c->groups || !c->nodes) return no_memory(c);
  c->node_room = 1;
  *c->group = (struct group){0};
  while (c->at < c->end) {
    int32_t status = read_token(c);
    if (status < 0) return status;
  }
  return c->groups->whole.positions > MOST_POSITIONS ? too_large(c) : WYE_OK;
}

/* ------------------------------------------------------------------ 2. classes */

struct classes {
  uint32_t *points;  /* one of each range: the ASCII characters, then where those above begin */
  uint16_t *of;      /* the class of each */
  uint16_t *numbers; /* room */
  uint32_t point_count, count;
  uint32_t *members; /* for each set a bit for each class: */
  uint32_t words;    /* so many words */
};

/* Puts a beginning of a range in its place, unless it is there. */
static void add_start(struct classes *k, uint32_t point) {
  uint32_t i = k->point_count;
  while (k->points[i - 1] > point) i--;
  if (k->points[i - 1] == point) return;
  for (uint32_t j = k->point_count++; j > i; j--) k->points[j] = k->points[j - 1];
  k->points[i] = point;
}

static void find_starts(const struct compiler *c, struct classes *k) {
  for (uint32_t i = 0; i <= 128; i++) k->points[i] = i;
  k->point_count = 129;
  for (uint32_t i = 0; i < c->range_count; i++) {
    add_start(k, c->ranges[i].low);
    if (c->ranges[i].high < LAST_POINT) add_start(k, c->ranges[i].high + 1);
  }
}

/* Parts each class into what the set has of it and what not. Numbered as they are met: those of ASCII come first. */
static void part_classes(const struct compiler *c, struct classes *k, const struct set *set) {
  memset(k->numbers, 0xFF, (size_t)k->count * 2 * sizeof *k->numbers);
  uint32_t count = 0;
  for (uint32_t i = 0; i < k->point_count; i++) {
    uint16_t *number = &k->numbers[k->of[i] * 2 + contains(c, set, k->points[i])];
    if (*number == NONE) *number = (uint16_t)count++;
    k->of[i] = *number;
  }
  k->count = count;
}

static int32_t make_classes(struct compiler *c, struct classes *k) {
  uint32_t most = 129 + 2 * c->range_count;
  k->points = take(c, (uint64_t)most * sizeof *k->points);
  k->of = take(c, (uint64_t)most * sizeof *k->of);
  k->numbers = take(c, (uint64_t)most * 2 * sizeof *k->numbers);
  if (!k->points || !k->of || !k->numbers) return no_memory(c);
  find_starts(c, k);
  memset(k->of, 0, most * sizeof *k->of);
  k->count = 1;
  for (uint32_t i = 0; i < c->set_count; i++) part_classes(c, k, &c->sets[i]);
  k->words = (k->count + 31) / 32;
  uint64_t size = (uint64_t)c->set_count * k->words * sizeof *k->members;
  k->members = take(c, size);
  if (!k->members) return no_memory(c);
  memset(k->members, 0, (size_t)size);
  for (uint32_t i = 0; i < c->set_count; i++)
    for (uint32_t j = 0; j < k->point_count; j++)
      if (contains(c, &c->sets[i], k->points[j])) k->members[i * k->words + k->of[j] / 32] |= 1u << k->of[j] % 32;
  return WYE_OK;
}

/* ------------------------------------------------------------------ 3. states */

enum { SLOTS = 2048 }; /* of the hash table of states: a power of two, twice as many as there can be */

struct states {
  const struct classes *classes;
  uint32_t positions, words; /* of a set of nodes: a bit for each position, and the last for the end */
  uint16_t *node_of;         /* the node of each position */
  uint16_t *stack, *active;
  uint32_t *marks, mark; /* a node is visited if its mark is the present one */
  uint64_t *reached;     /* the set of nodes that is being made */
  uint16_t *slots;       /* states by hash, one more; 0: free */
  uint8_t *first;        /* the states behind each other: a set of nodes, then the next state for each class */
  uint32_t stride, count, work;
};

static uint64_t *nodes_of(const struct states *s, uint32_t state) {
  return (uint64_t *)(void *)(s->first + (size_t)state * s->stride);
}

static uint16_t *next_of(const struct states *s, uint32_t state) {
  return (uint16_t *)(void *)(nodes_of(s, state) + s->words);
}

static uint32_t push(struct states *s, uint32_t depth, uint16_t node) {
  if (node == NONE) s->reached[s->positions / 64] |= (uint64_t)1 << s->positions % 64;
  else if (s->marks[node] != s->mark) {
    s->marks[node] = s->mark;
    s->stack[depth++] = node;
  }
  return depth;
}

/* From the nodes on the stack to all that can be reached without a character. */
static void reach(const struct compiler *c, struct states *s, uint32_t depth) {
  while (depth) {
    struct node node = c->nodes[s->stack[--depth]];
    s->work++;
    if (node.set != NONE) s->reached[node.position / 64] |= (uint64_t)1 << node.position % 64;
    else {
      depth = push(s, depth, node.out);
      if (node.other != NONE) depth = push(s, depth, node.other);
    }
  }
}

static void clear_reached(struct states *s) {
  memset(s->reached, 0, s->words * sizeof *s->reached);
  s->mark++;
}

static uint16_t *find_slot(const struct states *s) {
  uint64_t hash = 0;
  for (uint32_t i = 0; i < s->words; i++) hash = (hash ^ s->reached[i]) * 0x9E3779B97F4A7C15u;
  uint32_t slot = (uint32_t)(hash >> 48) % SLOTS;
  while (s->slots[slot] && memcmp(nodes_of(s, s->slots[slot] - 1u), s->reached, s->words * sizeof *s->reached) != 0)
    slot = (slot + 1) % SLOTS;
  return &s->slots[slot];
}

/* The state for what is reached, one more; made where it is new. */
static int32_t state_of_reached(struct compiler *c, struct states *s) {
  uint16_t *slot = find_slot(s);
  if (*slot == 0) {
    if (s->count == WYE_MAX_STATES) return too_large(c);
    if (!take(c, s->stride)) return no_memory(c);
    memcpy(nodes_of(s, s->count), s->reached, s->words * sizeof *s->reached);
    *slot = (uint16_t)++s->count;
  }
  return *slot;
}

/* Where a character of the class leads from the active nodes: as `next` has it. */
static int32_t next_state(struct compiler *c, struct states *s, uint32_t active, uint32_t number) {
  const struct classes *k = s->classes;
  uint32_t depth = 0, word = number / 32, bit = number % 32;
  bool any = false;
  clear_reached(s);
  for (uint32_t i = 0; i < active; i++) {
    struct node node = c->nodes[s->active[i]];
    if (!(k->members[node.set * k->words + word] >> bit & 1)) continue;
    any = true;
    depth = push(s, depth, node.out);
  }
  if (!any) return 0;
  reach(c, s, depth);
  return state_of_reached(c, s);
}

static int32_t leave_state(struct compiler *c, struct states *s, uint32_t state) {
  uint32_t active = 0;
  for (uint32_t i = 0; i < s->positions; i++)
    if (nodes_of(s, state)[i / 64] >> i % 64 & 1) s->active[active++] = s->node_of[i];
  for (uint32_t i = 0; i < s->classes->count; i++) {
    int32_t next = next_state(c, s, active, i);
    if (next < 0) return next;
    next_of(s, state)[i] = (uint16_t)next;
    s->work += active;
    if (s->work > MOST_WORK) return too_large(c);
  }
  return WYE_OK;
}

static void number_positions(struct compiler *c, struct states *s) {
  for (uint32_t i = 0; i < c->node_count; i++) {
    if (c->nodes[i].set == NONE) continue;
    s->node_of[s->positions] = (uint16_t)i;
    c->nodes[i].position = (uint16_t)s->positions++;
  }
}

static int32_t make_states(struct compiler *c, struct states *s) {
  const struct piece *whole = &c->groups->whole;
  s->node_of = take(c, c->node_count * sizeof(uint16_t));
  s->active = take(c, c->node_count * sizeof(uint16_t));
  s->stack = take(c, c->node_count * sizeof(uint16_t));
  s->marks = take(c, c->node_count * sizeof(uint32_t));
  s->slots = take(c, SLOTS * sizeof(uint16_t));
  if (!s->node_of || !s->active || !s->stack || !s->marks || !s->slots) return no_memory(c);
  number_positions(c, s);
  s->words = s->positions / 64 + 1;
  s->stride = s->words * 8 + ((s->classes->count * 2 + 7) & ~7u);
  s->reached = take(c, s->words * sizeof(uint64_t));
  if (!s->reached) return no_memory(c);
  s->first = (uint8_t *)(s->reached + s->words);
  memset(s->marks, 0, c->node_count * sizeof *s->marks);
  memset(s->slots, 0, SLOTS * sizeof *s->slots);
  clear_reached(s);
  if (!whole->never) reach(c, s, push(s, 0, whole->entry));
  int32_t status = state_of_reached(c, s);
  for (uint32_t i = 0; status >= 0 && i < s->count; i++) status = leave_state(c, s, i);
  return status < 0 ? status : WYE_OK;
}

/* ------------------------------------------------------------------ the automaton */

static void put_ranges(const struct classes *k, struct wye__automaton *a, uint32_t *starts, uint16_t *classes) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < k->point_count; i++) {
    if (i < 128) a->ascii[i] = (uint8_t)k->of[i];
    else if (i == 128 || k->of[i] != k->of[i - 1]) {
      starts[count] = k->points[i];
      classes[count++] = k->of[i];
    }
  }
}

static void put_states(const struct states *s, uint16_t *next, uint8_t *accepting) {
  uint32_t classes = s->classes->count;
  for (uint32_t i = 0; i < s->count; i++) {
    memcpy(next + (size_t)i * classes, next_of(s, i), classes * sizeof *next);
    if (nodes_of(s, i)[s->positions / 64] >> s->positions % 64 & 1) accepting[i / 8] |= (uint8_t)(1u << i % 8);
  }
}

static uint32_t count_ranges(const struct classes *k) {
  uint32_t count = 1;
  for (uint32_t i = 129; i < k->point_count; i++) count += k->of[i] != k->of[i - 1];
  return count;
}

/* Moves what was taken last down to `mark`, over the scratch room. */
static void keep(struct wye__arena *arena, uint32_t mark, uint32_t from, uint32_t size) {
  uint32_t gap = from - mark;
  for (uint32_t done = 0; done < size; done += gap)
    memcpy((uint8_t *)wye__at(arena, mark) + done, (uint8_t *)wye__at(arena, from) + done,
           size - done < gap ? size - done : gap);
  wye__arena_rewind(arena, mark + size);
}

static int32_t put_automaton(struct compiler *c, const struct classes *k, const struct states *s, uint32_t mark,
                             struct wye__constraint *made) {
  uint32_t ranges = count_ranges(k), size = (uint32_t)wye__automaton_size(s->count, k->count, ranges);
  uint32_t from = wye__arena_take(c->arena, size);
  if (!from) return no_memory(c);
  struct wye__automaton *a = wye__at(c->arena, from);
  memset(a, 0, size);
  a->states = (uint16_t)s->count, a->classes = (uint16_t)k->count, a->ranges = (uint16_t)ranges;
  put_ranges(k, a, (uint32_t *)wye__automaton_starts(a), (uint16_t *)wye__automaton_classes(a));
  put_states(s, (uint16_t *)wye__automaton_next(a), (uint8_t *)wye__automaton_accepting(a));
  keep(c->arena, mark, from, size);
  *made = (struct wye__constraint){.kind = WYE__AUTOMATON, .automaton = mark, .size = size};
  return WYE_OK;
}

static int32_t compile(struct compiler *c, uint32_t mark, struct wye__constraint *made) {
  struct classes classes = {0};
  struct states states = {.classes = &classes};
  int32_t status = read_text(c);
  if (status < 0) return status;
  const struct piece *whole = &c->groups->whole;
  const struct set *set = &c->sets[whole->set];
  if (whole->set != NONE && set->count == 0) {
    *made = (struct wye__constraint){.kind = WYE__RUN, .beyond = set->inverse, .low = whole->low, .high = whole->high};
    memcpy(made->ascii, set->ascii, sizeof made->ascii);
    if (whole->high == MANY) made->high = UINT64_MAX;
    return WYE_OK;
  }
  status = make_classes(c, &classes);
  if (status == WYE_OK) status = make_states(c, &states);
  return status < 0 ? status : put_automaton(c, &classes, &states, mark, made);
}

int32_t wye__expression_compile(struct wye__arena *arena, const uint8_t *text, uint32_t start, uint32_t end,
                                struct wye__constraint *made, struct wye_error *error) {
  uint32_t mark = wye__arena_mark(arena);
  struct compiler c = {.arena = arena, .text = text, .start = start, .at = start + 1, .end = end, .error = error};
  int32_t status = compile(&c, mark, made);
  if (made->kind != WYE__AUTOMATON) wye__arena_rewind(arena, mark);
  return status;
}
