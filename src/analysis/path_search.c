#include "analysis/path_search.h"

#include "language/expression.h"
#include "language/encoding.h"
#include "language/pattern.h"

/* What the segment so far is: a path with a segment `.` or `..` is matched by no route. */
enum wye__dots { NOTHING, ONE_DOT, TWO_DOTS, OTHER };

/* ------------------------------------------------------------------ characters */

static uint8_t put_escape(uint8_t *to, uint8_t byte) {
  static const char hex[] = "0123456789ABCDEF";
  to[0] = '%';
  to[1] = (uint8_t)hex[byte >> 4];
  to[2] = (uint8_t)hex[byte & 15];
  return 3;
}

/* Whether a byte may stand in a path as it is (RFC 3986 3.3, and as path.h has it `[` and `]`). */
static bool stands_raw(uint8_t byte) {
  static const char others[] = "-._~!$&'()*+,;=:@[]";
  uint8_t lower = byte | 0x20;
  if ((lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9')) return true;
  for (const char *c = others; *c; c++)
    if ((uint8_t)*c == byte) return true;
  return false;
}

static void normalize(const struct wye_table *table, struct wye__symbol *symbol) {
  size_t length =
      wye__normalize(symbol->raw, symbol->raw_length, table->case_insensitive, symbol->normal, sizeof symbol->normal);
  symbol->normal_length = (uint8_t)length;
}

/* Bytes of the character in normal form at `text`, as UTF-8 or one of the pairs of path.h; 0: it is not whole. */
static uint32_t character_length(const uint8_t *text, uint32_t length) {
  uint8_t lead = text[0];
  uint32_t size = lead == '%' ? 2 : lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size > length || lead > 0xF4) return 0;
  for (uint32_t i = 1; lead != '%' && i < size; i++)
    if ((text[i] & 0xC0) != 0x80) return 0;
  return size;
}

/* The first character of a literal in normal form, as a path has it. */
static struct wye__symbol symbol_of(const struct wye_table *table, const uint8_t *literal, uint32_t length) {
  struct wye__symbol symbol = {.raw_length = 0};
  uint32_t size = character_length(literal, length);
  if (literal[0] == '%' && literal[1] == '%') symbol.raw[symbol.raw_length++] = '%';
  else if (literal[0] == '%') symbol.raw_length = put_escape(symbol.raw, literal[1] & 0x7F);
  else if (stands_raw(literal[0])) symbol.raw[symbol.raw_length++] = literal[0];
  else
    for (uint32_t i = 0; i < size; i++) symbol.raw_length += put_escape(symbol.raw + symbol.raw_length, literal[i]);
  normalize(table, &symbol);
  return symbol;
}

bool wye__search_reads(const uint8_t *shape, uint32_t length) {
  for (uint32_t at = 0; at < length;) {
    uint32_t end = wye__literal_end(shape, length, at);
    uint32_t size = end == at ? wye__shape_step(shape, at) : character_length(shape + at, end - at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

/* ------------------------------------------------------------------ the alphabet */

/* The class that an automaton has a character in. */
static uint32_t class_of(const struct wye__automaton *a, uint32_t point) {
  if (point < 128) return a->ascii[point];
  const uint32_t *starts = wye__automaton_starts(a);
  uint32_t i = a->ranges;
  while (i > 1 && starts[i - 1] > point) i--;
  return wye__automaton_classes(a)[i - 1];
}

/* What is told apart of a character by a constraint. */
static uint32_t sign_of(const struct wye_table *table, const struct wye__constraint *c, uint32_t point) {
  switch (c->kind) {
  case WYE__UINT:
  case WYE__INT:
  case WYE__DATE: return point - '0' < 10 ? point : 0;
  case WYE__AUTOMATON: return class_of(wye__automaton(table, c), point);
  default: return point < 128 ? (uint32_t)(c->ascii[point >> 6] >> (point & 63) & 1) : c->beyond;
  }
}

/* Dots and dashes mean more than other characters, whatever set they are in. */
static uint64_t signs_of(const struct wye_table *table, uint32_t point) {
  uint64_t signs = point == '.' || point == '-' ? point : 0;
  for (uint32_t i = 0; i < table->sections[WYE__CONSTRAINTS].count; i++) {
    signs = (signs ^ sign_of(table, wye__constraint_at(table, i), point)) * 0x9E3779B97F4A7C15u;
    signs ^= signs >> 32;
  }
  return signs;
}

static uint16_t kind_of(const struct wye__alphabet *a, uint64_t signs) {
  uint32_t i = 0;
  while (i < a->count && a->signs[i] != signs) i++;
  return i < a->count ? a->symbols[i].kind : (uint16_t)a->count;
}

static void add_symbol(const struct wye_table *table, struct wye__alphabet *a, struct wye__symbol symbol,
                       uint32_t point) {
  if (a->count == WYE__SYMBOLS) {
    a->cut = true;
    return;
  }
  uint64_t signs = signs_of(table, point);
  symbol.kind = kind_of(a, signs);
  normalize(table, &symbol);
  a->signs[a->count] = signs;
  a->symbols[a->count++] = symbol;
}

static void add_escaped(const struct wye_table *table, struct wye__alphabet *a, uint8_t byte) {
  struct wye__symbol symbol = {.raw_length = 0};
  symbol.raw_length = put_escape(symbol.raw, byte);
  add_symbol(table, a, symbol, byte);
}

static void add_raw(const struct wye_table *table, struct wye__alphabet *a, const char *characters) {
  for (; *characters; characters++)
    add_symbol(table, a, (struct wye__symbol){.raw = {(uint8_t)*characters}, .raw_length = 1}, (uint8_t)*characters);
}

/* A code point above U+007F, which is no surrogate. */
static void add_point(const struct wye_table *table, struct wye__alphabet *a, uint32_t point) {
  struct wye__symbol symbol = {.raw_length = 0};
  uint32_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3; /* bytes behind the first one */
  uint32_t lead = (0xFFu << (7 - more) & 0xFFu) | point >> 6 * more;
  symbol.raw_length = put_escape(symbol.raw, (uint8_t)lead);
  for (uint32_t left = more; left-- > 0;)
    symbol.raw_length += put_escape(symbol.raw + symbol.raw_length, (uint8_t)(0x80 | (point >> 6 * left & 0x3F)));
  add_symbol(table, a, symbol, point);
}

/* The first character of each range that an expression tells apart; 0xD800 to 0xDFFF are no characters. */
static void add_ranges(const struct wye_table *table, struct wye__alphabet *a, const struct wye__automaton *automaton) {
  const uint32_t *starts = wye__automaton_starts(automaton);
  for (uint32_t i = 0; i < automaton->ranges; i++) {
    uint32_t end = i + 1 < automaton->ranges ? starts[i + 1] : 0x110000;
    uint32_t point = starts[i] >= 0xD800 && starts[i] < 0xE000 ? 0xE000 : starts[i];
    if (point < end) add_point(table, a, point);
  }
}

void wye__alphabet_fill(const struct wye_table *table, struct wye__alphabet *a) {
  static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~";
  static const char reserved[] = "!$&'()*+,;=:@[]";
  a->count = 0;
  a->cut = false;
  add_raw(table, a, unreserved);
  add_raw(table, a, reserved);
  for (uint8_t byte = 0; byte < 128; byte++)
    if (!stands_raw(byte)) add_escaped(table, a, byte);
  for (const char *c = reserved; *c; c++) add_escaped(table, a, (uint8_t)*c);
  add_point(table, a, 0x80);
  for (uint32_t i = 0; i < table->sections[WYE__CONSTRAINTS].count; i++) {
    const struct wye__constraint *c = wye__constraint_at(table, i);
    if (c->kind == WYE__AUTOMATON) add_ranges(table, a, wye__automaton(table, c));
  }
}

/* ------------------------------------------------------------------ readings that go on alike */

/* How many digits may follow `value` with the number staying below `bound`. */
static uint64_t digits_below(uint64_t value, uint64_t bound, bool *begins) {
  uint64_t digits = 0;
  for (; bound > value; bound /= 10) digits++;
  *begins |= bound == value;
  return digits;
}

enum { IN_CLASS = 0x40000000 };

/*
 * Of numbers that are read digit by digit, those go on alike that begin neither bound, and stay below each for as many
 * more digits.
 */
static void join_numbers(struct wye__reading *r, uint64_t low, uint64_t high) {
  bool begins = r->value == 0;
  uint64_t below_low = digits_below(r->value, low, &begins), below_high = digits_below(r->value, high, &begins);
  if (begins) return;
  r->value = below_low * 32 + below_high;
  r->state |= IN_CLASS;
}

static void join_ints(const struct wye__constraint *c, struct wye__reading *r) {
  int64_t low = (int64_t)c->low, high = (int64_t)c->high;
  if (r->state & 1) join_numbers(r, high < 0 ? 0 - c->high : 0, low < 0 ? 0 - c->low : 0);
  else join_numbers(r, low > 0 ? c->low : 0, high > 0 ? c->high : 0);
}

/* Of a year counts whether it is a leap year, and of its first digits what they can make of it: 400 = 40 x 10 ... */
static void join_dates(struct wye__reading *r) {
  static const uint32_t period[] = {1, 2, 4, 40};
  static const uint32_t behind_year[] = {1, 1, 10, 100, 100, 1000};
  if (r->state < 4) {
    r->value %= period[r->state];
  } else if (r->state < 10) {
    uint64_t divisor = behind_year[r->state - 4], year = r->value / divisor;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    r->value = 2 * (r->value % divisor) + leap;
  } else {
    r->value = 0;
  }
}

/* A place with what its future depends on, and nothing else. */
static struct wye__place key_of(const struct wye__search *search, struct wye__place place) {
  if (!place.inside || search->forms[place.form].shape[place.at + 1] != WYE__TYPED) return place;
  uint32_t number = wye__shape_constraint(search->forms[place.form].shape, place.at);
  const struct wye__constraint *c = wye__constraint_at(search->table, number);
  struct wye__reading *r = &place.reading;
  switch (c->kind) {
  case WYE__RUN:
  case WYE__SLUG:
    if (c->high == UINT64_MAX && r->value > c->low) r->value = c->low;
    break;
  case WYE__UINT: join_numbers(r, c->low, c->high); break;
  case WYE__INT: join_ints(c, r); break;
  case WYE__DATE: join_dates(r); break;
  default: break;
  }
  return place;
}

/* ------------------------------------------------------------------ states */

static struct wye__state *state_at(const struct wye__search *search, uint32_t offset) {
  return (struct wye__state *)(void *)(search->room + offset);
}

static uint32_t state_size(uint32_t places) {
  return (uint32_t)(sizeof(struct wye__state) + places * sizeof(struct wye__place));
}

static bool same_place(struct wye__place a, struct wye__place b) {
  return a.form == b.form && a.at == b.at && a.inside == b.inside && a.reading.value == b.reading.value &&
         a.reading.state == b.reading.state;
}

/* A state in the making. */
struct draft {
  struct wye__search *search;
  uint8_t dots;
  uint32_t count;
  struct wye__place places[WYE__SEARCH_PLACES];
};

/* Its places are not cleared: they are many. */
static void begin_draft(struct draft *draft, struct wye__search *search, uint8_t dots) {
  draft->search = search;
  draft->dots = dots;
  draft->count = 0;
}

static void put_place(struct draft *draft, struct wye__place place) {
  struct wye__place key = key_of(draft->search, place);
  for (uint32_t i = draft->count; i-- > 0;)
    if (same_place(key_of(draft->search, draft->places[i]), key)) return;
  if (draft->count == WYE__SEARCH_PLACES) draft->search->gave_up = true;
  else draft->places[draft->count++] = place;
}

static uint64_t hash_place(uint64_t hash, struct wye__place key) {
  hash = (hash ^ key.reading.value) * 0x9E3779B97F4A7C15u;
  hash = (hash ^ hash >> 29 ^ ((uint64_t)key.form << 32 | key.at)) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 31 ^ ((uint64_t)key.reading.state << 1 | key.inside);
}

static bool same_state(const struct draft *draft, const struct wye__state *state) {
  if (state->count != draft->count || state->dots != draft->dots) return false;
  for (uint32_t i = 0; i < draft->count; i++) {
    struct wye__place key = key_of(draft->search, draft->places[i]);
    if (!same_place(key, key_of(draft->search, state->places[i]))) return false;
  }
  return true;
}

/* Puts a state behind the others, unless it is among them. */
static void keep(const struct draft *draft, uint32_t before, const struct wye__symbol *symbol) {
  struct wye__search *search = draft->search;
  uint64_t hash = draft->dots;
  for (uint32_t i = 0; i < draft->count; i++) hash = hash_place(hash, key_of(search, draft->places[i]));
  uint32_t *bucket = &search->buckets[(hash * 0x9E3779B97F4A7C15u >> 40) % WYE__SEARCH_BUCKETS];
  for (uint32_t other = *bucket; other != WYE_NONE; other = state_at(search, other)->chained)
    if (same_state(draft, state_at(search, other))) return;
  if (search->used + state_size(draft->count) > WYE__SEARCH_ROOM) {
    search->gave_up = true;
    return;
  }
  struct wye__state *made = state_at(search, search->used);
  *made = (struct wye__state){.before = before,
                              .chained = *bucket,
                              .count = (uint16_t)draft->count,
                              .dots = draft->dots,
                              .raw_length = symbol->raw_length};
  memcpy(made->raw, symbol->raw, sizeof made->raw);
  memcpy(made->places, draft->places, draft->count * sizeof *made->places);
  *bucket = search->used;
  search->used += state_size(draft->count);
}

/* ------------------------------------------------------------------ one character more */

static const struct wye__symbol slash = {.raw = "/", .normal = "/", .raw_length = 1, .normal_length = 1};

static bool is_slash(const struct wye__symbol *symbol) { return symbol->normal[0] == '/'; }

/* What stands at a place: a mark, or 0 for a literal and for the end. */
static uint32_t mark_at(const struct wye__search *search, struct wye__place place) {
  const struct wye__form *form = &search->forms[place.form];
  return place.at < form->length && form->shape[place.at] == '/' ? form->shape[place.at + 1] : 0;
}

static void put_behind(struct draft *draft, struct wye__place place, uint32_t length) {
  put_place(draft, (struct wye__place){.form = place.form, .at = place.at + length});
}

/* One more character of a parameter, which may end behind it. */
static void step_typed(struct draft *draft, struct wye__place place, const struct wye__symbol *symbol) {
  const struct wye_table *table = draft->search->table;
  uint32_t number = wye__shape_constraint(draft->search->forms[place.form].shape, place.at);
  const struct wye__constraint *c = wye__constraint_at(table, number);
  const void *automaton = c->kind == WYE__AUTOMATON ? wye__automaton(table, c) : NULL;
  for (uint32_t at = 0, taken; at < symbol->raw_length; at += taken) {
    taken = wye__constraint_step(c, automaton, &place.reading, symbol->raw + at, symbol->raw_length - at);
    if (taken == 0) return;
  }
  place.inside = 1;
  put_place(draft, place);
  if (wye__constraint_accepts(c, automaton, &place.reading)) put_behind(draft, place, WYE__TYPED_BYTES);
}

static void step_plain(struct draft *draft, struct wye__place place) {
  place.inside = 1;
  put_place(draft, place);
  put_behind(draft, place, WYE__MARK_BYTES);
}

static void step_literal(struct draft *draft, struct wye__place place, const struct wye__symbol *symbol) {
  const struct wye__form *form = &draft->search->forms[place.form];
  uint32_t length = symbol->normal_length;
  if (form->length - place.at >= length && memcmp(form->shape + place.at, symbol->normal, length) == 0)
    put_behind(draft, place, length);
}

static void step(struct draft *draft, struct wye__place place, const struct wye__symbol *symbol) {
  switch (mark_at(draft->search, place)) {
  case WYE__SEGMENT:
    if (is_slash(symbol)) put_behind(draft, place, WYE__MARK_BYTES);
    break;
  case WYE__PARAM:
    if (!is_slash(symbol)) step_plain(draft, place);
    break;
  case WYE__TYPED:
    if (!is_slash(symbol)) step_typed(draft, place, symbol);
    break;
  case WYE__CATCH_ALL: put_place(draft, place); break;
  default: step_literal(draft, place, symbol);
  }
}

static uint8_t dots_behind(uint8_t dots, const struct wye__symbol *symbol) {
  if (is_slash(symbol)) return NOTHING;
  bool dot = symbol->normal[0] == '.' && dots < TWO_DOTS;
  return dot ? dots + 1 : OTHER;
}

static bool is_dotted(uint8_t dots) { return dots == ONE_DOT || dots == TWO_DOTS; }

static bool has_route(const struct draft *draft, uint32_t route) {
  for (uint32_t i = 0; i < draft->count; i++)
    if (draft->places[i].form / 2 == route) return true;
  return false;
}

static void try(struct wye__search *search, uint32_t from, const struct wye__symbol *symbol) {
  const struct wye__state *state = state_at(search, from);
  struct draft draft;
  begin_draft(&draft, search, dots_behind(state->dots, symbol));
  if (is_slash(symbol) && is_dotted(state->dots)) return;
  for (uint32_t i = 0; i < state->count; i++) step(&draft, state->places[i], symbol);
  for (uint32_t i = 0; i < search->wanted_count; i++)
    if (!has_route(&draft, search->wanted[i])) return;
  keep(&draft, from, symbol);
}

/* ------------------------------------------------------------------ the characters that matter behind a state */

/* What can follow a state. */
struct choices {
  bool slash, plain, typed;
  uint32_t count;
  struct wye__symbol literals[WYE__SEARCH_PLACES]; /* the next characters of literals */
};

static bool has_literal(const struct choices *choices, const struct wye__symbol *symbol) {
  for (uint32_t i = 0; i < choices->count; i++) {
    const struct wye__symbol *other = &choices->literals[i];
    if (wye__same(other->normal, other->normal_length, symbol->normal, symbol->normal_length)) return true;
  }
  return false;
}

static void add_literal(const struct wye__search *search, struct choices *choices, struct wye__place place) {
  const struct wye__form *form = &search->forms[place.form];
  if (place.at == form->length) return;
  struct wye__symbol symbol = symbol_of(search->table, form->shape + place.at, form->length - place.at);
  if (!has_literal(choices, &symbol)) choices->literals[choices->count++] = symbol;
}

static void add_choices(const struct wye__search *search, struct choices *choices, struct wye__place place) {
  uint32_t mark = mark_at(search, place);
  choices->slash |= mark == WYE__SEGMENT || mark == WYE__CATCH_ALL;
  choices->plain |= mark == WYE__PARAM || mark == WYE__CATCH_ALL;
  choices->typed |= mark == WYE__TYPED;
  if (mark == 0) add_literal(search, choices, place);
}

/* Where no constraint looks, all characters that are no literal's, and no dots, stand for each other. */
static void try_plain(struct wye__search *search, uint32_t from, const struct choices *choices) {
  const struct wye__symbol *symbol = search->alphabet->symbols;
  const struct wye__symbol *end = symbol + search->alphabet->count;
  while (symbol < end && (symbol->normal[0] == '.' || has_literal(choices, symbol))) symbol++;
  if (symbol < end) try(search, from, symbol);
}

/* Else those of each kind do. A letter in another case than a literal's is the literal's too, but may be of its own
 * kind. */
static void try_kinds(struct wye__search *search, uint32_t from, const struct choices *choices) {
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

static void follow(struct wye__search *search, uint32_t from) {
  const struct wye__state *state = state_at(search, from);
  struct choices choices;
  choices.slash = choices.plain = choices.typed = false;
  choices.count = 0;
  for (uint32_t i = 0; i < state->count; i++) add_choices(search, &choices, state->places[i]);
  if (choices.typed) try_kinds(search, from, &choices);
  else if (choices.plain) try_plain(search, from, &choices);
  for (uint32_t i = 0; i < choices.count; i++) try(search, from, &choices.literals[i]);
  if (choices.slash) try(search, from, &slash);
}

/* ------------------------------------------------------------------ the search */

static void put_route(struct draft *draft, uint32_t route) {
  for (uint32_t form = 2 * route; form < 2 * route + 2; form++)
    if (draft->search->forms[form].length) put_place(draft, (struct wye__place){.form = form});
}

void wye__search_begin(struct wye__search *search) {
  struct draft draft;
  begin_draft(&draft, search, OTHER);
  search->used = search->head = search->last = 0;
  search->expand = search->gave_up = false;
  for (uint32_t i = 0; i < WYE__SEARCH_BUCKETS; i++) search->buckets[i] = WYE_NONE;
  for (uint32_t i = 0; i < search->wanted_count; i++) put_route(&draft, search->wanted[i]);
  for (uint32_t i = 0; i < search->other_count; i++) put_route(&draft, search->others[i]);
  keep(&draft, WYE_NONE, &(struct wye__symbol){.raw_length = 0});
}

uint32_t wye__search_form(const struct wye__search *search, const struct wye__state *state, uint32_t route) {
  for (uint32_t i = 0; i < state->count; i++) {
    struct wye__place place = state->places[i];
    bool ends = place.at == search->forms[place.form].length || mark_at(search, place) == WYE__CATCH_ALL;
    if (place.form / 2 == route && ends) return place.form;
  }
  return WYE_NONE;
}

static bool is_found(const struct wye__search *search, const struct wye__state *state) {
  if (is_dotted(state->dots)) return false;
  for (uint32_t i = 0; i < search->wanted_count; i++)
    if (wye__search_form(search, state, search->wanted[i]) == WYE_NONE) return false;
  return true;
}

const struct wye__state *wye__search_next(struct wye__search *search) {
  if (search->expand) follow(search, search->last);
  while (search->head < search->used) {
    const struct wye__state *state = state_at(search, search->head);
    search->last = search->head;
    search->head += state_size(state->count);
    search->expand = is_found(search, state);
    if (search->expand) return state;
    follow(search, search->last);
  }
  return NULL;
}

uint32_t wye__search_path(const struct wye__search *search, const struct wye__state *state, char *to,
                          uint32_t capacity) {
  uint32_t length = 0;
  for (const struct wye__state *at = state; at->before != WYE_NONE; at = state_at(search, at->before))
    length += at->raw_length;
  uint32_t end = length;
  for (const struct wye__state *at = state; length <= capacity && at->before != WYE_NONE;) {
    end -= at->raw_length;
    memcpy(to + end, at->raw, at->raw_length);
    at = state_at(search, at->before);
  }
  return length;
}
