#include "language/expression.h"

#include "base/hash.h"
#include "language/encoding.h"
#include "base/status.h"

/*
 * Three steps, all in scratch room of the arena:
 *
 *   1. The text is read into a graph, as Thompson did (CACM 1968): a node takes a character of its set and goes on, or
 *      goes one of two ways without a character. A counted repetition is written out.
 *   2. The characters are sorted into classes that no set distinguishes.
 *   3. Each set of nodes at which a value can be at the same time becomes a state.
 *
 * Nothing here is recursive: open groups are on a stack, and so are the nodes to visit. After an error in the text the
 * reading goes on to the end of the token, so only code that would be unsafe after an error checks the status.
 */

enum {
  MOST_POSITIONS = 1000, /* characters in an expression, repetitions written out */
  MOST_NODES = 16000,    /* of the graph: these, and nodes without a character */
  MOST_WORK = 1 << 25,   /* ranges examined while states are made: tens of milliseconds */
  ASCII = 128,
  SLOTS = 2048, /* of the hash table of states: a power of two, twice as many as there can be */
  LAST_POINT = 0x10FFFF,
  RANGES_A_BYTE = 3, /* of the text, at most: `\W` makes five */
};

static const uint32_t MANY = 1 << 20;         /* no upper limit; larger than any count that can be written out */
static const uint32_t SHORTHAND = UINT32_MAX; /* instead of a character: a `\d` or the like */
static const uint16_t NO_SET = 0xFFFF;

struct range {
  uint32_t low, high;
};

/* `count` ranges of characters from `first` on; with `inverse` all but these. */
struct set {
  uint16_t first, count;
  bool inverse;
};

struct node {
  uint16_t set;        /* it takes a character of this set; NO_SET: none */
  uint16_t out, other; /* what comes next; without a set also the other way, if it is not 0 */
  uint16_t unused;
};

/*
 * A piece of the graph: the nodes from `start` on (0: no piece), with an entry, and an exit whose `out` is not set yet.
 */
struct piece {
  uint16_t start, entry, exit;
};

/* A group that is being read: `whole|whole|sequence last`. */
struct group {
  struct piece whole, sequence, last;
};

struct compiler {
  struct wye__arena *arena;
  const uint8_t *text;
  uint32_t start, at, end;
  int32_t status;
  struct wye_error *error;
  bool repeatable;      /* a quantifier may come next */
  uint32_t quantifiers; /* how many there were, */
  uint32_t low, high;   /* and the last one */
  struct range *ranges;
  struct set *sets;
  struct group *groups, *group; /* the stack, and its top */
  struct node *nodes;           /* number 0 is none */
  uint32_t range_count, set_count, node_count;

  uint32_t *points;  /* the ASCII characters, then the first character of each range that no set divides */
  uint16_t *classes; /* the class of each point */
  uint32_t *samples; /* one character of each class */
  uint16_t *parts;   /* for dividing classes: the new number of each half */
  uint32_t point_count, class_count;

  uint32_t words;              /* 64-bit words of a set of nodes, which has a bit for each */
  uint64_t *visited, *reached; /* the nodes visited; of these, those that take a character or are the end */
  uint16_t *slots;             /* hash table of states: 1 + the state's number; 0: free */
  uint16_t *stack;
  uint8_t *states; /* of each, `stride` bytes: its set of nodes, then the next state for each class */
  uint32_t depth, stride, state_count, work;
};

static void fail(struct compiler *c, int32_t status, uint32_t at, const char *detail) {
  if (c->status == WYE_OK) c->status = wye__fail(c->error, status, at, detail);
}

static void bad(struct compiler *c, uint32_t at, const char *detail) { fail(c, WYE_BAD_PATTERN, at, detail); }

static void too_large(struct compiler *c) {
  fail(c, WYE_EXPRESSION_TOO_LARGE, c->start,
       "this expression needs more than 1000 states; check the value in the handler");
}

static void *take(struct compiler *c, uint32_t size) {
  uint32_t offset = wye__arena_take(c->arena, size);
  if (!offset) fail(c, WYE_NO_MEMORY, c->start, "no room for this expression");
  return offset ? wye__at(c->arena, offset) : NULL;
}

