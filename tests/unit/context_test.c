/* Contexts: the room they ask for, which tables they serve, and that every exit leaves all of it defined. */
#include "support.h"

static const char *const small[] = {"GET /a", NULL};
static const char *const wide[] = {"GET /:a/:b/:c/:d/:e/:f", NULL};
static const char *const deep[] = {"GET /a/a/a/a/a/a/a/a/a/a/a/a/a", "GET /:a", NULL};

static void test_size_asked_for_is_enough(void **state) {
  (void)state;
  static const char *const *const tables[] = {small, wide, deep};
  for (size_t i = 0; i < COUNT(tables); i++) {
    struct fixture f;
    fixture_open(&f, NULL, tables[i]);
    size_t size = wye_context_size(f.table);
    struct wye_context *context;
    void *block = take(size);
    assert_int_equal(wye_context_init(block, size, f.table, &context), WYE_OK);
    assert_ptr_equal(context, block);
    assert_int_equal(wye_match(f.table, context, "GET", 3, "/a/b", 4), WYE_NOT_FOUND);
    free(block);
    fixture_drop(&f);
  }
}

static void test_every_smaller_block_is_refused(void **state) {
  (void)state;
  static const char *const remembers[] = {"GET /:a-:b<slug>-:c<int>", NULL};
  static const struct wye_options clean = {.clean_path = 1};
  for (int i = 0; i < 3; i++) {
    struct fixture f;
    fixture_open(&f, i == 2 ? &clean : NULL, i ? remembers : wide);
    size_t needed = wye_context_size(f.table), step = i ? 997 : 1;
    for (size_t size = 0; size < needed; size = size + step < needed || size == needed - 1 ? size + step : needed - 1) {
      void *block = take(size);
      struct wye_context *context = f.context;
      assert_int_equal(wye_context_init(block, size, f.table, &context), WYE_NO_MEMORY);
      assert_null(context);
      free(block);
    }
    fixture_drop(&f);
  }
}

static void test_bad_arguments(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, small);
  size_t size = wye_context_size(f.table) + 8;
  char *block = take(size);
  struct wye_context *context = f.context;
  for (size_t shift = 1; shift < 8; shift++) {
    assert_int_equal(wye_context_init(block + shift, size - shift, f.table, &context), WYE_BAD_ARGUMENT);
    assert_null(context);
  }
  assert_int_equal(wye_context_init(NULL, size, f.table, &context), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_context_init(block, size, NULL, &context), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_context_init(block, size, f.table, NULL), WYE_BAD_ARGUMENT);
  free(block);
  fixture_drop(&f);
}

static void test_new_context_says_nothing(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, small);
  check_context(f.table, f.context, WYE_NOT_FOUND, 0);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ other tables */

static int32_t match_with(struct fixture *f, struct wye_context *context, const char *path) {
  int32_t outcome = wye_match(f->table, context, "GET", 3, path, strlen(path));
  check_context(f->table, context, outcome, strlen(path));
  return outcome;
}

static void test_serves_a_smaller_table(void **state) {
  (void)state;
  struct fixture large, little;
  fixture_open(&large, NULL, wide);
  fixture_open(&little, NULL, small);
  assert_int_equal(match_with(&large, large.context, "/1/2/3/4/5/6"), 0);
  assert_int_equal(match_with(&little, large.context, "/a"), 0);
  assert_int_equal(match_with(&large, large.context, "/1/2/3/4/5/6"), 0);
  fixture_drop(&large);
  fixture_drop(&little);
}

static void check_refused(const char *const *own, const char *const *other, const char *path) {
  struct fixture large, little;
  fixture_open(&large, NULL, other);
  fixture_open(&little, NULL, own);
  int32_t outcome = match_with(&little, little.context, "/a");
  assert_int_equal(match_with(&large, little.context, path), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_match_method(large.table, little.context, 0, path, strlen(path)), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_match_url(large.table, little.context, 0, "http://h/a", 10), WYE_BAD_ARGUMENT);
  check_context(large.table, little.context, WYE_BAD_ARGUMENT, 0);
  assert_int_equal(match_with(&little, little.context, "/a"), outcome);
  fixture_drop(&large);
  fixture_drop(&little);
}

