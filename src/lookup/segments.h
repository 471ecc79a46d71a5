/* Segments of a path: where each ends, and which static child of a node it is. */
#ifndef WYE_SEGMENTS_H
#define WYE_SEGMENTS_H

#include "base/steps.h"
#include "image/table.h"
#include "lookup/scan.h"

/* The slashes of 64 bytes of the path. The end of the path counts as one, and so does the end of its bytes. */
struct wye__window {
  uint32_t start;
  uint64_t slashes;
};

/* The window at `at`, or the next one with a slash. The path's bytes end at `text_end`, the path itself at `end`. */
struct wye__window wye__window_at(const uint8_t *text, uint32_t at, uint32_t text_end, uint32_t end);

/* Whether two texts of `length` bytes (16 or more) agree from their 16th byte on. */
bool wye__same_tail(const uint8_t *a, const uint8_t *b, uint32_t length);

/* The first section begins right after the header. */
static inline const struct wye__vertex *wye__vertices_of(const struct wye_table *table) {
  return (const struct wye__vertex *)(const void *)(table + 1);
}

/* The static child of `node` for a segment in normal form; NULL if there is none. */
static inline const struct wye__vertex *wye__static_child(const struct wye_table *table, const struct wye__vertex *node,
                                                          const uint8_t *segment, uint32_t length) {
  const struct wye__vertex *vertices = wye__vertices_of(table);
  uint64_t key[2];
  wye__load_key(segment, length, key);
  const struct wye__vertex *child =
      vertices + node->statics +
      ((uint32_t)(wye__hash(key, segment, length) >> (node->shift & WYE__SHIFT)) & node->mask);
  for (;; child = vertices + child->next) {
    WYE__STEPS(1);
    if (child->key[0] == key[0] && child->key[1] == key[1] && child->length == length &&
        (length <= WYE__KEY_BYTES || wye__same_tail(segment, wye__text_of(table) + child->text, length)))
      return child;
    if (WYE_LIKELY(child->next == 0)) return NULL;
  }
}

#endif
