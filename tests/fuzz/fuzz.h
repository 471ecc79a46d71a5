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
#include "wye_pool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run where something that wye.h promises does not hold. */
#define CHECK(condition) ((condition) ? (void)0 : broken(#condition, __FILE__, __LINE__))

static inline void broken(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
  abort();
}

/* A block of exactly this size: a read after it is seen. */
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

/* A route of a pattern, with a host before it or without. */
static inline struct wye_route route_of(const char *method, size_t method_length, const char *text, size_t length) {
  const char *slash = length ? memchr(text, '/', length) : NULL;
  size_t host = slash ? (size_t)(slash - text) : 0;
  return (struct wye_route){
      .method = method,
      .method_length = method_length,
      .pattern = text + host,
      .pattern_length = length - host,
      .host = text,
      .host_length = host,
      .id = WYE_NEXT_ID,
  };
}

/* Lines of "METHOD pattern" or "METHOD host/pattern", ended by a NULL. */
static inline void add_lines(struct wye_builder *builder, const char *const *lines) {
  for (; *lines; lines++) {
    const char *space = strchr(*lines, ' ');
    struct wye_route route = route_of(*lines, (size_t)(space - *lines), space + 1, strlen(space + 1));
    CHECK(wye_builder_add(builder, &route, NULL) >= 0);
  }
}

static inline struct wye_context *new_context(const struct wye_table *table) {
  struct wye_context *context;
  size_t size = wye_context_size(table);
  CHECK(wye_context_init(take(size), size, table, &context) == WYE_OK);
  return context;
}

/* Whether a span is in a text of this length or, of a parameter that an optional form omits, { WYE_NONE, 0 }. */
static inline bool is_span(struct wye_span span, size_t length) {
  if (span.offset == WYE_NONE) return span.length == 0;
  return span.offset <= length && span.length <= length - span.offset;
}

/* What holds after every lookup, in tables of strangers too. The parameters end with one that has a value. */
static inline void check_context(const struct wye_table *table, const struct wye_context *c, int32_t outcome,
                                 size_t length) {
  CHECK(c->outcome == outcome);
  CHECK(c->path <= c->path_end && c->path_end <= length);
  CHECK((c->route == WYE_NONE) == (outcome < 0));
  CHECK((c->allow != 0) == (outcome == WYE_METHOD_NOT_ALLOWED));
  CHECK((c->redirect != 0) == (outcome == WYE_REDIRECT));
  uint32_t most = outcome < 0 ? 0 : wye_table_param_count(table, c->route);
  CHECK(c->params <= most);
  for (uint32_t i = 0; i < c->params; i++) CHECK(is_span(wye_param(c, i), c->path_end));
  if (c->params) CHECK(wye_param(c, c->params - 1u).offset != WYE_NONE);
}

/* A route without a `?` has a value for each parameter. (A stranger's pattern may differ from what it matches.) */
static inline void check_omitted(const struct wye_table *table, const struct wye_context *c) {
  struct wye_route route;
  if (!wye_table_route(table, c->route, &route) || memchr(route.pattern, '?', route.pattern_length)) return;
  CHECK(c->params == wye_table_param_count(table, c->route));
  for (uint32_t i = 0; i < c->params; i++) CHECK(wye_param(c, i).offset != WYE_NONE);
}

/*
 * Where a redirect goes: to a path of this host, in characters that may appear in a URL. To be freed; NULL where there
 * is not a redirect.
 */
static inline char *location_of(const struct wye_table *table, const struct wye_context *c, const char *text,
                                size_t length, size_t *size) {
  *size = wye_location(table, c, text, length, NULL, 0);
  CHECK((*size > 0) == (c->outcome == WYE_REDIRECT));
  if (*size == 0) return NULL;
  char *to = take(*size + 1);
  CHECK(wye_location(table, c, text, length, to, *size + 1) == *size);
  CHECK(to[*size] == 0 && to[0] == '/' && to[1] != '/');
  for (size_t i = 0; i < *size; i++) CHECK(to[i] > ' ' && to[i] < 0x7F);
  for (size_t i = 0; i < *size && to[i] != '?' && to[i] != '#'; i++) CHECK(!strchr("\"<>\\^`{|}", to[i]));
  return to;
}

#endif