/* `deep` needs more of the one, `wide` more of the other. */
static void test_refused_by_a_table_of_more_params(void **state) {
  (void)state;
  check_refused(deep, wide, "/1/2/3/4/5/6");
}

static void test_refused_by_a_table_of_more_depth(void **state) {
  (void)state;
  check_refused(wide, deep, "/a/a/a/a/a/a/a/a/a/a/a/a/a");
}

/* ------------------------------------------------------------------ what a search remembers */

static const char *const split[] = {"GET /:a<slug>-:b<int>/c/:d<slug>-:e<int>", "GET /:f<slug>-:g<int>/:h/:i-:j<int>",
                                    NULL};
static const char *const split_deep[] = {"GET /a/a/a/a/:p<slug>-:q<slug>-:r<int>/end", "GET /:x/a/a/:y/:z-:w<hex>/end",
                                         "GET /:x/:t<slug>-:u<slug>/a/:v/*rest", NULL};
static const char *const split_flat[] = {"GET /:a(.*)-:b(.*)-:c<int>/x", "GET /:a-:b<int>", NULL};

static size_t size_for(const struct wye_options *options, const char *const *lines) {
  struct fixture f;
  fixture_open(&f, options, lines);
  size_t size = wye_context_size(f.table);
  fixture_drop(&f);
  return size;
}

/* Tables without constraints and policies pay nothing for them. */
static void test_room_for_what_is_needed(void **state) {
  (void)state;
  static const char *const constrained[] = {"GET /:a<int>/:b<slug>-x/:c(\\d+)", NULL};
  static const struct wye_options clean = {.clean_path = 1}, short_clean = {.clean_path = 1, .max_path = 100},
                                  slashes = {.trailing_slash = WYE_SLASH_REDIRECT};
  assert_in_range(size_for(NULL, small), 64, 128);
  assert_in_range(size_for(NULL, constrained), 64, 256);
  assert_int_equal(size_for(&slashes, small), size_for(NULL, small));
  assert_in_range(size_for(&clean, small), WYE_DEFAULT_MAX_PATH, WYE_DEFAULT_MAX_PATH + 256);
  assert_in_range(size_for(&short_clean, small), 100, 100 + 256);
#if !defined(WYE_PIECE)
  assert_in_range(size_for(NULL, split), WYE_DEFAULT_MAX_PATH / 8, WYE_DEFAULT_MAX_PATH);
  assert_in_range(size_for(&longest, split), WYE_MAX_PATH / 8, WYE_MAX_PATH);
#endif
  /* ways that are never under way together share their room */
  static const char *const two[] = {"GET /x/:a<slug>-:b<int>", "GET /y/:a<slug>-:b<int>", NULL};
  assert_in_range(size_for(NULL, two), 0, size_for(NULL, two + 1) + 256);
}

/*
 * One context for tables that lay their room out differently, in turn: what one has remembered is nothing to the other.
 * Each answer is that of a context of its own.
 */
