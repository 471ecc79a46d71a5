/*
 * Starvation: every block size from zero up. Each refusal must leave the builder whole, with all that was added before
 * still there, and no byte outside of the block may be touched.
 */
#include "support.h"

#include "build/builder.h"

static const char *const lines[] = {
    "GET /",
    "GET /users/:id",
    "PUT /users/:id",
    "* /files/*path",
    "GET /v:major.:minor",
    "GET /a/*/b",
    "POST /:name.png",
    "DELETE /:a-:b/:c",
    "GET /:a/:b/:c/:d/:e/:f/:g/:h",
    "GET /a-segment-that-is-longer-than-a-key/x",
    "GET /1",
    "GET /2",
    "GET /3",
    "GET /4",
    "GET /5",
    "GET /6",
    "GET /7",
    "GET /caf\xC3\xA9/%2F%",
    "PATCH /7",
    "GET /after-the-buckets",
    "GET /t/:a<int(1..9)>-:b<slug>-:c<hex>",
    "GET /o/:id<uint>?",
    "PUT :t.example.com/h/:x",
    "PUT *.example.com/h/:y<hex>",
    "GET /t/:d<slug>",
};

static const char *const requests[COUNT(lines)] = {
    "GET /",
    "GET /users/42",
    "PUT /users/42",
    "ANY /files/x/y",
    "GET /v1.2",
    "GET /a/x/b",
    "POST /x.png",
    "DELETE /x-y/z",
    "GET /1/2/3/4/5/6/7/8",
    "GET /a-segment-that-is-longer-than-a-key/x",
    "GET /1",
    "GET /2",
    "GET /3",
    "GET /4",
    "GET /5",
    "GET /6",
    "GET /7",
    "GET /caf%C3%A9/%2f%",
    "PATCH /7",
    "GET /after-the-buckets",
    "GET /t/7-a-b-c0",
    "GET /o",
    "PUT http://a.example.com/h/1",
    "PUT http://a.b.example.com/h/1",
    "GET /t/a-b-x",
};

static const struct wye_options options = {.trailing_slash = WYE_SLASH_IGNORE, .clean_path = 1};

enum { ENOUGH = 64 * 1024 };

/* A block of exactly `size` bytes that begins on 8 bytes. */
static struct wye_builder *begin(size_t size, void **block) {
  struct wye_builder *builder = NULL;
  *block = take(size);
  int32_t status = wye_builder_init(*block, size, &options, &builder);
  assert_int_equal(status, size < wye_builder_min_size() ? WYE_NO_MEMORY : WYE_OK);
  assert_ptr_equal(builder, status == WYE_OK ? *block : NULL);
  return builder;
}

/* All that were added (a bit for each) still match: looked up in a table that is built with room enough. */
static void check_matches(struct wye_builder *builder, uint32_t added) {
  struct fixture f = {.builder_size = ENOUGH};
  assert_int_equal(wye_builder_move(builder, take(ENOUGH), ENOUGH, &f.builder), WYE_OK);
  fixture_build(&f);
  for (size_t i = 0; i < COUNT(lines); i++) {
    if (!(added >> i & 1)) continue;
    const char *text = strchr(requests[i], ' ') + 1;
    if (*text == '/') answer(&f, requests[i]);
    else answer_url(&f, "PUT", text, strlen(text));
    if (f.context->outcome != (int32_t)i) fail_msg("%s: %s", requests[i], f.answer);
  }
  fixture_drop(&f);
}

/* One add; a refusal must change nothing. The bit of the route, 0 if it was refused. */
static uint32_t add(struct wye_builder *builder, size_t index) {
  size_t used = wye_builder_used(builder);
  void *before = copy_of(builder, used);
  struct wye_error error = {.status = WYE_OK};
  struct wye_route route = route_of(lines[index]);
  route.id = (int32_t)index;
  int32_t id = wye_builder_add(builder, &route, &error);
  if (id < 0) {
    assert_int_equal(id, WYE_NO_MEMORY);
    assert_int_equal(wye_builder_used(builder), used);
    assert_memory_equal(builder, before, used);
  }
  assert_int_equal(error.status, id < 0 ? id : WYE_OK);
  free(before);
  check_builder(builder);
  return id < 0 ? 0 : 1u << index;
}

