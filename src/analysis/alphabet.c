#include "analysis/alphabet.h"

#include "base/hash.h"
#include "language/encoding.h"
#include "language/expression.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ characters */

static uint8_t put_escape(uint8_t *to, uint8_t byte) {
  static const char hex[] = "0123456789ABCDEF";
  to[0] = '%';
  to[1] = (uint8_t)hex[byte >> 4];
  to[2] = (uint8_t)hex[byte & 15];
  return 3;
}

/* Whether a byte may appear raw in a path (RFC 3986 3.3; here also `[` and `]`). */
static bool is_raw(uint8_t byte) {
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

/* Bytes of the character in normal form at `text`: UTF-8, or a pair of encoding.h; 0: the character is not whole. */
static uint32_t character_length(const uint8_t *text, uint32_t length) {
  uint8_t lead = text[0];
  uint32_t size = lead == '%' ? 2 : lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size > length || lead > 0xF4) return 0;
  for (uint32_t i = 1; lead != '%' && i < size; i++)
    if ((text[i] & 0xC0) != 0x80) return 0;
  return size;
}

struct wye__symbol wye__symbol_of(const struct wye_table *table, const uint8_t *literal, uint32_t length) {
  struct wye__symbol symbol = {.raw_length = 0};
  uint32_t size = character_length(literal, length);
  if (literal[0] == '%' && literal[1] == '%') symbol.raw[symbol.raw_length++] = '%';
  else if (literal[0] == '%') symbol.raw_length = put_escape(symbol.raw, literal[1] & 0x7F);
  else if (is_raw(literal[0])) symbol.raw[symbol.raw_length++] = literal[0];
  else
    for (uint32_t i = 0; i < size; i++) symbol.raw_length += put_escape(symbol.raw + symbol.raw_length, literal[i]);
  normalize(table, &symbol);
  return symbol;
}

bool wye__has_whole_characters(const uint8_t *shape, uint32_t length) {
  for (uint32_t at = 0; at < length;) {
    uint32_t end = wye__literal_end(shape, length, at);
    uint32_t size = end == at ? wye__shape_step(shape, at) : character_length(shape + at, end - at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

/* ------------------------------------------------------------------ the alphabet */

/* The character class that a constraint assigns to a character. */
static uint32_t class_of(const struct wye_table *table, const struct wye__constraint *c, uint32_t point) {
  switch (c->kind) {
  case WYE__UINT:
  case WYE__INT:
  case WYE__DATE: return point - '0' < 10 ? point : 0;
  case WYE__AUTOMATON: return wye__automaton_class(wye__automaton_of(table, c), point);
  default: return point < 128 ? (uint32_t)(c->ascii[point >> 6] >> (point & 63) & 1) : c->beyond;
  }
}

/* Dots and dashes have a meaning of their own, whatever set they are in. */
static uint64_t hash_classes(const struct wye_table *table, uint32_t point) {
  uint64_t hash = point == '.' || point == '-' ? point : 0;
  for (uint32_t i = 0; i < table->sections[WYE__CONSTRAINTS].count; i++) {
    hash = (hash ^ class_of(table, wye__constraint_at(table, i), point)) * WYE__GOLDEN_RATIO;
    hash ^= hash >> 32;
  }
  return hash;
}

static void add_symbol(const struct wye_table *table, struct wye__alphabet *a, struct wye__symbol symbol,
                       uint32_t point) {
  if (a->count == WYE__SYMBOLS) {
    a->cut = true;
    return;
  }
  uint64_t hash = hash_classes(table, point);
  uint32_t same = 0;
  while (same < a->count && a->class_hashes[same] != hash) same++;
  symbol.kind = same < a->count ? a->symbols[same].kind : (uint16_t)a->count;
  normalize(table, &symbol);
  a->class_hashes[a->count] = hash;
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

/* `point`: a code point above U+007F, not a surrogate. */
static void add_point(const struct wye_table *table, struct wye__alphabet *a, uint32_t point) {
  struct wye__symbol symbol = {.raw_length = 0};
  uint32_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3; /* bytes after the first one */
  uint32_t lead = (0xFFu << (7 - more) & 0xFFu) | point >> 6 * more;
  symbol.raw_length = put_escape(symbol.raw, (uint8_t)lead);
  for (uint32_t left = more; left-- > 0;)
    symbol.raw_length += put_escape(symbol.raw + symbol.raw_length, (uint8_t)(0x80 | (point >> 6 * left & 0x3F)));
  add_symbol(table, a, symbol, point);
}

/* The first character of each range that an expression distinguishes. U+D800 to U+DFFF are not characters. */
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
    if (!is_raw(byte)) add_escaped(table, a, byte);
  for (const char *c = reserved; *c; c++) add_escaped(table, a, (uint8_t)*c);
  add_point(table, a, 0x80);
  for (uint32_t i = 0; i < table->sections[WYE__CONSTRAINTS].count; i++) {
    const struct wye__constraint *c = wye__constraint_at(table, i);
    if (c->kind == WYE__AUTOMATON) add_ranges(table, a, wye__automaton_of(table, c));
  }
}