static void test_tables_in_turn(void **state) {
  (void)state;
  /* the first one needs most of all */
  static const char *const roof[] = {"GET /:a<slug>-:b<slug>-:c<slug>/:d<slug>-:e<slug>-:f<slug>/:g/h/:i-:j<hex>",
                                     "PUT /:k(.*)-:l(.*)-:m(.*)-:n/x", "PUT /a/b/c/d/e/f/g/h/i/j/k/l/m/n", NULL};
  static const char *const *const lines[] = {roof, split, split_deep, split_flat, deep, wide};
  static const char *const paths[] = {
      "/a-1/c/b-2",
      "/a-b-3/c/d-e-4",
      "/a-1/x/y-2",
      "/a/a/a/a/b-c-1/end",
      "/a/a/a/a/b-c/end",
      "/q/a/a/b/c-f/end",
      "/q/b-c/a/v/x/y/z/w",
      "/a-b-1/x",
      "/a-b",
      "/a-1",
      "/a-b-c-d-1/x",
      "/1/2/3/4/5/6",
      "/a",
      "/a/a/a/a/a-a-a/no",
      "/a-1/c/no",
      "/------1/x",
      "/-/-/-/-/-",
      "/a-1/c/b-2-3-",
      "/a/a/a/a/b-c-1/no",
      "/a/b-c/a/v/",
      "/a-b-c/d-e-f/g/h/i-1",
      "/a-b-c-d-e/f-g-h/i/h/j-1",
  };
  struct fixture tables[COUNT(lines)];
  uint32_t random = 1;
  for (size_t i = 0; i < COUNT(lines); i++) fixture_open(&tables[i], NULL, lines[i]);
  size_t size = wye_context_size(tables[0].table);
  void *block = take(size);
  struct wye_context *context;
  assert_int_equal(wye_context_init(block, size, tables[0].table, &context), WYE_OK);
  for (int turn = 0; turn < 100000; turn++) {
    random = random * 1664525 + 1013904223;
    struct fixture *f = &tables[(random >> 16) % COUNT(lines)];
    const char *path = paths[(random >> 24) % COUNT(paths)];
    int32_t wanted = match_with(f, f->context, path), said = match_with(f, context, path);
    if (wanted != said)
      fail_msg("turn %d, %s: %d in a context of its own, %d in a shared one", turn, path, wanted, said);
    assert_memory_equal(context->param, f->context->param, context->params * sizeof *context->param);
  }
  for (size_t i = 0; i < COUNT(lines); i++) fixture_drop(&tables[i]);
  free(block);
}

/* ------------------------------------------------------------------ every exit */

struct exit {
  const char *request;
  int32_t outcome;
  uint32_t path_end;
};

static const struct exit exits[] = {
    {"GET /users/42?q", 0, 9},
    {"PUT /users/42", WYE_METHOD_NOT_ALLOWED, 9},
    {"GET /none#f", WYE_NOT_FOUND, 5},
    {"GET none", WYE_BAD_PATH, 0},
    {"GET ", WYE_BAD_PATH, 0},
    {"GET /users/..", WYE_NOT_FOUND, 9},
    {"GET /users/%2e", WYE_NOT_FOUND, 10},
};

static void open_users(struct fixture *f) {
  static const char *const lines[] = {"GET /users/:id", "POST /users/:id", NULL};
  fixture_open(f, NULL, lines);
}

/* Whatever the context held before: each exit after every other one. `answer` checks all fields. */
static void test_outputs_on_every_exit(void **state) {
  (void)state;
  struct fixture f;
  open_users(&f);
  for (size_t before = 0; before < COUNT(exits); before++) {
    for (size_t i = 0; i < COUNT(exits); i++) {
      answer(&f, exits[before].request);
      answer(&f, exits[i].request);
      assert_int_equal(f.context->outcome, exits[i].outcome);
      assert_int_equal(f.context->path, 0);
      assert_int_equal(f.context->path_end, exits[i].path_end);
    }
  }
  fixture_drop(&f);
}

static int escaped(struct fixture *f, const char *request) {
  answer(f, request);
  return f->context->escaped;
}

