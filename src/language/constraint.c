#include "language/constraint.h"

#include "language/expression.h"
#include "language/encoding.h"
#include "base/status.h"
#include "base/steps.h"

uint32_t wye__constraint_end(const uint8_t *text, uint32_t length, uint32_t at) {
  uint32_t depth = 0;
  if (text[at] == '<') {
    while (at < length && text[at] != '>') at++;
    return at < length ? at + 1 : 0;
  }
  for (; at < length; at++) {
    if (text[at] == '\\') at++;
    else if (text[at] == '(') depth++;
    else if (text[at] == ')' && --depth == 0) return at + 1;
    else if (text[at] == '[') {
      uint32_t open = at;
      while (++at < length && text[at] != ']') at += text[at] == '\\';
      if (at >= length) return open + 1; /* the error is this class, which has no end */
    }
  }
  return 0;
}

/* ------------------------------------------------------------------ numbers */

/* Appends a digit to a number. False if `c` is not a digit, or if the number becomes larger than `limit`. */
static bool add_digit(uint64_t *value, uint32_t c, uint64_t limit) {
  const uint64_t most = UINT64_MAX / 10;
  uint32_t digit = c - '0';
  if (digit > 9 || *value > most || (*value == most && digit > UINT64_MAX % 10)) return false;
  *value = *value * 10 + digit;
  return *value <= limit;
}

/* Reads a number, as int64_t if `negatives` are allowed. False if it is not a number or has too many bits. */
static bool read_number(const uint8_t *text, uint32_t at, uint32_t end, bool negatives, uint64_t *value) {
  bool negative = negatives && text[at] == '-';
  uint64_t limit = negatives ? INT64_MAX + (uint64_t)negative : UINT64_MAX;
  at += negative;
  *value = 0;
  if (at == end) return false;
  while (at < end)
    if (!add_digit(value, text[at++], limit)) return false;
  if (negative) *value = 0 - *value;
  return true;
}

/* ------------------------------------------------------------------ types */

struct type {
  char name[6];
  char ascii[7]; /* its set: the first and the last character of each range */
  uint8_t kind;
};

static const struct type types[] = {
    {"int", "", WYE__INT},         {"uint", "", WYE__UINT},       {"hex", "09AFaf", WYE__RUN},
    {"alpha", "AZaz", WYE__RUN},   {"alnum", "09AZaz", WYE__RUN}, {"slug", "--09az", WYE__SLUG},
    {"uuid", "09AFaf", WYE__UUID}, {"date", "", WYE__DATE},
};

enum { TYPES = sizeof types / sizeof types[0] };

static bool is_name(const char *name, const uint8_t *text, uint32_t length) {
  uint32_t i = 0;
  while (i < length && name[i] && (uint8_t)name[i] == text[i]) i++;
  return i == length && name[i] == 0;
}

/* Where `byte` first is in [at, end); `end` if nowhere. */
static uint32_t find(const uint8_t *text, uint32_t at, uint32_t end, uint8_t byte) {
  while (at < end && text[at] != byte) at++;
  return at;
}

/* The parts of `(a..b)`: its bounds are [lower, dots) and [upper, close), of which one may be empty. */
struct bounds {
  uint32_t lower, dots, upper, close;
};

/* Finds the parts of bounds; `end`: the type's `>`. False, with the byte in `*at`, if they have another form. */
static bool find_bounds(const uint8_t *text, uint32_t open, uint32_t end, struct bounds *b, uint32_t *at) {
  b->lower = b->dots = open + 1;
  b->close = find(text, b->lower, end, ')');
  while (b->dots < b->close && (text[b->dots] != '.' || text[b->dots + 1] != '.')) b->dots++;
  b->upper = b->dots + 2;
  bool is_empty = b->close == b->lower || (b->dots == b->lower && b->upper == b->close);
  *at = open;
  if (b->close == end || is_empty) return false;
  *at = b->close + 1;
  if (*at < end) return false;
  *at = b->lower;
  return b->dots < b->close;
}

