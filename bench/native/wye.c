/*
 * One native contender: `wye ROUTES REQUESTS`. It builds the table through wye.h alone, checks every answer, prints
 * what it found as a line of JSON, and then does what the lines on its standard input say:
 *
 *     time KIND MS   the time of a lookup, over passes that take MS milliseconds together: of each batch of requests
 *                    the median counts, since what else the machine does hits many passes, but few batches
 *     warm KIND MS   the same; its figure is thrown away
 *     bytes KIND     calls of the allocator in one pass
 *
 * Kinds: `id` (lookup, method as a number), `params` (the same, and all spans read), `text` (lookup, method as text),
 * and `scan`, the floor: it only looks for the slashes. Where the requests are absolute URLs, `url` and `url-params`
 * take the place of the first two. Built with -DCOUNT_ALLOCATIONS and the linker's --wrap, every call of the allocator
 * from here and from libwye.a is counted.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wye.h"

enum { MAX_REQUESTS = 65536, BATCH = 256, MAX_VALUES = 64, MAX_PASSES = 1024, MAX_BLOCK = 1 << 28 };

/* One line of the requests file. The path is in `paths`, as it would in a server's buffer: no NUL after it. */
struct request {
  const char *method;
  const char *path;
  uint32_t length;
  uint32_t number;
  int32_t id;
  uint32_t count;
  const char **values;
};

static struct request requests[MAX_REQUESTS];
static uint32_t request_count;
static char *paths;

static const struct wye_table *table;
static struct wye_context *context;
static uint32_t refused;

/* ---------------------------------------------------------------- the allocator, counted */

/* Volatile, since a compiler knows that malloc changes no variable of the program's. */
static volatile unsigned long allocations;

#ifdef COUNT_ALLOCATIONS
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

void *__wrap_malloc(size_t size) {
  allocations++;
  return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  allocations++;
  return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size) {
  allocations++;
  return __real_realloc(block, size);
}
#endif

static void fail(const char *what) {
  fprintf(stderr, "wye: %s\n", what);
  exit(2);
}

static void *reserve(size_t size) {
  void *block = malloc(size ? size : 1);
  if (!block) fail("out of memory");
  return block;
}

/* ---------------------------------------------------------------- files */

static char *read_file(const char *name, size_t *size) {
  FILE *file = fopen(name, "rb");
  if (!file) fail("cannot open a file");
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  char *text = reserve(*size + 1);
  if (fread(text, 1, *size, file) != *size) fail("cannot read a file");
  text[*size] = 0;
  fclose(file);
  return text;
}

/* Cuts the text at the next `stop` and gives the piece before it; `*rest` is after it, or NULL at the end. */
static char *cut(char **rest, char stop) {
  char *piece = *rest;
  char *end = piece ? strchr(piece, stop) : NULL;
  if (end) *end = 0;
  *rest = end ? end + 1 : NULL;
  return piece;
}

static void read_values(struct request *request, char *rest) {
  char *values[MAX_VALUES];
  while (rest && request->count < MAX_VALUES) values[request->count++] = cut(&rest, '\t');
  request->values = reserve(request->count * sizeof *request->values);
  memcpy(request->values, values, request->count * sizeof *request->values);
}

/* METHOD path id value... */
static void read_request(char *line, char **next_path) {
  struct request *request = &requests[request_count++];
  request->method = cut(&line, '\t');
  const char *path = cut(&line, '\t');
  request->length = (uint32_t)strlen(path);
  request->path = memcpy(*next_path, path, request->length);
  *next_path += request->length;
  request->id = (int32_t)strtol(cut(&line, '\t'), NULL, 10);
  read_values(request, line);
}

static void read_requests(const char *name) {
  size_t size;
  char *rest = read_file(name, &size);
  char *next_path = paths = reserve(size);
  for (char *line; (line = cut(&rest, '\n'));) {
    if (*line && request_count < MAX_REQUESTS) read_request(line, &next_path);
  }
}

/* ---------------------------------------------------------------- the table */

