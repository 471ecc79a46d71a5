/* The image: its layout, what can be read of it, and that no bytes of a stranger do harm. */
#include "support.h"

#include "../tables.h"

#include "language/expression.h"
#include "image/table.h"

/* ------------------------------------------------------------------ layout */

static void test_header_is_as_drawn(void **state) {
  (void)state;
  assert_int_equal(offsetof(struct wye_table, magic), 0);
  assert_int_equal(offsetof(struct wye_table, size), 4);
  assert_int_equal(offsetof(struct wye_table, checksum), 8);
  assert_int_equal(offsetof(struct wye_table, trailing_slash), 12);
  assert_int_equal(offsetof(struct wye_table, max_params), 16);
  assert_int_equal(offsetof(struct wye_table, max_depth), 20);
  assert_int_equal(offsetof(struct wye_table, visited_nodes), 24);
  assert_int_equal(offsetof(struct wye_table, notes), 28);
  assert_int_equal(offsetof(struct wye_table, max_path), 32);
  assert_int_equal(offsetof(struct wye_table, sections), 36);
  assert_int_equal(WYE__SECTIONS, 16);
  assert_int_equal(sizeof(struct wye_table), 192);
}

static void test_vertex_is_as_drawn(void **state) {
  (void)state;
  assert_int_equal(offsetof(struct wye__vertex, length), 16);
  assert_int_equal(offsetof(struct wye__vertex, text), 20);
  assert_int_equal(offsetof(struct wye__vertex, next), 24);
  assert_int_equal(offsetof(struct wye__vertex, param), 28);
  assert_int_equal(offsetof(struct wye__vertex, statics), 32);
  assert_int_equal(offsetof(struct wye__vertex, mask), 36);
  assert_int_equal(offsetof(struct wye__vertex, branch), 40);
  assert_int_equal(offsetof(struct wye__vertex, shift), 44);
  assert_int_equal(offsetof(struct wye__vertex, params), 45);
  assert_int_equal(offsetof(struct wye__vertex, depth), 46);
  assert_int_equal(offsetof(struct wye__vertex, leaf), 48);
  assert_int_equal(offsetof(struct wye__vertex, leaf.refs), 56);
  assert_int_equal(offsetof(struct wye__vertex, visited), 60);
  assert_int_equal(sizeof(struct wye__vertex), 64);
}

static void test_route_record_is_as_drawn(void **state) {
  (void)state;
  assert_int_equal(offsetof(struct wye__route_record, names), 4);
  assert_int_equal(offsetof(struct wye__route_record, forms), 8);
  assert_int_equal(offsetof(struct wye__route_record, params), 12);
  assert_int_equal(offsetof(struct wye__route_record, host_params), 13);
  assert_int_equal(offsetof(struct wye__route_record, optional), 14);
  assert_int_equal(offsetof(struct wye__route_record, method), 15);
  assert_int_equal(offsetof(struct wye__route_record, pattern), 16);
  assert_int_equal(offsetof(struct wye__route_record, name), 24);
  assert_int_equal(offsetof(struct wye__route_record, host), 32);
  assert_int_equal(sizeof(struct wye__route_record), 40);
}

static void test_branch_is_as_drawn(void **state) {
  (void)state;
  assert_int_equal(offsetof(struct wye__branch, inner), 12);
  assert_int_equal(offsetof(struct wye__branch, catch_all), 16);
  assert_int_equal(offsetof(struct wye__branch, catch_all.refs), 24);
  assert_int_equal(sizeof(struct wye__branch), 32);
}

/* Records are read where they are: each section must begin at a multiple of their alignment. */
static void test_records_are_whole_words(void **state) {
  (void)state;
  for (int section = 0; section < WYE__HOST_SLOTS; section++) {
    assert_int_not_equal(wye__record_size[section], 0);
    assert_int_equal(wye__record_size[section] % 8, 0);
  }
  assert_int_equal(wye__record_size[WYE__HOST_SLOTS], 4);
  assert_int_equal(wye__record_size[WYE__TEXT], 1);
}

static void test_sections_follow_each_other(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, mixed);
  size_t end = sizeof(struct wye_table);
  for (int section = 0; section < WYE__SECTIONS; section++) {
    assert_int_equal(f.table->sections[section].offset, end);
    end += (size_t)f.table->sections[section].count * wye__record_size[section];
  }
  assert_in_range(f.image_size, end, end + 7);
  assert_int_equal(f.image_size % 8, 0);
  fixture_drop(&f);
}