/* Set for the path that was looked up last, whatever came of it; a query does not count. */
static void test_path_with_escapes(void **state) {
  (void)state;
  struct fixture f;
  open_users(&f);
  assert_int_equal(escaped(&f, "GET /users/42%20"), 1);
  assert_int_equal(escaped(&f, "GET /users/42"), 0);
  assert_int_equal(escaped(&f, "GET /users/%"), 1);
  assert_int_equal(escaped(&f, "GET /users/42?q=%20"), 0);
  assert_int_equal(escaped(&f, "GET /users/42#%20"), 0);
  assert_int_equal(escaped(&f, "GET /%20"), 1);
  assert_int_equal(escaped(&f, "GET %20"), 0);
  assert_int_equal(escaped(&f, "PUT /users/%20"), 1);
  answer_url(&f, "GET", "http://%20/users/42", 19);
  assert_int_equal(f.context->escaped, 0);
  answer_url(&f, "GET", "http://h/users/%20", 18);
  assert_int_equal(f.context->escaped, 1);
  answer_url(&f, "GET", "http://h", 8);
  assert_int_equal(f.context->escaped, 0);
  fixture_drop(&f);
}

static void test_outputs_of_a_path_too_long(void **state) {
  (void)state;
  struct fixture f;
  open_users(&f);
  char *path = repeat("/", WYE_MAX_PATH + 1);
  answer(&f, "GET /users/42");
  assert_string_equal(answer_bytes(&f, "GET", path, WYE_MAX_PATH + 1), "PATH_TOO_LONG");
  assert_int_equal(f.context->path, 0);
  free(path);
  fixture_drop(&f);
}

static void test_outputs_of_urls(void **state) {
  (void)state;
  struct fixture f;
  open_users(&f);
  answer_url(&f, "GET", "http://h/users/42?q", 19);
  assert_int_equal(f.context->path, 8);
  assert_int_equal(f.context->path_end, 17);
  answer_url(&f, "GET", "http:/h/users/42", 16);
  assert_int_equal(f.context->outcome, WYE_BAD_PATH);
  answer_url(&f, "PUT", "http://h/users/42", 17);
  assert_int_equal(f.context->outcome, WYE_METHOD_NOT_ALLOWED);
  fixture_drop(&f);
}

/* A text of no bytes is nowhere: NULL is as good an address as another. */
static void test_empty_texts_may_be_null(void **state) {
  (void)state;
  struct fixture f;
  open_users(&f);
  assert_int_equal(wye_match(f.table, f.context, "GET", 3, NULL, 0), WYE_BAD_PATH);
  assert_int_equal(wye_match_url(f.table, f.context, 0, NULL, 0), WYE_BAD_PATH);
  assert_int_equal(wye_match(f.table, f.context, NULL, 0, "/users/1", 8), WYE_METHOD_NOT_ALLOWED);
  assert_int_equal(wye_table_method(f.table, NULL, 0), WYE_NO_METHOD);
  assert_int_equal(wye_param_index(f.table, f.context, NULL, 0), WYE_NONE);
  assert_int_equal(wye_decode(NULL, 0, NULL, 0), 0);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ what was found */

static void test_param_by_position(void **state) {
  (void)state;
  struct fixture f;
  open_users(&f);
  answer(&f, "GET /users/42");
  assert_int_equal(wye_param(f.context, 0).offset, 7);
  assert_int_equal(wye_param(f.context, 0).length, 2);
  assert_int_equal(wye_param(f.context, 1).offset, WYE_NONE);
  assert_int_equal(wye_param(f.context, 1).length, 0);
  assert_int_equal(wye_param(f.context, UINT32_MAX).offset, WYE_NONE);
  fixture_drop(&f);
}

/* The positions of the others stay; at the end there are no more spans. */
static void test_omitted_params(void **state) {
  (void)state;
  static const char *const routes[] = {"GET /:a?/x/*b/y/:c?/:d?", NULL};
  struct fixture f;
  fixture_open(&f, NULL, routes);
  answer(&f, "GET /x/1/2/y/3");
  assert_int_equal(f.context->params, 3);
  assert_int_equal(wye_param(f.context, 0).offset, WYE_NONE);
  assert_int_equal(wye_param(f.context, 0).length, 0);
  assert_int_equal(wye_param(f.context, 1).offset, 3);
  assert_int_equal(wye_param(f.context, 1).length, 3);
  assert_int_equal(wye_param(f.context, 2).offset, 9);
  assert_int_equal(wye_param(f.context, 3).offset, WYE_NONE);
  assert_int_equal(wye_param_index(f.table, f.context, "a", 1), 0);
  assert_int_equal(wye_param_index(f.table, f.context, "b", 1), 1);
  assert_int_equal(wye_param_index(f.table, f.context, "c", 1), 2);
  assert_int_equal(wye_param_index(f.table, f.context, "d", 1), WYE_NONE);
  fixture_drop(&f);
}

static void test_param_by_name(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, wide);
  answer(&f, "GET /1/2/3/4/5/6");
  assert_int_equal(wye_param_index(f.table, f.context, "a", 1), 0);
  assert_int_equal(wye_param_index(f.table, f.context, "f", 1), 5);
  assert_int_equal(wye_param_index(f.table, f.context, "g", 1), WYE_NONE);
  assert_int_equal(wye_param_index(f.table, f.context, "aa", 2), WYE_NONE);
  assert_int_equal(wye_param_index(f.table, f.context, "", 0), WYE_NONE);
  answer(&f, "GET /1");
  assert_int_equal(wye_param_index(f.table, f.context, "a", 1), WYE_NONE);
  fixture_drop(&f);
}

