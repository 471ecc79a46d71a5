/*
 * The language of route patterns: from text to shape.
 *
 * A shape is a pattern without its names, as one string of bytes: two patterns match the same paths if and only if
 * their shapes are equal. Literals are in normal form (encoding.h). As no literal holds a `/`, that byte introduces
 * marks:
 *
 *     '/' SEGMENT      a slash: a segment begins
 *     '/' PARAM        a parameter
 *     '/' TYPED n n n n  a constrained one, with its constraint's number: 7 bits in each byte, whose top bit is set
 *     '/' CATCH_ALL    a catch-all that takes the rest of the path; always last
 *     '/' INNER        a catch-all in the middle; a segment follows
 *
 *     /users/:id.json  ->  '/' SEGMENT  u s e r s  '/' SEGMENT  '/' PARAM  . j s o n
 *
 * A pattern with optional segments has several forms, each with a shape of its own. Optional segments that follow one
 * another are a run: one of them is present only if those before it are.
 */
#ifndef WYE_PATTERN_H
#define WYE_PATTERN_H

#include "base/span.h"

enum wye__mark { WYE__SEGMENT = 1, WYE__PARAM = 2, WYE__TYPED = 3, WYE__CATCH_ALL = 4, WYE__INNER = 5 };

enum { WYE__MARK_BYTES = 2, WYE__TYPED_BYTES = 6 };

/* No byte of a pattern becomes more than this many bytes of its shape. */
enum { WYE__SHAPE_FACTOR = 2 };

enum { WYE__MAX_FORMS = 16, WYE__MAX_OPTIONAL = WYE__MAX_FORMS - 1 };

/* An optional segment. */
struct wye__optional {
  uint32_t start, end; /* in the shape, its slash included */
  uint32_t param;      /* the number of its parameter; WYE_NONE: it is static */
};

struct wye__pattern {
  uint8_t *shape;  /* of the form with all segments; provided by the caller: WYE__SHAPE_FACTOR x the pattern's length */
  uint32_t length; /* of the shape */
  uint32_t params;
  uint32_t forms;                 /* 1 to WYE__MAX_FORMS */
  uint16_t lacks[WYE__MAX_FORMS]; /* of each form: a bit for each optional segment that it lacks */
  uint32_t optional_count;
  struct wye__optional optional[WYE__MAX_OPTIONAL];
  /* Spans in the pattern's text. { WYE_NONE, i } is the name of the anonymous parameter number i. */
  struct wye_span names[WYE_MAX_PARAMS];
  struct wye_span constraints[WYE_MAX_PARAMS]; /* with their brackets; length 0: none */
};

/* Where the name that begins at `start` ends, [A-Za-z_][A-Za-z0-9_]*; `start` if there is none. */
uint32_t wye__name_end(const uint8_t *text, uint32_t length, uint32_t start);

/*
 * Reads a pattern. `fold`: its literals become lower case. Constraints are found but not read: in the shape each has
 * the number 0, until wye__shape_number gives it another. WYE_OK; or WYE_BAD_PATTERN, WYE_PATTERN_TOO_LONG or
 * WYE_TOO_MANY_PARAMS with the byte in `error`.
 */
int32_t wye__pattern_parse(const char *text, size_t length, bool fold, struct wye__pattern *pattern,
                           struct wye_error *error);

/*
 * Writes the shape of a form to `to`, which has room for the pattern's own: form 0 has all segments. Returns its
 * length. `*params`: a bit for each parameter of the pattern that the form has.
 */
uint32_t wye__pattern_form(const struct wye__pattern *pattern, uint32_t form, uint8_t *to, uint64_t *params);

/* Whether a mark of that kind is at `at` in the shape. */
static inline bool wye__is_mark(const uint8_t *shape, uint32_t length, uint32_t at, enum wye__mark mark) {
  return at + 1 < length && shape[at] == '/' && shape[at + 1] == mark;
}

/* Where the literal that begins at `at` ends: at the next mark, or with the shape. */
static inline uint32_t wye__literal_end(const uint8_t *shape, uint32_t length, uint32_t at) {
  while (at < length && shape[at] != '/') at++;
  return at;
}

/* Bytes of what is at `at`: of a mark with its number, or 1 of a literal. */
static inline uint32_t wye__shape_step(const uint8_t *shape, uint32_t at) {
  if (shape[at] != '/') return 1;
  return shape[at + 1] == WYE__TYPED ? WYE__TYPED_BYTES : WYE__MARK_BYTES;
}

/* Where the segment that begins at `at` ends: at the next slash, or with the shape. */
static inline uint32_t wye__shape_segment_end(const uint8_t *shape, uint32_t length, uint32_t at) {
  while (at < length && !wye__is_mark(shape, length, at, WYE__SEGMENT)) at += wye__shape_step(shape, at);
  return at;
}

/* The number of the constraint whose TYPED mark is at `at`. */
static inline uint32_t wye__shape_constraint(const uint8_t *shape, uint32_t at) {
  uint32_t number = 0;
  for (uint32_t i = WYE__MARK_BYTES; i < WYE__TYPED_BYTES; i++) number = number << 7 | (shape[at + i] & 0x7Fu);
  return number;
}

enum { WYE__MAX_CONSTRAINTS = 1 << 28 };

/* Sets the number of the constraint whose TYPED mark is at `at`. */
static inline void wye__shape_number(uint8_t *shape, uint32_t at, uint32_t number) {
  for (uint32_t i = WYE__TYPED_BYTES; i-- > WYE__MARK_BYTES; number >>= 7) shape[at + i] = (uint8_t)(number | 0x80u);
}

#endif
