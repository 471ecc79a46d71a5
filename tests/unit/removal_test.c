/* Routes that are taken away: what is left after is what a builder has that never had them. */
#include "support.h"

#include "build/builder.h"
#include "image/table.h"

/* ------------------------------------------------------------------ what there is to take away */

struct entry {
  const char *line, *name;
};

/* Every kind of thing that routes share: methods, names, constraints, hosts. */
static const struct entry entries[] = {
    {"GET /users/:id<int>?", "user"},
    {"PUT /users/:id<int>?", "user"},
    {"GET :t.example.com/a/:x(\\d{2}|[a-z]+)-:y<slug>", "tenant"},
    {"DELETE /a/:x(\\d{2}|[a-z]+)", NULL},
    {"* /files/*path", NULL},
    {"GET /:y<slug>/:z<int>", NULL},
};
enum { ENTRIES = COUNT(entries) };

static struct wye_route route_at(size_t index) {
  struct wye_route route = route_of(entries[index].line);
  route.name = entries[index].name;
  route.name_length = route.name ? strlen(route.name) : 0;
  route.id = (int32_t)index;
  return route;
}

/* A builder of the entries with a bit in `which`, in their order. */
static void begin_with(struct fixture *f, uint32_t which) {
  static const struct wye_options options = {.clean_path = 1};
  fixture_begin(f, &options);
  for (size_t i = 0; i < ENTRIES; i++) {
    struct wye_route route = route_at(i);
    if (which >> i & 1) assert_int_equal(fixture_add(f, &route, NULL), i);
  }
}

/* A removal reads the pattern after what is there: it takes some room. */
static void make_roomy(struct fixture *f) {
  struct wye_builder *old = f->builder;
  f->builder_size = wye_builder_used(old) + (1 << 16);
  assert_int_equal(wye_builder_move(old, take(f->builder_size), f->builder_size, &f->builder), WYE_OK);
  free(old);
}

static int32_t take_away(struct fixture *f, const char *line) {
  struct wye_route route = route_of(line);
  int32_t status = wye_builder_remove(f->builder, &route);
  if (status == WYE_NO_MEMORY) make_roomy(f), status = wye_builder_remove(f->builder, &route);
  check_builder(f->builder);
  return status;
}

static void *built(struct wye_builder *builder, size_t *size) {
  struct wye_builder *roomy;
  size_t room = 1 << 20;
  void *block = take(room);
  assert_int_equal(wye_builder_move(builder, block, room, &roomy), WYE_OK);
  check_builder(roomy);
  void *image = image_of(roomy, size);
  free(block);
  return image;
}

/* The same routes, the same bytes: used by the builder, and in the image. */
static void check_as_if_new(struct wye_builder *builder, uint32_t which) {
  struct fixture fresh;
  size_t size, wanted_size;
  begin_with(&fresh, which);
  void *image = built(builder, &size), *wanted = built(fresh.builder, &wanted_size);
  size_t buckets = builder->bucket_count * sizeof(uint32_t), own = fresh.builder->bucket_count * sizeof(uint32_t);
  assert_int_equal(wye_builder_used(builder) - buckets, wye_builder_used(fresh.builder) - own);
  assert_int_equal(size, wanted_size);
  assert_memory_equal(image, wanted, size);
  free(image);
  free(wanted);
  fixture_drop(&fresh);
}

/* ------------------------------------------------------------------ orders */

static void test_one_of_each(void **state) {
  (void)state;
  for (size_t i = 0; i < ENTRIES; i++) {
    struct fixture f;
    uint32_t all = (1u << ENTRIES) - 1;
    begin_with(&f, all);
    make_roomy(&f);
    assert_int_equal(take_away(&f, entries[i].line), WYE_OK);
    assert_int_equal(wye_builder_routes(f.builder), ENTRIES - 1);
    check_as_if_new(f.builder, all & ~(1u << i));
    fixture_drop(&f);
  }
}

/* The n-th of the orders of `count` things. */
static void write_order(uint32_t n, uint32_t count, uint32_t *order) {
  for (uint32_t i = 0; i < count; i++) order[i] = i;
  for (uint32_t i = 0; i < count; i++, n /= count - i + 1) {
    uint32_t with = i + n % (count - i), was = order[i];
    order[i] = order[with], order[with] = was;
  }
}

