/* The lookup, between match.c with backtrack.c, which walk, and request.c and wye.c, which hand it a request. */
#ifndef WYE_MATCH_H
#define WYE_MATCH_H

#include "lookup/context.h"
#include "lookup/hits.h"
#include "image/table.h"

/*
 * Looks up the path that begins at text[start], of which `length` bytes are left (a query may follow), from a root on.
 * `method`: a method's number, or WYE_NO_METHOD. The spans of the root's host stand in the context already. Fills the
 * rest of the context on every exit, and returns its outcome.
 */
int32_t wye__match(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                   const uint8_t *text, uint32_t start, size_t length);

/*
 * The same for a path of known end, [start, end) and at least a slash, in another form than the request wrote it: with
 * a slash added that the text does not have, or, from a root of the second set, with letters in any case.
 */
int32_t wye__match_other(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                         const uint8_t *text, uint32_t start, uint32_t end, bool add_slash);

/* A path in a text, or another form of it. */
struct wye__path {
  const uint8_t *text;
  uint32_t start, end;
  bool add_slash; /* one follows at its end that the text does not have */
  bool escaped;   /* it has a `%` */
};

/*
 * Finds the path that begins at text[start], of which `length` bytes are left. WYE_OK, WYE_PATH_TOO_LONG or
 * WYE_BAD_PATH, for which the path is empty, at 0.
 */
int32_t wye__read_path(const uint8_t *text, uint32_t start, size_t length, struct wye__path *path);

/* Adds all routes that serve the method and match a path, from a root on. The context's last lookup is gone then. */
void wye__match_all(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                    const struct wye__path *path, struct wye__hits *hits);

#endif
