#include "analysis/path_search.h"

#include "base/hash.h"
#include "language/pattern.h"

/* What the segment consists of so far: no route matches a path with a segment `.` or `..`. */
enum wye__dots { NO_BYTE, ONE_DOT, TWO_DOTS, OTHER };

/* ------------------------------------------------------------------ positions that go on alike */

/* How many more digits `value` can get and stay below `bound`. Sets `*begins` if the bound begins with it. */
static uint64_t digits_below(uint64_t value, uint64_t bound, bool *begins) {
  uint64_t digits = 0;
  for (; bound > value; bound /= 10) digits++;
  *begins |= bound == value;
  return digits;
}

/*
 * Numbers that are read digit by digit go on alike if neither bound begins with them, and if they can get equally many
 * more digits below each bound. They get one value, with this bit in their state:
 */
enum { IN_CLASS = 0x40000000 };

static void join_numbers(struct wye__constraint_state *s, uint64_t low, uint64_t high) {
  bool begins = s->value == 0;
  uint64_t below_low = digits_below(s->value, low, &begins), below_high = digits_below(s->value, high, &begins);
  if (begins) return;
  s->value = below_low * 32 + below_high;
  s->state |= IN_CLASS;
}

/*
 * Years go on alike if both are leap years or both are not; the first digits of a year, if they are equal modulo what
 * the cycle of 400 years leaves of them (400 = 40 x 10 = 4 x 100).
 */
static void join_dates(struct wye__constraint_state *s) {
  static const uint32_t period[] = {1, 2, 4, 40};
  static const uint32_t after_year[] = {1, 1, 10, 100, 100, 1000};
  if (s->state < 4) {
    s->value %= period[s->state];
  } else if (s->state < 10) {
    uint64_t divisor = after_year[s->state - 4], year = s->value / divisor;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    s->value = 2 * (s->value % divisor) + leap;
  } else {
    s->value = 0;
  }
}

/* A canonical position: only what affects the remaining steps. */
static struct wye__position canonical(const struct wye__path_search *search, struct wye__position position) {
  if (!position.inside || search->forms[position.form].shape[position.at + 1] != WYE__TYPED) return position;
  uint32_t number = wye__shape_constraint(search->forms[position.form].shape, position.at);
  const struct wye__constraint *c = wye__constraint_at(search->table, number);
  struct wye__constraint_state *s = &position.constraint;
  switch (c->kind) {
  case WYE__RUN:
  case WYE__SLUG:
    if (c->high == UINT64_MAX && s->value > c->low) s->value = c->low;
    break;
  case WYE__UINT: join_numbers(s, c->low, c->high); break;
  case WYE__INT: { /* for a negative number the bounds change sides */
    int64_t low = (int64_t)c->low, high = (int64_t)c->high;
    if (s->state & 1) join_numbers(s, high < 0 ? 0 - c->high : 0, low < 0 ? 0 - c->low : 0);
    else join_numbers(s, low > 0 ? c->low : 0, high > 0 ? c->high : 0);
    break;
  }
  case WYE__DATE: join_dates(s); break;
  default: break;
  }
  return position;
}

/* ------------------------------------------------------------------ states */

static struct wye__search_state *state_at(const struct wye__path_search *search, uint32_t offset) {
  return (struct wye__search_state *)(void *)(search->room + offset);
}

static uint32_t state_size(uint32_t positions) {
  return (uint32_t)(sizeof(struct wye__search_state) + positions * sizeof(struct wye__position));
}

static bool same_position(struct wye__position a, struct wye__position b) {
  return a.form == b.form && a.at == b.at && a.inside == b.inside && a.constraint.value == b.constraint.value &&
         a.constraint.state == b.constraint.state;
}

/* A state that is being made. */
struct draft {
  struct wye__path_search *search;
  uint8_t dots;
  uint32_t count;
  struct wye__position positions[WYE__MAX_POSITIONS];
};

/* Leaves the positions uncleared: they are many. */
static void begin_draft(struct draft *draft, struct wye__path_search *search, uint8_t dots) {
  draft->search = search;
  draft->dots = dots;
  draft->count = 0;
}