static void test_every_order(void **state) {
  (void)state;
  for (uint32_t n = 0; n < 720; n++) {
    struct fixture f;
    uint32_t order[ENTRIES], left = (1u << ENTRIES) - 1;
    write_order(n, ENTRIES, order);
    begin_with(&f, left);
    make_roomy(&f);
    for (size_t i = 0; i < ENTRIES; i++) {
      assert_int_equal(take_away(&f, entries[order[i]].line), WYE_OK);
      assert_int_equal(take_away(&f, entries[order[i]].line), WYE_NOT_FOUND);
      left &= ~(1u << order[i]);
      if (n % 7 == i) check_as_if_new(f.builder, left);
    }
    assert_int_equal(wye_builder_routes(f.builder), 0);
    assert_int_equal(wye_builder_used(f.builder), wye_builder_min_size());
    fixture_drop(&f);
  }
}

/* Back at the end: indexes, and all that depends on the order of addition, are as if it came last. */
static void test_away_and_back(void **state) {
  (void)state;
  for (size_t i = 0; i < ENTRIES; i++) {
    struct fixture f, fresh;
    size_t size, wanted_size;
    struct wye_route back = route_at(i);
    begin_with(&f, (1u << ENTRIES) - 1);
    begin_with(&fresh, ((1u << ENTRIES) - 1) & ~(1u << i));
    assert_int_equal(take_away(&f, entries[i].line), WYE_OK);
    assert_int_equal(fixture_add(&f, &back, NULL), i);
    assert_int_equal(fixture_add(&fresh, &back, NULL), i);
    check_builder(f.builder);
    void *image = built(f.builder, &size), *wanted = built(fresh.builder, &wanted_size);
    assert_int_equal(size, wanted_size);
    assert_memory_equal(image, wanted, size);
    free(image);
    free(wanted);
    fixture_drop(&f);
    fixture_drop(&fresh);
  }
}

/* ------------------------------------------------------------------ random changes */

enum { LISTED = 24, POOL = 40 };

static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  return *state ^= *state << 5;
}

/* Number `n` of the lines that random changes draw from: few enough that they meet. */
static const char *pool_line(uint32_t n) {
  static char line[128];
  static const char *const hosts[] = {"", "a.com", ":t.com"};
  static const char *const tails[] = {"/:p", "/:p?", "/:p<int>", "/:p<slug>?", "/:p(a+|b)-:q<int>"};
  snprintf(line, sizeof line, "M%u %s/s%u%s", n % 4, hosts[n % 3], n % 2, tails[n % 5]);
  return line;
}

/* What the builder has, in order. */
struct model {
  uint32_t numbers[POOL];
  int32_t ids[POOL];
  uint32_t count;
};

static void check_model(struct wye_builder *builder, const struct model *model) {
  struct fixture fresh;
  size_t size, wanted_size;
  fixture_begin(&fresh, NULL);
  for (uint32_t i = 0; i < model->count; i++) {
    struct wye_route route = route_of(pool_line(model->numbers[i]));
    route.id = model->ids[i];
    assert_int_equal(fixture_add(&fresh, &route, NULL), model->ids[i]);
  }
  void *image = built(builder, &size), *wanted = built(fresh.builder, &wanted_size);
  assert_int_equal(size, wanted_size);
  assert_memory_equal(image, wanted, size);
  free(image);
  free(wanted);
  fixture_drop(&fresh);
}

static void remove_listed(struct wye_builder *builder, struct model *model, uint32_t at) {
  struct wye_route route = route_of(pool_line(model->numbers[at]));
  assert_int_equal(wye_builder_remove(builder, &route), WYE_OK);
  model->count--;
  memmove(model->numbers + at, model->numbers + at + 1, (model->count - at) * sizeof *model->numbers);
  memmove(model->ids + at, model->ids + at + 1, (model->count - at) * sizeof *model->ids);
}

static void change(struct fixture *f, struct model *model, uint32_t random) {
  uint32_t number = random % 60, at = 0;
  struct wye_route route = route_of(pool_line(number));
  while (at < model->count && model->numbers[at] != number) at++;
  if (at < model->count) {
    remove_listed(f->builder, model, at);
    return;
  }
  if (wye_builder_remove(f->builder, &route) != WYE_NOT_FOUND) fail_msg("removed: %s", pool_line(number));
  if (model->count == LISTED) return;
  int32_t id = fixture_add(f, &route, NULL);
  if (id == WYE_CONFLICT) return; /* an optional form is in the way */
  assert_in_range(id, 0, WYE_MAX_ID);
  model->numbers[model->count] = number;
  model->ids[model->count++] = id;
}

