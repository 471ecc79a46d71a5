/* The builder: conflicts, ids, methods, names, moving, and that a failed add leaves no trace. */
#include "support.h"

#include "build/builder.h"

/* ------------------------------------------------------------------ beginning */

static void test_least_block(void **state) {
  (void)state;
  struct wye_builder *builder;
  size_t size = wye_builder_min_size();
  void *block = take(size);
  assert_int_equal(wye_builder_init(block, size, NULL, &builder), WYE_OK);
  assert_ptr_equal(builder, block);
  assert_in_range(wye_builder_used(builder), 1, size);
  check_builder(builder);
  free(block);
}

static void test_one_byte_less_is_refused(void **state) {
  (void)state;
  size_t size = wye_builder_min_size() - 1;
  void *block = take(size);
  struct wye_builder *builder = block;
  assert_int_equal(wye_builder_init(block, size, NULL, &builder), WYE_NO_MEMORY);
  assert_null(builder);
  free(block);
}

static void test_bad_blocks_are_refused(void **state) {
  (void)state;
  size_t size = wye_builder_min_size() + 8;
  char *block = take(size);
  struct wye_builder *builder = (void *)block;
  for (size_t shift = 1; shift < 8; shift++) {
    assert_int_equal(wye_builder_init(block + shift, size - shift, NULL, &builder), WYE_BAD_ARGUMENT);
    assert_null(builder);
  }
  assert_int_equal(wye_builder_init(NULL, size, NULL, &builder), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_builder_init(block, size, NULL, NULL), WYE_BAD_ARGUMENT);
  free(block);
}

static void check_options(struct wye_options options, int32_t wanted) {
  struct wye_builder *builder;
  size_t size = wye_builder_min_size();
  void *block = take(size);
  assert_int_equal(wye_builder_init(block, size, &options, &builder), wanted);
  free(block);
}

static void test_options(void **state) {
  (void)state;
  check_options((struct wye_options){0}, WYE_OK);
  check_options((struct wye_options){.case_insensitive = 1, .no_method_not_allowed = 1}, WYE_OK);
  check_options((struct wye_options){.case_insensitive = 2}, WYE_BAD_ARGUMENT);
  check_options((struct wye_options){.no_method_not_allowed = 2}, WYE_BAD_ARGUMENT);
  check_options((struct wye_options){.max_path = 1}, WYE_OK);
  check_options((struct wye_options){.max_path = WYE_MAX_PATH}, WYE_OK);
  check_options((struct wye_options){.max_path = WYE_MAX_PATH + 1}, WYE_BAD_ARGUMENT);
  check_options((struct wye_options){.max_path = UINT32_MAX}, WYE_BAD_ARGUMENT);
  check_options((struct wye_options){.trailing_slash = WYE_SLASH_IGNORE, .clean_path = 1}, WYE_OK);
  check_options((struct wye_options){.trailing_slash = 3}, WYE_BAD_ARGUMENT);
  check_options((struct wye_options){.clean_path = 2}, WYE_BAD_ARGUMENT);
}

/* ------------------------------------------------------------------ arguments */

static int32_t add_to_new(struct wye_route route, struct wye_error *error) {
  struct fixture f;
  fixture_begin(&f, NULL);
  int32_t status = fixture_add(&f, &route, error);
  check_builder(f.builder);
  assert_int_equal(wye_builder_routes(f.builder), status >= 0);
  fixture_drop(&f);
  return status;
}

