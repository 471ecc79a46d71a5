/*
 * The language of route patterns: from text to shape.
 *
 * A shape is the pattern without its names, as one string of bytes: two patterns match the same paths exactly when
 * their shapes are equal. Literals stand in normal form (path.h); since no literal holds a `/`, that byte introduces
 * all else:
 *
 *     '/' SEGMENT      a slash: a segment begins
 *     '/' PARAM        a parameter
 *     '/' CATCH_ALL    the rest of the path; always last
 *
 *     /users/:id.json  ->  '/' SEGMENT  u s e r s  '/' SEGMENT  '/' PARAM  . j s o n
 */
#ifndef WYE_PATTERN_H
#define WYE_PATTERN_H

#include "span.h"

enum wye__mark { WYE__SEGMENT = 1, WYE__PARAM = 2, WYE__CATCH_ALL = 3 };

/* No byte of a pattern becomes more than this many bytes of its shape. */
enum { WYE__SHAPE_FACTOR = 2 };

struct wye__pattern {
  uint8_t *shape;  /* brought by the caller: WYE__SHAPE_FACTOR x the pattern's length */
  uint32_t length; /* of the shape */
  uint32_t params;
  struct wye_span
      names[WYE_MAX_PARAMS]; /* in the pattern's text; { WYE_NONE, i } is the anonymous parameter number i */
};

/*
 * Reads a pattern. `fold`: literals become lower case. WYE_OK, WYE_BAD_PATTERN, WYE_PATTERN_TOO_LONG or
 * WYE_TOO_MANY_PARAMS, with the byte where it went wrong in `error`.
 */
int32_t wye__pattern_parse(const char *text, size_t length, bool fold, struct wye__pattern *pattern,
                           struct wye_error *error);

/* Whether a mark of that kind stands at `at` in the shape. */
static inline bool wye__is_mark(const uint8_t *shape, uint32_t length, uint32_t at, enum wye__mark mark) {
  return at + 1 < length && shape[at] == '/' && shape[at + 1] == mark;
}

/* Where the literal that begins at `at` ends: at the next mark, or with the shape. */
static inline uint32_t wye__literal_end(const uint8_t *shape, uint32_t length, uint32_t at) {
  while (at < length && shape[at] != '/') at++;
  return at;
}

/* Where the segment that begins at `at` ends: at the next slash, or with the shape. */
static inline uint32_t wye__shape_segment_end(const uint8_t *shape, uint32_t length, uint32_t at) {
  while (at < length && !wye__is_mark(shape, length, at, WYE__SEGMENT)) at += shape[at] == '/' ? 2 : 1;
  return at;
}

#endif
