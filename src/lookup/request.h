/*
 * From a request to lookups: through the hosts that may serve it, and through the other forms of its path that the
 * table's policies allow.
 */
#ifndef WYE_REQUEST_H
#define WYE_REQUEST_H

#include "lookup/match.h"

struct wye__request {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t method;         /* its number */
  const uint8_t *text;     /* with the path */
  uint32_t path;           /* where it begins there, */
  size_t length;           /* and the bytes from there on */
  const uint8_t *url;      /* with the host, */
  uint32_t host, host_end; /* and where it stands there, an IPv6 address with its brackets; equal: there is none */
};

/* Whether a context has room for lookups in a table. */
bool wye__serves(struct wye_context *context, const struct wye_table *table);

/* Ends a lookup that was not begun. Returns the status. */
int32_t wye__refuse(struct wye_context *context, int32_t status);

/* Finds host and path in an absolute URL; false if it is none. */
bool wye__read_url(struct wye__request *request, const char *url, size_t length);

/* Looks the path up as it is written: through the hosts, the most specific first, and last without one. */
int32_t wye__through_hosts(const struct wye__request *request);

/*
 * Adds all routes that serve the method and match the request: of all its hosts, and in the form with one slash more or
 * less, where that does not matter. Fills the context's head, and returns WYE_OK, WYE_BAD_PATH or WYE_PATH_TOO_LONG.
 */
int32_t wye__collect(const struct wye__request *request, struct wye__hits *hits);

/* What the table's policies make of a request that found no route. */
int32_t wye__retry(const struct wye__request *request);

static inline bool wye__is_miss(int32_t outcome) {
  return outcome == WYE_NOT_FOUND || outcome == WYE_METHOD_NOT_ALLOWED;
}

static inline bool wye__has_policies(const struct wye_table *table) {
  return table->trailing_slash | table->clean_path;
}

#endif