/* ------------------------------------------------------------------ sets */

static void add_range(struct compiler *c, uint32_t low, uint32_t high) {
  c->ranges[c->range_count++] = (struct range){low, high};
  c->sets[c->set_count].count++;
}

static bool contains(const struct compiler *c, uint32_t set_number, uint32_t point) {
  struct set set = c->sets[set_number];
  for (const struct range *range = c->ranges + set.first; set.count--; range++)
    if (point >= range->low && point <= range->high) return !set.inverse;
  return set.inverse;
}

/*
 * `\d` and the like: adds its ranges, or for an upper-case letter the gaps between them. False if it is not one.
 */
static bool add_shorthand(struct compiler *c, uint32_t letter) {
  const char *pairs = "\t\r  ";
  uint32_t next = 0, lower = letter | 0x20;
  if (lower == 'd') pairs = "09";
  else if (lower == 'w') pairs = "09AZ__az";
  else if (lower != 's') return false;
  for (; *pairs; pairs += 2) {
    uint32_t low = (uint8_t)pairs[0], high = (uint8_t)pairs[1];
    if (letter == lower) add_range(c, low, high);
    else add_range(c, next, low - 1);
    next = high + 1;
  }
  if (letter != lower) add_range(c, next, LAST_POINT);
  return true;
}

/* Reads a character, raw or escaped. SHORTHAND: its ranges have been added to the set. */
static uint32_t read_character(struct compiler *c) {
  uint32_t start = c->at, taken = 1;
  bool escaped = c->text[start] == '\\';
  uint32_t point = c->text[c->at += escaped];
  if (point > 0x7F) {
    taken = wye__character(c->text + c->at, c->end - c->at, &point);
    if (taken == 1) bad(c, start, "this byte is not valid UTF-8");
  }
  c->at += taken;
  if (escaped && add_shorthand(c, point)) return SHORTHAND;
  bool punctuation = point > ' ' && point < 0x7F && !wye__is_digit((uint8_t)point) && !wye__is_letter((uint8_t)point);
  if (escaped && !punctuation) bad(c, start, "only punctuation and d, w, s, D, W, S can follow \"\\\"");
  return point;
}

/* Reads a character of a class, or a range. A `-` that cannot form a range is the character. */
static void read_class_item(struct compiler *c) {
  uint32_t start = c->at, low = read_character(c), high = low;
  if (low == SHORTHAND) return;
  if (c->text[c->at] == '-' && c->text[c->at + 1] != ']') {
    c->at++;
    high = read_character(c);
    if (high == SHORTHAND) {
      add_range(c, '-', '-');
      high = low;
    } else if (high < low) bad(c, start, "the start of this range is above its end");
  }
  add_range(c, low, high);
}

static void read_class(struct compiler *c) {
  uint32_t open = c->at++, first;
  if (c->at == c->end) {
    bad(c, open, "this class is not closed; write \"\\[\" for a literal");
    return;
  }
  bool inverse = c->text[c->at] == '^';
  first = c->at += inverse;
  while (c->text[c->at] != ']') read_class_item(c);
  if (c->at++ == first) bad(c, open, "a class cannot be empty");
  c->sets[c->set_count].inverse = inverse;
}

/* ------------------------------------------------------------------ pieces of the graph */

/* Returns the node's number; 0 if there is no room. */
static uint16_t add_node(struct compiler *c, uint32_t set, uint32_t out, uint32_t other) {
  if (c->node_count == MOST_NODES) too_large(c);
  else if (take(c, sizeof(struct node))) {
    c->nodes[c->node_count] = (struct node){(uint16_t)set, (uint16_t)out, (uint16_t)other, 0};
    return (uint16_t)c->node_count++;
  }
  return 0;
}

/* Appends `b` to `a`. */
static void join(struct compiler *c, struct piece *a, const struct piece *b) {
  if (a->start) {
    c->nodes[a->exit].out = b->entry;
    a->exit = b->exit;
  } else *a = *b;
}