static void test_head_of_an_image(void **state) {
  (void)state;
  struct fixture f;
  const struct wye_options options = {.case_insensitive = 1, .no_method_not_allowed = 1};
  fixture_open(&f, &options, mixed);
  const uint8_t *bytes = f.image;
  static const uint8_t wanted_options[] = {0, 0, 1, 1};
  assert_memory_equal(bytes, "WYE\4", 4);
  assert_int_equal(bytes[4] | bytes[5] << 8 | bytes[6] << 16 | bytes[7] << 24, (int)f.image_size);
  assert_memory_equal(bytes + 12, wanted_options, 4);
  assert_int_equal(f.table->max_params, 2);
  assert_int_equal(f.table->sections[WYE__ROUTES].count, 10);
  assert_int_equal(f.table->sections[WYE__METHODS].count, 4);
  assert_int_equal(wye_table_size(f.table), f.image_size);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ reading */

static void check_route(const struct fixture *f, uint32_t index, const char *line, const char *name, int32_t id) {
  struct wye_route route, wanted = route_of(line);
  assert_true(wye_table_route(f->table, index, &route));
  assert_int_equal(route.method_length, wanted.method_length);
  assert_memory_equal(route.method, wanted.method, wanted.method_length);
  assert_int_equal(route.pattern_length, wanted.pattern_length);
  assert_memory_equal(route.pattern, wanted.pattern, wanted.pattern_length);
  assert_int_equal(route.name_length, strlen(name));
  if (*name) assert_memory_equal(route.name, name, strlen(name));
  else assert_null(route.name);
  assert_int_equal(route.id, id);
}

static void open_named(struct fixture *f) {
  struct wye_route route = route_of("GET /users/:id/*");
  fixture_begin(f, NULL);
  route.name = "user";
  route.name_length = 4;
  route.id = 7;
  fixture_add(f, &route, NULL);
  fixture_add_line(f, "* /\\:x/*/:y");
  fixture_build(f);
}

static void test_routes_are_as_they_were_added(void **state) {
  (void)state;
  struct fixture f;
  open_named(&f);
  assert_int_equal(wye_table_routes(f.table), 2);
  check_route(&f, 0, "GET /users/:id/*", "user", 7);
  check_route(&f, 1, "* /\\:x/*/:y", "", 8);
  fixture_drop(&f);
}

static void test_route_out_of_range(void **state) {
  (void)state;
  static const struct wye_route zero;
  struct fixture f;
  struct wye_route route = route_of("GET /");
  size_t length = 1;
  open_named(&f);
  assert_false(wye_table_route(f.table, 2, &route));
  assert_memory_equal(&route, &zero, sizeof zero);
  assert_int_equal(wye_table_param_count(f.table, 2), 0);
  assert_null(wye_table_param_name(f.table, 2, 0, &length));
  assert_int_equal(length, 0);
  assert_false(wye_table_route(f.table, WYE_NONE, &route));
  fixture_drop(&f);
}

static void test_names_of_methods(void **state) {
  (void)state;
  struct fixture f;
  size_t length;
  fixture_open(&f, NULL, mixed);
  for (uint32_t number = 0; number < 4; number++) {
    const char *name = wye_table_method_name(f.table, number, &length);
    assert_non_null(name);
    assert_int_equal(wye_table_method(f.table, name, length), number);
  }
  assert_null(wye_table_method_name(f.table, 4, &length));
  assert_int_equal(length, 0);
  assert_null(wye_table_method_name(f.table, WYE_NO_METHOD, &length));
  fixture_drop(&f);
}

static void check_name(const struct fixture *f, uint32_t route, uint32_t param, const char *wanted) {
  size_t length;
  const char *name = wye_table_param_name(f->table, route, param, &length);
  assert_int_equal(length, strlen(wanted));
  assert_memory_equal(name, wanted, length);
}

static void test_names_of_params(void **state) {
  (void)state;
  struct fixture f;
  size_t length = 1;
  open_named(&f);
  assert_int_equal(wye_table_param_count(f.table, 0), 2);
  check_name(&f, 0, 0, "id");
  check_name(&f, 0, 1, "*");
  check_name(&f, 1, 0, "0");
  check_name(&f, 1, 1, "y");
  assert_null(wye_table_param_name(f.table, 0, 2, &length));
  assert_int_equal(length, 0);
  fixture_drop(&f);
}

/* Of each parameter, in its order: `*` for a catch-all, `.` for any other. */
static void test_catch_alls(void **state) {
  (void)state;
  static const struct {
    const char *line, *wanted;
  } rows[] = {
      {"GET /*", "*"},           {"GET /*x", "*"},      {"GET /:x", "."},        {"GET /:a/*b", ".*"},
      {"GET /*/b/*", ".*"},      {"GET /*/:x", ".."},   {"GET /\\*:x", "."},     {"GET /:x/\\*x", "."},
      {"GET /:a*/*b", NULL},     {"GET /:x(a*)", "."},  {"GET /a/:x(.*)?", "."}, {"GET :x.com/*", ".*"},
      {"GET *.com/:x", "."},     {"GET *.com/*x", "*"}, {"GET /", ""},           {"GET :a.:b/\\*/:c/*d", "...*"},
      {"GET /:x\\*/*/*", "..*"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct fixture f;
    char said[8] = "";
    fixture_begin(&f, NULL);
    int32_t id = fixture_add_line(&f, rows[i].line);
    assert_int_equal(id < 0, rows[i].wanted == NULL);
    fixture_build(&f);
    for (uint32_t param = 0; id >= 0 && param < wye_table_param_count(f.table, 0); param++)
      said[param] = wye_table_is_catch_all(f.table, 0, param) ? '*' : '.';
    if (rows[i].wanted) assert_string_equal(said, rows[i].wanted);
    assert_false(wye_table_is_catch_all(f.table, 0, wye_table_param_count(f.table, 0)));
    assert_false(wye_table_is_catch_all(f.table, 1, 0));
    fixture_drop(&f);
  }
}

static void test_values_of_params(void **state) {
  (void)state;
  static const char *const lines[] = {"GET :h.com/:x/*y", NULL};
  struct fixture f;
  char value[16];
  fixture_open(&f, NULL, lines);
  for (size_t capacity = 0; capacity <= 5; capacity++) {
    assert_int_equal(wye_decode_param(f.table, 0, 0, "a%2Fb", 5, value, capacity), 5);
    assert_memory_equal(value, "a%2Fb", capacity);
    assert_int_equal(wye_decode_param(f.table, 0, 1, "a%2Fb", 5, value, capacity), 3);
    assert_memory_equal(value, "a/b", capacity < 3 ? capacity : 3);
    assert_int_equal(wye_decode_param(f.table, 0, 2, "%61%2F%62", 9, value, capacity), 5);
    assert_memory_equal(value, "a%2Fb", capacity);
  }
  for (uint32_t param = 0; param < 3; param++) {
    assert_int_equal(wye_decode_param(f.table, 0, param, NULL, 0, NULL, 0), 0);
    assert_int_equal(wye_decode_param(f.table, 0, param, "%41%42", 6, NULL, 0), param ? 2 : 6);
  }
  assert_int_equal(wye_decode_param(f.table, 0, 3, "a", 1, value, 1), 0);
  assert_int_equal(wye_decode_param(f.table, 1, 0, "a", 1, value, 1), 0);
  fixture_drop(&f);
}

static void test_anonymous_names_up_to_the_last(void **state) {
  (void)state;
  struct fixture f;
  char *pattern = repeat("/*", WYE_MAX_PARAMS), line[200], number[8];
  snprintf(line, sizeof line, "GET %s", pattern);
  fixture_begin(&f, NULL);
  assert_int_equal(fixture_add_line(&f, line), 0);
  fixture_build(&f);
  for (uint32_t i = 0; i < WYE_MAX_PARAMS - 1; i++) {
    snprintf(number, sizeof number, "%u", i);
    check_name(&f, 0, i, number);
  }
  check_name(&f, 0, WYE_MAX_PARAMS - 1, "*");
  free(pattern);
  fixture_drop(&f);
}

static void test_methods_have_sorted_numbers(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, mixed);
  assert_int_equal(wye_table_method(f.table, "DELETE", 6), 0);
  assert_int_equal(wye_table_method(f.table, "GET", 3), 1);
  assert_int_equal(wye_table_method(f.table, "POST", 4), 2);
  assert_int_equal(wye_table_method(f.table, "PUT", 3), 3);
  fixture_drop(&f);
}

static void test_methods_that_no_route_names(void **state) {
  (void)state;
  static const char *const others[] = {"", "*", "G", "GE", "GETT", "get", "PATCH", "DELETEDELETE"};
  struct fixture f;
  fixture_open(&f, NULL, mixed);
  for (size_t i = 0; i < COUNT(others); i++)
    assert_int_equal(wye_table_method(f.table, others[i], strlen(others[i])), WYE_NO_METHOD);
  assert_int_equal(wye_table_method(f.table, "GET\0", 4), WYE_NO_METHOD);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ opening */

static int32_t open_bytes(const void *bytes, size_t size, struct wye_error *error) {
  const struct wye_table *table = bytes;
  int32_t status = wye_table_open(bytes, size, &table, error);
  if (status == WYE_OK) assert_ptr_equal(table, bytes);
  else assert_null(table);
  return status;
}

static void test_bad_arguments(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, mixed);
  char *moved = take(f.image_size + 8);
  assert_int_equal(open_bytes(NULL, f.image_size, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_table_open(f.image, f.image_size, NULL, NULL), WYE_BAD_ARGUMENT);
  for (size_t shift = 1; shift < 8; shift++) {
    memcpy(moved + shift, f.image, f.image_size);
    assert_int_equal(open_bytes(moved + shift, f.image_size, NULL), WYE_BAD_ARGUMENT);
  }
  free(moved);
  fixture_drop(&f);
}

static void test_other_magic_and_version(void **state) {
  (void)state;
  struct fixture f;
  struct wye_error error = {0};
  fixture_open(&f, NULL, mixed);
  uint8_t *bytes = f.image;
  for (int i = 0; i < 4; i++) {
    bytes[i]++;
    assert_int_equal(open_bytes(bytes, f.image_size, &error), WYE_BAD_IMAGE);
    assert_int_equal(error.status, WYE_BAD_IMAGE);
    assert_int_equal(error.offset, 0);
    bytes[i]--;
  }
  static const char *const texts[] = {
      "this is not the image of a table (an image begins with \"WYE\" and its version)",
      "the image has version 1; this library reads version 4: build the image again",
      "the image has version 2; this library reads version 4: build the image again",
      "the image has version 3; this library reads version 4: build the image again",
      NULL,
      "the image has a version after 4, the one that this library reads: build it again",
  };
  for (uint8_t version = 0; version < COUNT(texts); version++) {
    bytes[3] = version;
    assert_int_equal(open_bytes(bytes, f.image_size, &error), texts[version] ? WYE_BAD_IMAGE : WYE_OK);
    if (texts[version]) assert_string_equal(error.detail, texts[version]);
  }
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ strangers */

static const struct {
  struct wye_options options;
  const char *const *lines;
} tables[] = {
    {{0}, mixed},
    {{0}, chained},
    {{0}, rests},
    {{0}, bounds},
    {{.no_method_not_allowed = 1}, typed},
    {{0}, hosted},
    {{.trailing_slash = WYE_SLASH_REDIRECT, .clean_path = 1}, cleaned},
    {{.trailing_slash = WYE_SLASH_IGNORE, .clean_path = 1, .case_insensitive = 1}, ignored},
    {{0}, inner},
    {{.clean_path = 1}, inner},
};

static const char *const paths[] = {
    "/1/2/3/4/5/6/7",
    "/",
    "//",
    "/a",
    "/abcd/1",
    "/abx/2",
    "/b",
    "/bz",
    "/b1-2",
    "/static",
    "/x.y/end",
    "/x-y/x",
    "/a/1/c",
    "/a/b/c/d/e",
    "/a/b/q/d/f",
    "/1-2-3-x",
    "/pppp--q",
    "/pq/1",
    "/pqr/2",
    "/a%2Fb",
    "/organization-settings-2/b",
    "/organization-settings-9/b",
    "/%61/%62",
    "/a/../b",
    "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/b",
    "/42/x",
    "/12-ab-7",
    "/2024-02-29-a-b/y",
    "/a-b-c",
    "/00000000-0000-4000-8000-0123456789ab",
    "/q/aaa",
    "/q/%C3%A9",
    "/q",
    "/users/1?x",
    "/Users//./1/../2",
    "/USERS/12",
    "/A/7-xx",
    "https://api.example.com/a/1",
    "https://x.example.com./a/2?q",
    "https://a.b.com/x",
    "https://a.b.c.example.com/a/b",
    "https://[::1]/a",
    "https://h.com/users/1",
    "https://a.com",
    "https://h/a",
};

struct text {
  char *bytes; /* in a block of its exact size */
  size_t length;
};

static struct text texts[COUNT(paths)];

static int take_texts(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(paths); i++) {
    texts[i].length = strlen(paths[i]);
    texts[i].bytes = copy_of(paths[i], texts[i].length);
  }
  return 0;
}

static int drop_texts(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(paths); i++) free(texts[i].bytes);
  return 0;
}

static void look_up_one(const struct wye_table *table, struct wye_context *context, uint32_t method,
                        const struct text *text) {
  char room[256];
  int32_t outcome = text->bytes[0] == '/' ? wye_match_method(table, context, method, text->bytes, text->length)
                                          : wye_match_url(table, context, method, text->bytes, text->length);
  check_context(table, context, outcome, text->length);
  wye_allow(table, context, room, sizeof room);
  wye_param_index(table, context, "b", 1);
  size_t length = wye_location(table, context, text->bytes, text->length, room, sizeof room);
  assert_int_equal(length > 0, outcome == WYE_REDIRECT);
  if (length) assert_true(room[0] == '/' && room[1] != '/');
}

/* With values of which each fits some parameter, and one less than there are parameters. */
static void make_urls(const struct wye_table *table, struct wye_context *context) {
  static const char *const texts_of_values[] = {"42", "a-b", "2024-02-29", "xx"};
  for (uint32_t route = 0; route < wye_table_routes(table); route++) {
    uint32_t count = wye_table_param_count(table, route), most = count < 96 ? count : 96;
    struct wye_value values[96];
    size_t length;
    char url[600];
    for (uint32_t i = 0; i < most; i++) {
      const char *value = texts_of_values[(route + i) % COUNT(texts_of_values)];
      values[i] = (struct wye_value){value, strlen(value)};
    }
    for (uint32_t less = 0; less < 2 && less <= most; less++) {
      int32_t status = wye_url(table, context, route, values, most - less, url, sizeof url, &length, NULL);
      if (status == WYE_OK) assert_in_range(length, 1, sizeof url);
    }
  }
}

/* A block of exactly that many bytes, the last one again if it has them. */
static void *room_of(size_t size) {
  static void *block;
  static size_t had;
  if (size != had) free(block), block = malloc(size), had = size;
  return block;
}

/* Opens the image; what is opened must be harmless to everything that reads it. 1 if it was. */
static size_t refused_or_harmless(const void *image, size_t size) {
  const struct wye_table *table;
  struct wye_context *context;
  if (wye_table_open(image, size, &table, NULL) != WYE_OK) return 0;
  read_everything(table);
  size_t room = wye_context_size(table);
  if (wye_context_init(room_of(room), room, table, &context) != WYE_OK) fail_msg("no context of %zu bytes", room);
  for (size_t i = 0; i < COUNT(paths); i++) {
    look_up_one(table, context, 0, &texts[i]);
    look_up_one(table, context, 1, &texts[i]);
    look_up_one(table, context, WYE_NO_METHOD, &texts[i]);
  }
  make_urls(table, context);
  return 1;
}

static void fix_checksum(void *image, size_t size) {
  struct wye_table *head = image;
  head->checksum = wye__checksum(head, (uint32_t)size);
}

typedef void visit(uint8_t *image, size_t size);

static void for_each_image(visit *visit_image) {
  for (size_t i = 0; i < COUNT(tables); i++) {
    struct fixture f;
    fixture_open(&f, &tables[i].options, tables[i].lines);
    visit_image(f.image, f.image_size);
    fixture_drop(&f);
  }
}

static void check_own(uint8_t *image, size_t size) { assert_int_equal(refused_or_harmless(image, size), 1); }

static void test_own_images_are_harmless(void **state) {
  (void)state;
  for_each_image(check_own);
}

static void flip_each_byte(uint8_t *image, size_t size) {
  for (size_t i = 0; i < size; i++) {
    for (unsigned flip = 1; flip < 256; flip++) {
      image[i] ^= (uint8_t)flip;
      if (open_bytes(image, size, NULL) != WYE_BAD_IMAGE) fail_msg("opened with byte %zu ^ 0x%02X", i, flip);
      image[i] ^= (uint8_t)flip;
    }
  }
}

static void test_every_flipped_byte_is_refused(void **state) {
  (void)state;
  for_each_image(flip_each_byte);
}

static void cut_everywhere(uint8_t *image, size_t size) {
  for (size_t kept = 0; kept < size; kept++) {
    void *cut = copy_of(image, kept);
    if (open_bytes(cut, kept, NULL) != WYE_BAD_IMAGE) fail_msg("opened %zu of %zu bytes", kept, size);
    free(cut);
  }
}

static void test_every_truncation_is_refused(void **state) {
  (void)state;
  for_each_image(cut_everywhere);
}

static void test_bytes_after_the_end_are_refused(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, mixed);
  for (size_t more = 1; more <= 16; more++) {
    uint8_t *longer = take(f.image_size + more);
    memcpy(longer, f.image, f.image_size);
    assert_int_equal(open_bytes(longer, f.image_size + more, NULL), WYE_BAD_IMAGE);
    free(longer);
  }
  fixture_drop(&f);
}

