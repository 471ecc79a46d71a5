/*
 * Images of strangers. The first byte chooses one of the images that are built here, to which the rest of the input is
 * applied as patches (two bytes where, four bytes what), or 0xFF: then the rest is the image. Size and checksum are put
 * right, so that only the checks after them stand in the way. What opens must be harmless to everything that reads it.
 */
#include "fuzz.h"

#include "../tables.h"
#include "image/table.h"

static const struct {
  struct wye_options options;
  const char *const *lines;
} bases[] = {
    {{0}, mixed},
    {{.case_insensitive = 1}, chained},
    {{0}, rests},
    {{.case_insensitive = 1}, bounds},
    {{0}, typed},
    {{0}, hosted},
    {{.trailing_slash = WYE_SLASH_REDIRECT, .clean_path = 1}, cleaned},
    {{.trailing_slash = WYE_SLASH_IGNORE, .clean_path = 1, .case_insensitive = 1}, ignored},
    {{0}, inner},
    {{.clean_path = 1}, inner},
};

enum { BASES = sizeof bases / sizeof bases[0], PATCH = 6, MOST_CONTEXT = 1 << 26 };

static void *images[BASES];
static size_t sizes[BASES];

static void build_bases(void) {
  for (uint8_t i = 0; i < BASES; i++) {
    struct wye_builder *builder = new_builder(1 << 18, &bases[i].options);
    add_lines(builder, bases[i].lines);
    images[i] = image_of(builder, &sizes[i]);
    free(builder);
  }
}

static uint8_t *patched(const uint8_t *data, size_t size, size_t *image_size) {
  uint8_t base = data[0] % BASES, *image = copy_of(images[base], sizes[base]);
  *image_size = sizes[base];
  for (data++, size--; size >= PATCH; data += PATCH, size -= PATCH) {
    size_t at = ((size_t)data[0] | (size_t)data[1] << 8) % (*image_size / 4) * 4;
    memcpy(image + at, data + 2, 4);
  }
  return image;
}

static uint8_t *raw(const uint8_t *data, size_t size, size_t *image_size) {
  *image_size = (size - 1) & ~(size_t)7;
  return copy_of(data + 1, *image_size);
}

/* A header as it must be, and the checksum over what there is. */
static void mend(uint8_t *image, size_t size) {
  struct wye_table *head = (void *)image;
  if (size < sizeof *head) return;
  memcpy(head->magic, "WYE", 3);
  head->magic[3] = WYE__VERSION;
  head->size = (uint32_t)size;
  head->checksum = wye__checksum(head, (uint32_t)size);
}

/* ------------------------------------------------------------------ reading */

static volatile unsigned sum; /* so that no read is left out */

static void read_bytes(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) sum += (unsigned char)text[i];
}

static void read_route(const struct wye_table *table, uint32_t index) {
  struct wye_route route;
  size_t length;
  CHECK(wye_table_route(table, index, &route));
  read_bytes(route.method, route.method_length);
  read_bytes(route.pattern, route.pattern_length);
  read_bytes(route.name, route.name_length);
  read_bytes(route.host, route.host_length);
  uint32_t params = wye_table_param_count(table, index);
  for (uint32_t i = 0; i < params && i < 64; i++) {
    const char *name = wye_table_param_name(table, index, i, &length);
    read_bytes(name, length);
  }
}

static void read_methods(const struct wye_table *table) {
  size_t length;
  uint32_t number = 0;
  for (const char *name; (name = wye_table_method_name(table, number, &length)); number++) {
    read_bytes(name, length);
    CHECK(wye_table_method(table, name, length) <= number);
  }
  CHECK(number <= WYE_MAX_METHODS);
}

