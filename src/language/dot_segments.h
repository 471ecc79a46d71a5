/* Segments `.` and `..` of paths, raw or escaped (RFC 3986 5.2.4). */
#ifndef WYE_DOT_SEGMENTS_H
#define WYE_DOT_SEGMENTS_H

#include "base/bytes.h"

/* Where the last segment of a path (beginning with `/`) begins that is `.` or `..`, escaped or not; 0: none is. */
uint32_t wye__last_dot_segment(const uint8_t *path, uint32_t length);

/* Whether this segment is one. */
bool wye__is_dot_segment(const uint8_t *segment, size_t length);

/*
 * Cleans a path (beginning with `/`): joins its slashes, then removes its dot segments, escaped or not (RFC 3986
 * 5.2.4): `/a//b/./c/..` is `/a/b/`. Writes it to `to`, which does not overlap and has room for `length` bytes.
 * Returns its length.
 */
uint32_t wye__clean(const uint8_t *path, uint32_t length, uint8_t *to);

#endif