/* From here on the checksum is right again: the checks after it stand alone. */
static void cut_and_mend(uint8_t *image, size_t size) {
  for (size_t kept = sizeof(struct wye_table); kept < size; kept += 8) {
    struct wye_table *cut = copy_of(image, kept);
    cut->size = (uint32_t)kept;
    fix_checksum(cut, kept);
    refused_or_harmless(cut, kept);
    free(cut);
  }
}

static void test_mended_truncations(void **state) {
  (void)state;
  for_each_image(cut_and_mend);
}

static void flip_bits_and_mend(uint8_t *image, size_t size) {
  for (size_t i = 0; i < size * 8; i++) {
    image[i / 8] ^= (uint8_t)(1 << i % 8);
    fix_checksum(image, size);
    refused_or_harmless(image, size);
    image[i / 8] ^= (uint8_t)(1 << i % 8);
  }
}

static void test_mended_flips(void **state) {
  (void)state;
  for_each_image(flip_bits_and_mend);
}

/* Numbers that indexes, counts and lengths may be taken for: the edges, and the neighbours of what was there. */
static uint32_t odd_number(uint32_t was, uint32_t turn) {
  static const uint32_t fixed[] = {0,  1,   2,          3,          8,          16,         17,        63,
                                   64, 255, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF};
  if (turn < COUNT(fixed)) return fixed[turn];
  turn -= (uint32_t)COUNT(fixed);
  return turn == 0 ? was + 1 : turn == 1 ? was - 1 : turn == 2 ? was * 2 : was + 8;
}

