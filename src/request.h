/*
 * From a request to lookups: through the hosts that may serve it, and through the other forms of its path that the
 * table's policies allow.
 */
#ifndef WYE_REQUEST_H
#define WYE_REQUEST_H

#include "match.h"

struct wye__request {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t method; /* its number */
  const uint8_t *text;
  uint32_t path;           /* where the path begins in the text, */
  size_t length;           /* and the bytes from there on */
  uint32_t host, host_end; /* the host in the text, an IPv6 address with its brackets; equal: the request has none */
};

/* Looks the path up as it is written: through the hosts, the most specific first, and last without one. */
int32_t wye__through_hosts(const struct wye__request *request);

/* What the table's policies make of a request that found no route. */
int32_t wye__retry(const struct wye__request *request);

static inline bool wye__is_miss(int32_t outcome) {
  return outcome == WYE_NOT_FOUND || outcome == WYE_METHOD_NOT_ALLOWED;
}

static inline bool wye__has_policies(const struct wye_table *table) {
  return table->trailing_slash | table->clean_path;
}

#endif
