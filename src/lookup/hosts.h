/* From a request to searches: through the trees of the hosts that may serve it. */
#ifndef WYE_HOSTS_H
#define WYE_HOSTS_H

#include "lookup/match.h"

/* A request that is looked up. */
struct wye__lookup {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t method;         /* its number */
  const uint8_t *text;     /* the path is in it, */
  uint32_t path;           /* at this offset, */
  size_t length;           /* with this many bytes from there on */
  const uint8_t *url;      /* the host is in it, an IPv6 address with its brackets; */
  uint32_t host, host_end; /* from here to here; equal: the request has no host */
};

/* Finds host and path in an absolute URL. False if the text is not one. */
bool wye__read_url(struct wye__lookup *lookup, const char *url, size_t length);

/*
 * Looks a path up in the trees of the hosts that apply, the most specific host first, and last in that of the routes
 * without a host. `path`: another form of the path; NULL: as the request wrote it. Ends with the first route found;
 * with `hits` (and a `path`) goes through all trees.
 */
int32_t wye__through_hosts(const struct wye__lookup *lookup, const struct wye__path *path, struct wye__hits *hits);

#endif