static void test_missing_texts(void **state) {
  (void)state;
  struct wye_route route = route_of("GET /a"), without = route;
  without.method = NULL;
  assert_int_equal(add_to_new(without, NULL), WYE_BAD_ARGUMENT);
  without = route;
  without.pattern = NULL;
  assert_int_equal(add_to_new(without, NULL), WYE_BAD_ARGUMENT);
  without = route;
  without.name_length = 1;
  assert_int_equal(add_to_new(without, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_builder_add(NULL, &route, NULL), WYE_BAD_ARGUMENT);
}

static void test_method_is_a_token(void **state) {
  (void)state;
  static const char *const good[] = {"G /", "get /", "M-SEARCH /", "!#$%&'*+-.^_`|~09azAZ /", "* /", "** /"};
  static const char *const bad[] = {" /",    "G\tT /",   "G,T /",       "G/T /", "G\"T /",
                                    "G(T /", "G\x7FT /", "G\xC3\x89 /", "{} /",  "G:T /"};
  for (size_t i = 0; i < COUNT(good); i++)
    if (add_to_new(route_of(good[i]), NULL) != 0) fail_msg("refused: %s", good[i]);
  for (size_t i = 0; i < COUNT(bad); i++)
    if (add_to_new(route_of(bad[i]), NULL) != WYE_BAD_METHOD) fail_msg("taken: %s", bad[i]);
}

static void test_errors_carry_their_status(void **state) {
  (void)state;
  struct wye_error error = {0};
  assert_int_equal(add_to_new(route_of("GET /a/:"), &error), WYE_BAD_PATTERN);
  assert_int_equal(error.status, WYE_BAD_PATTERN);
  assert_int_equal(error.offset, 3);
  assert_int_equal(error.other, WYE_NONE);
  assert_non_null(error.detail);
}

/* ------------------------------------------------------------------ conflicts */

static int32_t add_pair(const struct wye_options *options, const char *first, const char *second,
                        struct wye_error *error) {
  struct fixture f;
  struct wye_route route = route_of(second);
  fixture_begin(&f, options);
  assert_int_equal(fixture_add_line(&f, first), 0);
  int32_t status = fixture_add(&f, &route, error);
  check_builder(f.builder);
  fixture_drop(&f);
  return status;
}

static void test_conflicts(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"GET /a", "GET /a"},
      {"GET /:a", "GET /:b"},
      {"GET /*a", "GET /*"},
      {"GET /*/b", "GET /:a/b"},
      {"* /a", "* /a"},
      {"GET /%61", "GET /a"},
      {"GET /a b", "GET /a%20b"},
      {"GET /\\a", "GET /a"},
      {"GET /%2f", "GET /%2F"},
      {"GET /:a-:b", "GET /:x-:y"},
      {"GET /caf\xC3\xA9", "GET /caf%c3%a9"},
      {"GET /a\\/b", "GET /a/b"},
      {"GET /users/:id?", "GET /users"},
      {"GET /users", "GET /users/:id?"},
      {"GET /users/:id?", "GET /users/:name"},
      {"GET /users/:name", "GET /users/:id?"},
      {"GET /users/:id?", "GET /users/:name?"},
      {"GET /:id?", "GET /"},
      {"GET /", "GET /:id?"},
      {"GET /a/:x<int>?", "GET /a/:y<slug>?"},
      {"GET /a/:x<int>?", "GET /a"},
      {"GET //:x?", "GET /"},
      {"GET /a/:x<int>", "GET /a/:y<int>"},
      {"GET /a/:x(\\d+)-b", "GET /a/:y(\\d+)-b"},
      {"GET a.com/b", "GET A.COM./b"},
      {"GET :a.com/b", "GET :b.com/b"},
      {"GET *.a.com/b", "GET *.A.com/b"},
      {"GET [::A]/b", "GET [::a]/b"},
      {"GET a.com/:x?", "GET a.com/"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++)
    if (add_pair(NULL, pairs[i][0], pairs[i][1], NULL) != WYE_CONFLICT) fail_msg("%s and %s", pairs[i][0], pairs[i][1]);
}

