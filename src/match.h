/* The lookup, between match.c, which walks, and wye.c, which hands it a request. */
#ifndef WYE_MATCH_H
#define WYE_MATCH_H

#include "context.h"
#include "table.h"

/*
 * Looks up the path that begins at text[start], of which `length` bytes are left (a query may follow). `method`: a
 * method's number, or WYE_NO_METHOD. Fills the context on every exit, and returns its outcome.
 */
int32_t wye__match(const struct wye_table *table, struct wye_context *context, uint32_t method, const uint8_t *text,
                   uint32_t start, size_t length);

#endif
