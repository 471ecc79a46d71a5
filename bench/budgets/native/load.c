#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"

enum { FIRST_BLOCK = 4096, MAX_PARTS = 8 };

struct load_table load_tables[MAX_LOAD_TABLES];
uint32_t load_table_count;
struct load_request load_requests[MAX_REQUESTS];
uint32_t load_request_count;

/* The builder of the table that is being read, and its block. */
static struct wye_builder *builder;
static size_t builder_size;

void fail(const char *what) {
  fprintf(stderr, "budgets: %s\n", what);
  exit(2);
}

void must(bool holds, const char *what) {
  if (!holds) fail(what);
}

/* ------------------------------------------------------------------ building */

static void move_builder(size_t size) {
  struct wye_builder *old = builder;
  if (CALL(wye_builder_move, old, reserve(size), size, &builder) != WYE_OK) fail("the builder cannot be moved");
  free(old);
  builder_size = size;
}

/* Only asks whether there is room for the work: the image's size is told before it. */
static bool can_build(size_t block_size, void *image, size_t capacity) {
  struct wye_builder *moved;
  size_t size;
  void *block = reserve(block_size);
  if (wye_builder_move(builder, block, block_size, &moved) != WYE_OK) fail("the builder cannot be copied");
  bool built = wye_builder_build(moved, image, capacity, &size) == WYE_OK;
  if (wye_builder_move(moved, builder, builder_size, &builder) != WYE_OK) fail("the builder cannot come back");
  free(block);
  return built;
}

/* By halves. */
static size_t smallest_block(void *image, size_t capacity) {
  size_t least = CALL(wye_builder_used, builder), most = builder_size;
  while (least < most) {
    size_t middle = (least + most) / 2;
    if (can_build(middle, image, capacity)) most = middle;
    else least = middle + 1;
  }
  return least;
}

static void *build_image(size_t *size) {
  while (CALL(wye_builder_build, builder, NULL, 0, size), *size == 0) move_builder(2 * builder_size);
  void *image = reserve(*size);
  if (CALL(wye_builder_build, builder, image, *size, size) != WYE_OK) fail("a table cannot be built");
  return image;
}

static void open_table(struct load_table *made, void *image, size_t size) {
  if (CALL(wye_table_open, image, size, &made->table, NULL) != WYE_OK) fail("a table cannot be opened");
  size_t context_size = CALL(wye_context_size, made->table);
  if (CALL(wye_context_init, reserve(context_size), context_size, made->table, &made->context) != WYE_OK)
    fail("a context cannot be made");
}

static void finish_table(void) {
  if (!builder) return;
  size_t size;
  struct load_table *made = &load_tables[load_table_count - 1];
  void *image = build_image(&size);
  made->builder = CALL(wye_builder_used, builder);
  made->needed = smallest_block(image, size);
  open_table(made, image, size);
  free(builder);
  builder = NULL;
}

/* ------------------------------------------------------------------ lines */

/* table NAME TRAILING_SLASH CLEAN_PATH */
static void read_table(char **parts) {
  finish_table();
  if (load_table_count == MAX_LOAD_TABLES) fail("too many tables");
  load_tables[load_table_count++] = (struct load_table){.name = parts[1]};
  struct wye_options options = {.trailing_slash = (uint8_t)atoi(parts[2]), .clean_path = (uint8_t)atoi(parts[3])};
  builder_size = FIRST_BLOCK;
  if (CALL(wye_builder_init, reserve(builder_size), builder_size, &options, &builder) != WYE_OK)
    fail("a table cannot be begun");
}

/* route METHOD HOST PATTERN NAME; a host or a name that is `-` is none. */
static void read_route(char **parts) {
  struct wye_route route = {.method = parts[1], .pattern = parts[3], .id = WYE_NEXT_ID};
  route.method_length = strlen(route.method);
  route.pattern_length = strlen(route.pattern);
  if (strcmp(parts[2], "-")) route.host = parts[2], route.host_length = strlen(parts[2]);
  if (strcmp(parts[4], "-")) route.name = parts[4], route.name_length = strlen(parts[4]);
  for (;;) {
    int32_t status = CALL(wye_builder_add, builder, &route, NULL);
    if (status >= 0) return;
    if (status != WYE_NO_MEMORY) fail(route.pattern);
    move_builder(2 * builder_size);
  }
}

/* request TABLE METHOD URL PATH_OFFSET URL_ID ID */
static void read_request(char **parts) {
  finish_table();
  if (load_request_count == MAX_REQUESTS) fail("too many requests");
  const struct load_table *table = &load_tables[atoi(parts[1])];
  size_t method_length = strlen(parts[2]), length = strlen(parts[3]);
  load_requests[load_request_count++] = (struct load_request){
      .table = table,
      .method = parts[2],
      .method_length = (uint32_t)method_length,
      .number = CALL(wye_table_method, table->table, parts[2], method_length),
      .url = memcpy(reserve(length), parts[3], length),
      .length = (uint32_t)length,
      .path = (uint32_t)atoi(parts[4]),
      .url_id = atoi(parts[5]),
      .id = atoi(parts[6]),
  };
}

static void read_line(char *line) {
  char *parts[MAX_PARTS] = {line};
  for (int i = 1; i < MAX_PARTS && parts[i - 1]; i++) {
    parts[i] = strchr(parts[i - 1], '\t');
    if (parts[i]) *parts[i]++ = 0;
  }
  if (!strcmp(line, "table")) read_table(parts);
  else if (!strcmp(line, "route")) read_route(parts);
  else if (!strcmp(line, "request")) read_request(parts);
  else fail("a line that is no table, no route and no request");
}

static char *read_file(const char *name) {
  FILE *file = fopen(name, "rb");
  if (!file) fail("the load cannot be opened");
  fseek(file, 0, SEEK_END);
  size_t size = (size_t)ftell(file);
  rewind(file);
  char *text = reserve(size + 1);
  if (fread(text, 1, size, file) != size) fail("the load cannot be read");
  text[size] = 0;
  fclose(file);
  return text;
}

void read_load(const char *file) {
  for (char *line = read_file(file), *end; *line; line = end) {
    end = strchr(line, '\n');
    if (end) *end++ = 0;
    else end = line + strlen(line);
    read_line(line);
  }
}

const struct load_table *load_table_named(const char *name) {
  for (uint32_t i = 0; i < load_table_count; i++)
    if (!strcmp(load_tables[i].name, name)) return &load_tables[i];
  fail("there is no such table");
}
