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

/* The unit that begins at `text`, of which `length` (1 or more) bytes are left. `fold`: ASCII letters become lower
 * case. */
struct wye__unit wye__read_unit(const uint8_t *text, size_t length, bool fold);

/* The same for a byte that is meant as itself, whatever follows it (a pattern's `\x`). */
struct wye__unit wye__raw_unit(uint8_t byte, bool fold);

/*
 * Writes the normal form of `text` to `to`, of `capacity` bytes. Returns its length, or SIZE_MAX if it has no room.
 */
size_t wye__normalize(const uint8_t *text, size_t length, bool fold, uint8_t *to, size_t capacity);

/*
 * How the normal form of `text` is to `literal`: 0 if it begins with it, and then `*raw` is how many bytes of the
 * text that took; otherwise below or above zero as it sorts before or after it.
 */
int wye__compare(const uint8_t *text, size_t length, bool fold, const uint8_t *literal, size_t literal_length,
                 size_t *raw);

/* Collects bytes, and counts those for which there is no room. */
struct wye__writer {
  uint8_t *bytes; /* `capacity` of them */
  size_t capacity;
  size_t size;
};

static inline void wye__put(struct wye__writer *to, uint8_t byte) {
  if (to->size < to->capacity) to->bytes[to->size] = byte;
  to->size++;
}

/* Writes a text in which controls, space, bytes above 0x7E and those in `escaped` become escapes. */
void wye__write_escaped(struct wye__writer *to, const uint8_t *text, size_t length, const char *escaped);

/* What else may not appear raw in a path; in a parameter of a path (RFC 3986 3.3). */
#define WYE__NOT_IN_PATH "\"#<>?\\^`{|}"
#define WYE__NOT_IN_VALUE "/[]%" WYE__NOT_IN_PATH

/*
 * The character that begins at `text`, of which `length` (1 or more) bytes are left: well-formed UTF-8, all of it raw
 * or all in escapes. What is neither is one byte long: itself, or U+FFFD above U+007F. Returns the bytes that it takes.
 */
uint32_t wye__character(const uint8_t *text, size_t length, uint32_t *point);

/* Whether an escape of a slash or a backslash is at `text`: it stays one in the value of a catch-all. */
bool wye__is_separator(const uint8_t *text, size_t length);

/* See wye_decode; `rest`: it is the value of a catch-all. */
size_t wye__percent_decode(const uint8_t *text, size_t length, bool rest, uint8_t *to, size_t capacity);

#endif