static void add_position(struct draft *draft, struct wye__position position) {
  struct wye__position key = canonical(draft->search, position);
  for (uint32_t i = draft->count; i-- > 0;)
    if (same_position(canonical(draft->search, draft->positions[i]), key)) return;
  if (draft->count == WYE__MAX_POSITIONS) draft->search->gave_up = true;
  else draft->positions[draft->count++] = position;
}

static uint64_t hash_position(uint64_t hash, struct wye__position key) {
  hash = (hash ^ key.constraint.value) * WYE__GOLDEN_RATIO;
  hash = (hash ^ hash >> 29 ^ ((uint64_t)key.form << 32 | key.at)) * WYE__GOLDEN_RATIO;
  return hash ^ hash >> 31 ^ ((uint64_t)key.constraint.state << 1 | key.inside);
}

static bool same_state(const struct draft *draft, const struct wye__search_state *state) {
  if (state->count != draft->count || state->dots != draft->dots) return false;
  for (uint32_t i = 0; i < draft->count; i++) {
    struct wye__position key = canonical(draft->search, draft->positions[i]);
    if (!same_position(key, canonical(draft->search, state->positions[i]))) return false;
  }
  return true;
}

/* Appends the state, unless it is known. */
static void keep(const struct draft *draft, uint32_t before, const struct wye__symbol *symbol) {
  struct wye__path_search *search = draft->search;
  uint64_t hash = draft->dots;
  for (uint32_t i = 0; i < draft->count; i++) hash = hash_position(hash, canonical(search, draft->positions[i]));
  uint32_t *bucket = &search->buckets[(hash * WYE__GOLDEN_RATIO >> 40) % WYE__SEARCH_BUCKETS];
  for (uint32_t other = *bucket; other != WYE_NONE; other = state_at(search, other)->chained)
    if (same_state(draft, state_at(search, other))) return;
  if (search->used + state_size(draft->count) > WYE__SEARCH_ROOM) {
    search->gave_up = true;
    return;
  }
  struct wye__search_state *made = state_at(search, search->used);
  *made = (struct wye__search_state){.before = before,
                                     .chained = *bucket,
                                     .count = (uint16_t)draft->count,
                                     .dots = draft->dots,
                                     .raw_length = symbol->raw_length};
  memcpy(made->raw, symbol->raw, sizeof made->raw);
  memcpy(made->positions, draft->positions, draft->count * sizeof *made->positions);
  *bucket = search->used;
  search->used += state_size(draft->count);
}

/* ------------------------------------------------------------------ one character more */

static const struct wye__symbol slash = {.raw = "/", .normal = "/", .raw_length = 1, .normal_length = 1};

static bool is_slash(const struct wye__symbol *symbol) { return symbol->normal[0] == '/'; }

/* The mark at a position; 0 for a literal and at the shape's end. */
static uint32_t mark_at(const struct wye__path_search *search, struct wye__position position) {
  const struct wye__form *form = &search->forms[position.form];
  return position.at < form->length && form->shape[position.at] == '/' ? form->shape[position.at + 1] : 0;
}

static void put_after(struct draft *draft, struct wye__position position, uint32_t length) {
  add_position(draft, (struct wye__position){.form = position.form, .at = position.at + length});
}

/* One more character of a constrained parameter, which may end after it. */
static void step_typed(struct draft *draft, struct wye__position position, const struct wye__symbol *symbol) {
  const struct wye_table *table = draft->search->table;
  uint32_t number = wye__shape_constraint(draft->search->forms[position.form].shape, position.at);
  const struct wye__constraint *c = wye__constraint_at(table, number);
  const void *automaton = c->kind == WYE__AUTOMATON ? wye__automaton_of(table, c) : NULL;
  for (uint32_t at = 0, taken; at < symbol->raw_length; at += taken) {
    taken = wye__constraint_step(c, automaton, &position.constraint, symbol->raw + at, symbol->raw_length - at);
    if (taken == 0) return;
  }
  position.inside = 1;
  add_position(draft, position);
  if (wye__constraint_accepts(c, automaton, &position.constraint)) put_after(draft, position, WYE__TYPED_BYTES);
}