/* Makes `a` into `a` or `b`. */
static void add_choice(struct compiler *c, struct piece *a, const struct piece *b) {
  if (!a->start) {
    *a = *b;
    return;
  }
  uint16_t end = add_node(c, NO_SET, 0, 0);
  c->nodes[a->exit].out = c->nodes[b->exit].out = end;
  a->entry = add_node(c, NO_SET, a->entry, b->entry);
  a->exit = end;
}

/*
 * Chains the copies of a piece. Those after the first `low` can be skipped; without a limit the last can be repeated.
 */
static void chain(struct compiler *c, struct piece *p, uint32_t size, uint32_t copies) {
  uint16_t end = add_node(c, NO_SET, 0, 0);
  uint32_t entry = p->entry, exit = p->exit;
  for (uint32_t i = 0; i < copies; i++, entry += size, exit += size) {
    if (i + 1 == copies && c->high == MANY) c->nodes[end].other = (uint16_t)entry;
    uint16_t first = i < c->low ? (uint16_t)entry : add_node(c, NO_SET, entry, end);
    if (i == 0) p->entry = first;
    else c->nodes[exit - size].out = first;
  }
  c->nodes[exit - size].out = p->exit = end;
}

/* Repeats a piece, the last in the graph, `low` to `high` times. */
static void repeat(struct compiler *c, struct piece *p) {
  uint32_t copies = c->high < MANY ? c->high : c->low ? c->low : 1, size = c->node_count - p->start;
  if (copies > MOST_POSITIONS) too_large(c);
  else if (copies == 0) {
    c->node_count = p->start;
    p->exit = p->entry = add_node(c, NO_SET, 0, 0);
  } else {
    for (uint32_t left = size * (copies - 1); left && c->status == WYE_OK; left--) {
      struct node node = c->nodes[c->node_count - size];
      add_node(c, node.set, node.out + size, node.other ? node.other + size : 0);
    }
    if (c->status == WYE_OK) chain(c, p, size, copies);
  }
}

/* ------------------------------------------------------------------ 1. the text */

static void put_piece(struct compiler *c, struct piece *piece) {
  struct group *group = c->group;
  if (group->last.start) join(c, &group->sequence, &group->last);
  group->last = *piece;
  c->repeatable = true;
}

static void read_set(struct compiler *c) {
  c->sets[c->set_count] = (struct set){(uint16_t)c->range_count, 0, false};
  uint8_t byte = c->text[c->at];
  if (byte == '[') read_class(c);
  else if (byte == '.') {
    c->at++;
    add_range(c, 0, LAST_POINT);
  } else {
    uint32_t point = read_character(c);
    if (point != SHORTHAND) add_range(c, point, point);
  }
  uint16_t node = add_node(c, c->set_count++, 0, 0);
  put_piece(c, &(struct piece){node, node, node});
}

/* Reads a number of `{m,n}`; `none` if there is none. */
static uint32_t read_count(struct compiler *c, uint32_t none) {
  uint32_t count = 0, start = c->at;
  for (; (uint8_t)(c->text[c->at] - '0') <= 9; c->at++)
    if (count < MANY / 20) count = count * 10 + c->text[c->at] - '0';
  return c->at == start ? none : count;
}

/* Reads a quantifier into `low` and `high`. False if `{` begins no count, or if m is above n. */
static bool read_quantifier(struct compiler *c) {
  uint8_t byte = c->text[c->at++];
  c->low = byte == '+';
  c->high = byte == '?' ? 1 : MANY;
  if (byte != '{') return true;
  c->low = c->high = read_count(c, MANY);
  if (c->text[c->at] == ',') {
    c->at++;
    c->high = read_count(c, MANY);
  }
  return c->text[c->at++] == '}' && c->low < MANY && c->low <= c->high;
}

static void read_repetition(struct compiler *c) {
  uint32_t start = c->at;
  if (!read_quantifier(c)) bad(c, start, "write {2}, {2,} or {2,3} for a count, \"\\{\" for a literal");
  else if (!c->repeatable)
    bad(c, start, "there is nothing to repeat here; lazy and possessive quantifiers are not supported");
  else repeat(c, &c->group->last);
  c->repeatable = false;
  c->quantifiers++;
}