enum { ODD_NUMBERS = 19 };

static void put_odd_numbers(uint8_t *image, size_t size) {
  uint32_t *words = (uint32_t *)(void *)image;
  for (size_t i = 0; i < size / 4; i++) {
    uint32_t was = words[i];
    for (uint32_t turn = 0; turn < ODD_NUMBERS; turn++) {
      words[i] = odd_number(was, turn);
      fix_checksum(image, size);
      refused_or_harmless(image, size);
    }
    words[i] = was;
  }
}

static void test_mended_odd_numbers(void **state) {
  (void)state;
  for_each_image(put_odd_numbers);
}

/* What is elsewhere in the image is the likeliest to pass for what belongs here. */
static void swap_words(uint8_t *image, size_t size) {
  uint32_t *words = (uint32_t *)(void *)image;
  for (size_t i = 3; i < size / 4; i++) {
    for (size_t j = i + 1; j < size / 4 && j < i + 12; j++) {
      if (words[i] == words[j]) continue;
      uint32_t was = words[i];
      words[i] = words[j], words[j] = was;
      fix_checksum(image, size);
      refused_or_harmless(image, size);
      words[j] = words[i], words[i] = was;
    }
  }
}

static void test_mended_swaps(void **state) {
  (void)state;
  for_each_image(swap_words);
}

