/* The lookup of one path in one host's tree: match.c and backtrack.c. Hosts and policies are above it (hosts.c). */
#ifndef WYE_MATCH_H
#define WYE_MATCH_H

#include "lookup/context.h"
#include "lookup/hits.h"

/*
 * Looks up the path that begins at text[start], of which `length` bytes are left (a query may follow), from a root on.
 * `method`: a method's number, or WYE_NO_METHOD. The spans of the root's host are in the context already. Fills the
 * rest of the context on every exit, and returns its outcome.
 */
int32_t wye__match_path(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                        const uint8_t *text, uint32_t start, size_t length);

/* A path of known end: as a request wrote it, or in another form. It has at least a slash. */
struct wye__path {
  const uint8_t *text;
  uint32_t start, end;
  bool add_slash; /* a slash follows at its end that the text does not have */
  bool escaped;   /* it has a `%` */
  bool folded;    /* letters in any case: to be looked up from a root of the second set */
};

/*
 * The same for a path of known end. With `hits` it ends at no route: all that serve the method are added there, and
 * what the context then says of a lookup means nothing.
 */
int32_t wye__match_form(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                        const struct wye__path *path, struct wye__hits *hits);

/*
 * Finds the path that begins at text[start], of which `length` bytes are left. WYE_OK; or WYE_BAD_PATH, and the path is
 * empty, at 0; or WYE_PATH_TOO_LONG, and it ends after more bytes than a path may have.
 */
int32_t wye__read_path(const uint8_t *text, uint32_t start, size_t length, struct wye__path *path);

#endif
