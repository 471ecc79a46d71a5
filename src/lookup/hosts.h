/* From a request to lookups: through the hosts that may serve it. */
#ifndef WYE_HOSTS_H
#define WYE_HOSTS_H

#include "lookup/match.h"

/* What is looked up. */
struct wye__lookup {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t method;         /* its number */
  const uint8_t *text;     /* with the path */
  uint32_t path;           /* where it begins there, */
  size_t length;           /* and the bytes from there on */
  const uint8_t *url;      /* with the host, */
  uint32_t host, host_end; /* and where it is there, an IPv6 address with its brackets; equal: there is none */
};

/* Finds host and path in an absolute URL; false if it is none. */
bool wye__read_url(struct wye__lookup *lookup, const char *url, size_t length);

/*
 * Looks a path up through the hosts, the most specific first, and last without one. `path`: another form of it; NULL:
 * as the request wrote it. Ends at the first host that has it; with `hits` (and a path) it goes through all of them.
 */
int32_t wye__through_hosts(const struct wye__lookup *lookup, const struct wye__path *path, struct wye__hits *hits);

#endif
