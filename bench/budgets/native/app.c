/*
 * The functions of wye_app.h under the load: `app LOAD OPERATIONS`. An app whose host keeps a thousand requests under
 * way and ends them at random, so that their bodies are pulled between one another. Prints what the allocator was asked
 * for in each function, as wye.c does.
 */
#include "wye_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "load.h"

enum { UNDER_WAY = 1000, ROUTES = 15, SCRATCH = 1024, BODY = 64, FIELDS = 256, SELDOM = 64, LEFT = 1 };

static struct wye_request held[UNDER_WAY];
static char buffer[256];

/* ------------------------------------------------------------------ handlers */

static int32_t tag(struct wye_request *request) {
  struct wye_value client;
  bool known = CALL(wye_request_field, request, "x-client", &client);
  const char *id = wye_request_id(request->pool, request->slot);
  int32_t status = CALL(wye_field, request, "X-Request-Id", id, WYE_REQUEST_ID);
  if (status < 0 || !known) return status < 0 ? status : WYE_BAD_ARGUMENT;
  return CALL(wye_next, request);
}

static const struct wye_static fixed = WYE_STATIC(200, "Content-Type: text/plain\r\n", "ok\n");

static int32_t answer_fixed(struct wye_request *request) { return CALL(wye_reply_static, request, &fixed); }

static int32_t answer_param(struct wye_request *request) {
  struct wye_value value;
  int32_t status = CALL(wye_param_value, request, "id", &value);
  if (status < 0) status = CALL(wye_param_value, request, "a", &value);
  if (status < 0) return CALL(wye_reply, request, 200, "text/plain", "none\n", 5);
  return CALL(wye_reply, request, 200, "text/plain", value.text, value.length);
}

static int32_t answer_pieces(struct wye_request *request) {
  int32_t status = CALL(wye_head, request, 200, "text/plain", 4);
  if (status >= 0) status = CALL(wye_write, request, "on", 2);
  return status < 0 ? status : CALL(wye_write, request, "e\n", 2);
}

static int32_t next_piece(struct wye_request *request, void *bytes, size_t capacity) {
  uint64_t left = 0;
  wye_get(request->slot, LEFT, &left);
  if (left == 0 || capacity == 0) return 0;
  memcpy(bytes, "x", 1);
  wye_set(request->slot, LEFT, left - 1);
  return 1;
}

static int32_t answer_stream(struct wye_request *request) {
  wye_set(request->slot, LEFT, 3);
  return CALL(wye_stream, request, 200, "text/plain", 3, next_piece);
}

static wye_handler *const chain_fixed[] = {tag, answer_fixed, NULL};
static wye_handler *const chain_param[] = {tag, answer_param, NULL};
static wye_handler *const chain_pieces[] = {tag, answer_pieces, NULL};
static wye_handler *const chain_stream[] = {tag, answer_stream, NULL};
static wye_handler *const misses[] = {tag, NULL};

/* By handler id: the routes of the load's third table. */
static wye_handler *const *const chains[ROUTES] = {chain_param,  chain_fixed, chain_param,  chain_stream, chain_param,
                                                   chain_pieces, chain_fixed, chain_stream, chain_param,  chain_pieces,
                                                   chain_stream, chain_param, chain_fixed,  chain_pieces, chain_stream};

/* ------------------------------------------------------------------ the host */

static int32_t send_head(struct wye_request *request, uint32_t status, const char *fields, size_t size,
                         uint64_t length) {
  (void)request, (void)fields, (void)length;
  must(size > 0 && *CALL(wye_reason, status), "a head without fields, or of an unknown status");
  return WYE_OK;
}

static int32_t send_body(struct wye_request *request, const void *bytes, size_t length) {
  (void)request;
  must(bytes || length == 0, "no bytes");
  return WYE_OK;
}

static bool find_field(struct wye_request *request, const char *name, struct wye_value *value) {
  (void)request, (void)name;
  *value = (struct wye_value){"web-7", 5};
  return true;
}

static const struct wye_transport pulling = {send_head, send_body, find_field, true};
static const struct wye_transport pushing = {send_head, send_body, find_field, false};

static void fill(struct wye_request *request, const struct load_request *r, const struct wye_app *app,
                 struct wye_pool *pool) {
  *request = (struct wye_request){.app = app,
                                  .transport = &pulling,
                                  .context = r->table->context,
                                  .pool = pool,
                                  .method = r->method,
                                  .method_length = r->method_length,
                                  .text = r->url,
                                  .length = r->length};
}

static void begin(struct wye_request *request, const struct load_request *r, uint32_t turn) {
  if (turn % 7 == 0) request->method = "HEAD", request->method_length = 4;
  if (turn % 11 == 0) request->method = "OPTIONS", request->method_length = 7;
  int32_t outcome = CALL(wye_begin, request);
  must(turn % 7 == 0 || turn % 11 == 0 || outcome == r->url_id, "a request has led elsewhere");
  must(CALL(wye_receive, request, "a body", 6) == WYE_OK, "a body has no room");
}

static void end(struct wye_request *request) {
  must(CALL(wye_run, request) == WYE_OK, "a request was not answered");
  while (CALL(wye_pull, request, buffer, sizeof buffer) > 0) continue;
  must(CALL(wye_end, request) == WYE_OK, "a request cannot be ended");
}

/* The short way: all at once, by a host that pulls nothing. */
static void serve(const struct load_request *r, const struct wye_app *app, struct wye_pool *pool) {
  struct wye_request request;
  fill(&request, r, app, pool);
  request.transport = &pushing;
  must(CALL(wye_serve, &request, "a body", 6) == WYE_OK, "a request was not served");
}

static struct wye_pool *make_pool(const struct wye_table *table) {
  struct wye_pool *pool;
  struct wye_pool_options options = {UNDER_WAY + 1, wye_table_params(table), 2, SCRATCH, BODY, 1};
  size_t size = wye_pool_size(&options);
  must(wye_pool_init(reserve(size), size, &options, &pool) == WYE_OK, "no pool");
  return pool;
}

/* The next request of the load that goes to this table. */
static const struct load_request *next_request(const struct load_table *table) {
  static uint32_t at;
  while (load_requests[at % load_request_count].table != table) at++;
  return &load_requests[at++ % load_request_count];
}

static void run(const struct load_table *table, const struct wye_app *app, uint32_t operations) {
  struct wye_pool *pool = make_pool(table->table);
  uint32_t random = 1;
  for (uint32_t turn = 0; turn < operations; turn++) {
    random = random * 1664525 + 1013904223;
    struct wye_request *request = &held[turn < UNDER_WAY ? turn : (uint64_t)random * UNDER_WAY >> 32];
    const struct load_request *r = next_request(table);
    if (turn >= UNDER_WAY) end(request);
    fill(request, r, app, pool);
    begin(request, r, turn);
    if (turn % SELDOM == 0) serve(r, app, pool);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage: app LOAD OPERATIONS");
  count_control();
  read_load(argv[1]);
  const struct load_table *table = load_table_named("language");
  struct wye_app app = {.table = table->table, .chains = chains, .count = ROUTES, .fields = FIELDS, .misses = misses};
  run(table, &app, (uint32_t)strtoul(argv[2], NULL, 10));
  printf("{\"functions\":");
  print_counters();
  printf("}\n");
  return 0;
}