/* Reads the bounds `(a..b)`, `(a..)` or `(..b)` that begin at `open`; `end`: the type's `>`. */
static int32_t read_bounds(const uint8_t *text, uint32_t open, uint32_t end, struct wye__constraint *made,
                           struct wye_error *error) {
  static const char not_a_number[] = "this is not a 64-bit number";
  struct bounds b;
  uint32_t at;
  bool negatives = made->kind == WYE__INT;
  if (made->kind >= WYE__UUID) return wye__fail(error, WYE_BAD_PATTERN, open, "this type has no bounds");
  if (!find_bounds(text, open, end, &b, &at))
    return wye__fail(error, WYE_BAD_PATTERN, at, "write <type(1..9)>, <type(1..)> or <type(..9)>");
  if (b.dots > b.lower && !read_number(text, b.lower, b.dots, negatives, &made->low))
    return wye__fail(error, WYE_BAD_PATTERN, b.lower, not_a_number);
  if (b.upper < b.close && !read_number(text, b.upper, b.close, negatives, &made->high))
    return wye__fail(error, WYE_BAD_PATTERN, b.upper, not_a_number);
  if (negatives ? (int64_t)made->low > (int64_t)made->high : made->low > made->high)
    return wye__fail(error, WYE_BAD_PATTERN, b.lower, "the lower bound is above the upper bound");
  return WYE_OK;
}

static int32_t read_type(const uint8_t *text, uint32_t start, uint32_t end, struct wye__constraint *made,
                         struct wye_error *error) {
  uint32_t name = start + 1, at = find(text, name, end - 1, '(');
  const struct type *type = types;
  while (type < types + TYPES && !is_name(type->name, text + name, at - name)) type++;
  if (type == types + TYPES)
    return wye__fail(error, WYE_BAD_PATTERN, name,
                     "there is no such type; write int, uint, hex, alpha, alnum, slug, uuid or date");
  made->kind = type->kind;
  made->high = type->kind == WYE__INT ? INT64_MAX : UINT64_MAX;
  made->low = type->kind == WYE__INT ? ~made->high : 0;
  for (const char *range = type->ascii; *range; range += 2)
    for (uint32_t c = (uint8_t)range[0]; c <= (uint8_t)range[1]; c++) made->ascii[c >> 6] |= (uint64_t)1 << (c & 63);
  return at < end - 1 ? read_bounds(text, at, end - 1, made, error) : WYE_OK;
}

int32_t wye__constraint_compile(struct wye__arena *arena, const uint8_t *text, uint32_t start, uint32_t end,
                                struct wye__constraint *made, struct wye_error *error) {
  *made = (struct wye__constraint){0};
  if (text[start] == '<') return read_type(text, start, end, made, error);
  return wye__expression_compile(arena, text, start, end, made, error);
}

/* ------------------------------------------------------------------ character by character */

static bool in_set(const struct wye__constraint *c, uint32_t point) {
  return point < 128 ? c->ascii[point >> 6] >> (point & 63) & 1 : c->beyond != 0;
}

/* A dash must follow a word. State 1: inside a word. */
static bool step_slug(const struct wye__constraint *c, struct wye__constraint_state *s, uint32_t point) {
  bool dash = point == '-';
  if ((dash && s->state == 0) || !in_set(c, point) || s->value >= c->high) return false;
  s->state = !dash;
  s->value++;
  return true;
}

enum { NEGATIVE = 1, DIGITS = 2 }; /* bits of an int's state: a sign, and digits, have been read */

static bool step_int(const struct wye__constraint *c, struct wye__constraint_state *s, uint32_t point) {
  if (point == '-' && s->state == 0) {
    s->state = NEGATIVE;
    return (int64_t)c->low <= 0;
  }
  s->state |= DIGITS;
  if (s->state & NEGATIVE) return add_digit(&s->value, point, 0 - c->low);
  return (int64_t)c->high >= 0 && add_digit(&s->value, point, c->high);
}

enum { UUID_LENGTH = 36, DATE_LENGTH = 10 };

static const uint64_t DASHES = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23; /* of a UUID */

static bool step_uuid(const struct wye__constraint *c, struct wye__constraint_state *s, uint32_t point) {
  if (s->state == UUID_LENGTH || (DASHES >> s->state & 1 ? point != '-' : !in_set(c, point))) return false;
  s->state++;
  return true;
}

/* Whether eight digits, whose month is from 1 to 12, are a date. */
static bool is_date(uint32_t ymd) {
  uint32_t year = ymd / 10000, month = ymd / 100 % 100, day = ymd % 100;
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  uint32_t last = month == 2 ? 28u + leap : 30 + ((month + month / 8) & 1);
  return day >= 1 && day <= last;
}

