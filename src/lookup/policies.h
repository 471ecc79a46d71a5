/* The other forms of a path that a table's options allow: one slash more or less, the cleaned path. */
#ifndef WYE_POLICIES_H
#define WYE_POLICIES_H

#include "lookup/hosts.h"

static inline bool wye__has_policies(const struct wye_table *table) {
  return table->trailing_slash | table->clean_path;
}

/* Drops the slash at the path's end, or adds one. False for `/`, which has no other form. */
static inline bool wye__other_slash(struct wye__path *path) {
  path->add_slash = path->text[path->end - 1] != '/';
  if (!path->add_slash) path->end--;
  return path->end > path->start;
}

/*
 * Applies the table's policies to a request that found no route: fills the context and returns the outcome. The context
 * must still hold the result of that lookup.
 */
int32_t wye__retry(const struct wye__lookup *lookup);

/* The same for a request without a host. */
int32_t wye__retry_path(const struct wye_table *table, struct wye_context *context, uint32_t method,
                        const uint8_t *path, size_t length);

#endif
