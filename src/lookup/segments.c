#include "lookup/segments.h"

__attribute__((noinline)) struct wye__window wye__window_at(const uint8_t *text, uint32_t at, uint32_t text_end,
                                                            uint32_t end) {
  for (struct wye__window window = {.start = at};; window.start += WYE__WINDOW) {
    uint32_t left = text_end > window.start ? text_end - window.start : 0;
    window.slashes = left ? wye__look(text + window.start, left).slashes : 0; /* at the end there may be no memory */
    if (left < WYE__WINDOW) window.slashes |= (uint64_t)1 << left;
    if (window.start > text_end) window.slashes = 0;
    if (end - window.start < WYE__WINDOW) window.slashes |= (uint64_t)1 << (end - window.start);
    if (window.slashes) return window;
  }
}

/* 8 bytes at a time, the last ones overlapping. */
__attribute__((noinline)) bool wye__same_tail(const uint8_t *a, const uint8_t *b, uint32_t length) {
  for (uint32_t i = 16;; i += 8) {
    if (i > length - 8) i = length - 8;
    if (wye__load64(a + i) != wye__load64(b + i)) return false;
    if (i == length - 8) return true;
  }
}

struct wye__marks wye__look_at_copy(const uint8_t *at, uint32_t length) {
  uint8_t copy[WYE__WINDOW] = {0};
  memcpy(copy, at, length);
  return wye__look(copy, WYE__WINDOW);
}