static void begin_group(struct compiler *c) {
  c->group->whole.start = c->group->sequence.start = c->group->last.start = 0;
  c->repeatable = false;
}

static void open_group(struct compiler *c) {
  if (c->text[++c->at] == '?') {
    if (c->text[c->at + 1] != ':') bad(c, c->at, "write groups as (...) or (?:...); no others are supported");
    c->at += 2;
  }
  c->group++;
  begin_group(c);
}

/* At a `|` or `)`. */
static void end_alternative(struct compiler *c) {
  struct group *group = c->group;
  if (!group->last.start) bad(c, c->at, "something must come before this: a value is never empty");
  join(c, &group->sequence, &group->last);
  add_choice(c, &group->whole, &group->sequence);
  group->sequence.start = group->last.start = 0;
  c->repeatable = false;
  c->at++;
}

static void read_token(struct compiler *c) {
  switch (c->text[c->at]) {
  case '(': open_group(c); break;
  case ')':
    end_alternative(c);
    if (c->group > c->groups) {
      c->group--;
      put_piece(c, &c->group[1].whole);
    }
    break;
  case '|': end_alternative(c); break;
  case '?':
  case '*':
  case '+':
  case '{': read_repetition(c); break;
  case '^':
  case '$':
    bad(c, c->at, "an expression is always anchored: leave this out, or write \"\\\" before it for a literal");
    break;
  case ']':
  case '}': bad(c, c->at, "write \"\\\" before this character"); break;
  default: read_set(c);
  }
}

/* Returns the number of the node at which the graph is entered. Its end is the last node, whose set is empty. */
static uint32_t read_text(struct compiler *c) {
  uint32_t length = c->end - c->at, positions = 0;
  c->ranges = take(c, length * RANGES_A_BYTE * (uint32_t)sizeof(struct range));
  c->sets = take(c, length * (uint32_t)sizeof(struct set));
  c->groups = c->group = take(c, length * (uint32_t)sizeof(struct group));
  c->nodes = take(c, sizeof(struct node)); /* the others follow: while the text is read only nodes are taken */
  c->node_count = 1;
  if (c->status == WYE_OK) begin_group(c);
  while (c->status == WYE_OK && c->at < c->end) read_token(c);
  if (c->status != WYE_OK) return 0;
  for (uint32_t i = 1; i < c->node_count; i++) positions += c->nodes[i].set != NO_SET;
  if (positions > MOST_POSITIONS) too_large(c);
  c->sets[c->set_count] = (struct set){0};
  c->nodes[c->group->whole.exit].out = add_node(c, c->set_count, 0, 0);
  return c->group->whole.entry;
}

/* ------------------------------------------------------------------ 2. classes */

/* Inserts the first character of a range in order, unless it is there. */
static void add_point(struct compiler *c, uint32_t point) {
  uint32_t i = c->point_count;
  while (c->points[i - 1] > point) i--;
  if (c->points[i - 1] == point) return;
  for (uint32_t j = c->point_count++; j > i; j--) c->points[j] = c->points[j - 1];
  c->points[i] = point;
}

/* Divides each class by whether the set has its characters. Classes are numbered as they are met: ASCII first. */
static void divide_classes(struct compiler *c, uint32_t set) {
  memset(c->parts, 0xFF, 4 * c->class_count);
  c->class_count = 0;
  for (uint32_t i = 0; i < c->point_count; i++) {
    uint16_t *part = &c->parts[2 * c->classes[i] + contains(c, set, c->points[i])];
    if (*part == 0xFFFF) {
      c->samples[c->class_count] = c->points[i];
      *part = (uint16_t)c->class_count++;
    }
    c->classes[i] = *part;
  }
}

