/* The same routes in the same order are the same bytes, whatever the blocks held before and wherever they lie. */
#include "support.h"

#include "image/table.h"

static const char *const lines[] = {
    "GET /",
    "GET /users/:id",
    "PUT /users/:id",
    "* /files/*path",
    "GET /:base...:head",
    "GET /v:major.:minor",
    "GET /a/*/b",
    "GET /caf\xC3\xA9",
    "GET /organization-settings-1",
    "GET /organization-settings-2",
    "POST /:name.png",
    "DELETE /:a-:b/:c",
    "GET /typed/:a<int>-:b<slug>-:c(\\d+)",
    "GET /typed/:a<slug>/:b?",
    "PUT api.example.com/:a(\\d+|x)",
    "PUT :tenant.example.com/:a<int>",
    "PUT *.example.com/*all",
    NULL,
};
static const struct wye_options options = {.trailing_slash = WYE_SLASH_REDIRECT, .clean_path = 1};

static int32_t add_all(struct wye_builder *builder) {
  for (size_t i = 0; lines[i]; i++) {
    struct wye_route route = route_of(lines[i]);
    int32_t id = wye_builder_add(builder, &route, NULL);
    if (id < 0) return id;
  }
  return WYE_OK;
}

/* The image made in blocks of this size and contents. */
static uint8_t *image_in(size_t block_size, int filling, size_t *size) {
  struct wye_builder *builder;
  void *block = take(block_size);
  memset(block, filling, block_size);
  assert_int_equal(wye_builder_init(block, block_size, &options, &builder), WYE_OK);
  assert_int_equal(add_all(builder), WYE_OK);
  wye_builder_build(builder, NULL, 0, size);
  uint8_t *image = take(*size);
  memset(image, ~filling, *size);
  assert_int_equal(wye_builder_build(builder, image, *size, size), WYE_OK);
  free(block);
  return image;
}

static void test_blocks_do_not_count(void **state) {
  (void)state;
  static const size_t sizes[] = {65536, 65537, 80000, 1 << 20};
  static const int fillings[] = {0x00, 0xFF, 0x55, '/'};
  size_t size, other_size;
  uint8_t *image = image_in(100000, 0xA5, &size);
  for (size_t i = 0; i < COUNT(sizes); i++) {
    for (size_t j = 0; j < COUNT(fillings); j++) {
      uint8_t *other = image_in(sizes[i], fillings[j], &other_size);
      assert_int_equal(other_size, size);
      assert_memory_equal(other, image, size);
      free(other);
    }
  }
  free(image);
}

/* Neither do routes that came and went, with all that they brought along. */
static void test_the_past_does_not_count(void **state) {
  (void)state;
  static const char *const guests[] = {"GET /typed/:x(\\d+)", "PUT :guest.com/:y<slug>?",
                                       "GUEST /guest/:z<int>-:w<hex(..9)>"};
  struct fixture f;
  struct wye_builder *builder, *moved;
  size_t size;
  fixture_open(&f, &options, lines);
  void *block = take(1 << 20), *other = take(1 << 20);
  assert_int_equal(wye_builder_init(block, 1 << 20, &options, &builder), WYE_OK);
  for (size_t i = 0; lines[i]; i++) {
    struct wye_route guest = route_of(guests[i % COUNT(guests)]), route = route_of(lines[i]);
    guest.id = 0;
    route.id = (int32_t)i;
    assert_int_equal(wye_builder_add(builder, &guest, NULL), 0);
    assert_int_equal(wye_builder_add(builder, &route, NULL), i);
    assert_int_equal(wye_builder_remove(builder, &guest), WYE_OK);
    check_builder(builder);
  }
  assert_int_equal(wye_builder_move(builder, other, 1 << 20, &moved), WYE_OK);
  struct wye_builder *const both[] = {builder, moved};
  for (size_t i = 0; i < COUNT(both); i++) {
    void *image = image_of(both[i], &size);
    assert_int_equal(size, f.image_size);
    assert_memory_equal(image, f.image, size);
    free(image);
  }
  free(block);
  free(other);
  fixture_drop(&f);
}

static void test_built_twice(void **state) {
  (void)state;
  struct fixture f;
  size_t size;
  fixture_open(&f, &options, lines);
  void *again = image_of(f.builder, &size);
  assert_int_equal(size, f.image_size);
  assert_memory_equal(again, f.image, size);
  free(again);
  fixture_drop(&f);
}

/* A larger room for the image changes nothing in it. */
static void test_capacity_does_not_count(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, &options, lines);
  for (size_t more = 0; more <= 64; more++) {
    size_t size;
    uint8_t *image = take(f.image_size + more);
    assert_int_equal(wye_builder_build(f.builder, image, f.image_size + more, &size), WYE_OK);
    assert_int_equal(size, f.image_size);
    assert_memory_equal(image, f.image, size);
    free(image);
  }
  fixture_drop(&f);
}

/* An image may be copied anywhere and opened there. */
static void test_image_in_another_place(void **state) {
  (void)state;
  struct fixture f;
  struct wye_context *context = NULL;
  const struct wye_table *table;
  char said[64];
  fixture_open(&f, &options, lines);
  for (size_t shift = 0; shift <= 64; shift += 8) {
    char *block = take(f.image_size + shift);
    memcpy(block + shift, f.image, f.image_size);
    assert_int_equal(wye_table_open(block + shift, f.image_size, &table, NULL), WYE_OK);
    context = f.context;
    wye_match(table, context, "PUT", 3, "/users/42", 9);
    write_answer(table, context, "/users/42", said, sizeof said);
    assert_string_equal(said, "2 id=42");
    free(block);
  }
  fixture_drop(&f);
}

/* Names are no part of the shape, texts are part of the image. */
static void test_other_routes_are_other_bytes(void **state) {
  (void)state;
  static const char *const one[] = {"GET /:a", NULL}, *const other[] = {"GET /:b", NULL};
  struct fixture f, g;
  fixture_open(&f, NULL, one);
  fixture_open(&g, NULL, other);
  assert_int_equal(f.image_size, g.image_size);
  assert_memory_not_equal(f.image, g.image, f.image_size);
  fixture_drop(&f);
  fixture_drop(&g);
}

/* No byte is left to chance: what is not a record and no text is zero. */
static void test_gaps_are_zero(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, &options, lines);
  const uint8_t *bytes = f.image;
  const struct wye__extent *text = &f.table->sections[WYE__TEXT];
  for (size_t i = text->offset + text->count; i < f.image_size; i++) assert_int_equal(bytes[i], 0);
  for (size_t i = offsetof(struct wye_table, zero); i < sizeof *f.table; i++) assert_int_equal(bytes[i], 0);
  fixture_drop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_blocks_do_not_count),     cmocka_unit_test(test_built_twice),
      cmocka_unit_test(test_the_past_does_not_count), cmocka_unit_test(test_capacity_does_not_count),
      cmocka_unit_test(test_image_in_another_place),  cmocka_unit_test(test_other_routes_are_other_bytes),
      cmocka_unit_test(test_gaps_are_zero),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