/*
 * A prefix that claims another one, longer than the path, to be a shorter one of itself: the search may not take its
 * length for read.
 */
static void test_prefix_that_is_none_of_its_own(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /abcdefgh:x", "GET /b:y/c", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye__prefix *prefixes = (struct wye__prefix *)((uint8_t *)f.image + f.table->sections[WYE__PREFIXES].offset);
  assert_int_equal(f.table->sections[WYE__PREFIXES].count, 2);
  prefixes[1].shorter = 1;
  fix_checksum(f.image, f.image_size);
  refused_or_harmless(f.image, f.image_size);
  fixture_drop(&f);
}

static struct wye__vertex *vertices_of(const struct fixture *f) {
  return (struct wye__vertex *)(void *)((uint8_t *)f->image + f->table->sections[WYE__VERTICES].offset);
}

static void check_refused(struct fixture *f) {
  fix_checksum(f->image, f->image_size);
  assert_int_equal(open_bytes(f->image, f->image_size, NULL), WYE_BAD_IMAGE);
  fixture_drop(f);
}

/* A root that is a point reads its numbers as other things. */
static void test_root_of_another_kind(void **state) {
  (void)state;
  static const char *const none[] = {NULL};
  struct fixture f;
  fixture_open(&f, NULL, none);
  vertices_of(&f)->shift = WYE__POINT;
  check_refused(&f);
}

/* Depths are what the room for untried branches is measured by: they must grow on the way down. */
static void test_depths_that_do_not_grow(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, mixed);
  struct wye_table *head = f.image;
  for (uint32_t i = 0; i < head->sections[WYE__VERTICES].count; i++) vertices_of(&f)[i].depth = 0;
  head->max_depth = 1;
  check_refused(&f);
}

/* The same for the room for spans, which a catch-all needs one more of. */
static void test_fewer_params_than_there_are(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, rests);
  struct wye_table *head = f.image;
  for (head->max_params = 0; head->max_params < 6; head->max_params++) {
    fix_checksum(f.image, f.image_size);
    assert_int_equal(open_bytes(f.image, f.image_size, NULL), WYE_BAD_IMAGE);
  }
  fix_checksum(f.image, f.image_size);
  assert_int_equal(open_bytes(f.image, f.image_size, NULL), WYE_OK);
  fixture_drop(&f);
}

/* Three segments in four slots leave one empty. A hash can lead there, so its links must be checked, too. */
static void test_empty_place_that_is_none(void **state) {
  (void)state;
  static const char *const three[] = {"GET /a", "GET /b", "GET /c", NULL};
  struct fixture f;
  fixture_open(&f, NULL, three);
  struct wye__vertex *vertex = vertices_of(&f), *end = vertex + f.table->sections[WYE__VERTICES].count;
  static const struct wye__vertex empty = {.length = WYE__NOT_STATIC};
  while (vertex < end && memcmp(vertex, &empty, sizeof empty) != 0) vertex++;
  assert_true(vertex < end);
  vertex->length = 1;
  vertex->key[0] = 'z';
  vertex->param = 0x00FFFFFF;
  check_refused(&f);
}