/* METHOD pattern, or METHOD host/pattern. */
static void add_route(struct wye_builder *builder, char *line, int32_t id) {
  struct wye_route route = {.id = id};
  route.method = cut(&line, ' ');
  route.method_length = strlen(route.method);
  route.host = line;
  route.host_length = strcspn(line, "/");
  route.pattern = line + route.host_length;
  route.pattern_length = strlen(route.pattern);
  if (wye_builder_add(builder, &route, NULL) < 0) refused++;
}

static void add_routes(struct wye_builder *builder, const char *name) {
  size_t size;
  int32_t id = 0;
  char *rest = read_file(name, &size);
  for (char *line; (line = cut(&rest, '\n'));) {
    if (*line && *line != '#') add_route(builder, line, id++);
  }
}

static void open_table(struct wye_builder *builder) {
  size_t size = 0;
  wye_builder_build(builder, NULL, 0, &size);
  void *image = reserve(size);
  if (wye_builder_build(builder, image, size, &size) != WYE_OK) fail("cannot build the table");
  if (wye_table_open(image, size, &table, NULL) != WYE_OK) fail("cannot open the table");
  size = wye_context_size(table);
  if (wye_context_init(reserve(size), size, table, &context) != WYE_OK) fail("cannot make a context");
}

static void build_table(const char *name) {
  struct wye_builder *builder;
  void *block = reserve(MAX_BLOCK);
  if (wye_builder_init(block, MAX_BLOCK, NULL, &builder) != WYE_OK) fail("cannot begin a table");
  add_routes(builder, name);
  open_table(builder);
  free(block);
  for (uint32_t i = 0; i < request_count; i++) {
    requests[i].number = wye_table_method(table, requests[i].method, strlen(requests[i].method));
  }
}

/* ---------------------------------------------------------------- the answers */

static bool values_right(const struct request *request) {
  if (request->id < 0) return true;
  if (context->params != request->count) return false;
  for (uint32_t i = 0; i < request->count; i++) {
    struct wye_span span = wye_param(context, i);
    if (span.length != strlen(request->values[i])) return false;
    if (memcmp(request->path + span.offset, request->values[i], span.length)) return false;
  }
  return true;
}

static bool are_urls(void) { return request_count > 0 && requests[0].path[0] != '/'; }

static int32_t look_up(const struct request *request) {
  return (are_urls() ? wye_match_url : wye_match_method)(table, context, request->number, request->path,
                                                         request->length);
}

static void print_answers(void) {
  const char *kinds = are_urls() ? "\"url\",\"url-params\"" : "\"id\",\"params\",\"text\",\"scan\"";
  uint32_t wrong_ids = 0, wrong_params = 0;
  for (uint32_t i = 0; i < request_count; i++) {
    bool right = look_up(&requests[i]) == requests[i].id;
    wrong_ids += !right;
    wrong_params += !(right && values_right(&requests[i]));
  }
  printf("{\"refused\":%u,\"wrong\":{\"id\":%u,\"params\":%u},\"kinds\":[%s]}\n", refused, wrong_ids, wrong_params,
         kinds);
}

/* ---------------------------------------------------------------- the work */

/* On the requests from one index up to another. */
typedef uint32_t work(uint32_t from, uint32_t to);

static uint32_t work_id(uint32_t from, uint32_t to) {
  uint32_t sum = 0;
  for (uint32_t i = from; i < to; i++) {
    const struct request *request = &requests[i];
    sum += (uint32_t)wye_match_method(table, context, request->number, request->path, request->length);
  }
  return sum;
}

static uint32_t work_params(uint32_t from, uint32_t to) {
  uint32_t sum = 0;
  for (uint32_t i = from; i < to; i++) {
    const struct request *request = &requests[i];
    sum += (uint32_t)wye_match_method(table, context, request->number, request->path, request->length);
    for (uint32_t j = 0; j < context->params; j++) sum += wye_param(context, j).length;
  }
  return sum;
}

