/*
 * Percent-encoding and normal form (RFC 3986 2.1 to 2.4, 6.2.2).
 *
 * Literals and paths are compared unit by unit. A unit is one raw byte, or one escape `%XX`; its normal form is
 *
 *     in the text                                     in normal form
 *     an unreserved character, or its escape          the character
 *     a byte that may not appear raw, or its escape    the byte
 *     another raw byte (`/`, `@`, `:` ...)            the byte
 *     the escape of such a byte (`%2F`, `%40`)        '%' and the byte with its high bit set: 25 AF, 25 C0
 *     a `%` that begins no escape                     '%' '%'
 *
 * so two texts are equivalent exactly when their normal forms are the same bytes, a text without a `%` is its own
 * normal form, and a `/` in a normal form always separates segments.
 */
#ifndef WYE_ENCODING_H
#define WYE_ENCODING_H

#include "base/ascii.h"

/* The byte that an escape at `text` stands for; -1 if there is no escape. */
int wye__escaped_byte(const uint8_t *text, size_t length);

struct wye__unit {
  uint8_t bytes[2]; /* the normal form */
  uint8_t length;   /* how many of them: 1 or 2 */
  uint8_t raw;      /* bytes in the text: 1 or 3 */
};

/* The unit that begins at `text`, with `length` (1 or more) bytes left. `fold`: ASCII letters become lower case. */
struct wye__unit wye__read_unit(const uint8_t *text, size_t length, bool fold);

/* The same for a byte that stands for itself, whatever follows it (a pattern's `\x`). */
struct wye__unit wye__raw_unit(uint8_t byte, bool fold);

/* Writes the normal form of `text` to `to`, of `capacity` bytes. Returns its length; SIZE_MAX if there is no room. */
size_t wye__normalize(const uint8_t *text, size_t length, bool fold, uint8_t *to, size_t capacity);

/*
 * Compares the normal form of `text` with `literal`: 0 if it begins with the literal, and then `*raw` is how many bytes
 * of the text the literal took; otherwise below or above zero as it sorts before or after the literal.
 */
int wye__compare(const uint8_t *text, size_t length, bool fold, const uint8_t *literal, size_t literal_length,
                 size_t *raw);

/* Writes bytes as long as there is room, and counts all of them. */
struct wye__writer {
  uint8_t *bytes; /* `capacity` of them */
  size_t capacity;
  size_t size; /* bytes so far, those without room included */
};

static inline void wye__put(struct wye__writer *to, uint8_t byte) {
  if (to->size < to->capacity) to->bytes[to->size] = byte;
  to->size++;
}

static inline void wye__put_bytes(struct wye__writer *to, const void *text, size_t length) {
  for (size_t i = 0; i < length; i++) wye__put(to, ((const uint8_t *)text)[i]);
}

/* Ends the text with a NUL as snprintf does, over its last byte if there is no room; `capacity` 0: not at all. */
static inline size_t wye__terminate(struct wye__writer *to) {
  if (to->capacity) to->bytes[to->size < to->capacity ? to->size : to->capacity - 1] = 0;
  return to->size;
}

/* Writes a text in which controls, space, bytes above 0x7E and those in `escaped` become escapes. */
void wye__write_escaped(struct wye__writer *to, const uint8_t *text, size_t length, const char *escaped);

/* For `escaped`: what else may not appear raw in a path; in a parameter's value (RFC 3986 3.3). */
#define WYE__NOT_IN_PATH "\"#<>?\\^`{|}"
#define WYE__NOT_IN_VALUE "/[]%" WYE__NOT_IN_PATH

/*
 * The character that begins at `text`, of which `length` (1 or more) bytes are left: well-formed UTF-8, all of it raw
 * or all in escapes. Otherwise the first byte alone: the ASCII character, or U+FFFD. Returns the bytes that it takes.
 */
uint32_t wye__character(const uint8_t *text, size_t length, uint32_t *point);

/* Whether an escape of a slash or a backslash is at `text`: in the value of a catch-all it stays an escape. */
bool wye__is_separator(const uint8_t *text, size_t length);

/* As wye_decode. In the value of a catch-all, escaped slashes and backslashes stay escapes. */
size_t wye__percent_decode(const uint8_t *text, size_t length, bool is_catch_all, uint8_t *to, size_t capacity);

#endif
