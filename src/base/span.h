/* Spans: an offset and a length in a text that somebody else holds (struct wye_span, in wye.h). */
#ifndef WYE_SPAN_H
#define WYE_SPAN_H

#include "wye.h"
#include "base/bytes.h"

_Static_assert(sizeof(struct wye_span) == 8, "spans are read in place by hosts");

static inline struct wye_span wye__span_between(uint32_t start, uint32_t end) {
  return (struct wye_span){.offset = start, .length = end - start};
}

#endif
