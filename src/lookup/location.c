#include "lookup/location.h"

#include "lookup/context.h"
#include "language/encoding.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ the target */

bool wye__is_redirectable(const uint8_t *path, uint32_t length) { return length < 2 || path[1] != '/'; }

/* The path that the target is made of. */
static const uint8_t *base(const struct wye_table *table, const struct wye_context *context, const uint8_t *text,
                           uint32_t *length) {
  if (!(context->redirect & WYE__CLEANED)) {
    *length = context->path_end - context->path;
    return text + context->path;
  }
  const struct wye__cleaned *cleaned = wye__cleaned_of(table, (struct wye_context *)(uintptr_t)context);
  *length = cleaned->length;
  return cleaned->path;
}

/* A cleaned path follows the room for a search, which a pool's slot does not have. */
static bool has_target(const struct wye_context *context, size_t length) {
  bool has_path = context->stack || !(context->redirect & WYE__CLEANED);
  return context->outcome == WYE_REDIRECT && has_path && context->path_end <= length;
}

size_t wye_location(const struct wye_table *table, const struct wye_context *context, const char *text, size_t length,
                    char *buffer, size_t capacity) {
  struct wye__writer to = {.bytes = (uint8_t *)buffer, .capacity = capacity ? capacity - 1 : 0};
  if (has_target(context, length)) {
    uint32_t size;
    const uint8_t *whole = (const uint8_t *)text, *path = base(table, context, whole, &size);
    wye__write_escaped(&to, path, size - (context->redirect & WYE__DROP_SLASH ? 1 : 0), WYE__NOT_IN_PATH);
    if (context->redirect & WYE__ADD_SLASH) wye__put(&to, '/');
    wye__write_escaped(&to, whole + context->path_end, length - context->path_end, "");
  }
  if (capacity) buffer[to.size < capacity ? to.size : capacity - 1] = 0;
  return to.size;
}

/* ------------------------------------------------------------------ letters */

/*
 * Where a unit of the path and the shape's byte differ in a letter's case, one bit does: 0x20, which is in the
 * first digit of an escape as 2.
 */
static void recase_unit(uint8_t *at, const struct wye__unit *unit, uint8_t wanted) {
  if ((unit->bytes[0] ^ wanted) != 0x20) return;
  if (unit->raw == 3) at[1] ^= 2;
  else at[0] ^= 0x20;
}

void wye__recase(const uint8_t *shape, uint32_t shape_length, uint8_t *path, uint32_t length,
                 const struct wye_span *spans, uint32_t params) {
  uint32_t param = 0;
  for (uint32_t i = 0, at = 0; i < shape_length && at < length;) {
    if (shape[i] != '/') {
      struct wye__unit unit = wye__read_unit(path + at, length - at, false);
      recase_unit(path + at, &unit, shape[i]);
      i += unit.length;
      at += unit.raw;
    } else if (shape[i + 1] == WYE__SEGMENT) {
      i += 2;
      at++;
    } else {
      if (param == params) return;
      at = spans[param].offset + spans[param].length;
      param++;
      i += shape[i + 1] == WYE__TYPED ? 6 : 2;
    }
  }
}