static bool step_date(struct wye__constraint_state *s, uint32_t point) {
  uint32_t at = s->state++;
  if (at == 4 || at == 7) return point == '-';
  if (at >= DATE_LENGTH || !add_digit(&s->value, point, UINT64_MAX)) return false;
  if (at == 6) return s->value % 100 >= 1 && s->value % 100 <= 12; /* the month */
  return at < 9 || is_date((uint32_t)s->value);
}

static bool step_automaton(const struct wye__automaton *a, struct wye__constraint_state *s, uint32_t point) {
  uint32_t next = wye__automaton_next(a)[(size_t)s->state * a->classes + wye__automaton_class(a, point)];
  if (next == 0) return false;
  s->state = next - 1;
  return true;
}

static bool step_point(const struct wye__constraint *c, const void *automaton, struct wye__constraint_state *s,
                       uint32_t point) {
  switch (c->kind) {
  case WYE__RUN: return in_set(c, point) && s->value++ < c->high;
  case WYE__SLUG: return step_slug(c, s, point);
  case WYE__UINT: return add_digit(&s->value, point, c->high);
  case WYE__INT: return step_int(c, s, point);
  case WYE__UUID: return step_uuid(c, s, point);
  case WYE__DATE: return step_date(s, point);
  default: return step_automaton(automaton, s, point);
  }
}

uint32_t wye__constraint_step(const struct wye__constraint *c, const void *automaton,
                              struct wye__constraint_state *state, const uint8_t *text, uint32_t left) {
  uint32_t point = text[0], taken = 1;
  if (point == '%' || point > 0x7F) taken = wye__character(text, left, &point);
  return step_point(c, automaton, state, point) ? taken : 0;
}

bool wye__constraint_accepts(const struct wye__constraint *c, const void *automaton,
                             const struct wye__constraint_state *state) {
  uint64_t value = state->value;
  bool within = value >= c->low && value <= c->high;
  int64_t number = (int64_t)(state->state & NEGATIVE ? 0 - value : value);
  switch (c->kind) {
  case WYE__RUN:
  case WYE__UINT: return within;
  case WYE__SLUG: return state->state == 1 && within;
  case WYE__INT: return state->state & DIGITS && number >= (int64_t)c->low && number <= (int64_t)c->high;
  case WYE__UUID: return state->state == UUID_LENGTH;
  case WYE__DATE: return state->state == DATE_LENGTH;
  default: return wye__automaton_accepts(automaton, state->state);
  }
}

/* ------------------------------------------------------------------ whole values */

/*
 * Each of these reads as much as is simple: raw ASCII except `%`, without overflow. It returns the bytes read. `low`
 * and `high` are the halves of the constraint's set, in registers.
 */
static inline bool in_halves(uint64_t low, uint64_t high, uint8_t byte) {
  return byte < 0x80 && (byte & 64 ? high : low) >> (byte & 63) & 1;
}

static uint32_t read_run(const struct wye__constraint *c, struct wye__constraint_state *s, const uint8_t *text,
                         uint32_t length) {
  const uint64_t low = c->ascii[0] & ~((uint64_t)1 << '%'), high = c->ascii[1];
  uint32_t at = 0;
  while (at < length && in_halves(low, high, text[at])) at++;
  s->value += at;
  return at;
}

static uint32_t read_slug(const struct wye__constraint *c, struct wye__constraint_state *s, const uint8_t *text,
                          uint32_t length) {
  const uint64_t low = c->ascii[0] & ~((uint64_t)1 << '%'), high = c->ascii[1];
  uint32_t at = 0, word = s->state;
  for (; at < length && in_halves(low, high, text[at]); at++) {
    if (text[at] == '-' && !word) break;
    word = text[at] != '-';
  }
  s->state = word;
  s->value += at;
  return at;
}

static uint32_t read_uuid(const struct wye__constraint *c, struct wye__constraint_state *s, const uint8_t *text,
                          uint32_t length) {
  const uint64_t low = c->ascii[0] & ~((uint64_t)1 << '%'), high = c->ascii[1];
  uint32_t at = 0, left = UUID_LENGTH - s->state;
  if (length > left) length = left;
  for (; at < length; at++) {
    bool dash = DASHES >> (s->state + at) & 1;
    if (dash ? text[at] != '-' : !in_halves(low, high, text[at])) break;
  }
  s->state += at;
  return at;
}

