/* The lookup of one path in one host's tree: match.c and backtrack.c. Hosts and policies are above it (hosts.c). */
#ifndef WYE_MATCH_H
#define WYE_MATCH_H

#include "lookup/context.h"
#include "lookup/hits.h"

/*
 * Looks up the path that begins at text[start] in the tree below a root. `length`: the bytes from there on; a query may
 * follow the path. `method`: a method's number, or WYE_NO_METHOD. The spans of the root's host are already in the
 * context. Fills the rest of the context on every exit, and returns the outcome.
 */
int32_t wye__match_path(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                        const uint8_t *text, uint32_t start, size_t length);

/* A path of known end: as a request wrote it, or in another form. It has at least a slash. */
struct wye__path {
  const uint8_t *text;
  uint32_t start, end;
  bool add_slash; /* it ends with one more slash, which the text does not have */
  bool escaped;   /* it has a `%` */
  bool folded;    /* it is looked up in any case of letters: from a root of the second set */
};

/*
 * The same for a path of known end. With `hits` no route ends the lookup: all that serve the method are added there,
 * and the context's outcome is undefined.
 */
int32_t wye__match_form(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                        const struct wye__path *path, struct wye__hits *hits);

/*
 * Finds the path that begins at text[start]. `length`: the bytes from there on. Returns WYE_OK; or WYE_BAD_PATH, with
 * an empty path at 0; or WYE_PATH_TOO_LONG, with a path of one byte more than a path may have.
 */
int32_t wye__read_path(const struct wye_table *table, const uint8_t *text, uint32_t start, size_t length,
                       struct wye__path *path);

#endif
