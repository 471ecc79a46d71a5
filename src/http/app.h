/*
 * What app.c and reply.c share. In the slot's scratch buffer the lines of the response's head come first, in a block of
 * their own, so that a handler may have a text open there at the same time:
 *
 *     0             fields_used        app->fields
 *     | lines       | free             | what handlers take ...
 */
#ifndef WYE_APP_INTERNAL_H
#define WYE_APP_INTERNAL_H

#include "wye_app.h"
#include "base/bytes.h"

/* The slot, found anew: NULL where it was given back. */
static inline struct wye_slot *wye__slot_of(struct wye_request *r) {
  return r->slot = r->handle ? wye_slot(r->pool, r->handle) : NULL;
}

static inline uint32_t wye__room_for_fields(const struct wye_request *r) {
  return r->app->fields ? r->app->fields : WYE_FIELDS;
}

/* The length of a text that ends with a NUL; of a longer one 16 MiB, for which there is no room anywhere. */
static inline size_t wye__length_of(const char *text) {
  size_t length = 0;
  while (length < (1 << 24) && text[length]) length++;
  return length;
}

/* Puts bytes after the lines so far. False, and nothing, where there is no room. */
bool wye__put_fields(struct wye_request *r, const char *text, size_t length);

/* Visible characters, blanks, tabs, and bytes above ASCII (RFC 9110 5.5). */
bool wye__is_field_value(const char *value, size_t length);

/* Pulls what a source still has, and sends it. */
void wye__push_rest(struct wye_request *r);

#endif
