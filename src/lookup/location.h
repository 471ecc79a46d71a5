/*
 * Where a redirect sends the client (wye_location), and the target of the clean-path policy.
 *
 * A context's `redirect` says how the target comes from the path: the flags WYE__ADD_SLASH, WYE__DROP_SLASH and
 * WYE__CLEANED of context.h.
 */
#ifndef WYE_LOCATION_H
#define WYE_LOCATION_H

#include "base/span.h"

/* Whether a target may be this path, whose first byte is a slash: one that begins with `//` would be another host. */
bool wye__is_redirectable(const uint8_t *path, uint32_t length);

/*
 * Gives the letters of a path, which a table that ignores case has matched, the case that they have in the pattern:
 * raw ones and escaped ones (`%41` becomes `%61`). `shape`: the pattern's, without folding. Parameters are stepped
 * over: `spans` has them, `params` of them, as offsets from `path`.
 */
void wye__recase(const uint8_t *shape, uint32_t shape_length, uint8_t *path, uint32_t length,
                 const struct wye_span *spans, uint32_t params);

#endif
