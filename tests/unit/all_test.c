/* Every route that matches: what each buffer takes, the order of hits, what the context says, and what it costs. */
#include "support.h"

#include "lookup/hits.h"

/* "0 id=42, 3 -x y=b": each route's index, with its parameters; one that the path omits has a "-". Or the status. */
static const char *all(struct fixture *f, bool url, const char *method, const char *text, size_t length) {
  size_t needed = 4711, size = 4711;
  uint32_t number = wye_table_method(f->table, method, strlen(method));
  int32_t (*find)(const struct wye_table *, struct wye_context *, uint32_t, const char *, size_t, struct wye_hit *,
                  size_t, size_t *) = url ? wye_match_all_url : wye_match_all;
  char *exact = copy_of(text, length), *to = f->answer;
  int32_t count = find(f->table, f->context, number, exact, length, NULL, 0, &needed);
  struct wye_hit *hits = take(needed);
  count = find(f->table, f->context, number, exact, length, hits, needed, &size);
  assert_int_equal(size, needed);
  *to = 0;
  if (count < 0) strcpy(to, wye_status_name(count));
  for (uint32_t i = 0; count > 0 && i < (uint32_t)count; i++) {
    to += sprintf(to, "%s%u", i ? ", " : "", hits[i].route);
    for (uint32_t j = 0; j < hits[i].params; j++) {
      struct wye_span span = wye_hit_param(hits, i, j);
      size_t name_length;
      const char *name = wye_table_param_name(f->table, hits[i].route, j, &name_length);
      if (span.offset == WYE_NONE) {
        to += sprintf(to, " -%.*s", (int)name_length, name);
        continue;
      }
      assert_in_range(span.offset + span.length, 0, length);
      to += sprintf(to, " %.*s=%.*s", (int)name_length, name, (int)span.length, exact + span.offset);
    }
  }
  free(hits);
  free(exact);
  return f->answer;
}

static const char *all_of(struct fixture *f, const char *request) {
  const char *path = strchr(request, ' ') + 1;
  char method[16] = "";
  memcpy(method, request, (size_t)(path - 1 - request));
  return all(f, *path != '/', method, path, strlen(path));
}

static const char *const lines[] = {"* /*",
                                    "GET /users/:id",
                                    "GET /users/new",
                                    "POST /users/:id",
                                    "* /users/:id",
                                    "GET /users/*rest",
                                    "GET /:a-:b",
                                    "GET :t.example.com/users/:x",
                                    "GET *.example.com/*y",
                                    NULL};

static void test_hits(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  assert_string_equal(all_of(&f, "GET /users/new"), "0 *=users/new, 1 id=new, 2, 4 id=new, 5 rest=new");
  assert_string_equal(all_of(&f, "POST /users/new?x"), "0 *=users/new, 3 id=new, 4 id=new");
  assert_string_equal(all_of(&f, "PUT /users/"), "0 *=users/");
  assert_string_equal(all_of(&f, "GET /a-b-c"), "0 *=a-b-c, 6 a=a b=b-c");
  assert_string_equal(all_of(&f, "GET https://me.example.com/users/1"),
                      "0 *=users/1, 1 id=1, 4 id=1, 5 rest=1, 7 t=me x=1, 8 y=users/1");
  assert_string_equal(all_of(&f, "GET https://me.example.com"), "0 *=, 8 y=");
  assert_string_equal(all_of(&f, "GET /.."), "");
  assert_string_equal(all_of(&f, "GET /a\\b"), "BAD_PATH");
  assert_string_equal(all_of(&f, "GET a"), "BAD_PATH");
  assert_string_equal(all_of(&f, "GET https://a b/"), "BAD_PATH");
  fixture_drop(&f);
}

/* Each hit has the spans of its own form; what a form omits has none. */
static void test_omitted_params(void **state) {
  (void)state;
  static const char *const forms[] = {"GET /:a?/x/:b", "GET /*c/x/:d?", "GET /:e/:f?/:g?", NULL};
  struct fixture f;
  fixture_open(&f, NULL, forms);
  assert_string_equal(all_of(&f, "GET /x/1"), "0 -a b=1, 2 e=x f=1");
  assert_string_equal(all_of(&f, "GET /1/x"), "1 c=1, 2 e=1 f=x");
  assert_string_equal(all_of(&f, "GET /x/x/1"), "0 a=x b=1, 1 c=x d=1, 2 e=x f=x g=1");
  fixture_drop(&f);
}

