/*
 * What app.c and reply.c share. The slot's scratch buffer begins with a block for the fields of the response's head, so
 * that a handler can have a text open in the buffer at the same time:
 *
 *     0             fields_used        app->fields
 *     | lines       | free             | what handlers take ...
 */
#ifndef WYE_APP_INTERNAL_H
#define WYE_APP_INTERNAL_H

#include "wye_app.h"
#include "base/bytes.h"

/* The request's slot, looked up again; NULL after its release. */
static inline struct wye_slot *wye__slot_of(struct wye_request *r) {
  return r->slot = r->handle ? wye_slot(r->pool, r->handle) : NULL;
}

static inline uint32_t wye__room_for_fields(const struct wye_request *r) {
  return r->app->fields ? r->app->fields : WYE_FIELDS;
}

/* The length of a text that ends with a NUL; at most 16 MiB, for which no buffer has room. */
static inline size_t wye__length_of(const char *text) {
  size_t length = 0;
  while (length < (1 << 24) && text[length]) length++;
  return length;
}

/* Appends bytes to the lines so far. False, and appends nothing, if there is no room. */
bool wye__put_fields(struct wye_request *r, const char *text, size_t length);

/* Pulls all that a source still has, and sends it. */
void wye__push_rest(struct wye_request *r);

#endif
