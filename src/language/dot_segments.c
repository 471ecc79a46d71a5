#include "language/dot_segments.h"

#include "language/encoding.h"

/* Bytes that a dot at `text` takes: 1 raw, 3 escaped, 0 if there is none. */
static size_t dot(const uint8_t *text, size_t length) {
  if (length == 0) return 0;
  if (text[0] == '.') return 1;
  return text[0] == '%' && wye__escaped_byte(text, length) == '.' ? 3 : 0;
}

bool wye__is_dot_segment(const uint8_t *segment, size_t length) {
  size_t first = dot(segment, length);
  if (first == 0) return false;
  return first == length || first + dot(segment + first, length - first) == length;
}

uint32_t wye__last_dot_segment(const uint8_t *path, uint32_t length) {
  for (uint32_t stop = length, start = length; start > 0; start--) {
    if (path[start - 1] != '/') continue;
    bool maybe = start < stop && (path[start] == '.' || path[start] == '%');
    if (maybe && wye__is_dot_segment(path + start, stop - start)) return start;
    stop = start - 1;
  }
  return 0;
}

/* ------------------------------------------------------------------ cleaning */

uint32_t wye__clean(const uint8_t *path, uint32_t length, uint8_t *to) {
  uint32_t size = 0;
  for (uint32_t at = 0; at < length;) {
    while (at < length && path[at] == '/') at++;
    uint32_t start = at, end = start;
    while (end < length && path[end] != '/') end++;
    bool dots = wye__is_dot_segment(path + start, end - start);
    if (dots && dot(path + start, end - start) < end - start) /* `..` removes the segment before it, with its slash */
      while (size > 0 && to[--size] != '/') {
      }
    if (!dots || end == length) to[size++] = '/';
    for (; !dots && start < end; start++) to[size++] = path[start];
    at = end;
  }
  return size;
}