static void test_path_too_long(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  char *path = repeat("/", WYE_MAX_PATH + 1);
  assert_string_equal(all(&f, false, "GET", path, WYE_MAX_PATH + 1), "PATH_TOO_LONG");
  assert_int_equal(f.context->outcome, WYE_PATH_TOO_LONG);
  free(path);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ the buffer */

/* Each size from nothing up: too little room is refused with what it takes, and nothing is written after the room. */
static void test_starved(void **state) {
  (void)state;
  static const char url[] = "https://me.example.com/users/1";
  struct fixture f;
  fixture_open(&f, NULL, lines);
  size_t needed, size, length = strlen(url);
  uint32_t get = wye_table_method(f.table, "GET", 3);
  assert_int_equal(wye_match_all_url(f.table, f.context, get, url, length, NULL, 0, &needed), WYE_NO_MEMORY);
  assert_int_equal(needed, 6 * sizeof(struct wye_hit) + 7 * sizeof(struct wye_span));
  for (size_t capacity = 0; capacity < needed + 32; capacity++) {
    struct wye_hit *hits = take(capacity);
    int32_t count = wye_match_all_url(f.table, f.context, get, url, length, hits, capacity, &size);
    assert_int_equal(count, capacity < needed ? WYE_NO_MEMORY : 6);
    assert_int_equal(size, needed);
    assert_int_equal(f.context->outcome, WYE_NOT_FOUND);
    if (count == 6) assert_int_equal(wye_hit_param(hits, 4, 1).offset, 29);
    if (count == 6) assert_int_equal(wye_hit_param(hits, 4, 2).offset, WYE_NONE);
    free(hits);
  }
  fixture_drop(&f);
}

static void test_bad_arguments(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye_hit hits[4];
  size_t size = 4711;
  assert_int_equal(wye_match_all(f.table, f.context, 0, "/", 1, NULL, 64, &size), WYE_BAD_ARGUMENT);
  assert_int_equal(size, 0);
  struct wye_hit *crooked = (void *)((char *)hits + 4);
  assert_int_equal(wye_match_all(f.table, f.context, 0, "/", 1, crooked, 32, &size), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_match_all_url(f.table, f.context, 0, "http://h/", 9, crooked, 32, &size), WYE_BAD_ARGUMENT);
  assert_int_equal(f.context->outcome, WYE_BAD_ARGUMENT);
  f.context->capacity = 0; /* a context of another table */
  assert_int_equal(wye_match_all(f.table, f.context, 0, "/", 1, hits, sizeof hits, &size), WYE_BAD_ARGUMENT);
  assert_int_equal(size, 0);
  assert_int_equal(wye_match_all(f.table, f.context, 0, NULL, 0, NULL, 0, &size), WYE_BAD_ARGUMENT);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ the context */

static void test_context(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  all_of(&f, "GET /users/%41?x");
  assert_int_equal(f.context->outcome, WYE_NOT_FOUND);
  assert_int_equal(f.context->route, WYE_NONE);
  assert_int_equal(f.context->params, 0);
  assert_int_equal(f.context->path, 0);
  assert_int_equal(f.context->path_end, 10);
  assert_int_equal(f.context->escaped, 1);
  all_of(&f, "GET https://h/users/1#");
  assert_int_equal(f.context->path, 9);
  assert_int_equal(f.context->path_end, 17);
  assert_int_equal(f.context->escaped, 0);
  all_of(&f, "GET https://h?x");
  assert_int_equal(f.context->path, 9);
  assert_int_equal(f.context->path_end, 9);
  all_of(&f, "GET /\\");
  assert_int_equal(f.context->outcome, WYE_BAD_PATH);
  assert_int_equal(f.context->path_end, 0);
  assert_string_equal(answer(&f, "GET /users/1"), "1 id=1"); /* and the next lookup finds nothing of it */
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ the order */

static int by_index(const void *a, const void *b) {
  const struct wye_hit *left = a, *right = b;
  return (left->route > right->route) - (left->route < right->route);
}

/* Hits in any order, some of one route twice: of those the first stays. Adding moves `spans` down, or leaves it. */
static void test_sorting(void **state) {
  (void)state;
  enum { MOST = 300 };
  uint32_t random = 12345;
  for (uint32_t count = 0; count < MOST; count++) {
    struct wye_hit hits[MOST], wanted[MOST];
    uint32_t kept = 0;
    for (uint32_t i = 0, first = 8 * MOST; i < count; i++) {
      random = random * 1664525 + 1013904223;
      uint32_t params = i % 3 ? 1 : 0, route = (random >> 8) % (count % 2 ? 2 * count : count / 2 + 1);
      first -= 8 * params;
      hits[i] = (struct wye_hit){.route = route, .id = (int32_t)i, .params = params, .spans = first};
      bool known = false;
      for (uint32_t j = 0; j < kept; j++) known |= wanted[j].route == route;
      if (!known) wanted[kept++] = hits[i];
    }
    qsort(wanted, kept, sizeof *wanted, by_index);
    struct wye__hits all_hits = {.hit = hits, .count = count};
    wye__hits_sort(&all_hits);
    assert_int_equal(all_hits.count, kept);
    for (uint32_t i = 0; i < kept; i++) {
      assert_int_equal(hits[i].route, wanted[i].route);
      assert_int_equal(hits[i].params, wanted[i].params);
      if (hits[i].params) assert_int_equal(hits[i].id, wanted[i].id);
    }
  }
}

/* A thousand routes that all match, by a thousand constraints. */
static void test_many_hits(void **state) {
  (void)state;
  struct fixture f;
  char line[64];
  size_t size;
  fixture_begin(&f, NULL);
  for (int i = 0; i < 1000; i++) {
    snprintf(line, sizeof line, "GET /:x([a-c]{1,%d})/*y", i + 1);
    assert_int_equal(fixture_add_line(&f, line), i);
  }
  fixture_build(&f);
  assert_int_equal(wye_match_all(f.table, f.context, 0, "/a/b", 4, NULL, 0, &size), WYE_NO_MEMORY);
  struct wye_hit *hits = take(size);
  wye__steps = 0;
  assert_int_equal(wye_match_all(f.table, f.context, 0, "/a/b", 4, hits, size, &size), 1000);
  assert_in_range(wye__steps, 1000, 6000);
  for (uint32_t i = 0; i < 1000; i++) {
    assert_int_equal(hits[i].route, i);
    assert_int_equal(wye_hit_param(hits, i, 0).offset, 1);
    assert_int_equal(wye_hit_param(hits, i, 1).offset, 3);
  }
  free(hits);
  fixture_drop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hits),    cmocka_unit_test(test_omitted_params), cmocka_unit_test(test_path_too_long),
      cmocka_unit_test(test_starved), cmocka_unit_test(test_bad_arguments),  cmocka_unit_test(test_context),
      cmocka_unit_test(test_sorting), cmocka_unit_test(test_many_hits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