enum { ALL = (1 << COUNT(lines)) - 1 };

/* Adds all that are not there yet. Routes after a refused one may fit where they are smaller. */
static uint32_t add_all(struct wye_builder *builder, uint32_t added) {
  for (size_t i = 0; i < COUNT(lines); i++)
    if (!(added >> i & 1)) added |= add(builder, i);
  return added;
}

/* What a block of that size takes; then the rest, in a larger one. */
static uint32_t fill(size_t size) {
  void *block, *larger = take(ENOUGH);
  struct wye_builder *builder = begin(size, &block), *moved;
  uint32_t added = 0;
  if (builder) {
    added = add_all(builder, 0);
    check_matches(builder, added);
    assert_int_equal(wye_builder_move(builder, larger, ENOUGH, &moved), WYE_OK);
    assert_int_equal(add_all(moved, added), ALL);
    check_matches(moved, ALL);
  }
  free(block);
  free(larger);
  return added;
}

static void test_every_block_size(void **state) {
  (void)state;
  uint32_t added = 0;
  for (size_t size = 0; added != ALL; size++) {
    added = fill(size);
    assert_in_range(size, 0, ENOUGH);
  }
}

/* ------------------------------------------------------------------ expressions */

static const char *const expressions[] = {
    "GET /:a(\\d{4}|[a-z]{2,}x?)-:b((?:\xC3\xA9|[^\\w-])+)?", /* refused: not a whole segment */
    "GET /:a(\\d{4}|[a-z]{2,}x?)/:b((?:\xC3\xA9|[^\\w-])+)?",
    "PUT /:a(\\d{4}|[a-z]{2,}x?)/:b((?:\xC3\xA9|[^\\w-])+)?",
    "GET h.com/x/:c((?:a|b){20})-:d<date>",
    "GET h.com/x/:c((?:a|b){20}-:d<date>", /* refused: a bracket is open */
    "GET h.com/x/:c((?:a|b){20})-:d<date",
};

/* One route, into a builder that has others: what is refused, for its text or for want of room, changes nothing. */
static int32_t add_expression(struct wye_builder *builder, const char *line) {
  size_t used = builder->arena.used;
  void *before = copy_of(builder, used);
  struct wye_error error = {.status = WYE_OK};
  struct wye_route route = route_of(line);
  int32_t id = wye_builder_add(builder, &route, &error);
  if (id < 0) assert_memory_equal(builder, before, used);
  assert_int_equal(error.status, id < 0 ? id : WYE_OK);
  check_builder(builder);
  free(before);
  return id;
}

/* How many of the expressions a block of that size takes. */
static uint32_t fill_with_expressions(size_t size) {
  void *block;
  uint32_t added = 0;
  struct wye_builder *builder = begin(size, &block);
  for (size_t i = 0; builder && i < COUNT(expressions); i++) {
    int32_t status = add_expression(builder, expressions[i]);
    bool sound = i > 0 && i < 4;
    if (status < 0 && status != WYE_NO_MEMORY) assert_int_equal(status, WYE_BAD_PATTERN);
    if (status < 0 && status != WYE_NO_MEMORY) assert_false(sound);
    if (status >= 0) assert_true(sound), added++;
  }
  free(block);
  return added;
}

static void test_every_block_size_for_expressions(void **state) {
  (void)state;
  uint32_t added = 0;
  size_t size = 0, step = 1;
  for (; added < 3; size += step) {
    added = fill_with_expressions(size);
    if (size >= 4096) step = 8; /* an arena gives whole words */
    assert_in_range(size, 0, ENOUGH);
  }
  for (size_t more = 0; more < 64; more++) assert_int_equal(fill_with_expressions(size + more), 3);
}

/* ------------------------------------------------------------------ building */

static struct wye_builder *filled(void **block) {
  struct wye_builder *builder = begin(ENOUGH, block);
  assert_int_equal(add_all(builder, 0), ALL);
  return builder;
}