static void make_classes(struct compiler *c) {
  uint32_t most = 2 * c->range_count + ASCII + 1;
  c->points = take(c, 14 * most);
  if (!c->points) return;
  c->samples = c->points + most;
  c->parts = (uint16_t *)(c->samples + most);
  c->classes = c->parts + 2 * most;
  memset(c->classes, 0, 2 * most);
  while (c->point_count <= ASCII) c->points[c->point_count] = c->point_count, c->point_count++;
  for (uint32_t i = 0; i < c->range_count; i++) {
    add_point(c, c->ranges[i].low);
    if (c->ranges[i].high < LAST_POINT) add_point(c, c->ranges[i].high + 1);
  }
  c->class_count = 1;
  for (uint32_t i = 0; i < c->set_count; i++) divide_classes(c, i);
}

/* ------------------------------------------------------------------ 3. states */

static uint64_t *nodes_of(const struct compiler *c, uint32_t state) {
  return (uint64_t *)(void *)(c->states + (size_t)state * c->stride);
}

static bool has_bit(const uint64_t *set, uint32_t number) { return set[number / 64] >> number % 64 & 1; }

static void add_bit(uint64_t *set, uint32_t number) { set[number / 64] |= (uint64_t)1 << number % 64; }

static void visit(struct compiler *c, uint16_t node) {
  if (has_bit(c->visited, node)) return;
  add_bit(c->visited, node);
  c->stack[c->depth++] = node;
}

/* Visits all nodes that can be reached without a character from those on the stack. */
static void reach(struct compiler *c) {
  while (c->depth) {
    uint16_t number = c->stack[--c->depth];
    struct node node = c->nodes[number];
    c->work++;
    if (node.set != NO_SET) add_bit(c->reached, number);
    else {
      visit(c, node.out);
      if (node.other) visit(c, node.other);
    }
  }
}

/* The slot of the state whose nodes were reached, or the free slot for it. */
static uint16_t *find_slot(const struct compiler *c) {
  uint64_t hash = 0;
  for (uint32_t i = 0; i < c->words; i++) hash = (hash ^ c->reached[i]) * WYE__GOLDEN_RATIO;
  uint16_t *slot = &c->slots[hash >> 53];
  while (*slot && memcmp(nodes_of(c, *slot - 1u), c->reached, 8 * c->words) != 0)
    if (++slot == c->slots + SLOTS) slot = c->slots;
  return slot;
}

/* 1 + the state of the nodes that can be reached from those on the stack; 0 if there are none. */
static uint16_t reached_state(struct compiler *c) {
  if (c->depth == 0) return 0;
  reach(c);
  uint16_t *slot = find_slot(c);
  if (*slot == 0) {
    if (c->state_count == WYE_MAX_STATES) too_large(c);
    else if (take(c, c->stride)) {
      memcpy(nodes_of(c, c->state_count), c->reached, 8 * c->words);
      *slot = (uint16_t)++c->state_count;
    }
  }
  return *slot;
}

static void clear_visited(struct compiler *c) { memset(c->visited, 0, 16 * c->words); }

/* 1 + the state to which a character leads from this one; 0 if it leads to none. */
static uint16_t next_state(struct compiler *c, uint32_t state, uint32_t point) {
  clear_visited(c);
  for (uint32_t i = 0; i < c->words; i++) {
    for (uint64_t left = nodes_of(c, state)[i]; left; left &= left - 1) {
      struct node node = c->nodes[64 * i + (uint32_t)__builtin_ctzll(left)];
      c->work += 1u + c->sets[node.set].count;
      if (contains(c, node.set, point)) visit(c, node.out);
    }
  }
  return reached_state(c);
}

static void make_states(struct compiler *c, uint32_t entry) {
  c->words = c->node_count / 64 + 1;
  c->stride = 8 * c->words + ((2 * c->class_count + 7) & ~7u);
  c->visited = take(c, 16 * c->words);
  c->slots = take(c, 2 * SLOTS);
  c->stack = take(c, 2 * c->node_count);
  if (c->status != WYE_OK) return;
  c->reached = c->visited + c->words;
  c->states = (uint8_t *)wye__at(c->arena, wye__arena_mark(c->arena));
  memset(c->slots, 0, 2 * SLOTS);
  clear_visited(c);
  visit(c, (uint16_t)entry);
  reached_state(c);
  for (uint32_t i = 0; i < c->state_count; i++) {
    for (uint32_t j = 0; c->status == WYE_OK && j < c->class_count; j++) {
      uint16_t *next = (uint16_t *)(void *)(nodes_of(c, i) + c->words);
      next[j] = next_state(c, i, c->samples[j]);
      if (c->work > MOST_WORK) too_large(c);
    }
  }
}

