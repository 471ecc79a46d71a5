#include "lookup/location.h"

#include "lookup/context.h"
#include "language/encoding.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ the target */

size_t wye_location(const struct wye_table *table, const struct wye_context *context, const char *text, size_t length,
                    char *buffer, size_t capacity) {
  struct wye__writer to = {.bytes = (uint8_t *)buffer, .capacity = capacity};
  const uint8_t *request = (const uint8_t *)text, *path = request + context->path;
  uint32_t size = context->path_end - context->path;
  bool cleaned = context->redirect & WYE__CLEANED;
  bool has_path = !cleaned || context->stack; /* a pool's slot has neither a stack nor a cleaned path */
  if (context->outcome == WYE_REDIRECT && has_path && context->path_end <= length) {
    if (cleaned) {
      path = wye__cleaned_of(table, context)->path;
      size = wye__cleaned_of(table, context)->length;
    }
    wye__write_escaped(&to, path, size - (context->redirect & WYE__DROP_SLASH ? 1 : 0), WYE__NOT_IN_PATH);
    if (context->redirect & WYE__ADD_SLASH) wye__put(&to, '/');
    wye__write_escaped(&to, request + context->path_end, length - context->path_end, "");
  }
  return wye__terminate(&to);
}

/* ------------------------------------------------------------------ letters */

void wye__recase(const uint8_t *shape, uint32_t shape_length, uint8_t *path, uint32_t length,
                 const struct wye_span *spans, uint32_t params) {
  uint32_t param = 0;
  for (uint32_t i = 0, at = 0; i < shape_length && at < length;) {
    if (shape[i] != '/') {
      struct wye__unit unit = wye__read_unit(path + at, length - at, false);
      if ((unit.bytes[0] ^ shape[i]) == 0x20) { /* only the case differs: in an escape, its first digit by 2 */
        if (unit.raw == 3) path[at + 1] ^= 2;
        else path[at] ^= 0x20;
      }
      i += unit.length;
      at += unit.raw;
      continue;
    }
    if (shape[i + 1] == WYE__SEGMENT) {
      at++;
    } else {
      if (param == params) return;
      at = spans[param].offset + spans[param].length;
      param++;
    }
    i += wye__shape_step(shape, i);
  }
}
