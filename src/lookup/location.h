/*
 * Where a redirect sends the client (wye_location). A context's `redirect` says how the target follows from the path:
 * the flags WYE__ADD_SLASH, WYE__DROP_SLASH and WYE__CLEANED of context.h.
 */
#ifndef WYE_LOCATION_H
#define WYE_LOCATION_H

#include "base/span.h"

/* Whether a target may be this path, which begins with a slash: `//` at its start would name another host. */
static inline bool wye__is_redirectable(const uint8_t *path, uint32_t length) { return length < 2 || path[1] != '/'; }

/*
 * Changes the letters in the literals of a path that was matched in any case to those of the pattern, raw or escaped
 * (`%41` becomes `%61`). `shape`: of one form, not folded. `spans`: the path's `params` parameters, which do not
 * change; offsets from `path`. False, and nothing has changed, if the path is not one of this form, in any case of
 * letters and with any slash at its end.
 */
bool wye__recase(const uint8_t *shape, uint32_t shape_length, uint8_t *path, uint32_t length,
                 const struct wye_span *spans, uint32_t params);

#endif