/* Not even a root that has nothing below it can do without room for one untried branch. */
static void test_no_room_for_the_root(void **state) {
  (void)state;
  static const char *const none[] = {NULL};
  struct fixture f;
  fixture_open(&f, NULL, none);
  ((struct wye_table *)f.image)->max_depth = 0;
  check_refused(&f);
}

static void test_more_params_than_any_table_has(void **state) {
  (void)state;
  static const uint32_t counts[] = {WYE_MAX_PARAMS + 1, 0xFFFF, 0x10000, 0x10004, WYE_NONE};
  for (size_t i = 0; i < COUNT(counts); i++) {
    struct fixture f;
    fixture_open(&f, NULL, mixed);
    ((struct wye_table *)f.image)->max_params = counts[i];
    check_refused(&f);
  }
}

/* More parameters on a way than the header says, but no route at its end: the spans are written all the same. */
static void test_params_without_a_route(void **state) {
  (void)state;
  static const char *const lines[] = {"PUT /a", "GET /a/b", "PUT /:a/:b/:c/:d/:e/:f", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye__vertex *vertices = vertices_of(&f), *shallow = NULL, *deep = NULL;
  for (uint32_t i = 0; i < f.table->sections[WYE__VERTICES].count; i++) {
    if (vertices[i].leaf.refs && vertices[i].params == 0) shallow = &vertices[i];
    if (vertices[i].leaf.refs && vertices[i].params == 6) deep = &vertices[i];
  }
  struct wye__ref *refs = (void *)((uint8_t *)f.image + f.table->sections[WYE__REFS].offset);
  uint64_t both = wye__methods_of(&shallow->leaf) | wye__methods_of(&deep->leaf);
  memcpy(shallow->leaf.methods, &both, sizeof both);
  deep->leaf = (struct wye__leaf){0};
  refs[3] = refs[1];
  fix_checksum(f.image, f.image_size);
  assert_int_equal(open_bytes(f.image, f.image_size, NULL), WYE_OK);
  ((struct wye_table *)f.image)->max_params = 4;
  check_refused(&f);
}

/* ------------------------------------------------------------------ single fields */

static void *section(const struct fixture *f, enum wye__section which) {
  return (uint8_t *)f->image + f->table->sections[which].offset;
}

/* One field, changed and put back: the image must be refused, and opens again afterwards. */
static void check_field(const struct fixture *f, void *field, size_t size, uint64_t value, const char *what) {
  uint64_t was = 0;
  memcpy(&was, field, size);
  if (memcmp(&was, &value, size) == 0) fail_msg("%s: it is so already", what);
  memcpy(field, &value, size);
  fix_checksum(f->image, f->image_size);
  if (open_bytes(f->image, f->image_size, NULL) != WYE_BAD_IMAGE)
    fail_msg("opened with %s of %llu, not %llu", what, (unsigned long long)value, (unsigned long long)was);
  memcpy(field, &was, size);
  fix_checksum(f->image, f->image_size);
  assert_int_equal(open_bytes(f->image, f->image_size, NULL), WYE_OK);
}

#define REFUSED(field, value) check_field(&f, &(field), sizeof(field), (uint64_t)(value), #field)

static void test_fields_of_constraints(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, typed);
  struct wye__constraint *c = section(&f, WYE__CONSTRAINTS);
  uint32_t count = f.table->sections[WYE__CONSTRAINTS].count;
  assert_int_equal(count, 12);
  for (uint32_t i = 1; i < count; i++) {
    bool automaton = c[i].kind == WYE__AUTOMATON;
    REFUSED(c[i].kind, 7);
    REFUSED(c[i].kind, UINT32_MAX);
    REFUSED(c[i].kind, automaton ? WYE__RUN : WYE__AUTOMATON);
    REFUSED(c[i].size, c[i].size + 8);
    REFUSED(c[i].size, c[i].size + 1);
    REFUSED(c[i].text.offset, f.table->sections[WYE__TEXT].count);
    REFUSED(c[i].text.length, UINT32_MAX);
    if (!automaton) continue;
    REFUSED(c[i].size, c[i].size - 8);
    REFUSED(c[i].size, 0);
    REFUSED(c[i].automaton, c[i].automaton + 8);
    REFUSED(c[i].automaton, UINT32_MAX - 7);
  }
  fixture_drop(&f);
}

static void test_fields_of_automata(void **state) {
  (void)state;
  static const char *const one[] = {"GET /:a(\xC3\xA9|b+c)", NULL};
  struct fixture f;
  fixture_open(&f, NULL, one);
  struct wye__automaton *a = section(&f, WYE__AUTOMATA);
  uint16_t *classes = (uint16_t *)(uintptr_t)wye__automaton_classes(a), *next = classes + a->ranges;
  REFUSED(a->states, 0);
  REFUSED(a->states, a->states + 8);
  REFUSED(a->states, UINT16_MAX);
  REFUSED(a->classes, 0);
  REFUSED(a->classes, a->classes + 8);
  REFUSED(a->classes, UINT16_MAX);
  REFUSED(a->ranges, 0);
  REFUSED(a->ranges, a->ranges + 8);
  REFUSED(a->ranges, UINT16_MAX);
  for (uint32_t i = 0; i < 128; i++) REFUSED(a->ascii[i], a->classes);
  for (uint32_t i = 0; i < a->ranges; i++) REFUSED(classes[i], a->classes);
  for (uint32_t i = 0; i < (uint32_t)a->states * a->classes; i++) REFUSED(next[i], a->states + 1);
  fixture_drop(&f);
}

