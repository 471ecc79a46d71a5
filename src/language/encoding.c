#include "language/encoding.h"

#include "wye.h"

/* ------------------------------------------------------------------ units */

static int hex(uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  uint8_t lower = byte | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

int wye__escaped_byte(const uint8_t *text, size_t length) {
  if (length < 3 || text[0] != '%') return -1;
  int high = hex(text[1]), low = hex(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool is_in(uint8_t byte, const char *set) {
  for (; *set; set++)
    if ((uint8_t)*set == byte) return true;
  return false;
}

/*
 * Bytes that are not equivalent to their escapes: the characters that may appear raw in a path but are not unreserved
 * (RFC 3986 2.2: sub-delims, `:`, `@`, `/`; here also `[`, `]`, which browsers leave raw), and `%`.
 */
#define RESERVED "!$&'()*+,;=:@/[]%"

static uint8_t fold_byte(uint8_t byte, bool fold) { return fold ? wye__lower_byte(byte) : byte; }

struct wye__unit wye__raw_unit(uint8_t byte, bool fold) {
  if (byte == '%') return (struct wye__unit){{'%', '%'}, 2, 1};
  return (struct wye__unit){{fold_byte(byte, fold), 0}, 1, 1};
}

struct wye__unit wye__read_unit(const uint8_t *text, size_t length, bool fold) {
  int byte = wye__escaped_byte(text, length);
  if (byte < 0) return wye__raw_unit(text[0], fold);
  if (is_in((uint8_t)byte, RESERVED)) return (struct wye__unit){{'%', (uint8_t)(byte | 0x80)}, 2, 3};
  return (struct wye__unit){{fold_byte((uint8_t)byte, fold), 0}, 1, 3};
}

/* ------------------------------------------------------------------ comparing */

size_t wye__normalize(const uint8_t *text, size_t length, bool fold, uint8_t *to, size_t capacity) {
  size_t size = 0;
  for (size_t i = 0; i < length;) {
    if (text[i] != '%' && size < capacity) {
      to[size++] = fold_byte(text[i++], fold);
      continue;
    }
    struct wye__unit unit = wye__read_unit(text + i, length - i, fold);
    if (size + unit.length > capacity) return SIZE_MAX;
    for (uint8_t j = 0; j < unit.length; j++) to[size++] = unit.bytes[j];
    i += unit.raw;
  }
  return size;
}

int wye__compare(const uint8_t *text, size_t length, bool fold, const uint8_t *literal, size_t literal_length,
                 size_t *raw) {
  size_t at = 0, matched = 0;
  while (matched < literal_length) {
    if (at == length) return -1;
    struct wye__unit unit = wye__read_unit(text + at, length - at, fold);
    size_t left = literal_length - matched;
    int order = memcmp(unit.bytes, literal + matched, unit.length < left ? unit.length : left);
    if (order) return order;
    if (unit.length > left) return 1;
    matched += unit.length;
    at += unit.raw;
  }
  *raw = at;
  return 0;
}

/* ------------------------------------------------------------------ writing */

void wye__write_escaped(struct wye__writer *to, const uint8_t *text, size_t length, const char *escaped) {
  for (size_t i = 0; i < length; i++) {
    uint8_t byte = text[i];
    if (byte > ' ' && byte < 0x7F && !is_in(byte, escaped)) {
      wye__put(to, byte);
      continue;
    }
    wye__put(to, '%');
    wye__put(to, (uint8_t)"0123456789ABCDEF"[byte >> 4]);
    wye__put(to, (uint8_t)"0123456789ABCDEF"[byte & 15]);
  }
}

/* ------------------------------------------------------------------ values */

/* The length of the UTF-8 sequence that `lead` begins, and the least code point that needs it (RFC 3629 3); 0: none. */
static size_t sequence_length(uint8_t lead, uint32_t *least) {
  if (lead < 0x80) return *least = 0, 1;
  if (lead >= 0xC2 && lead <= 0xDF) return *least = 0x80, 2;
  if (lead >= 0xE0 && lead <= 0xEF) return *least = 0x800, 3;
  if (lead >= 0xF0 && lead <= 0xF4) return *least = 0x10000, 4;
  return 0;
}

/* The byte that is at `text`, or the one that an escape there stands for; -1 if there is none. */
static int next_byte(const uint8_t *text, size_t length, bool escaped) {
  if (escaped) return wye__escaped_byte(text, length);
  return length > 0 ? text[0] : -1;
}

uint32_t wye__character(const uint8_t *text, size_t length, uint32_t *point) {
  bool escaped = text[0] == '%', sound = true;
  uint32_t step = escaped ? 3 : 1, least = 0, value;
  int lead = next_byte(text, length, escaped);
  uint32_t count = lead < 0 ? 0 : (uint32_t)sequence_length((uint8_t)lead, &least), taken = step;
  value = count < 2 ? (uint32_t)lead : (uint32_t)lead & (0xFFu >> (count + 1));
  for (; taken < count * step; taken += step) {
    int next = length > taken ? next_byte(text + taken, length - taken, escaped) : -1;
    sound = sound && next >= 0x80 && next <= 0xBF;
    value = value << 6 | ((uint32_t)next & 0x3F);
  }
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (count && sound && value >= least && !surrogate && value <= 0x10FFFF) return *point = value, taken;
  *point = text[0] < 0x80 ? text[0] : 0xFFFD;
  return 1;
}

bool wye__is_separator(const uint8_t *text, size_t length) {
  int byte = wye__escaped_byte(text, length);
  return byte == '/' || byte == '\\';
}

size_t wye__percent_decode(const uint8_t *text, size_t length, bool is_catch_all, uint8_t *to, size_t capacity) {
  size_t size = 0;
  uint32_t point, taken;
  for (size_t i = 0; i < length; i += taken) {
    bool stays = text[i] != '%' || (is_catch_all && wye__is_separator(text + i, length - i));
    taken = stays ? 1 : wye__character(text + i, length - i, &point);
    for (size_t j = 0; j < taken; j += 3, size++)
      if (size < capacity) to[size] = taken == 1 ? text[i] : (uint8_t)wye__escaped_byte(text + i + j, 3);
  }
  return size;
}

size_t wye_decode(const char *text, size_t length, char *buffer, size_t capacity) {
  return wye__percent_decode((const uint8_t *)text, length, false, (uint8_t *)buffer, capacity);
}
