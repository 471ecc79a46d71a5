/*
 * The C library after a line protocol, so that tests in another language can ask it: one command a line on standard
 * input, one answer a line on standard output. It knows wye.h and nothing else of the library.
 *
 * A text is written in hex; the empty one is `.`, one that is left out `-`.
 *
 *     table OPTIONS                    ok                        begins a table (1s trailing slash, 4 clean path,
 *                                                                8 case-insensitive, 16 no METHOD_NOT_ALLOWED)
 *     add METHOD PATTERN NAME HOST ID  ok ID                     ID `-`: the next
 *     remove METHOD PATTERN HOST       ok 1, ok 0                there was such a route; there was none
 *     match METHOD PATH                hit ID ROUTE START:LENGTH:VALUE...
 *     url METHOD URL                   (the same)
 *     all METHOD PATH                  all ID/ROUTE START:LENGTH:VALUE... ID/ROUTE ...    every route that matches
 *     allurl METHOD URL                (the same)
 *     build NAME PARAM VALUE...        text TEXT                 the URL of the first route of that name
 *     routes                           routes ID:METHOD:PATTERN:NAME:HOST...
 *     names ROUTE                      names NAME...             the names of the route's parameters
 *     image                            image TEXT                the table's image
 *     load TEXT                        ok                        opens an image in place of the built one
 *
 * Any of them: error CODE OFFSET TEXT. A lookup without a hit: the outcome's name, after METHOD_NOT_ALLOWED the
 * Allow text, after REDIRECT the target. Something that the header promises and the library does not keep: broken
 * WHAT, and the program ends with 1.
 *
 * Where a text ends matters to a library that reads many bytes at once. Under the address sanitizer every text stands
 * in a block of its exact size, at a varying alignment. Without it, one ends at a page that cannot be read, the next
 * is followed by bytes that a lookup would trip over if it took them for the path's.
 */
#define _DEFAULT_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "wye.h"

struct text {
  void *block; /* to be freed */
  char *bytes; /* NULL: left out */
  size_t length;
};

static struct {
  struct wye_builder *builder;
  size_t builder_size;
  void *image;
  size_t image_size;
  const struct wye_table *table; /* NULL: to be built */
  struct wye_context *context;
  size_t context_size;
} state;

static void broken(const char *what) {
  printf("broken %s\n", what);
  exit(1);
}

static void *take(size_t size) {
  void *block = malloc(size ? size : 1);
  if (!block) broken("out of memory");
  return block;
}

/* ------------------------------------------------------------------ texts */