/* A constraint's number, which occurrence counts, and a literal decide how the search goes on, and in which room. */
static void test_fields_of_delimited_parameters(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, typed);
  struct wye__delimited *d = section(&f, WYE__DELIMITED);
  uint32_t seen[WYE__LAST + 1] = {0};
  for (uint32_t i = 0; i < f.table->sections[WYE__DELIMITED].count; i++) {
    REFUSED(d[i].constraint, f.table->sections[WYE__CONSTRAINTS].count);
    REFUSED(d[i].length, d[i].length ? UINT32_MAX : 1);
    REFUSED(d[i].length, d[i].length ? 0 : UINT32_MAX);
    REFUSED(d[i].vertex, d[i].vertex + 1);
    REFUSED(d[i].visited, UINT32_MAX);
    if (d[i].length) REFUSED(d[i].first, UINT32_MAX);
    for (uint16_t end = 0; end <= WYE__LAST + 1; end++) /* depth, and the kind of the vertex */
      if (end != d[i].end) REFUSED(d[i].end, end);
    if (!d[i].constraint) REFUSED(d[i].visited, 1);
    seen[d[i].end]++;
  }
  assert_true(seen[WYE__FIRST] > 0 && seen[WYE__EVERY] > 2 && seen[WYE__LAST] > 2);
  fixture_drop(&f);
}

/* The automaton of a point's literals: links are bounded, and each step back makes what was read shorter. */
static void test_fields_of_literals(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a-bb:b",  "GET /:a-b",   "GET /:a%2F:b",
                                      "GET /:x\\ab-b", "GET /:x\\ab", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye__literal_state *states = section(&f, WYE__LITERAL_STATES);
  struct wye__vertex *vertices = vertices_of(&f);
  uint32_t count = f.table->sections[WYE__LITERAL_STATES].count, found = 0, shorter = 0;
  assert_true(count > 8);
  for (uint32_t i = 0; i < count; i++) {
    bool root = states[i].length == 0;
    REFUSED(states[i].children, states[i].children + 1);
    REFUSED(states[i].count, states[i].count + 1);
    REFUSED(states[i].count, UINT16_MAX);
    REFUSED(states[i].length, states[i].length + 1);
    REFUSED(states[i].fallback, UINT32_MAX);
    REFUSED(states[i].fallback, root ? i + 1 : i);
    REFUSED(states[i].shorter, UINT32_MAX);
    REFUSED(states[i].shorter, root ? 1 : i);
    REFUSED(states[i].found, UINT32_MAX);
    found += states[i].found > 0;
    shorter += states[i].shorter > 0;
  }
  assert_true(found > 3 && shorter > 0);
  for (uint32_t i = 0; i < f.table->sections[WYE__VERTICES].count; i++) {
    if (wye__kind_of(&vertices[i]) != WYE__POINT || !vertices[i].literals) continue;
    REFUSED(vertices[i].states, vertices[i].states + 1);
    REFUSED(vertices[i].states, UINT32_MAX);
    REFUSED(vertices[i].literals, 0);
    REFUSED(vertices[i].literals, vertices[i].count + 1);
  }
  fixture_drop(&f);
}

/* What a search notes is counted, so that nobody can ask for more room than there is to note. */
static void test_fields_of_notes(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, typed);
  struct wye_table *head = f.image;
  struct wye__vertex *vertices = vertices_of(&f);
  assert_true(head->visited_nodes > 1 && head->notes > 0);
  REFUSED(head->visited_nodes, head->visited_nodes + 1);
  REFUSED(head->visited_nodes, head->visited_nodes - 1);
  REFUSED(head->notes, head->notes + 1);
  REFUSED(head->notes, head->notes - 1);
  REFUSED(head->notes, UINT32_MAX);
  for (uint32_t i = 0; i < head->sections[WYE__VERTICES].count; i++) {
    bool shared = wye__kind_of(&vertices[i]) == WYE__POINT && vertices[i].visited; /* with whom is its own affair */
    if (!shared) REFUSED(vertices[i].visited, vertices[i].visited + 1);
    REFUSED(vertices[i].visited, vertices[i].visited ? 0 : 1);
    REFUSED(vertices[i].visited, UINT32_MAX);
  }
  fixture_drop(&f);
}

static void test_fields_of_hosts(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, hosted);
  const struct wye__extent *extents = f.table->sections;
  struct wye__host_record *hosts = section(&f, WYE__HOSTS);
  uint32_t *places = section(&f, WYE__HOST_SLOTS), count = extents[WYE__HOSTS].count;
  assert_int_equal(count, 6);
  assert_int_equal(extents[WYE__HOST_SLOTS].count, 16);
  assert_int_equal(extents[WYE__MASKS].count, 3);
  for (uint32_t i = 0; i < count; i++) {
    REFUSED(hosts[i].text.length, 0);
    REFUSED(hosts[i].text.length, WYE_MAX_HOST + 1);
    REFUSED(hosts[i].text.offset, extents[WYE__TEXT].count);
    REFUSED(hosts[i].text.offset, UINT32_MAX);
    REFUSED(vertices_of(&f)[1 + i].shift, WYE__POINT);
    REFUSED(vertices_of(&f)[1 + i].shift, WYE__POINT + 1);
    REFUSED(vertices_of(&f)[1 + i].params, vertices_of(&f)[1 + i].params + 1);
  }
  REFUSED(places[0], count + 1);
  REFUSED(places[15], UINT32_MAX);
  fixture_drop(&f);
}

/* The search for an unknown host ends at a free slot: there must be one. */
static void test_no_free_place(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, hosted);
  uint32_t *places = section(&f, WYE__HOST_SLOTS);
  for (uint32_t i = 0; i < f.table->sections[WYE__HOST_SLOTS].count; i++) places[i] = 1;
  check_refused(&f);
}

static void test_places_that_are_no_power_of_two(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, hosted);
  struct wye_table *head = f.image;
  head->sections[WYE__HOST_SLOTS].count -= 2;
  head->sections[WYE__TEXT].offset -= 8;
  head->sections[WYE__TEXT].count += 8;
  check_refused(&f);
}