/* ------------------------------------------------------------------ the result */

static void make_run(const struct compiler *c, struct wye__constraint *made) {
  made->kind = WYE__RUN;
  for (uint32_t i = 0; i < ASCII; i++)
    if (contains(c, 0, i)) add_bit(made->ascii, i);
  made->beyond = contains(c, 0, ASCII);
  made->low = c->low;
  made->high = c->high == MANY ? UINT64_MAX : c->high;
}

static void put_states(const struct compiler *c, struct wye__automaton *a) {
  uint16_t *next = (uint16_t *)wye__automaton_next(a);
  uint8_t *accepting = (uint8_t *)wye__automaton_accepting(a);
  for (uint32_t i = 0; i < c->state_count; i++) {
    const uint64_t *nodes = nodes_of(c, i);
    memcpy(next + (size_t)i * c->class_count, nodes + c->words, 2 * c->class_count);
    if (has_bit(nodes, c->node_count - 1)) accepting[i / 8] |= (uint8_t)(1u << i % 8);
  }
}

/* Makes the automaton in the arena, after the scratch room. */
static void make_automaton(struct compiler *c, struct wye__constraint *made) {
  uint32_t ranges = c->point_count - ASCII;
  uint32_t size = (uint32_t)wye__automaton_size(c->state_count, c->class_count, ranges);
  struct wye__automaton *a = take(c, size);
  if (!a) return;
  made->kind = WYE__AUTOMATON;
  made->size = size;
  memset(a, 0, size);
  a->states = (uint16_t)c->state_count;
  a->classes = (uint16_t)c->class_count;
  a->ranges = (uint16_t)ranges;
  for (uint32_t i = 0; i < ASCII; i++) a->ascii[i] = (uint8_t)c->classes[i];
  memcpy((uint32_t *)wye__automaton_starts(a), c->points + ASCII, 4u * a->ranges);
  memcpy((uint16_t *)wye__automaton_classes(a), c->classes + ASCII, 2u * a->ranges);
  put_states(c, a);
}

static void compile(struct compiler *c, struct wye__constraint *made) {
  uint32_t entry = read_text(c);
  if (c->status == WYE_OK) make_classes(c);
  if (c->status != WYE_OK) return;
  if (c->set_count == 1 && c->quantifiers <= 1 && c->point_count == ASCII + 1) {
    make_run(c, made); /* one class, repeated or not, that has all characters above U+007F or none */
    return;
  }
  make_states(c, entry);
  if (c->status == WYE_OK) make_automaton(c, made);
}

/* Moves the last `size` bytes of the arena down to `mark`: in pieces, as memcpy must not overlap. */
static void move_down(struct wye__arena *arena, uint32_t mark, uint32_t size) {
  uint32_t gap = wye__arena_mark(arena) - size - mark;
  uint8_t *to = wye__at(arena, mark);
  wye__arena_rewind(arena, mark + size);
  for (uint32_t done = 0; done < size; done += gap)
    memcpy(to + done, to + done + gap, size - done < gap ? size - done : gap);
}

int32_t wye__expression_compile(struct wye__arena *arena, const uint8_t *text, uint32_t start, uint32_t end,
                                struct wye__constraint *made, struct wye_error *error) {
  uint32_t mark = wye__arena_mark(arena);
  struct compiler c = {
      .arena = arena, .text = text, .start = start, .at = start + 1, .end = end, .low = 1, .high = 1, .error = error};
  compile(&c, made);
  if (made->size) {
    made->automaton = mark;
    move_down(arena, mark, made->size);
  } else wye__arena_rewind(arena, mark);
  return c.status;
}