static uint32_t read_digits(struct wye__constraint_state *s, const uint8_t *text, uint32_t length) {
  const uint64_t safe = INT64_MAX / 10 - 1; /* one more digit fits even an int */
  uint64_t value = s->value;
  uint32_t at = 0;
  for (; at < length && (uint8_t)(text[at] - '0') <= 9 && value <= safe; at++) value = value * 10 + text[at] - '0';
  s->value = value;
  if (at) s->state |= DIGITS;
  return at;
}

static uint32_t read_automaton(const struct wye__automaton *a, struct wye__constraint_state *s, const uint8_t *text,
                               uint32_t length) {
  const uint16_t *next = wye__automaton_next(a);
  uint32_t at = 0, state = s->state;
  for (; at < length && text[at] < 0x80 && text[at] != '%'; at++) {
    uint32_t to = next[(size_t)state * a->classes + a->ascii[text[at]]];
    if (to == 0) break;
    state = to - 1;
  }
  s->state = state;
  return at;
}

static uint32_t read_simple(const struct wye__constraint *c, const void *automaton, struct wye__constraint_state *s,
                            const uint8_t *text, uint32_t length) {
  if (c->kind <= WYE__SLUG && length > c->high - s->value) length = (uint32_t)(c->high - s->value);
  switch (c->kind) {
  case WYE__RUN: return read_run(c, s, text, length);
  case WYE__UINT:
  case WYE__INT: return read_digits(s, text, length);
  case WYE__AUTOMATON: return read_automaton(automaton, s, text, length);
  case WYE__SLUG: return read_slug(c, s, text, length);
  case WYE__UUID: return read_uuid(c, s, text, length);
  default: return 0;
  }
}

uint32_t wye__constraint_read(const struct wye__constraint *c, const void *automaton,
                              struct wye__constraint_state *state, const uint8_t *text, uint32_t at, uint32_t to,
                              uint32_t end) {
  while (at < to) {
    uint32_t simple = read_simple(c, automaton, state, text + at, to - at);
    WYE__STEPS(simple + 1);
    at += simple;
    if (at == to) break;
    struct wye__constraint_state before = *state;
    uint32_t taken = wye__constraint_step(c, automaton, state, text + at, end - at);
    if (taken == 0) return *state = before, at;
    at += taken;
  }
  return at;
}

uint32_t wye__constraint_drop(const struct wye__constraint *c, struct wye__constraint_state *state, const uint8_t *text,
                              uint32_t left) {
  uint32_t point = text[0], taken = 1;
  if (point == '%' || point > 0x7F) taken = wye__character(text, left, &point);
  WYE__STEPS(1);
  switch (c->kind) {
  case WYE__RUN:
  case WYE__SLUG: return state->value--, taken;
  case WYE__UINT: return point == '0' ? taken : 0;
  case WYE__INT: return point == '0' && !(state->state & NEGATIVE) ? taken : 0;
  default: return 0;
  }
}

bool wye__constraint_holds(const struct wye__constraint *c, const void *automaton, const uint8_t *value,
                           uint32_t length) {
  struct wye__constraint_state state = {0, 0};
  return wye__constraint_read(c, automaton, &state, value, 0, length, length) == length &&
         wye__constraint_accepts(c, automaton, &state);
}

/* ------------------------------------------------------------------ untrusted images */

bool wye__constraint_is_sound(const struct wye__constraint *c, const void *automaton, uint32_t size) {
  if (c->kind != WYE__AUTOMATON) return c->kind < WYE__AUTOMATON && size == 0;
  const struct wye__automaton *a = automaton;
  if (size < sizeof *a || a->states == 0 || a->ranges == 0) return false;
  if (wye__automaton_size(a->states, a->classes, a->ranges) != size) return false;
  for (uint32_t i = 0; i < 128; i++)
    if (a->ascii[i] >= a->classes) return false;
  for (uint32_t i = 0; i < a->ranges; i++)
    if (wye__automaton_classes(a)[i] >= a->classes) return false;
  for (uint32_t i = 0; i < (uint32_t)a->states * a->classes; i++)
    if (wye__automaton_next(a)[i] > a->states) return false;
  return true;
}
