/* What the fuzz targets share: exact copies, tables from lines of text, and checks that stay in every build. */
#ifndef WYE_FUZZ_H
#define WYE_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wye.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run where something that wye.h promises does not hold. */
#define CHECK(condition) ((condition) ? (void)0 : broken(#condition, __FILE__, __LINE__))

static inline void broken(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
  abort();
}

/* A block of exactly this size: a read behind it is seen. */
static inline void *take(size_t size) {
  void *block = malloc(size ? size : 1);
  CHECK(block != NULL);
  return block;
}

static inline void *copy_of(const void *bytes, size_t size) {
  void *copy = take(size);
  if (size) memcpy(copy, bytes, size);
  return copy;
}

static inline struct wye_builder *new_builder(size_t size, const struct wye_options *options) {
  struct wye_builder *builder;
  CHECK(wye_builder_init(take(size), size, options, &builder) == WYE_OK);
  return builder;
}

/* The builder's image in a block of its exact size. */
static inline void *image_of(struct wye_builder *builder, size_t *size) {
  CHECK(wye_builder_build(builder, NULL, 0, size) == WYE_NO_MEMORY && *size != 0);
  void *image = take(*size);
  CHECK(wye_builder_build(builder, image, *size, size) == WYE_OK);
  return image;
}

/* Lines of "METHOD pattern", ended by a NULL. */
static inline void add_lines(struct wye_builder *builder, const char *const *lines) {
  for (; *lines; lines++) {
    const char *space = strchr(*lines, ' ');
    struct wye_route route = {*lines, (size_t)(space - *lines), space + 1, strlen(space + 1), NULL, 0, WYE_NEXT_ID};
    CHECK(wye_builder_add(builder, &route, NULL) >= 0);
  }
}

static inline struct wye_context *new_context(const struct wye_table *table) {
  struct wye_context *context;
  size_t size = wye_context_size(table);
  CHECK(wye_context_init(take(size), size, table, &context) == WYE_OK);
  return context;
}

/* What holds behind every lookup. */
static inline void check_context(const struct wye_table *table, const struct wye_context *c, int32_t outcome,
                                 size_t length) {
  CHECK(c->outcome == outcome);
  CHECK(c->path <= c->path_end && c->path_end <= length);
  CHECK((c->route == WYE_NONE) == (outcome < 0));
  CHECK((c->allow != 0) == (outcome == WYE_METHOD_NOT_ALLOWED));
  CHECK(c->params == (outcome < 0 ? 0 : wye_table_param_count(table, c->route)));
  for (uint32_t i = 0; i < c->params; i++) {
    struct wye_span span = wye_param(c, i);
    CHECK(span.offset >= c->path && span.offset <= c->path_end && span.length <= c->path_end - span.offset);
  }
}

#endif