static void test_random_changes(void **state) {
  (void)state;
  struct fixture f;
  struct model model = {.count = 0};
  uint32_t random = 0x2545F491;
  fixture_begin(&f, NULL);
  for (int turn = 0; turn < 2000; turn++) {
    if (turn % 50 == 0) make_roomy(&f);
    change(&f, &model, next_random(&random) >> 8);
    check_builder(f.builder);
    assert_int_equal(wye_builder_routes(f.builder), model.count);
    if (turn % 16 == 0) check_model(f.builder, &model);
  }
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ which one */

static void test_only_the_exact_text(void **state) {
  (void)state;
  static const char *const others[] = {
      "GET /users/:ID<int>?",
      "POST /users/:id<int>?",
      "GET h/users/:id<int>?",
      "GET /users/:id<uint>?",
      "GET /users/:id<int>",
      "GET /users",
      "* /users/:id<int>?",
      "GET /%75sers/:id<int>?",
      "get /users/:id<int>?",
      "GET /users/:id",
      "GET /nothing",
      "GET nothing",
      "GET /users/:id<none>?",
      "GET /users/:id(no",
      "GET -/users",
      "G T /users/:id<int>?",
      "* /files/*",
      "* /files/*other",
      "GET :T.example.com/a/:x(\\d{2}|[a-z]+)-:y<slug>",
  };
  struct fixture f;
  begin_with(&f, (1u << ENTRIES) - 1);
  make_roomy(&f);
  size_t used = wye_builder_used(f.builder);
  void *before = copy_of(f.builder, used);
  for (size_t i = 0; i < COUNT(others); i++) {
    if (take_away(&f, others[i]) != WYE_NOT_FOUND) fail_msg("removed: %s", others[i]);
    assert_memory_equal(f.builder, before, used);
  }
  free(before);
  fixture_drop(&f);
}

static void test_name_and_id_do_not_count(void **state) {
  (void)state;
  struct fixture f;
  begin_with(&f, 1);
  struct wye_route route = route_at(0);
  route.name = "another";
  route.name_length = 7;
  route.id = 1000;
  make_roomy(&f);
  assert_int_equal(wye_builder_remove(f.builder, &route), WYE_OK);
  assert_int_equal(wye_builder_routes(f.builder), 0);
  fixture_drop(&f);
}

static void test_bad_arguments(void **state) {
  (void)state;
  struct fixture f;
  begin_with(&f, 1);
  struct wye_route route = route_at(0), without = route;
  assert_int_equal(wye_builder_remove(NULL, &route), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_builder_remove(f.builder, NULL), WYE_BAD_ARGUMENT);
  without.method = NULL;
  assert_int_equal(wye_builder_remove(f.builder, &without), WYE_BAD_ARGUMENT);
  without = route;
  without.pattern = NULL;
  assert_int_equal(wye_builder_remove(f.builder, &without), WYE_BAD_ARGUMENT);
  without = route;
  without.host_length = 1;
  without.host = NULL;
  assert_int_equal(wye_builder_remove(f.builder, &without), WYE_BAD_ARGUMENT);
  fixture_drop(&f);
}

/* The pattern is read after what is there: in every block that is too small for that, nothing changes. */
static void test_every_block_size(void **state) {
  (void)state;
  struct fixture f;
  struct wye_builder *builder;
  int32_t status = WYE_NO_MEMORY;
  begin_with(&f, (1u << ENTRIES) - 1);
  size_t used = wye_builder_used(f.builder), size = used;
  struct wye_route route = route_at(2);
  for (; status == WYE_NO_MEMORY; size++) {
    void *block = take(size);
    assert_int_equal(wye_builder_move(f.builder, block, size, &builder), WYE_OK);
    void *before = copy_of(builder, used);
    status = wye_builder_remove(builder, &route);
    if (status == WYE_NO_MEMORY) assert_memory_equal(builder, before, used);
    check_builder(builder);
    free(before);
    free(block);
  }
  assert_int_equal(status, WYE_OK);
  assert_in_range(size, used + 2, used + 4096);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ what becomes free */

static void test_ids_go_on(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  for (int i = 0; i < 3; i++) {
    char line[] = "GET /0";
    line[5] = (char)('0' + i);
    assert_int_equal(fixture_add_line(&f, line), i);
  }
  assert_int_equal(take_away(&f, "GET /2"), WYE_OK);
  assert_int_equal(fixture_add_line(&f, "GET /2"), 3);
  assert_int_equal(take_away(&f, "GET /0"), WYE_OK);
  assert_int_equal(fixture_add_line(&f, "GET /4"), 4);
  fixture_build(&f);
  assert_string_equal(answer(&f, "GET /1"), "1");
  assert_string_equal(answer(&f, "GET /2"), "3");
  assert_string_equal(answer(&f, "GET /0"), "NOT_FOUND");
  fixture_drop(&f);
}

static void test_a_method_is_free_again(void **state) {
  (void)state;
  struct fixture f;
  char line[32];
  fixture_begin(&f, NULL);
  for (int i = 0; i < 2 * WYE_MAX_METHODS; i++) {
    snprintf(line, sizeof line, "M%02d /%d", i % WYE_MAX_METHODS, i);
    assert_int_equal(fixture_add_line(&f, line), i);
  }
  assert_int_equal(fixture_add_line(&f, "NEW /"), WYE_TOO_MANY_METHODS);
  assert_int_equal(take_away(&f, "M07 /7"), WYE_OK);
  assert_int_equal(fixture_add_line(&f, "NEW /"), WYE_TOO_MANY_METHODS);
  assert_int_equal(take_away(&f, "M07 /71"), WYE_OK);
  assert_int_equal(fixture_add_line(&f, "NEW /"), 128);
  assert_int_equal(fixture_add_line(&f, "M07 /7"), WYE_TOO_MANY_METHODS);
  fixture_build(&f);
  assert_int_equal(wye_table_method(f.table, "M07", 3), WYE_NO_METHOD);
  assert_int_not_equal(wye_table_method(f.table, "M08", 3), WYE_NO_METHOD);
  assert_string_equal(answer(&f, "NEW /"), "128");
  assert_string_equal(answer(&f, "M63 /127"), "127");
  fixture_drop(&f);
}

static int32_t add_named(struct fixture *f, const char *line, const char *name, struct wye_error *error) {
  struct wye_route route = route_of(line);
  route.name = name;
  route.name_length = strlen(name);
  return fixture_add(f, &route, error);
}

static void test_a_name_is_free_again(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  assert_int_equal(add_named(&f, "GET /a", "n", NULL), 0);
  assert_int_equal(add_named(&f, "PUT /a", "n", NULL), 1);
  assert_int_equal(add_named(&f, "GET /b", "n", NULL), WYE_BAD_NAME);
  assert_int_equal(take_away(&f, "GET /a"), WYE_OK);
  assert_int_equal(add_named(&f, "GET /b", "n", NULL), WYE_BAD_NAME);
  assert_int_equal(take_away(&f, "PUT /a"), WYE_OK);
  assert_int_equal(add_named(&f, "GET /b", "n", NULL), 2);
  check_builder(f.builder);
  fixture_drop(&f);
}

static void test_a_shape_is_free_again(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  assert_int_equal(fixture_add_line(&f, "GET /a/:x?"), 0);
  assert_int_equal(fixture_add_line(&f, "GET /a"), WYE_CONFLICT);
  assert_int_equal(fixture_add_line(&f, "GET /a/:y"), WYE_CONFLICT);
  assert_int_equal(take_away(&f, "GET /a/:x?"), WYE_OK);
  assert_int_equal(fixture_add_line(&f, "GET /a"), 1);
  assert_int_equal(fixture_add_line(&f, "GET /a/:y"), 2);
  fixture_build(&f);
  assert_string_equal(answer(&f, "GET /a/1"), "2 y=1");
  assert_string_equal(answer(&f, "GET /a"), "1");
  fixture_drop(&f);
}

static uint32_t constraints_of(const struct wye_builder *builder) {
  uint32_t count = 0;
  for (uint32_t at = builder->constraints; at;) {
    const struct wye__interned *interned = wye__at(&builder->arena, at);
    count++;
    at = interned->next;
  }
  return count;
}

/* Kept once for each text; left after by a move when no route has it any more, and revived if one comes before. */
static void test_constraints_are_kept_once(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  assert_int_equal(fixture_add_line(&f, "GET /a/:x(\\d+)-:y(\\d+)"), 0);
  assert_int_equal(constraints_of(f.builder), 1);
  assert_int_equal(fixture_add_line(&f, "GET /b/:x<int>/:y(\\d+)"), 1);
  assert_int_equal(constraints_of(f.builder), 2);
  assert_int_equal(fixture_add_line(&f, "GET /c/:x<int(1..)>"), 2);
  assert_int_equal(constraints_of(f.builder), 3);
  assert_int_equal(take_away(&f, "GET /c/:x<int(1..)>"), WYE_OK);
  assert_int_equal(take_away(&f, "GET /b/:x<int>/:y(\\d+)"), WYE_OK);
  assert_int_equal(constraints_of(f.builder), 3);
  size_t used = wye_builder_used(f.builder);
  assert_int_equal(fixture_add_line(&f, "GET /d/:x<int>"), 3);
  check_builder(f.builder);
  assert_true(wye_builder_used(f.builder) > used);
  struct wye_builder *moved;
  size_t size = wye_builder_used(f.builder);
  void *block = take(size);
  assert_int_equal(wye_builder_move(f.builder, block, size, &moved), WYE_OK);
  check_builder(moved);
  assert_int_equal(moved->garbage, 0);
  assert_int_equal(constraints_of(moved), 2);
  free(block);
  fixture_drop(&f);
}

/* A method that is longer than any; and a name, which does not count, of a length that 32 bits do not hold. */
static void test_texts_of_any_length(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  assert_int_equal(fixture_add_line(&f, "GET /a"), 0);
  fixture_grow(&f); /* a removal reads the route first, which takes room */
  char *method = repeat("G", 100000);
  struct wye_route route = route_of("GET /a");
  route.method = method;
  route.method_length = 100000;
  assert_int_equal(wye_builder_remove(f.builder, &route), WYE_NOT_FOUND);
  route = route_of("GET /a");
  route.name = method;
  route.name_length = SIZE_MAX / 2 + 2;
  assert_int_equal(wye_builder_remove(f.builder, &route), WYE_OK);
  free(method);
  fixture_drop(&f);
}

/* Many come and go: a move gives all of it back, and what is left is found as before. */
static void test_a_move_compacts(void **state) {
  (void)state;
  enum { MANY = 500 };
  struct fixture f;
  char line[64];
  fixture_begin(&f, NULL);
  assert_int_equal(fixture_add_line(&f, "GET /stays/:x([a-f]+)"), 0);
  for (int i = 1; i <= MANY; i++) {
    snprintf(line, sizeof line, "GET /%d/:x<int(..%d)>", i, i);
    assert_int_equal(fixture_add_line(&f, line), i);
  }
  size_t most = wye_builder_used(f.builder);
  for (int i = 1; i <= MANY; i++) {
    snprintf(line, sizeof line, "GET /%d/:x<int(..%d)>", i, i);
    struct wye_route route = route_of(line);
    assert_int_equal(wye_builder_remove(f.builder, &route), WYE_OK);
  }
  check_builder(f.builder);
  size_t used = wye_builder_used(f.builder);
  assert_in_range(used, 0, most / 4);
  struct wye_builder *moved, *old = f.builder;
  assert_int_equal(wye_builder_move(old, take(used), used, &moved), WYE_OK);
  free(old);
  f.builder = moved, f.builder_size = used;
  assert_int_equal(moved->arena.used, used);
  assert_int_equal(moved->garbage, 0);
  check_builder(moved);
  assert_int_equal(fixture_add_line(&f, "GET /stays/:y([a-f]+)"), WYE_CONFLICT);
  assert_int_equal(fixture_add_line(&f, "GET /7/:x<int(..7)>"), MANY + 1);
  fixture_build(&f);
  assert_string_equal(answer(&f, "GET /stays/abc"), "0 x=abc");
  assert_string_equal(answer(&f, "GET /7/7"), "501 x=7");
  assert_string_equal(answer(&f, "GET /7/8"), "NOT_FOUND");
  assert_string_equal(answer(&f, "GET /8/8"), "NOT_FOUND");
  fixture_drop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_of_each),
      cmocka_unit_test(test_every_order),
      cmocka_unit_test(test_away_and_back),
      cmocka_unit_test(test_random_changes),
      cmocka_unit_test(test_only_the_exact_text),
      cmocka_unit_test(test_name_and_id_do_not_count),
      cmocka_unit_test(test_bad_arguments),
      cmocka_unit_test(test_every_block_size),
      cmocka_unit_test(test_ids_go_on),
      cmocka_unit_test(test_a_method_is_free_again),
      cmocka_unit_test(test_a_name_is_free_again),
      cmocka_unit_test(test_a_shape_is_free_again),
      cmocka_unit_test(test_constraints_are_kept_once),
      cmocka_unit_test(test_texts_of_any_length),
      cmocka_unit_test(test_a_move_compacts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