static int digit(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* A block that ends where the text ends, and starts anywhere. */
static struct text exact_text(size_t length) {
  static size_t turn;
  size_t shift = turn++ % 17;
  char *block = take(length + shift);
  return (struct text){.block = block, .bytes = block + shift, .length = length};
}

#ifdef SANITIZED
static struct text new_text(size_t length) { return exact_text(length); }
#else

enum { PLACES = 8, PLACE_SIZE = 1 << 18, GUARD = 1 << 16 }; /* the guard is of whole pages on every machine */

/* The end of a place for a text, before a guard. Places are used in turn: no command holds more texts at once,
 * but `build`, which copies them. */
static char *place_end(void) {
  static char *ends[PLACES];
  static size_t turn;
  char **end = &ends[turn++ % PLACES];
  if (*end) return *end;
  char *block = mmap(NULL, PLACE_SIZE + GUARD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED || mprotect(block + PLACE_SIZE, GUARD, PROT_NONE) != 0) broken("no guard page");
  return *end = block + PLACE_SIZE;
}

/* Fills the bytes around a text with what means something in a path. */
static void fill_traps(char *from, const char *to) {
  static const char traps[] = "/\\?#%2e%/../a-";
  for (size_t i = 0; from < to; i++) *from++ = traps[i % (sizeof traps - 1)];
}

static struct text new_text(size_t length) {
  static const size_t gaps[] = {0, 3, 0, 16, 1, 64, 200}; /* seven of them: commands have one to four texts */
  static size_t turn;
  size_t gap = gaps[turn++ % (sizeof gaps / sizeof gaps[0])];
  if (length + gap + 64 > PLACE_SIZE) return exact_text(length);
  char *end = place_end(), *bytes = end - gap - length;
  fill_traps(bytes - 64, bytes);
  fill_traps(bytes + length, end);
  return (struct text){.block = NULL, .bytes = bytes, .length = length};
}
#endif

static struct text read_text(const char *hex) {
  if (!hex) broken("a command without its text");
  if (strcmp(hex, "-") == 0) return (struct text){0};
  size_t length = strcmp(hex, ".") == 0 ? 0 : strlen(hex) / 2;
  struct text text = new_text(length);
  for (size_t i = 0; i < length; i++) text.bytes[i] = (char)(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
  return text;
}

static void write_text(const char *bytes, size_t length) {
  static const char digits[] = "0123456789abcdef";
  if (length == 0) putchar(bytes ? '.' : '-');
  for (size_t i = 0; i < length; i++) {
    putchar(digits[(unsigned char)bytes[i] >> 4]);
    putchar(digits[bytes[i] & 15]);
  }
}

static void write_error(const struct wye_error *error, const struct wye_route *route) {
  size_t length = wye_error_format(error, state.builder, route, NULL, 0);
  char *sentence = take(length + 1);
  if (wye_error_format(error, state.builder, route, sentence, length + 1) != length) broken("wye_error_format");
  if (sentence[length] != 0) broken("a sentence without its NUL");
  printf("error %s %u ", wye_status_name(error->status), error->offset);
  write_text(sentence, length);
  putchar('\n');
  free(sentence);
}

static void write_status(int32_t status) {
  struct wye_error error = {.status = status, .other = WYE_NONE, .detail = ""};
  write_error(&error, NULL);
}

/* ------------------------------------------------------------------ building */

static void forget_table(void) {
  free(state.image);
  free(state.context);
  state.image = NULL;
  state.context = NULL;
  state.table = NULL;
}

static void new_table(const char *options) {
  unsigned bits = (unsigned)strtoul(options ? options : "0", NULL, 10);
  struct wye_options o = {bits & 3, bits >> 2 & 1, bits >> 3 & 1, bits >> 4 & 1, bits >> 16};
  forget_table();
  free(state.builder);
  state.builder_size = wye_builder_min_size();
  void *block = take(state.builder_size);
  int32_t status = wye_builder_init(block, state.builder_size, &o, &state.builder);
  if (status != WYE_OK) free(block);
  if (status == WYE_OK) puts("ok");
  else write_status(status);
}

/* More room for the builder: by half, so that its block ends close after what it uses. */
static void grow(void) {
  struct wye_builder *old = state.builder;
  size_t size = (state.builder_size + state.builder_size / 2 + 64) & ~(size_t)7;
  if (wye_builder_move(old, take(size), size, &state.builder) != WYE_OK) broken("wye_builder_move");
  state.builder_size = size;
  free(old);
}

static int32_t add_growing(const struct wye_route *route, struct wye_error *error) {
  int32_t id;
  while ((id = wye_builder_add(state.builder, route, error)) == WYE_NO_MEMORY) grow();
  return id;
}

static struct text next_text(void) { return read_text(strtok(NULL, " ")); }

static void add_route(void) {
  struct text method = next_text(), pattern = next_text(), name = next_text(), host = next_text();
  const char *id = strtok(NULL, " ");
  struct wye_route route = {method.bytes, method.length, pattern.bytes, pattern.length, name.bytes,
                            name.length,  host.bytes,    host.length,   WYE_NEXT_ID};
  if (id && strcmp(id, "-") != 0) route.id = (int32_t)strtol(id, NULL, 10);
  struct wye_error error;
  int32_t added = add_growing(&route, &error);
  if (added < 0 && error.status != added) broken("the error's status is not the one returned");
  if (added < 0) write_error(&error, &route);
  else printf("ok %d\n", added);
  if (added >= 0) forget_table();
  free(method.block);
  free(pattern.block);
  free(host.block);
  free(name.block);
}

/* Moves the builder into a new block of what it uses, so that what was removed is really gone. */
static void shrink(void) {
  struct wye_builder *old = state.builder;
  size_t size = wye_builder_used(old);
  if (wye_builder_move(old, take(size), size, &state.builder) != WYE_OK) broken("wye_builder_move");
  state.builder_size = size;
  free(old);
}

static void remove_route(void) {
  static unsigned turn;
  struct text method = next_text(), pattern = next_text(), host = next_text();
  struct wye_route route = {.method = method.bytes,
                            .method_length = method.length,
                            .pattern = pattern.bytes,
                            .pattern_length = pattern.length,
                            .host = host.bytes,
                            .host_length = host.length};
  uint32_t before = wye_builder_routes(state.builder);
  int32_t status;
  while ((status = wye_builder_remove(state.builder, &route)) == WYE_NO_MEMORY) grow();
  if (before - wye_builder_routes(state.builder) != (status == WYE_OK)) broken("wye_builder_routes");
  if (status == WYE_OK || status == WYE_NOT_FOUND) printf("ok %d\n", status == WYE_OK);
  else write_status(status);
  if (status == WYE_OK) forget_table();
  if (status == WYE_OK && turn++ % 2) shrink();
  free(method.block);
  free(pattern.block);
  free(host.block);
}

/* ------------------------------------------------------------------ tables */

static void new_context(void) {
  state.context_size = wye_context_size(state.table);
  if (wye_context_init(take(state.context_size), state.context_size, state.table, &state.context) != WYE_OK)
    broken("wye_context_init");
}

/* The image in a block of its exact size. */
static void write_image(void) {
  size_t size = 0;
  while (wye_builder_build(state.builder, NULL, 0, &size) == WYE_NO_MEMORY && size == 0) grow();
  state.image = take(size);
  state.image_size = size;
  int32_t status;
  while ((status = wye_builder_build(state.builder, state.image, size, &size)) == WYE_NO_MEMORY && size == 0) grow();
  if (status != WYE_OK || size != state.image_size) broken("wye_builder_build");
}

static void build(void) {
  if (state.table) return;
  write_image();
  if (wye_table_open(state.image, state.image_size, &state.table, NULL) != WYE_OK) broken("wye_table_open");
  if (wye_table_size(state.table) != state.image_size) broken("wye_table_size");
  new_context();
}

static void use_image(void *image, size_t size, const struct wye_table *table) {
  forget_table();
  state.image = image;
  state.image_size = size;
  state.table = table;
  new_context();
  puts("ok");
}

static void load_image(void) {
  struct text text = read_text(strtok(NULL, " "));
  void *image = take(text.length);
  memcpy(image, text.bytes, text.length);
  struct wye_error error;
  const struct wye_table *table;
  int32_t status = wye_table_open(image, text.length, &table, &error);
  free(text.block);
  if (status == WYE_OK) {
    use_image(image, text.length, table);
  } else {
    free(image);
    write_error(&error, NULL);
  }
}

static void list_routes(void) {
  struct wye_route route;
  build();
  uint32_t count = wye_table_routes(state.table);
  printf("routes");
  for (uint32_t i = 0; wye_table_route(state.table, i, &route); i++, count--) {
    printf(" %d:", route.id);
    write_text(route.method, route.method_length);
    putchar(':');
    write_text(route.pattern, route.pattern_length);
    putchar(':');
    write_text(route.name_length ? route.name : NULL, route.name_length);
    putchar(':');
    write_text(route.host_length ? route.host : NULL, route.host_length);
  }
  putchar('\n');
  if (count != 0) broken("wye_table_routes");
}

static void list_names(const char *index) {
  uint32_t route = (uint32_t)strtoul(index ? index : "0", NULL, 10);
  build();
  printf("names");
  for (uint32_t i = 0; i < wye_table_param_count(state.table, route); i++) {
    size_t length;
    const char *name = wye_table_param_name(state.table, route, i, &length);
    putchar(' ');
    write_text(name, length);
  }
  putchar('\n');
}

/* ------------------------------------------------------------------ lookups */

/* Whether [start, end) is in the path; the parameters of the host come first, and lie before it. */
static bool is_in_path(const struct wye_context *c, struct wye_span span) {
  return span.offset >= c->path && span.offset + span.length <= c->path_end;
}

/* The spans that lie before the path. */
static uint32_t count_host_params(void) {
  const struct wye_context *c = state.context;
  uint32_t count = 0;
  while (count < c->params && wye_param(c, count).offset < c->path) count++;
  return count;
}

/* The value of a route's parameter, from its raw text. */
static void write_value(uint32_t route, uint32_t param, const char *raw, size_t length) {
  size_t size = wye_decode_param(state.table, route, param, raw, length, NULL, 0);
  struct text value = exact_text(size);
  if (size > length) broken("a value longer than its raw text");
  if (wye_decode_param(state.table, route, param, raw, length, value.bytes, size) != size) broken("wye_decode_param");
  write_text(value.bytes, size);
  free(value.block);
}

/* One parameter of an answer: " index:offset:length:value". Nothing for one that an optional form omits. */
static void write_param(uint32_t route, uint32_t param, struct wye_span span, const struct text *text) {
  if (span.offset == WYE_NONE) return;
  if (span.offset + span.length > text->length) broken("a span outside the text");
  printf(" %u:%u:%u:", param, span.offset, span.length);
  write_value(route, param, text->bytes + span.offset, span.length);
}

/* What holds on every exit. */
static void check_context(int32_t outcome, size_t length) {
  const struct wye_context *c = state.context;
  if (c->outcome != outcome) broken("context->outcome");
  if ((c->route == WYE_NONE) != (outcome < 0)) broken("context->route");
  if (outcome < 0 && c->params != 0) broken("parameters without a hit");
  if ((c->allow != 0) != (outcome == WYE_METHOD_NOT_ALLOWED)) broken("context->allow");
  if ((c->redirect != 0) != (outcome == WYE_REDIRECT)) broken("context->redirect");
  if (c->path > c->path_end || c->path_end > length) broken("context->path");
  uint32_t params = outcome >= 0 ? wye_table_param_count(state.table, c->route) : 0;
  if (c->params > params) broken("context->params"); /* some may be left out */
  if (c->params && wye_param(c, c->params - 1).offset == WYE_NONE) broken("the last parameter has no value");
  for (uint32_t i = count_host_params(); i < c->params; i++)
    if (wye_param(c, i).offset != WYE_NONE && !is_in_path(c, wye_param(c, i))) broken("a span outside the path");
  if (wye_param(c, c->params).offset != WYE_NONE) broken("a parameter after the last");
}

static void check_names(void) {
  const struct wye_context *c = state.context;
  for (uint32_t i = 0; i < c->params; i++) {
    size_t length;
    const char *name = wye_table_param_name(state.table, c->route, i, &length);
    if (wye_param_index(state.table, c, name, length) != i) broken("wye_param_index");
  }
}

static void write_allow(void) {
  size_t length = wye_allow(state.table, state.context, NULL, 0);
  char *methods = take(length + 1);
  if (wye_allow(state.table, state.context, methods, length + 1) != length) broken("wye_allow");
  putchar(' ');
  write_text(methods, length);
  free(methods);
}

static void write_location(const struct text *text) {
  size_t length = wye_location(state.table, state.context, text->bytes, text->length, NULL, 0);
  char *target = take(length + 1);
  if (wye_location(state.table, state.context, text->bytes, text->length, target, length + 1) != length)
    broken("wye_location");
  if (length == 0 || target[0] != '/' || target[1] == '/' || target[length] != 0) broken("the target of a redirect");
  putchar(' ');
  write_text(target, length);
  free(target);
}

static void write_outcome(int32_t outcome, const struct text *text) {
  const struct wye_context *c = state.context;
  if (outcome < 0) printf("%s", wye_status_name(outcome));
  if (outcome == WYE_METHOD_NOT_ALLOWED) write_allow();
  if (outcome == WYE_REDIRECT) write_location(text);
  else if (wye_location(state.table, c, text->bytes, text->length, NULL, 0) != 0) broken("a target without a redirect");
  if (outcome >= 0) printf("hit %d %u", outcome, c->route);
  for (uint32_t i = 0; i < c->params; i++) write_param(c->route, i, wye_param(c, i), text);
  putchar('\n');
}

static int32_t look_up(bool url, const struct text *method, const struct text *text) {
  uint32_t number = wye_table_method(state.table, method->bytes, method->length);
  if (url) return wye_match_url(state.table, state.context, number, text->bytes, text->length);
  int32_t outcome = wye_match_method(state.table, state.context, number, text->bytes, text->length);
  if (wye_match(state.table, state.context, method->bytes, method->length, text->bytes, text->length) != outcome)
    broken("wye_match and wye_match_method differ");
  return outcome;
}

static void answer(bool url) {
  struct text method = next_text(), text = next_text();
  build();
  int32_t outcome = look_up(url, &method, &text);
  check_context(outcome, text.length);
  check_names();
  write_outcome(outcome, &text);
  free(method.block);
  free(text.block);
}

/* ------------------------------------------------------------------ all matches */

static int32_t find_all(bool url, const struct text *method, const struct text *text, struct wye_hit *hits,
                        size_t capacity, size_t *size) {
  uint32_t number = wye_table_method(state.table, method->bytes, method->length);
  return (url ? wye_match_all_url : wye_match_all)(state.table, state.context, number, text->bytes, text->length, hits,
                                                   capacity, size);
}

static void write_hits(const struct wye_hit *hits, uint32_t count, const struct text *text) {
  printf("all");
  for (uint32_t i = 0; i < count; i++) {
    if (i && hits[i].route <= hits[i - 1].route) broken("the order of hits");
    printf(" %d/%u", hits[i].id, hits[i].route);
    for (uint32_t j = 0; j < hits[i].params; j++) write_param(hits[i].route, j, wye_hit_param(hits, i, j), text);
    if (wye_hit_param(hits, i, hits[i].params).offset != WYE_NONE) broken("a parameter after a hit's last");
  }
  putchar('\n');
}

/* What it takes is asked for first; then there is a word too little, then none. */
static void answer_all(bool url) {
  struct text method = next_text(), text = next_text();
  size_t needed, size = 1;
  build();
  int32_t count = find_all(url, &method, &text, NULL, 0, &needed);
  if (count == WYE_NO_MEMORY) {
    struct wye_hit *hits = take(needed - 8);
    if (find_all(url, &method, &text, hits, needed - 1, &size) != WYE_NO_MEMORY) broken("wye_match_all without room");
    if (size != needed) broken("wye_match_all tells two sizes");
    free(hits);
    hits = take(needed);
    count = find_all(url, &method, &text, hits, needed, &size);
    if (count <= 0 || size != needed) broken("wye_match_all with the room that it asked for");
    write_hits(hits, (uint32_t)count, &text);
    free(hits);
  } else {
    if (needed != 0) broken("wye_match_all needs room for nothing");
    if (count < 0 && count != WYE_BAD_PATH && count != WYE_PATH_TOO_LONG) broken("wye_match_all");
    puts("all");
  }
  free(method.block);
  free(text.block);
}

/* ------------------------------------------------------------------ reverse routing */

enum { MOST_VALUES = 2 * WYE_MAX_PARAMS };

struct values {
  struct wye_value value[MOST_VALUES];
  uint32_t count;
};

static uint32_t param_of(uint32_t route, const struct text *name) {
  for (uint32_t i = 0; i < wye_table_param_count(state.table, route); i++) {
    size_t length;
    const char *other = wye_table_param_name(state.table, route, i, &length);
    if (length == name->length && memcmp(other, name->bytes, length) == 0) return i;
  }
  return WYE_NONE;
}

/* Reads pairs of a name and a value. False if the route has no such parameter. */
static bool read_values(uint32_t route, struct values *values) {
  bool known = true;
  const char *word;
  values->count = wye_table_param_count(state.table, route);
  while ((word = strtok(NULL, " "))) {
    struct text name = read_text(word), text = next_text();
    uint32_t param = param_of(route, &name);
    known = known && param != WYE_NONE;
    if (known) {
      char *copy = take(text.length);
      memcpy(copy, text.bytes, text.length);
      free((void *)(uintptr_t)values->value[param].text);
      values->value[param] = (struct wye_value){copy, text.length};
    }
    free(name.block);
    free(text.block);
  }
  return known;
}

static int32_t make_url(uint32_t route, const struct values *values, char *url, size_t capacity, size_t *length,
                        struct wye_error *error) {
  return wye_url(state.table, state.context, route, values->value, values->count, url, capacity, length, error);
}

/* Asks for the size of a URL first, then tries one byte too few, then enough. A bad value may fail at once. */
static void write_url(uint32_t route, const struct values *values) {
  struct wye_route own;
  wye_table_route(state.table, route, &own);
  struct wye_error error = {.status = WYE_OK};
  size_t needed = 0, length = 0;
  int32_t status = make_url(route, values, NULL, 0, &needed, &error), starved = status;
  if (status == WYE_NO_MEMORY) {
    char *url = take(needed - 1);
    starved = make_url(route, values, url, needed - 1, &length, &error);
    if (starved == WYE_NO_MEMORY && length != needed) broken("wye_url tells two lengths");
    free(url);
    url = take(needed);
    status = make_url(route, values, url, needed, &length, &error);
    if (status == WYE_OK) {
      printf("text ");
      write_text(url, length);
      putchar('\n');
    }
    free(url);
  }
  if (status == WYE_NO_MEMORY || (status == WYE_OK && starved != WYE_NO_MEMORY)) broken("wye_url and its capacity");
  if (status != WYE_OK) write_error(&error, &own);
}

static void build_url(void) {
  struct text name = next_text();
  struct values values = {0};
  build();
  uint32_t route = wye_table_find(state.table, name.bytes, name.length);
  if (route == WYE_NONE) write_status(WYE_NOT_FOUND);
  else if (!read_values(route, &values)) write_status(WYE_BAD_VALUE);
  else write_url(route, &values);
  for (uint32_t i = 0; i < MOST_VALUES; i++) free((void *)(uintptr_t)values.value[i].text);
  free(name.block);
}

/* ------------------------------------------------------------------ commands */

static void print_image(void) {
  build();
  printf("image ");
  write_text(state.image, state.image_size);
  putchar('\n');
}

static void run(char *line) {
  line[strcspn(line, "\r\n")] = 0;
  const char *command = strtok(line, " ");
  if (!command) return;
  if (strcmp(command, "table") == 0) new_table(strtok(NULL, " "));
  else if (!state.builder) broken("a command before `table`");
  else if (strcmp(command, "add") == 0) add_route();
  else if (strcmp(command, "remove") == 0) remove_route();
  else if (strcmp(command, "build") == 0) build_url();
  else if (strcmp(command, "match") == 0) answer(false);
  else if (strcmp(command, "url") == 0) answer(true);
  else if (strcmp(command, "all") == 0) answer_all(false);
  else if (strcmp(command, "allurl") == 0) answer_all(true);
  else if (strcmp(command, "routes") == 0) list_routes();
  else if (strcmp(command, "names") == 0) list_names(strtok(NULL, " "));
  else if (strcmp(command, "image") == 0) print_image();
  else if (strcmp(command, "load") == 0) load_image();
  else broken("unknown command");
}

int main(void) {
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, stdin) > 0) {
    run(line);
    fflush(stdout);
  }
  free(line);
  forget_table();
  free(state.builder);
  return 0;
}