/* Too little room for the image: it is refused, the size is reported, and nothing after the capacity is touched. */
static void test_every_capacity_below_the_size(void **state) {
  (void)state;
  void *block;
  size_t needed, size;
  struct wye_builder *builder = filled(&block);
  assert_int_equal(wye_builder_build(builder, NULL, 0, &needed), WYE_NO_MEMORY);
  uint8_t *image = take(needed);
  for (size_t capacity = 0; capacity < needed; capacity++) {
    memset(image, 0xA5, needed);
    assert_int_equal(wye_builder_build(builder, image, capacity, &size), WYE_NO_MEMORY);
    assert_int_equal(size, needed);
    for (size_t i = capacity; i < needed; i++)
      if (image[i] != 0xA5) fail_msg("capacity %zu: byte %zu was written", capacity, i);
  }
  assert_int_equal(wye_builder_build(builder, image, needed, &size), WYE_OK);
  free(image);
  free(block);
}

static void test_bytes_after_the_image(void **state) {
  (void)state;
  void *block;
  size_t needed, size;
  struct wye_builder *builder = filled(&block);
  wye_builder_build(builder, NULL, 0, &needed);
  uint8_t *image = take(needed + 64);
  assert_int_equal(wye_builder_build(builder, image, needed + 64, &size), WYE_OK);
  for (size_t i = needed; i < needed + 64; i++) assert_int_equal(image[i], 0xA5);
  free(image);
  free(block);
}

/* Too little room for the work: refused with the size 0, the builder's bytes are as before. True if it was enough. */
static bool build_in(const struct wye_builder *filled_builder, size_t block_size, void *image, size_t needed) {
  size_t used = wye_builder_used(filled_builder), size = 1;
  struct wye_builder *builder;
  void *block = take(block_size), *before;
  assert_int_equal(wye_builder_move((struct wye_builder *)filled_builder, block, block_size, &builder), WYE_OK);
  before = copy_of(builder, used);
  int32_t status = wye_builder_build(builder, image, needed, &size);
  assert_int_equal(status, size == 0 ? WYE_NO_MEMORY : WYE_OK);
  check_builder(builder);
  forget_build(builder);
  forget_build(before);
  assert_int_equal(wye_builder_used(builder), used);
  assert_memory_equal(builder, before, used);
  free(before);
  free(block);
  return status == WYE_OK;
}

static void test_every_block_size_for_the_work(void **state) {
  (void)state;
  void *block;
  size_t needed, size;
  struct wye_builder *builder = filled(&block);
  wye_builder_build(builder, NULL, 0, &needed);
  void *image = take(needed), *wanted = take(needed);
  assert_int_equal(wye_builder_build(builder, wanted, needed, &size), WYE_OK);
  size = wye_builder_used(builder);
  while (!build_in(builder, size, image, needed)) size++;
  assert_in_range(size, wye_builder_used(builder) + 1, ENOUGH);
  assert_memory_equal(image, wanted, needed);
  for (size_t more = 1; more < 64; more++) assert_true(build_in(builder, size + more, image, needed));
  free(image);
  free(wanted);
  free(block);
}

static void test_bad_arguments(void **state) {
  (void)state;
  void *block;
  size_t size = 1;
  struct wye_builder *builder = filled(&block);
  char *image = take(ENOUGH);
  assert_int_equal(wye_builder_build(NULL, image, ENOUGH, &size), WYE_BAD_ARGUMENT);
  assert_int_equal(size, 0);
  assert_int_equal(wye_builder_build(builder, image, ENOUGH, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_builder_build(builder, NULL, 8, &size), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_builder_build(builder, image + 4, ENOUGH - 4, &size), WYE_BAD_ARGUMENT);
  free(image);
  free(block);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_block_size),
      cmocka_unit_test(test_every_block_size_for_expressions),
      cmocka_unit_test(test_every_capacity_below_the_size),
      cmocka_unit_test(test_bytes_after_the_image),
      cmocka_unit_test(test_every_block_size_for_the_work),
      cmocka_unit_test(test_bad_arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