static void step_literal(struct draft *draft, struct wye__position position, const struct wye__symbol *symbol) {
  const struct wye__form *form = &draft->search->forms[position.form];
  uint32_t length = symbol->normal_length;
  if (form->length - position.at >= length && memcmp(form->shape + position.at, symbol->normal, length) == 0)
    put_after(draft, position, length);
}

static void step(struct draft *draft, struct wye__position position, const struct wye__symbol *symbol) {
  switch (mark_at(draft->search, position)) {
  case WYE__SEGMENT:
    if (is_slash(symbol)) put_after(draft, position, WYE__MARK_BYTES);
    break;
  case WYE__PARAM:
  case WYE__INNER:
    if (is_slash(symbol) && mark_at(draft->search, position) == WYE__PARAM) break;
    position.inside = 1;
    add_position(draft, position);
    put_after(draft, position, WYE__MARK_BYTES);
    break;
  case WYE__TYPED:
    if (!is_slash(symbol)) step_typed(draft, position, symbol);
    break;
  case WYE__CATCH_ALL: add_position(draft, position); break;
  default: step_literal(draft, position, symbol);
  }
}

static uint8_t dots_after(uint8_t dots, const struct wye__symbol *symbol) {
  if (is_slash(symbol)) return NO_BYTE;
  bool dot = symbol->normal[0] == '.' && dots < TWO_DOTS;
  return dot ? dots + 1 : OTHER;
}

static bool is_dotted(uint8_t dots) { return dots == ONE_DOT || dots == TWO_DOTS; }

static void try(struct wye__path_search *search, uint32_t from, const struct wye__symbol *symbol) {
  const struct wye__search_state *state = state_at(search, from);
  struct draft draft;
  begin_draft(&draft, search, dots_after(state->dots, symbol));
  if (is_slash(symbol) && is_dotted(state->dots)) return;
  for (uint32_t i = 0; i < state->count; i++) step(&draft, state->positions[i], symbol);
  for (uint32_t i = 0; i < search->wanted_count; i++) {
    bool goes_on = false;
    for (uint32_t j = 0; j < draft.count; j++)
      goes_on |= search->forms[draft.positions[j].form].route == search->wanted[i];
    if (!goes_on) return;
  }
  keep(&draft, from, symbol);
}

/* ------------------------------------------------------------------ the characters that matter after a state */

/* What can follow a state. */
struct choices {
  bool slash, plain, typed;
  uint32_t count;
  struct wye__symbol literals[WYE__MAX_POSITIONS]; /* the next characters of literals */
};

static bool has_literal(const struct choices *choices, const struct wye__symbol *symbol) {
  for (uint32_t i = 0; i < choices->count; i++) {
    const struct wye__symbol *other = &choices->literals[i];
    if (wye__same(other->normal, other->normal_length, symbol->normal, symbol->normal_length)) return true;
  }
  return false;
}

static void add_choices(const struct wye__path_search *search, struct choices *choices, struct wye__position position) {
  uint32_t mark = mark_at(search, position);
  bool is_catch_all = mark == WYE__CATCH_ALL || mark == WYE__INNER;
  choices->slash |= mark == WYE__SEGMENT || is_catch_all;
  choices->plain |= mark == WYE__PARAM || is_catch_all;
  choices->typed |= mark == WYE__TYPED;
  const struct wye__form *form = &search->forms[position.form];
  if (mark != 0 || position.at == form->length) return;
  struct wye__symbol symbol = wye__symbol_of(search->table, form->shape + position.at, form->length - position.at);
  if (!has_literal(choices, &symbol)) choices->literals[choices->count++] = symbol;
}

/* Without constraints, any character that begins no literal and is not a dot represents all such characters. */
static void try_plain(struct wye__path_search *search, uint32_t from, const struct choices *choices) {
  const struct wye__symbol *symbol = search->alphabet->symbols;
  const struct wye__symbol *end = symbol + search->alphabet->count;
  while (symbol < end && (symbol->normal[0] == '.' || has_literal(choices, symbol))) symbol++;
  if (symbol < end) try(search, from, symbol);
}