static uint32_t work_url(uint32_t from, uint32_t to) {
  uint32_t sum = 0;
  for (uint32_t i = from; i < to; i++) {
    const struct request *request = &requests[i];
    sum += (uint32_t)wye_match_url(table, context, request->number, request->path, request->length);
  }
  return sum;
}

static uint32_t work_url_params(uint32_t from, uint32_t to) {
  uint32_t sum = 0;
  for (uint32_t i = from; i < to; i++) {
    const struct request *request = &requests[i];
    sum += (uint32_t)wye_match_url(table, context, request->number, request->path, request->length);
    for (uint32_t j = 0; j < context->params; j++) sum += wye_param(context, j).length;
  }
  return sum;
}

static uint32_t work_text(uint32_t from, uint32_t to) {
  uint32_t sum = 0;
  for (uint32_t i = from; i < to; i++) {
    const struct request *request = &requests[i];
    sum +=
        (uint32_t)wye_match(table, context, request->method, strlen(request->method), request->path, request->length);
  }
  return sum;
}

static uint32_t work_scan(uint32_t from, uint32_t to) {
  uint32_t sum = 0;
  for (uint32_t i = from; i < to; i++) {
    const char *at = requests[i].path, *end = at + requests[i].length;
    while ((at = memchr(at, '/', (size_t)(end - at)))) sum++, at++;
  }
  return sum;
}

static work *work_of(const char *kind) {
  if (!strcmp(kind, "id")) return work_id;
  if (!strcmp(kind, "params")) return work_params;
  if (!strcmp(kind, "url")) return work_url;
  if (!strcmp(kind, "url-params")) return work_url_params;
  if (!strcmp(kind, "text")) return work_text;
  if (!strcmp(kind, "scan")) return work_scan;
  fail("no such kind of work");
  return NULL;
}

/* ---------------------------------------------------------------- the figures */

static volatile uint32_t sink;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static double median(double *figures, uint32_t count) {
  qsort(figures, count, sizeof *figures, by_size);
  return figures[count / 2];
}

static double time_batch(work *lookups, uint32_t from) {
  uint32_t to = from + BATCH < request_count ? from + BATCH : request_count;
  double start = now();
  sink = lookups(from, to);
  return now() - start;
}

static void print_time(work *lookups, double ms) {
  static double times[MAX_REQUESTS / BATCH][MAX_PASSES];
  uint32_t passes = 0;
  for (double spent = 0; (spent < ms * 1e6 || passes < 5) && passes < MAX_PASSES; passes++) {
    for (uint32_t from = 0; from < request_count; from += BATCH) {
      spent += times[from / BATCH][passes] = time_batch(lookups, from);
    }
  }
  double pass = 0;
  for (uint32_t from = 0; from < request_count; from += BATCH) pass += median(times[from / BATCH], passes);
  printf("{\"ns\":%.3f,\"passes\":%u}\n", pass / request_count, passes);
}

/* The counter is tried first: one that is still proves nothing. */
static bool counts_allocations(void) {
  unsigned long before = allocations;
  void *volatile block = reserve(1);
  free(block);
  return allocations == before + 1;
}

static void print_allocations(work *lookups) {
  bool counting = counts_allocations();
  unsigned long before = allocations;
  sink = lookups(0, request_count);
  if (counting) printf("{\"calls\":%lu}\n", allocations - before);
  else printf("{}\n");
}

static void obey(char *line) {
  char command[16] = "", kind[16] = "";
  double ms = 0;
  if (sscanf(line, "%15s %15s %lf", command, kind, &ms) < 2) fail("bad command");
  if (!strcmp(command, "bytes")) print_allocations(work_of(kind));
  else print_time(work_of(kind), ms);
}

int main(int argc, char **argv) {
  char line[64];
  if (argc != 3) fail("usage: wye ROUTES REQUESTS");
  setvbuf(stdout, NULL, _IOLBF, 4096);
  read_requests(argv[2]);
  build_table(argv[1]);
  print_answers();
  while (fgets(line, sizeof line, stdin)) obey(line);
  return 0;
}