/* As snprintf: every capacity, cut and ended by a NUL. */
static void test_allow_in_every_capacity(void **state) {
  (void)state;
  struct fixture f;
  open_users(&f);
  answer(&f, "PUT /users/42");
  for (size_t capacity = 0; capacity <= 12; capacity++) {
    char *cut = take(capacity);
    assert_int_equal(wye_allow(f.table, f.context, capacity ? cut : NULL, capacity), 9);
    if (capacity) assert_int_equal(strlen(cut), capacity > 9 ? 9 : capacity - 1);
    if (capacity) assert_memory_equal(cut, "GET, POST", strlen(cut));
    free(cut);
  }
  fixture_drop(&f);
}

static void test_allow_of_other_outcomes(void **state) {
  (void)state;
  struct fixture f;
  char text[8] = "old";
  open_users(&f);
  answer(&f, "GET /users/42");
  assert_int_equal(wye_allow(f.table, f.context, text, sizeof text), 0);
  assert_string_equal(text, "");
  fixture_drop(&f);
}

/* Hosts read its bytes: the head and four spans, and the others right after them. */
static void test_first_cache_line(void **state) {
  (void)state;
  assert_int_equal(offsetof(struct wye_context, param), 32);
  assert_int_equal(sizeof(struct wye_context), 64);
  struct fixture f;
  fixture_open(&f, NULL, wide);
  answer(&f, "GET /1/2/3/4/5/6");
  const struct wye_span *spans = f.context->param;
  assert_memory_equal(&spans[5], (&(struct wye_span){11, 1}), sizeof *spans);
  fixture_drop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_size_asked_for_is_enough),
      cmocka_unit_test(test_every_smaller_block_is_refused),
      cmocka_unit_test(test_bad_arguments),
      cmocka_unit_test(test_new_context_says_nothing),
      cmocka_unit_test(test_serves_a_smaller_table),
      cmocka_unit_test(test_room_for_what_is_needed),
      cmocka_unit_test(test_tables_in_turn),
      cmocka_unit_test(test_refused_by_a_table_of_more_params),
      cmocka_unit_test(test_refused_by_a_table_of_more_depth),
      cmocka_unit_test(test_outputs_on_every_exit),
      cmocka_unit_test(test_path_with_escapes),
      cmocka_unit_test(test_outputs_of_a_path_too_long),
      cmocka_unit_test(test_outputs_of_urls),
      cmocka_unit_test(test_empty_texts_may_be_null),
      cmocka_unit_test(test_param_by_position),
      cmocka_unit_test(test_param_by_name),
      cmocka_unit_test(test_omitted_params),
      cmocka_unit_test(test_allow_in_every_capacity),
      cmocka_unit_test(test_allow_of_other_outcomes),
      cmocka_unit_test(test_first_cache_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