/*
 * With constraints, one of each kind does. All that begin a literal are tried: if case is ignored, letters that differ
 * only in case begin the same literal but may be of different kinds.
 */
static void try_kinds(struct wye__path_search *search, uint32_t from, const struct choices *choices) {
  const struct wye__alphabet *alphabet = search->alphabet;
  uint8_t tried[WYE__SYMBOLS];
  memset(tried, 0, alphabet->count);
  for (uint32_t i = 0; i < alphabet->count; i++) {
    const struct wye__symbol *symbol = &alphabet->symbols[i];
    bool literal = has_literal(choices, symbol);
    if (!literal && tried[symbol->kind]) continue;
    if (!literal) tried[symbol->kind] = 1;
    try(search, from, symbol);
  }
  search->gave_up |= alphabet->cut;
}

static void follow(struct wye__path_search *search, uint32_t from) {
  const struct wye__search_state *state = state_at(search, from);
  struct choices choices;
  choices.slash = choices.plain = choices.typed = false;
  choices.count = 0;
  for (uint32_t i = 0; i < state->count; i++) add_choices(search, &choices, state->positions[i]);
  if (choices.typed) try_kinds(search, from, &choices);
  else if (choices.plain) try_plain(search, from, &choices);
  for (uint32_t i = 0; i < choices.count; i++) try(search, from, &choices.literals[i]);
  if (choices.slash) try(search, from, &slash);
}

/* ------------------------------------------------------------------ the search */

static void put_route(struct draft *draft, uint32_t route) {
  for (uint32_t form = draft->search->first_form[route]; form < draft->search->first_form[route + 1]; form++)
    add_position(draft, (struct wye__position){.form = form});
}

void wye__path_search_begin(struct wye__path_search *search) {
  struct draft draft;
  begin_draft(&draft, search, OTHER);
  search->used = search->head = search->last = 0;
  search->expand = search->gave_up = false;
  for (uint32_t i = 0; i < WYE__SEARCH_BUCKETS; i++) search->buckets[i] = WYE_NONE;
  for (uint32_t i = 0; i < search->wanted_count; i++) put_route(&draft, search->wanted[i]);
  for (uint32_t i = 0; i < search->other_count; i++) put_route(&draft, search->others[i]);
  keep(&draft, WYE_NONE, &(struct wye__symbol){.raw_length = 0});
}

uint32_t wye__path_search_form(const struct wye__path_search *search, const struct wye__search_state *state,
                               uint32_t route) {
  for (uint32_t i = 0; i < state->count; i++) {
    struct wye__position position = state->positions[i];
    bool ends = position.at == search->forms[position.form].length || mark_at(search, position) == WYE__CATCH_ALL;
    if (search->forms[position.form].route == route && ends) return position.form;
  }
  return WYE_NONE;
}

static bool is_found(const struct wye__path_search *search, const struct wye__search_state *state) {
  if (is_dotted(state->dots)) return false;
  for (uint32_t i = 0; i < search->wanted_count; i++)
    if (wye__path_search_form(search, state, search->wanted[i]) == WYE_NONE) return false;
  return true;
}

const struct wye__search_state *wye__path_search_next(struct wye__path_search *search) {
  if (search->expand) follow(search, search->last);
  while (search->head < search->used) {
    const struct wye__search_state *state = state_at(search, search->head);
    search->last = search->head;
    search->head += state_size(state->count);
    search->expand = is_found(search, state);
    if (search->expand) return state;
    follow(search, search->last);
  }
  return NULL;
}

uint32_t wye__path_search_path(const struct wye__path_search *search, const struct wye__search_state *state, char *to,
                               uint32_t capacity) {
  uint32_t length = 0;
  for (const struct wye__search_state *at = state; at->before != WYE_NONE; at = state_at(search, at->before))
    length += at->raw_length;
  uint32_t end = length;
  for (const struct wye__search_state *at = state; length <= capacity && at->before != WYE_NONE;) {
    end -= at->raw_length;
    memcpy(to + end, at->raw, at->raw_length);
    at = state_at(search, at->before);
  }
  return length;
}