static void test_no_conflicts(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"GET /a", "POST /a"},
      {"GET /a", "get /a"},
      {"GET /a", "* /a"},
      {"GET /a", "GET /a/"},
      {"GET /a", "GET /A"},
      {"GET /:a", "GET /*a"},
      {"GET /:a-b", "GET /:a-c"},
      {"GET /%40", "GET /@"},
      {"GET /%", "GET /%25"},
      {"GET /:a", "GET /\\:a"},
      {"GE /T/a", "GET /a"},
      {"GET /a/:x?", "POST /a"},
      {"GET /a/:x?", "GET /a/"},
      {"GET /a/:x?", "* /a/:x?"},
      {"GET /a/:x<int>?", "GET /a/:y"},
      {"GET /a/:x<int>?", "GET /a/:y<uint>"},
      {"GET /a/:x<int>", "GET /a/:x<int(..9)>"},
      {"GET /a/:x(a)", "GET /a/:x([a])"},
      {"GET /a/:x<hex>", "GET /a/:x(hex)"},
      {"GET a.com/b", "GET /b"},
      {"GET a.com/b", "GET b.com/b"},
      {"GET *.com/b", "GET :x.com/b"},
      {"GET :a.b.com/c", "GET a.:b.com/c"},
      {"GET a.com/:x?", "GET /"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++)
    if (add_pair(NULL, pairs[i][0], pairs[i][1], NULL) != 1) fail_msg("%s and %s", pairs[i][0], pairs[i][1]);
}

static void test_conflicts_of_any_case(void **state) {
  (void)state;
  const struct wye_options fold = {.case_insensitive = 1};
  assert_int_equal(add_pair(&fold, "GET /Users/:a", "GET /users/:B", NULL), WYE_CONFLICT);
  assert_int_equal(add_pair(&fold, "GET /a", "get /a", NULL), 1);
}

static void test_conflict_names_the_other_route(void **state) {
  (void)state;
  struct fixture f;
  struct wye_route route = route_of("GET /users/:name");
  struct wye_error error = {0};
  fixture_begin(&f, NULL);
  fixture_add_line(&f, "GET /a");
  fixture_add_line(&f, "GET /users/:id");
  assert_int_equal(fixture_add(&f, &route, &error), WYE_CONFLICT);
  assert_int_equal(error.other, 1);
  char sentence[200];
  wye_error_format(&error, f.builder, &route, sentence, sizeof sentence);
  assert_string_equal(sentence, "conflict: GET \"/users/:name\" has the same shape as GET \"/users/:id\"");
  fixture_drop(&f);
}

