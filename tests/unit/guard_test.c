/*
 * Guard pages: texts, images and contexts that end or begin where memory does. The optimized builds load 16 and 64
 * bytes at once, so this is where a load too many shows; and what lies around a text must not change any answer.
 */
#define _DEFAULT_SOURCE
#include "support.h"

#include "../tables.h"

#include <sys/mman.h>
#include <unistd.h>

enum { PAGES = 1024, LONGEST = 200 };

/* Bytes between a text and the guard. With the sanitizers the library loads no more than there is: a few will do. */
#if defined(__SANITIZE_ADDRESS__)
enum { GAPS = 8 };
#else
enum { GAPS = 140 };
#endif

/* Where an emulator runs the tests, of that many gaps one. */
#if defined(WYE_TEST_SAMPLE)
enum { GAP_STEP = 13 };
#else
enum { GAP_STEP = 1 };
#endif

/* Memory from `first` to `end`, with a page in front and a page after that may not be touched. */
static struct {
  char *first, *end;
  size_t page;
} memory;

/* What is being tried, for a crash that leaves no other trace. */
static struct {
  const char *where;
  size_t text, length, gap;
  bool done;
} now;

static int map_memory(void **state) {
  (void)state;
  memory.page = (size_t)sysconf(_SC_PAGESIZE);
  size_t size = (PAGES + 2) * memory.page;
  char *block = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return -1;
  memory.first = block + memory.page;
  memory.end = block + size - memory.page;
  return mprotect(memory.first, PAGES * memory.page, PROT_READ | PROT_WRITE);
}

static int unmap_memory(void **state) {
  (void)state;
  return munmap(memory.first - memory.page, (PAGES + 2) * memory.page);
}

static int begin(void **state) {
  (void)state;
  now.done = false;
  return 0;
}

static int tell_where(void **state) {
  (void)state;
  if (!now.done) print_error("at text %zu, %zu bytes, %s, gap %zu\n", now.text, now.length, now.where, now.gap);
  return 0;
}

/* Bytes that a lookup would trip over if it took them for the text's. */
static void fill_traps(char *from, const char *to) {
  static const char traps[] = "/\\?#%2e%/../a-";
  if (from < memory.first) from = memory.first;
  if (to > memory.end) to = memory.end;
  for (size_t i = 0; from < to; i++) *from++ = traps[i % (sizeof traps - 1)];
}

static char *put_text(char *at, const char *text, size_t length) {
  fill_traps(at - 2 * GAPS, at);
  memcpy(at, text, length);
  fill_traps(at + length, at + length + 2 * GAPS);
  return at;
}

/* ------------------------------------------------------------------ texts */

static const char *const lines[] = {
    PATH_ROUTES,
    "GET /static-segment-of-more-than-16-bytes",
    "GET /a/:n<int>-:s<slug>/x",
    "GET /:w([^-/]+)-:v(\\w+)-b/:d<date>?",
    "GET /aa/:u(\xE2\x82\xAC|b+|%)",
    "GET h/a/:h<alnum>",
    "GET :t.h.com/*rest",
    "GET *.com/a/:c",
    NULL,
};