/* A text that begins with a slash is a path, another a URL. */
static void match(const struct wye_table *table, struct wye_context *context, const char *text, size_t length) {
  static const uint32_t methods[] = {0, 1, 2, 31, WYE_NO_METHOD};
  char allow[64], *exact = copy_of(text, length);
  size_t size;
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
    int32_t outcome = length && *exact == '/' ? wye_match_method(table, context, methods[i], exact, length)
                                              : wye_match_url(table, context, methods[i], exact, length);
    check_context(table, context, outcome, length);
    sum += (unsigned)wye_allow(table, context, allow, sizeof allow) + wye_param_index(table, context, "b", 1);
    free(location_of(table, context, exact, length, &size));
  }
  free(exact);
}

/* With values of which each fits some parameter: all, one less than there are parameters, and some omitted. */
static void make_urls(const struct wye_table *table, struct wye_context *context, uint32_t route) {
  static const char *const texts[] = {"42", "a-b", "2024-02-29", "xx"};
  struct wye_value values[96];
  uint32_t count = wye_table_param_count(table, route), most = count < 96 ? count : 96;
  size_t length;
  char *url = take(600);
  for (uint32_t i = 0; i < most; i++) {
    const char *text = texts[(route + i) % 4];
    values[i] = (struct wye_value){text, strlen(text)};
  }
  for (uint32_t less = 0; less < 2 && less <= most; less++)
    if (wye_url(table, context, route, values, most - less, url, 600, &length, NULL) == WYE_OK) read_bytes(url, length);
  for (uint32_t i = 0; i < most && i < 4; i++) {
    values[i] = (struct wye_value){NULL, 0};
    if (wye_url(table, context, route, values, most, url, 600, &length, NULL) == WYE_OK) read_bytes(url, length);
  }
  free(url);
}

static void read_everything(const struct wye_table *table, const uint8_t *data, size_t size) {
  static const char *const paths[] = {
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
      "/a/1/c",
      "/a/b/c/d/e",
      "/1-2-3-x",
      "/pppp--q",
      "/pqr/2",
      "/a%2Fb",
      "/organization-settings-2/b",
      "/organization-settings-9/b",
      "/%61/%62",
      "/a/../b",
      "/42/x",
      "/12-ab-7",
      "/2024-02-29-a-b/y",
      "/a-b-c",
      "/00000000-0000-4000-8000-0123456789ab",
      "/q/%C3%A9",
      "/v2/a/b/blobs/c",
      "/v2/a/x/b/x/c/d-1/y",
      "/a/z",
      "/b/a/z",
      "/d/g/",
      "/d/e/f/g/h/i",
      "https://t.com/a",
      "/Users//./1/../2?q",
      "/USERS/12",
      "https://api.example.com/a/1",
      "https://x.example.com./a/2?q",
      "https://a.b.com/x",
      "https://a.b.c.example.com/a/b",
      "https://[::1]/a",
      "https://h/a",
      "https://a.com",
  };
  read_methods(table);
  for (uint32_t i = 0; i < wye_table_routes(table) && i < 256; i++) read_route(table, i);
  if (wye_context_size(table) > MOST_CONTEXT) return;
  struct wye_context *context = new_context(table);
  for (uint32_t i = 0; i < wye_table_routes(table) && i < 64; i++) make_urls(table, context, i);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) match(table, context, paths[i], strlen(paths[i]));
  char *own = take(size + 1);
  own[0] = '/';
  memcpy(own + 1, data, size);
  match(table, context, own, size + 1);
  free(own);
  free(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct wye_table *table;
  struct wye_error error;
  size_t image_size;
  if (!images[0]) build_bases();
  if (size == 0) return 0;
  uint8_t *image = data[0] == 0xFF ? raw(data, size, &image_size) : patched(data, size, &image_size);
  mend(image, image_size);
  int32_t status = wye_table_open(image, image_size, &table, &error);
  if (status == WYE_OK) read_everything(table, data, size < 64 ? size : 64);
  else CHECK(status == WYE_BAD_IMAGE && table == NULL && error.offset <= image_size && error.detail != NULL);
  free(image);
  return 0;
}
