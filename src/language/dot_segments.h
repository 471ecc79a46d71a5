/* Dot segments: the segments `.` and `..` of paths, raw or escaped (RFC 3986 5.2.4). */
#ifndef WYE_DOT_SEGMENTS_H
#define WYE_DOT_SEGMENTS_H

#include "base/bytes.h"

/* Where the last dot segment of a path begins; 0: it has none. The path begins with `/`. */
uint32_t wye__last_dot_segment(const uint8_t *path, uint32_t length);

/* Whether a segment is one. */
bool wye__is_dot_segment(const uint8_t *segment, size_t length);

/*
 * Cleans a path, which begins with `/`: joins its slashes, then removes its dot segments. `/a//b/./c/..` becomes
 * `/a/b/`. Writes the result to `to`, which does not overlap and has room for `length` bytes. Returns its length.
 */
uint32_t wye__clean(const uint8_t *path, uint32_t length, uint8_t *to);

#endif
