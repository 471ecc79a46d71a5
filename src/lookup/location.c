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

/* Whether a unit of the path is that of the shape, but for the case of a letter. */
static bool same_letter(const struct wye__unit *unit, const uint8_t *shape, uint32_t length) {
  if (unit->length > length) return false;
  for (uint32_t i = 0; i < unit->length; i++)
    if (wye__lower_byte(unit->bytes[i]) != wye__lower_byte(shape[i])) return false;
  return true;
}

/* Gives a unit of the path the case that it has in the shape. In an escape, the first digits differ by 2. */
static void put_letter(uint8_t *path, const struct wye__unit *unit, uint8_t wanted) {
  if (unit->bytes[0] == wanted) return;
  if (unit->raw == 3) path[1] ^= 2;
  else path[0] ^= 0x20;
}

/* One walk over shape and path: it checks whether they fit, or (`change`) changes the letters. */
static bool walk(const uint8_t *shape, uint32_t shape_length, uint8_t *path, uint32_t length,
                 const struct wye_span *spans, uint32_t params, bool change) {
  uint32_t param = 0, i = 0, at = 0;
  while (i < shape_length && at < length) {
    if (shape[i] != '/') {
      struct wye__unit unit = wye__read_unit(path + at, length - at, false);
      if (!same_letter(&unit, shape + i, shape_length - i)) return false;
      if (change) put_letter(path + at, &unit, shape[i]);
      i += unit.length;
      at += unit.raw;
      continue;
    }
    if (shape[i + 1] == WYE__SEGMENT) {
      if (path[at++] != '/') return false;
    } else {
      if (param == params || spans[param].offset != at) return false;
      at += spans[param++].length;
    }
    i += wye__shape_step(shape, i);
  }
  if (at < length) return at + 1 == length && path[at] == '/' && param == params;
  if (wye__is_mark(shape, shape_length, i, WYE__SEGMENT)) i += WYE__MARK_BYTES;
  if (i == shape_length) return param == params;
  return wye__is_mark(shape, shape_length, i, WYE__CATCH_ALL) && param + 1 == params && spans[param].length == 0;
}

bool wye__recase(const uint8_t *shape, uint32_t shape_length, uint8_t *path, uint32_t length,
                 const struct wye_span *spans, uint32_t params) {
  return walk(shape, shape_length, path, length, spans, params, false) &&
         walk(shape, shape_length, path, length, spans, params, true);
}