static void test_conflict_of_a_short_form_names_the_other_route(void **state) {
  (void)state;
  struct fixture f;
  struct wye_route route = route_of("GET a.com/users/:id<int>?");
  struct wye_error error = {0};
  fixture_begin(&f, NULL);
  fixture_add_line(&f, "GET /a");
  fixture_add_line(&f, "GET a.com/users");
  assert_int_equal(fixture_add(&f, &route, &error), WYE_CONFLICT);
  assert_int_equal(error.other, 1);
  char sentence[200];
  wye_error_format(&error, f.builder, &route, sentence, sizeof sentence);
  assert_string_equal(sentence, "conflict: GET \"a.com/users/:id<int>?\" has the same shape as GET \"a.com/users\"");
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ names */

static int32_t add_named(struct fixture *f, const char *line, const char *name, struct wye_error *error) {
  struct wye_route route = route_of(line);
  route.name = name;
  route.name_length = strlen(name);
  int32_t status = fixture_add(f, &route, error);
  check_builder(f->builder);
  return status;
}

static void test_names_belong_to_one_pattern(void **state) {
  (void)state;
  struct fixture f;
  struct wye_error error = {0};
  fixture_begin(&f, NULL);
  assert_int_equal(add_named(&f, "GET /other", "b", NULL), 0);
  assert_int_equal(add_named(&f, "GET /a/:x?", "a", NULL), 1);
  assert_int_equal(add_named(&f, "PUT /a/:x?", "a", NULL), 2);
  assert_int_equal(add_named(&f, "POST /a/:y?", "a", &error), WYE_BAD_NAME);
  assert_in_range(error.other, 1, 2);
  assert_int_equal(add_named(&f, "POST h/a/:x?", "a", NULL), WYE_BAD_NAME);
  assert_int_equal(add_named(&f, "POST /a/:x?", "A", NULL), 3);
  assert_int_equal(add_named(&f, "GET h/c", "c", NULL), 4);
  assert_int_equal(add_named(&f, "PUT h/c", "c", NULL), 5);
  assert_int_equal(add_named(&f, "POST H/c", "c", NULL), WYE_BAD_NAME);
  assert_int_equal(add_named(&f, "POST /c", "c", NULL), WYE_BAD_NAME);
  fixture_build(&f);
  assert_int_equal(wye_table_find(f.table, "a", 1), 1);
  assert_int_equal(wye_table_find(f.table, "c", 1), 4);
  assert_int_equal(wye_table_find(f.table, "d", 1), WYE_NONE);
  assert_int_equal(wye_table_find(f.table, "", 0), WYE_NONE);
  fixture_drop(&f);
}

/* A name shares the hash table with the shapes: neither is taken for the other. */
static void test_names_like_shapes(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  assert_int_equal(add_named(&f, "GET /x", "/\1a", NULL), 0);
  assert_int_equal(add_named(&f, "GET /a", "/\1x", NULL), 1);
  assert_int_equal(add_named(&f, "GET /a", "", NULL), WYE_CONFLICT);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ many */

/* More routes than the first hash table has buckets: all are found again after its growth. */
static void test_conflicts_among_many(void **state) {
  (void)state;
  struct fixture f;
  char line[32];
  fixture_begin(&f, NULL);
  for (int i = 0; i < 300; i++) {
    snprintf(line, sizeof line, "GET /r%d", i);
    assert_int_equal(fixture_add_line(&f, line), i);
  }
  for (int i = 0; i < 300; i++) {
    snprintf(line, sizeof line, "GET /%%72%d", i);
    assert_int_equal(fixture_add_line(&f, line), WYE_CONFLICT);
  }
  check_builder(f.builder);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ ids */

static int32_t add_with_id(struct fixture *f, const char *line, int32_t id) {
  struct wye_route route = route_of(line);
  route.id = id;
  return fixture_add(f, &route, NULL);
}

static void test_next_ids(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  assert_int_equal(add_with_id(&f, "GET /0", WYE_NEXT_ID), 0);
  assert_int_equal(add_with_id(&f, "GET /1", WYE_NEXT_ID), 1);
  assert_int_equal(add_with_id(&f, "GET /2", 41), 41);
  assert_int_equal(add_with_id(&f, "GET /3", WYE_NEXT_ID), 42);
  assert_int_equal(add_with_id(&f, "GET /4", 7), 7);
  assert_int_equal(add_with_id(&f, "GET /5", WYE_NEXT_ID), 43);
  assert_int_equal(add_with_id(&f, "GET /6", 7), 7);
  check_builder(f.builder);
  fixture_drop(&f);
}

static void test_ids_out_of_range(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  assert_int_equal(add_with_id(&f, "GET /0", -2), WYE_BAD_ID);
  assert_int_equal(add_with_id(&f, "GET /0", INT32_MIN), WYE_BAD_ID);
  assert_int_equal(add_with_id(&f, "GET /0", WYE_MAX_ID), WYE_MAX_ID);
  assert_int_equal(add_with_id(&f, "GET /1", WYE_NEXT_ID), WYE_BAD_ID);
  assert_int_equal(add_with_id(&f, "GET /1", 0), 0);
  fixture_drop(&f);
}

static void test_failed_add_takes_no_id(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  fixture_add_line(&f, "GET /a");
  assert_int_equal(add_with_id(&f, "GET /a", 99), WYE_CONFLICT);
  assert_int_equal(add_with_id(&f, "GET /b", WYE_NEXT_ID), 1);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ moving */

static void test_moves_midway(void **state) {
  (void)state;
  struct fixture f, still;
  fixture_begin(&f, NULL);
  fixture_begin(&still, NULL);
  for (int i = 0; i < 50; i++) {
    char line[48];
    snprintf(line, sizeof line, "%s /%d/:p/*rest", i % 2 ? "GET" : "PUT", i);
    fixture_add_line(&still, line);
    struct wye_builder *old = f.builder, *moved;
    size_t size = wye_builder_used(old) + 1024;
    assert_int_equal(wye_builder_move(old, take(size), size, &moved), WYE_OK);
    free(old);
    f.builder = moved;
    f.builder_size = size;
    struct wye_route route = route_of(line);
    assert_int_equal(wye_builder_add(f.builder, &route, NULL), i);
    check_builder(f.builder);
  }
  fixture_build(&f);
  fixture_build(&still);
  assert_int_equal(f.image_size, still.image_size);
  assert_memory_equal(f.image, still.image, f.image_size);
  fixture_drop(&f);
  fixture_drop(&still);
}

static void test_moves_into_the_least_room(void **state) {
  (void)state;
  struct fixture f;
  struct wye_builder *moved;
  fixture_begin(&f, NULL);
  fixture_add_line(&f, "GET /a/:b");
  size_t used = wye_builder_used(f.builder);
  void *block = take(used);
  assert_int_equal(wye_builder_move(f.builder, block, used, &moved), WYE_OK);
  assert_int_equal(wye_builder_used(moved), used);
  check_builder(moved);
  free(block);
  fixture_drop(&f);
}

static void test_refuses_to_move(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  fixture_add_line(&f, "GET /a/:b");
  size_t used = wye_builder_used(f.builder);
  char *block = take(used + 8);
  struct wye_builder *moved = f.builder;
  assert_int_equal(wye_builder_move(f.builder, block, used - 1, &moved), WYE_NO_MEMORY);
  assert_null(moved);
  moved = f.builder;
  assert_int_equal(wye_builder_move(f.builder, block + 4, used, &moved), WYE_BAD_ARGUMENT);
  assert_null(moved);
  assert_int_equal(wye_builder_move(f.builder, NULL, used, &moved), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_builder_move(NULL, block, used, &moved), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_builder_move(f.builder, block, used, NULL), WYE_BAD_ARGUMENT);
  check_builder(f.builder);
  free(block);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ failed adds leave no trace */

static const char *const refused[] = {
    "GET /a/:",
    "GET nothing",
    "GET /users/:other",
    "POST /users/:id(x",
    "G T /x",
    "DELETE /:a:b",
    "NEW /a/:x+",
    "GET /files/*z",
    "GET /*a/*b",
    "GET /*a/:x<int>?/*b",
    "GET /:a(x|y)?/:b(x|y)/:c(x|y)?",
    "OTHER /./a",
    "(GET) /a/b/c/",
    "NEW ",
    "GET /:a<int(9..1)>",
    "GET /x/:a(b)/:c(d",
    "PUT /:id<int>/:id",
    "GET /:new(a+)/:bad(b++)",
    "GET /users/:id?",
    "GET /:a<none>",
    "NEW /:a(\\d)-:a(x)",
};

static void open_with_refusals(struct fixture *f, bool refusals) {
  static const char *const lines[] = {"GET /users/:id", "PUT /users/:id", "GET /files/*path",
                                      "* /v:major<int>.:minor(\\d)"};
  static const struct wye_options options = {.clean_path = 1};
  fixture_begin(f, &options);
  for (size_t i = 0; i < COUNT(lines); i++) {
    assert_int_equal(fixture_add_line(f, lines[i]), i);
    for (size_t j = 0; refusals && i == 2 && j < COUNT(refused); j++)
      if (fixture_add_line(f, refused[j]) >= 0) fail_msg("taken: %s", refused[j]);
  }
  fixture_build(f);
}

static void test_image_does_not_know_refused_routes(void **state) {
  (void)state;
  struct fixture f, clean;
  open_with_refusals(&f, true);
  open_with_refusals(&clean, false);
  assert_int_equal(f.image_size, clean.image_size);
  assert_memory_equal(f.image, clean.image, f.image_size);
  fixture_drop(&f);
  fixture_drop(&clean);
}

static void test_refusal_changes_no_byte_of_the_builder(void **state) {
  (void)state;
  struct fixture f;
  open_with_refusals(&f, false);
  for (size_t i = 0; i < COUNT(refused); i++) fixture_add_line(&f, refused[i]); /* the block grows now, not below */
  size_t used = wye_builder_used(f.builder);
  void *before = copy_of(f.builder, used);
  for (size_t i = 0; i < COUNT(refused); i++) {
    assert_true(fixture_add_line(&f, refused[i]) < 0);
    assert_int_equal(wye_builder_used(f.builder), used);
    /* the block's size, the second field, may have changed by growing */
    ((struct wye_builder *)before)->arena.size = f.builder->arena.size;
    assert_memory_equal(f.builder, before, used);
  }
  free(before);
  fixture_drop(&f);
}

static void test_building_changes_no_byte_of_the_builder(void **state) {
  (void)state;
  struct fixture f;
  size_t size;
  open_with_refusals(&f, false);
  for (size_t i = 0; i < COUNT(refused); i++) fixture_add_line(&f, refused[i]); /* the block grows now, not below */
  size_t used = wye_builder_used(f.builder);
  void *before = copy_of(f.builder, used);
  free(image_of(f.builder, &size));
  assert_int_equal(wye_builder_used(f.builder), used);
  forget_build(f.builder);
  forget_build(before);
  assert_memory_equal(f.builder, before, used);
  free(before);
  fixture_drop(&f);
}

static void test_goes_on_after_a_build(void **state) {
  (void)state;
  struct fixture f;
  open_with_refusals(&f, false);
  free(f.image);
  free(f.context);
  assert_int_equal(fixture_add_line(&f, "GET /later/:x"), 4);
  fixture_build(&f);
  assert_string_equal(answer(&f, "GET /later/1"), "4 x=1");
  assert_string_equal(answer(&f, "GET /users/1"), "0 id=1");
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ sentences */

static const char *sentence_of(const char *line) {
  static char sentence[400];
  struct fixture f;
  struct wye_route route = route_of(line);
  struct wye_error error;
  fixture_begin(&f, NULL);
  assert_true(fixture_add(&f, &route, &error) < 0);
  size_t length = wye_error_format(&error, f.builder, &route, sentence, sizeof sentence);
  assert_int_equal(length, strlen(sentence));
  fixture_drop(&f);
  return sentence;
}

static void test_sentence_of_a_bad_pattern(void **state) {
  (void)state;
  static const char wanted[] = "bad pattern \"/a/:\" at byte 3: ";
  const char *said = sentence_of("GET /a/:");
  assert_memory_equal(said, wanted, sizeof wanted - 1);
}

static void test_sentence_names_the_parameter_in_braces(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"GET /{id}", " (here: \":id\")"},
      {"GET /v/{user_id2}.x", " (here: \":user_id2\")"},
      {"GET /{_}", " (here: \":_\")"},
      {"GET /a/<id>", " (here: \":id\")"},
      {"GET /{2}", "this character for a literal"},
      {"GET /{id?}", "this character for a literal"},
      {"GET /:id{abc}", "this character for a literal"},
      {"GET /{}", "this character for a literal"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    const char *said = sentence_of(rows[i][0]);
    size_t length = strlen(said), end = strlen(rows[i][1]);
    assert_true(length > end);
    assert_string_equal(said + length - end, rows[i][1]);
  }
}

/* A sentence about one pattern for the error of another reads nothing outside it. */
static void test_sentence_of_another_pattern(void **state) {
  (void)state;
  static const char *const patterns[] = {"{",  "*",   "+a",  "a*", ":a*", "a{", "{*",
                                         "{a", "{a:", "{a}", "<",  "(\\", "(",  "{:"};
  struct wye_error error;
  assert_int_equal(add_to_new(route_of("GET /{id}"), &error), WYE_BAD_PATTERN);
  for (size_t i = 0; i < COUNT(patterns); i++) {
    size_t length = strlen(patterns[i]);
    struct wye_route route = {.pattern = copy_of(patterns[i], length), .pattern_length = length};
    for (error.offset = 0; error.offset <= length; error.offset++)
      assert_true(wye_error_format(&error, NULL, &route, NULL, 0) > 0);
    free((void *)route.pattern);
  }
}

static void test_sentence_says_what_to_write(void **state) {
  (void)state;
  assert_non_null(strstr(sentence_of("GET /{id}"), "(here: \":id\")"));
  assert_null(strstr(sentence_of("GET /{id"), "here"));
  assert_null(strstr(sentence_of("GET /{id:int}"), "here"));
}

/* Every capacity, as snprintf: cut, ended by a NUL, nothing written after. */
static void test_sentence_in_every_capacity(void **state) {
  (void)state;
  struct wye_route route = route_of("GET /{id}");
  struct wye_error error;
  char whole[400];
  assert_int_equal(add_to_new(route, &error), WYE_BAD_PATTERN);
  size_t length = wye_error_format(&error, NULL, &route, whole, sizeof whole);
  for (size_t capacity = 0; capacity <= length + 2; capacity++) {
    char *cut = take(capacity);
    size_t kept = capacity > length ? length : capacity ? capacity - 1 : 0;
    assert_int_equal(wye_error_format(&error, NULL, &route, capacity ? cut : NULL, capacity), length);
    if (capacity) assert_int_equal(strlen(cut), kept);
    assert_memory_equal(cut, whole, kept);
    free(cut);
  }
}

static void test_sentence_without_a_route(void **state) {
  (void)state;
  struct wye_error error;
  char sentence[400];
  add_to_new(route_of("GET /a/:"), &error);
  wye_error_format(&error, NULL, NULL, sentence, sizeof sentence);
  assert_memory_equal(sentence, "bad pattern: ", 13);
}

static void test_statuses_have_words(void **state) {
  (void)state;
  for (int32_t status = WYE_BAD_VALUE; status <= WYE_OK; status++) {
    bool known = status >= WYE_BAD_PATH || status <= WYE_NO_MEMORY;
    assert_int_equal(strcmp(wye_status_text(status), "unknown status") != 0, known);
    assert_int_equal(strcmp(wye_status_name(status), "UNKNOWN") != 0, known);
  }
  assert_string_equal(wye_status_text(1), "unknown status");
  assert_string_equal(wye_status_name(WYE_CONFLICT), "CONFLICT");
}

static void test_version(void **state) {
  (void)state;
  char numbers[32];
  snprintf(numbers, sizeof numbers, "%d.%d.%d", WYE_VERSION_MAJOR, WYE_VERSION_MINOR, WYE_VERSION_PATCH);
  assert_string_equal(WYE_VERSION, numbers);
  assert_string_equal(wye_version(), numbers);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_least_block),
      cmocka_unit_test(test_one_byte_less_is_refused),
      cmocka_unit_test(test_bad_blocks_are_refused),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_missing_texts),
      cmocka_unit_test(test_method_is_a_token),
      cmocka_unit_test(test_errors_carry_their_status),
      cmocka_unit_test(test_conflicts),
      cmocka_unit_test(test_no_conflicts),
      cmocka_unit_test(test_conflicts_of_any_case),
      cmocka_unit_test(test_conflict_names_the_other_route),
      cmocka_unit_test(test_conflict_of_a_short_form_names_the_other_route),
      cmocka_unit_test(test_names_belong_to_one_pattern),
      cmocka_unit_test(test_names_like_shapes),
      cmocka_unit_test(test_conflicts_among_many),
      cmocka_unit_test(test_next_ids),
      cmocka_unit_test(test_ids_out_of_range),
      cmocka_unit_test(test_failed_add_takes_no_id),
      cmocka_unit_test(test_moves_midway),
      cmocka_unit_test(test_moves_into_the_least_room),
      cmocka_unit_test(test_refuses_to_move),
      cmocka_unit_test(test_image_does_not_know_refused_routes),
      cmocka_unit_test(test_refusal_changes_no_byte_of_the_builder),
      cmocka_unit_test(test_building_changes_no_byte_of_the_builder),
      cmocka_unit_test(test_goes_on_after_a_build),
      cmocka_unit_test(test_sentence_of_a_bad_pattern),
      cmocka_unit_test(test_sentence_names_the_parameter_in_braces),
      cmocka_unit_test(test_sentence_of_another_pattern),
      cmocka_unit_test(test_sentence_says_what_to_write),
      cmocka_unit_test(test_sentence_in_every_capacity),
      cmocka_unit_test(test_sentence_without_a_route),
      cmocka_unit_test(test_statuses_have_words),
      cmocka_unit_test(test_version),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