/* The front, then the unit again and again; each is cut to every length. */
static const struct {
  const char *front, *unit;
} texts[] = {
    {"", "/"},
    {"", "a"},
    {"", "/a"},
    {"/", "a"},
    {"/", "-"},
    {"/", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.cc/c"},
    {"/static-segment-of-more-than-16-bytes/", "b"},
    {"/files/a/b/c/d/e/f/g/h/", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"},
    {"/%61%2D%61%2f%61/", "%61"},
    {"/files/../", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/./"},
    {"/a/a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/a", "?q=/a"},
    {"/caf\xC3\xA9/\xE2\x82\xAC", "!'"},
    {"/a/-", "0123456789-a-b/x"},
    {"/%61-b-b/2024-02-2", "9/"},
    {"/aa/", "%E2%82%AC"},
    {"//A/./", "../STATIC-SEGMENT-OF-MORE-THAN-16-BYTES/b/"},
};

/* `front`, then the text. */
static void make_text(size_t index, const char *front, char *to) {
  strcat(strcpy(to, front), texts[index].front);
  while (strlen(to) < LONGEST) strcat(to, texts[index].unit);
}

/* ------------------------------------------------------------------ equal answers everywhere */

enum { SPANS = 4 };

/* All that a lookup says: without padding, as it is compared byte by byte. */
struct said {
  uint64_t allow;
  int32_t outcome;
  uint32_t route, params, escaped, path, path_end;
  struct wye_span spans[SPANS];
};

typedef int32_t look(const struct fixture *f, const char *text, size_t length);

static int32_t look_up_path(const struct fixture *f, const char *text, size_t length) {
  return wye_match(f->table, f->context, "GET", 3, text, length);
}

static int32_t look_up_url(const struct fixture *f, const char *text, size_t length) {
  return wye_match_url(f->table, f->context, wye_table_method(f->table, "GET", 3), text, length);
}

static struct said say(const struct fixture *f, look *look_up, const char *text, size_t length) {
  struct said said = {.outcome = look_up(f, text, length)};
  const struct wye_context *c = f->context;
  assert_int_equal(c->outcome, said.outcome);
  said.allow = c->allow, said.route = c->route, said.params = c->params, said.escaped = c->escaped;
  said.path = c->path, said.path_end = c->path_end;
  for (uint32_t i = 0; i < SPANS; i++) said.spans[i] = wye_param(c, i);
  return said;
}

static void check_same(const struct said *wanted, const struct said *said) {
  if (memcmp(wanted, said, sizeof *said) == 0) return;
  fail_msg("in ordinary memory: outcome %d, %u params, path to %u; here: outcome %d, %u params, path to %u",
           wanted->outcome, wanted->params, wanted->path_end, said->outcome, said->params, said->path_end);
}

static void check_at(const struct fixture *f, look *look_up, const struct said *wanted, char *at, const char *text,
                     const char *where) {
  now.where = where;
  struct said said = say(f, look_up, put_text(at, text, now.length), now.length);
  check_same(wanted, &said);
}

/* At the end of memory, at its beginning, and across a page, with every gap. */
static void check_text(const struct fixture *f, look *look_up, const char *text) {
  static char ordinary[4096];
  char *across = memory.first + 4 * memory.page;
  memset(ordinary, 0, sizeof ordinary);
  memcpy(ordinary + 1000, text, now.length);
  struct said wanted = say(f, look_up, ordinary + 1000, now.length);
  for (now.gap = 0; now.gap < GAPS; now.gap += GAP_STEP) {
    check_at(f, look_up, &wanted, memory.end - now.length - now.gap, text, "at the end");
    check_at(f, look_up, &wanted, memory.first + now.gap, text, "at the beginning");
    check_at(f, look_up, &wanted, across - now.gap, text, "across a page");
  }
}

static void check_all(const struct fixture *f, look *look_up, const char *front) {
  char text[2 * LONGEST];
  for (now.text = 0; now.text < COUNT(texts); now.text++) {
    make_text(now.text, front, text);
    for (now.length = 0; now.length <= LONGEST; now.length++) check_text(f, look_up, text);
  }
  now.done = true;
}

static void test_paths(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  check_all(&f, look_up_path, "");
  fixture_drop(&f);
}

static void test_paths_of_any_case(void **state) {
  (void)state;
  const struct wye_options options = {.case_insensitive = 1};
  struct fixture f;
  fixture_open(&f, &options, lines);
  check_all(&f, look_up_path, "");
  fixture_drop(&f);
}

static void test_urls(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  check_all(&f, look_up_url, "http://h");
  check_all(&f, look_up_url, "https://user@[::1]:80");
  check_all(&f, look_up_url, "http://x.H.com.");
  fixture_drop(&f);
}

/* A lookup that is tried in other forms, and the target that comes of it. */
static int32_t look_up_and_locate(const struct fixture *f, const char *text, size_t length) {
  static char target[4096];
  int32_t outcome = look_up_path(f, text, length);
  size_t size = wye_location(f->table, f->context, text, length, target, sizeof target);
  assert_int_equal(size > 0, outcome == WYE_REDIRECT);
  return outcome;
}

static void test_policies(void **state) {
  (void)state;
  const struct wye_options options = {.trailing_slash = WYE_SLASH_REDIRECT, .clean_path = 1};
  struct fixture f;
  fixture_open(&f, &options, lines);
  check_all(&f, look_up_and_locate, "");
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ images and contexts */

static void check_with(const struct fixture *f, void *image, void *context) {
  struct fixture moved = {0};
  size_t size = wye_context_size(f->table);
  memcpy(image, f->image, f->image_size);
  assert_int_equal(wye_table_open(image, f->image_size, &moved.table, NULL), WYE_OK);
  assert_int_equal(wye_context_init(context, size, moved.table, &moved.context), WYE_OK);
  char text[2 * LONGEST];
  for (now.text = 0; now.text < COUNT(texts); now.text++) {
    make_text(now.text, "", text);
    for (now.length = 0; now.length <= LONGEST; now.length++) {
      struct said wanted = say(f, look_up_path, text, now.length);
      struct said said = say(&moved, look_up_path, text, now.length);
      check_same(&wanted, &said);
    }
  }
  read_everything(moved.table);
  now.done = true;
}

static void test_image_at_the_end(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  now.where = "image at the end";
  check_with(&f, memory.end - f.image_size, memory.first);
  fixture_drop(&f);
}

static void test_image_at_the_beginning(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  now.where = "image at the beginning";
  check_with(&f, memory.first, memory.end - wye_context_size(f.table));
  fixture_drop(&f);
}

/* Cut short at the end of memory: whoever believes the size in the header reads after it. */
static void test_cut_images(void **state) {
  (void)state;
  const struct wye_table *table;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  now.where = "cut image";
  for (now.length = 0; now.length < f.image_size; now.length += 8) {
    char *cut = memory.end - now.length;
    memcpy(cut, f.image, now.length);
    assert_int_equal(wye_table_open(cut, now.length, &table, NULL), WYE_BAD_IMAGE);
  }
  now.done = true;
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ building */

/* A route whose texts all end at the end of memory, or begin at its beginning, one after the other. */
static struct wye_route placed(struct wye_route route, int which) {
  const char **text = which % 3 == 0 ? &route.method : which % 3 == 1 ? &route.pattern : &route.name;
  size_t length = which % 3 == 0 ? route.method_length : which % 3 == 1 ? route.pattern_length : route.name_length;
  *text = put_text(which < 3 ? memory.end - length : memory.first, *text, length);
  return route;
}

static void test_texts_of_routes(void **state) {
  (void)state;
  static const char *const more[] = {"GET /a\\", "GET /:",  "GET /*",     "GET /%",   "GET /%2",
                                     "GET /%2F", "GET /..", "GET /%2e%2", "GET /:a+", "G /a/b:c"};
  now.where = "route";
  for (now.text = 0; now.text < COUNT(more); now.text++) {
    struct wye_route route = route_of(more[now.text]);
    route.name = "name", route.name_length = 4;
    for (int which = 0; which < 6; which++) {
      struct fixture ordinary, guarded;
      struct wye_route moved = placed(route, which);
      fixture_begin(&ordinary, NULL);
      fixture_begin(&guarded, NULL);
      assert_int_equal(fixture_add(&guarded, &moved, NULL), fixture_add(&ordinary, &route, NULL));
      fixture_drop(&ordinary);
      fixture_drop(&guarded);
    }
  }
  now.done = true;
}

/* The builder's block ends at the end of memory, and the image's does so too. */
static void test_blocks_of_the_builder(void **state) {
  (void)state;
  struct fixture f;
  struct wye_builder *builder;
  size_t size;
  fixture_open(&f, NULL, lines);
  now.where = "block", now.text = 0;
  for (size_t room = wye_builder_used(f.builder); room < 8 * memory.page; room += 8) {
    now.length = room;
    assert_int_equal(wye_builder_move(f.builder, memory.end - room, room, &builder), WYE_OK);
    int32_t status = wye_builder_build(builder, memory.first, f.image_size, &size);
    if (status == WYE_OK) assert_memory_equal(memory.first, f.image, f.image_size);
    else assert_int_equal(status, WYE_NO_MEMORY);
  }
  assert_int_equal(wye_builder_build(f.builder, memory.end - f.image_size, f.image_size, &size), WYE_OK);
  now.done = true;
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ values */

static void test_decoded_values(void **state) {
  (void)state;
  static const char *const values[] = {
      "",      "a",      "%",         "%4",       "%41",          "%C3",         "%C3%",
      "%C3%A", "%C3%A9", "%E2%82%AC", "%E2%82%A", "%F0%9F%98%80", "%F0%9F%98%8", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa%"};
  char wanted[64];
  now.where = "value";
  for (now.text = 0; now.text < COUNT(values); now.text++) {
    size_t length = strlen(values[now.text]), size = wye_decode(values[now.text], length, wanted, sizeof wanted);
    char *to = memory.first + memory.page - size; /* the value ends at a page, too, but one that may be written */
    assert_int_equal(wye_decode(put_text(memory.end - length, values[now.text], length), length, to, size), size);
    assert_memory_equal(to, wanted, size);
    to = memory.end - size;
    assert_int_equal(wye_decode(put_text(memory.first, values[now.text], length), length, to, size), size);
    assert_memory_equal(to, wanted, size);
  }
  now.done = true;
}

#define GUARDED(test) cmocka_unit_test_setup_teardown(test, begin, tell_where)

int main(void) {
  const struct CMUnitTest tests[] = {
      GUARDED(test_paths),          GUARDED(test_paths_of_any_case), GUARDED(test_urls),
      GUARDED(test_policies),       GUARDED(test_image_at_the_end),  GUARDED(test_image_at_the_beginning),
      GUARDED(test_cut_images),     GUARDED(test_texts_of_routes),   GUARDED(test_blocks_of_the_builder),
      GUARDED(test_decoded_values),
  };
  return cmocka_run_group_tests(tests, map_memory, unmap_memory);
}
