/*
 * What the unit tests share: tables made from lines of text, lookups whose whole answer is one line of text, blocks
 * that end where their contents end.
 */
#ifndef WYE_TEST_SUPPORT_H
#define WYE_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wye.h"
#include "wye_pool.h"
#include "wye_ratelimit.h"

/* Steps of all lookups so far: these tests build the library with WYE_COUNT_STEPS. */
extern uint64_t wye__steps;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ------------------------------------------------------------------ memory */

/* `size` bytes in a block of their own, 8-aligned, all 0xA5; NULL is never returned. */
void *take(size_t size);

/* A copy in a block of exactly this size, so that the address sanitizer sees a read after it. */
void *copy_of(const void *bytes, size_t size);

/* `unit` written `times` times, NUL-terminated; to be freed. */
char *repeat(const char *unit, size_t times);

/* ------------------------------------------------------------------ a table under test */

struct fixture {
  struct wye_builder *builder;
  size_t builder_size;
  void *image;
  size_t image_size;
  const struct wye_table *table; /* NULL: not built yet */
  struct wye_context *context;
  char answer[8192];
};

/* The options of a table whose paths may be as long as those of any. */
static const struct wye_options longest = {.max_path = WYE_MAX_PATH};

/* Begins an empty one. `options`: NULL for the defaults. */
void fixture_begin(struct fixture *f, const struct wye_options *options);

/* Moves the builder into a block of twice the size. */
void fixture_grow(struct fixture *f);

/* Adds a route, moving the builder into a larger block as often as it takes. Returns what wye_builder_add does. */
int32_t fixture_add(struct fixture *f, const struct wye_route *route, struct wye_error *error);

/* The same for "METHOD pattern", with a host before it or without. */
int32_t fixture_add_line(struct fixture *f, const char *line);

/* Builds and opens the table, in a block of its exact size, and makes a context for it. */
void fixture_build(struct fixture *f);

/* All of these: `lines` end with a NULL. */
void fixture_open(struct fixture *f, const struct wye_options *options, const char *const *lines);

void fixture_drop(struct fixture *f);

/* A route of "METHOD pattern" or "METHOD host/pattern"; its texts point into the line. */
struct wye_route route_of(const char *line);

/* The image that a builder makes, in a block of its exact size; to be freed. */
void *image_of(struct wye_builder *builder, size_t *size);

/* Clears what a build notes in the builder for its own use, so that what is left can be compared byte for byte. */
void forget_build(struct wye_builder *builder);

/* Fails unless the builder's lists, buckets and counts agree with each other. */
void check_builder(const struct wye_builder *builder);

/* ------------------------------------------------------------------ lookups */

/*
 * Looks "METHOD path" up and tells the whole answer in a line: "3 id=42 name=x" (the handler id, then each parameter
 * with its raw value), "METHOD_NOT_ALLOWED GET, PUT", "NOT_FOUND" ... Fails where the context is not what wye.h says.
 * The text is good until the next call.
 */
const char *answer(struct fixture *f, const char *request);

/* The same for a path of any bytes, and for an absolute URL. */
const char *answer_bytes(struct fixture *f, const char *method, const char *path, size_t length);
const char *answer_url(struct fixture *f, const char *method, const char *url, size_t length);

/* What a context holds, written to `to`; parameters are cut from `text`. */
void write_answer(const struct wye_table *table, const struct wye_context *context, const char *text, char *to,
                  size_t capacity);

/* Fails where a context is not what wye.h promises after a lookup of `length` bytes that returned `outcome`. */
void check_context(const struct wye_table *table, const struct wye_context *context, int32_t outcome, size_t length);

/* Reads all that can be asked of a table; what it says does not count, only that it can be said. */
void read_everything(const struct wye_table *table);

#endif
