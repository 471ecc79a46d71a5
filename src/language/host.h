/*
 * Hosts of routes, and the hosts of requests compared with them.
 *
 * The shape of a host is its text in lower case, without a last dot, each parameter as ":" alone:
 *
 *     API.example.com.       ->  api.example.com
 *     :tenant.example.com    ->  :.example.com      mask 100...
 *     *.example.com          ->  *.example.com
 *     [::1]                  ->  [::1]
 *
 * A mask says which labels are parameters: bit 31 is the first label, so that masks with equally many bits are in match
 * order (text before a parameter, from the left) when they are in numeric order.
 *
 * A request's host is read in the text of the request, in any case, without a final dot; an IPv6 address with its
 * brackets.
 */
#ifndef WYE_HOST_H
#define WYE_HOST_H

#include "base/span.h"

enum { WYE__HOST_LABELS = 32 };

/* A route's host. All zero: none. */
struct wye__host {
  uint8_t shape[WYE_MAX_HOST];
  uint32_t length; /* of the shape */
  uint32_t params;
  uint32_t labels; /* a `*` counts as one, and so does an IPv6 address */
  uint32_t mask;
  struct wye_span names[WYE__HOST_LABELS]; /* of the parameters, in the route's text */
};

/* Reads a route's host. WYE_OK, or WYE_BAD_HOST with the byte in `error`; `*host` is filled on success. */
int32_t wye__host_parse(const char *text, size_t length, struct wye__host *host, struct wye_error *error);

/* Whether a text can be a label of a host; and the error text for one that cannot. */
bool wye__is_label(const uint8_t *text, size_t length);
extern const char wye__label_text[];

/*
 * The hash of a request's host whose labels in `mask` are read as ":"; with the mask 0, that of a shape. All its bits
 * are mixed well.
 */
uint32_t wye__host_hash(const uint8_t *host, uint32_t length, uint32_t mask);

/* The hash of the shape "*" + `suffix`, which begins with a dot. */
uint32_t wye__host_hash_suffix(const uint8_t *suffix, uint32_t length);

/*
 * Whether a request's host, its labels in `mask` read as ":", has that shape. An empty label is not a parameter, and
 * neither is an IPv6 address. A suffix is compared with the mask 0 and the shape after its `*`.
 */
bool wye__host_same(const uint8_t *host, uint32_t length, uint32_t mask, const uint8_t *shape, uint32_t shape_length);

/*
 * Writes the spans of the labels in `mask` of the host text[offset, offset + length), from the left. Spans index the
 * text. Returns how many there are.
 */
uint32_t wye__host_params(const uint8_t *text, uint32_t offset, uint32_t length, uint32_t mask, struct wye_span *spans);

#endif