/* A mask of more labels than the host has: the spans beyond have no room. */
static void test_mask_of_more_labels_than_there_are(void **state) {
  (void)state;
  static const char *const lines[] = {"GET :only/a", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye__mask *mask = section(&f, WYE__MASKS);
  mask->mask = UINT32_MAX;
  fix_checksum(f.image, f.image_size);
  assert_int_equal(refused_or_harmless(f.image, f.image_size), 1);
  fixture_drop(&f);
}

/* The parameters of a route's host, and an optional one, are among its parameters. */
static void test_fields_of_routes(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a", "GET :t.com/:x?", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye__route_record *routes = section(&f, WYE__ROUTES);
  REFUSED(routes[0].forms, 1);
  REFUSED(routes[0].method, 1);
  REFUSED(routes[0].method, WYE__ANY_METHOD);
  REFUSED(routes[0].optional, 2);
  REFUSED(routes[0].host_params, 1);
  REFUSED(routes[0].host.offset, f.table->sections[WYE__TEXT].count + 1);
  REFUSED(routes[1].optional, 2);
  REFUSED(routes[1].optional, 0);
  REFUSED(routes[1].host_params, 2);
  REFUSED(routes[1].host_params, 255);
  REFUSED(routes[1].host.length, UINT32_MAX);
  REFUSED(routes[1].id, INT32_MIN);
  fixture_drop(&f);
}

static void test_fields_of_the_header(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, typed);
  struct wye_table *head = f.image;
  REFUSED(head->trailing_slash, 3);
  REFUSED(head->clean_path, 2);
  REFUSED(head->case_insensitive, 2);
  REFUSED(head->no_method_not_allowed, 2);
  REFUSED(head->max_path, 0);
  REFUSED(head->max_path, WYE_MAX_PATH + 1);
  REFUSED(head->clean_path, 1); /* it would need a second set of roots */
  REFUSED(head->max_depth, head->max_depth - 1);
  REFUSED(head->max_depth, UINT16_MAX + 2u);
  for (int i = 0; i < WYE__SECTIONS; i++) {
    REFUSED(head->sections[i].count, head->sections[i].count + 8);
    REFUSED(head->sections[i].offset, head->sections[i].offset + 8);
    REFUSED(head->sections[i].count, UINT32_MAX);
  }
  fixture_drop(&f);
}

/* The number of a constraint that only a forged table has a route for: without its section there is nothing to read. */
static void test_constraints_without_number_0(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, mixed);
  struct wye_table *head = f.image;
  assert_int_equal(head->sections[WYE__CONSTRAINTS].count, 1);
  head->sections[WYE__CONSTRAINTS].count = 0;
  for (int i = WYE__AUTOMATA; i < WYE__SECTIONS; i++)
    head->sections[i].offset -= (uint32_t)sizeof(struct wye__constraint);
  head->sections[WYE__TEXT].count += sizeof(struct wye__constraint);
  check_refused(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_header_is_as_drawn),
      cmocka_unit_test(test_vertex_is_as_drawn),
      cmocka_unit_test(test_branch_is_as_drawn),
      cmocka_unit_test(test_route_record_is_as_drawn),
      cmocka_unit_test(test_records_are_whole_words),
      cmocka_unit_test(test_sections_follow_each_other),
      cmocka_unit_test(test_head_of_an_image),
      cmocka_unit_test(test_routes_are_as_they_were_added),
      cmocka_unit_test(test_route_out_of_range),
      cmocka_unit_test(test_names_of_methods),
      cmocka_unit_test(test_names_of_params),
      cmocka_unit_test(test_catch_alls),
      cmocka_unit_test(test_values_of_params),
      cmocka_unit_test(test_anonymous_names_up_to_the_last),
      cmocka_unit_test(test_methods_have_sorted_numbers),
      cmocka_unit_test(test_methods_that_no_route_names),
      cmocka_unit_test(test_bad_arguments),
      cmocka_unit_test(test_other_magic_and_version),
      cmocka_unit_test(test_own_images_are_harmless),
      cmocka_unit_test(test_every_flipped_byte_is_refused),
      cmocka_unit_test(test_every_truncation_is_refused),
      cmocka_unit_test(test_bytes_after_the_end_are_refused),
      cmocka_unit_test(test_mended_truncations),
      cmocka_unit_test(test_mended_flips),
      cmocka_unit_test(test_mended_odd_numbers),
      cmocka_unit_test(test_mended_swaps),
      cmocka_unit_test(test_prefix_that_is_none_of_its_own),
      cmocka_unit_test(test_root_of_another_kind),
      cmocka_unit_test(test_depths_that_do_not_grow),
      cmocka_unit_test(test_fewer_params_than_there_are),
      cmocka_unit_test(test_empty_place_that_is_none),
      cmocka_unit_test(test_no_room_for_the_root),
      cmocka_unit_test(test_more_params_than_any_table_has),
      cmocka_unit_test(test_params_without_a_route),
      cmocka_unit_test(test_fields_of_constraints),
      cmocka_unit_test(test_fields_of_automata),
      cmocka_unit_test(test_fields_of_delimited_parameters),
      cmocka_unit_test(test_fields_of_literals),
      cmocka_unit_test(test_fields_of_notes),
      cmocka_unit_test(test_fields_of_hosts),
      cmocka_unit_test(test_no_free_place),
      cmocka_unit_test(test_places_that_are_no_power_of_two),
      cmocka_unit_test(test_mask_of_more_labels_than_there_are),
      cmocka_unit_test(test_fields_of_routes),
      cmocka_unit_test(test_fields_of_the_header),
      cmocka_unit_test(test_constraints_without_number_0),
  };
  return cmocka_run_group_tests(tests, take_texts, drop_texts);
}
