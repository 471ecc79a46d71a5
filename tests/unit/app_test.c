/*
 * Handlers: what a request gets for an answer, byte for byte, on a transport that notes what it is told; that every way
 * out gives the slot back; and what misuse does not change.
 */
#include "support.h"

#include "wye_app.h"

/* ------------------------------------------------------------------ a host that takes notes */

static char sent[1 << 16];  /* `head(status length fields)` and `body(bytes)`, in the order in which they came */
static char trace[256];     /* what ran */
static int32_t head_result; /* what the transport says */
static int32_t body_result;

static void note(char *to, size_t capacity, const char *format, ...) {
  size_t used = strlen(to);
  va_list values;
  va_start(values, format);
  vsnprintf(to + used, capacity - used, format, values);
  va_end(values);
}

#define SENT(...) note(sent, sizeof sent, __VA_ARGS__)
#define RAN(...) note(trace, sizeof trace, __VA_ARGS__)

/* The fields are copied to a block of their exact size, without the CR of each line. */
static int32_t take_head(struct wye_request *request, uint32_t status, const char *fields, size_t size,
                         uint64_t length) {
  (void)request;
  if (length == WYE_NO_LENGTH) SENT("head(%u - ", status);
  else SENT("head(%u %llu ", status, (unsigned long long)length);
  char *copy = copy_of(fields, size);
  for (size_t i = 0; i < size; i++)
    if (copy[i] != '\r') SENT("%c", copy[i] == '\n' ? '|' : copy[i]);
  free(copy);
  SENT(")");
  return head_result;
}

static int32_t take_body(struct wye_request *request, const void *bytes, size_t length) {
  (void)request;
  SENT("body(%.*s)", (int)length, (const char *)bytes);
  return body_result;
}

static bool find_field(struct wye_request *request, const char *name, struct wye_value *value) {
  (void)request;
  if (strcmp(name, "X-Known") != 0) return false;
  *value = (struct wye_value){"yes", 3};
  return true;
}

static const struct wye_transport pushing = {take_head, take_body, find_field, false};
static const struct wye_transport pulling = {take_head, take_body, NULL, true};

/* ------------------------------------------------------------------ an app */

static int32_t next_result; /* what wye_next gave to the outermost middleware */

static int32_t outer(struct wye_request *request) {
  RAN("<");
  assert_int_equal(wye_field(request, "X-Outer", "1", 1), WYE_OK);
  next_result = wye_next(request);
  RAN(">");
  return next_result;
}

static int32_t inner(struct wye_request *request) {
  RAN("(");
  int32_t result = wye_next(request);
  RAN(")");
  return result;
}

static int32_t hello(struct wye_request *request) {
  struct wye_value name;
  int32_t status = wye_param_value(request, "name", &name);
  return status < 0 ? status : wye_reply(request, 200, "text/plain", name.text, name.length);
}

static const struct wye_static ok_answer = WYE_STATIC(200, "Content-Type: text/plain\r\n", "ok\n");
static int32_t ok(struct wye_request *request) { return wye_reply_static(request, &ok_answer); }

static int32_t echo(struct wye_request *request) {
  size_t length;
  const void *body = wye_body(request->slot, &length);
  return wye_reply(request, 200, NULL, body, length);
}

static int32_t fails(struct wye_request *request) {
  (void)request;
  return WYE_BAD_VALUE;
}

static int32_t says_nothing(struct wye_request *request) {
  (void)request;
  return WYE_OK;
}

static int32_t refuses(struct wye_request *request) { return wye_reply(request, 401, NULL, NULL, 0); }

/* Calls wye_next again, to get past what has refused. */
static int32_t insists(struct wye_request *request) {
  RAN("[%d]", wye_next(request));
  int32_t again = wye_next(request);
  RAN("[%d]", again);
  return again;
}

/* 3, 2, 1: a piece for each, then the end. The count is in the store. */
static int32_t countdown_piece(struct wye_request *request, void *buffer, size_t capacity) {
  uint64_t left;
  wye_get(request->slot, 1, &left);
  if (left == 0) return 0;
  assert_true(capacity > 0);
  assert_int_equal(wye_set(request->slot, 1, left - 1), WYE_OK);
  *(char *)buffer = (char)('0' + left);
  return 1;
}

static int32_t countdown(struct wye_request *request) {
  wye_set(request->slot, 1, 3);
  return wye_stream(request, 200, "text/plain", WYE_NO_LENGTH, countdown_piece);
}

static int32_t run_custom(struct wye_request *request);

enum { HELLO, OK, ECHO, FAILS, NOTHING, REFUSED, STREAM, CUSTOM, EMPTY, MISSING };

/* Longer than a line of Content-Type. */
#define LONG_METHOD "THISISAMETHODTHATNOBODYELSEHASANDTHATTAKESSIXTYBYTESINALLOW"

static const char *const routes[] = {"GET /hello/:name",
                                     "GET /ok",
                                     "POST /echo",
                                     "GET /fails",
                                     "GET /nothing",
                                     "GET /insist",
                                     "GET /stream",
                                     "GET /custom",
                                     "GET /empty",
                                     "GET /no-chain",
                                     "GET /beyond",
                                     "PUT /ok",
                                     "HEAD /own",
                                     "GET /own",
                                     "GET ex.org/:n",
                                     "GET :name.ex.net/*rest",
                                     LONG_METHOD " /long",
                                     "GET /:name?/at/*rest",
                                     NULL};
static wye_handler *const hello_chain[] = {outer, inner, hello, NULL};
static wye_handler *const ok_chain[] = {ok, NULL};
static wye_handler *const echo_chain[] = {outer, echo, NULL};
static wye_handler *const fails_chain[] = {outer, fails, NULL};
static wye_handler *const nothing_chain[] = {says_nothing, NULL};
static wye_handler *const insist_chain[] = {outer, insists, refuses, hello, NULL};
static wye_handler *const stream_chain[] = {outer, countdown, NULL};
static wye_handler *const custom_chain[] = {run_custom, NULL};
static wye_handler *const empty_chain[] = {outer, NULL};
static wye_handler *const *const chains[] = {
    [HELLO] = hello_chain,     [OK] = ok_chain,          [ECHO] = echo_chain,     [FAILS] = fails_chain,
    [NOTHING] = nothing_chain, [REFUSED] = insist_chain, [STREAM] = stream_chain, [CUSTOM] = custom_chain,
    [EMPTY] = empty_chain,     [MISSING] = NULL};

struct host {
  struct fixture f;
  struct wye_app app;
  void *block;
  struct wye_pool *pool;
  struct wye_request request;
};

static const struct wye_pool_options options = {
    .slots = 2, .params = 4, .values = 2, .scratch = 512, .body = 8, .seed = 7};

static struct host *host_begin_with(const struct wye_options *table_options, const struct wye_pool_options *pool) {
  struct host *h = take(sizeof *h);
  memset(h, 0, sizeof *h);
  fixture_open(&h->f, table_options, routes);
  h->app = (struct wye_app){.table = h->f.table, .chains = chains, .count = COUNT(chains), .fields = 200};
  size_t size = wye_pool_size(pool);
  h->block = take(size);
  assert_int_equal(wye_pool_init(h->block, size, pool, &h->pool), WYE_OK);
  h->request = (struct wye_request){
      .app = &h->app, .transport = &pushing, .context = h->f.context, .pool = h->pool, .method = "", .text = ""};
  sent[0] = trace[0] = 0;
  head_result = body_result = WYE_OK;
  return h;
}

static struct host *host_begin(void) { return host_begin_with(NULL, &options); }

static void host_end(struct host *h) {
  assert_int_equal(wye_pool_stats(h->pool).used, 0);
  fixture_drop(&h->f);
  free(h->block);
  free(h);
}

/* Fills the request from "METHOD text". */
static void ask(struct host *h, const char *line) {
  const char *space = strchr(line, ' ');
  h->request.method = line;
  h->request.method_length = (size_t)(space - line);
  h->request.text = space + 1;
  h->request.length = strlen(space + 1);
  sent[0] = trace[0] = 0;
}

/* What wye_serve sends for "METHOD text"; no slot stays in use. */
static const char *serve(struct host *h, const char *line) {
  ask(h, line);
  assert_int_equal(wye_serve(&h->request, NULL, 0), WYE_OK);
  assert_int_equal(wye_pool_stats(h->pool).used, 0);
  assert_null(h->request.slot);
  return sent;
}

/* Serves GET /custom by a function. */
static wye_handler *custom;
static int32_t run_custom(struct wye_request *request) { return custom(request); }

static int32_t serve_custom(struct host *h, wye_handler *handler) {
  custom = handler;
  ask(h, "GET /custom");
  return wye_serve(&h->request, NULL, 0);
}

#define PLAIN "Content-Type: text/plain; charset=utf-8|"

/* ------------------------------------------------------------------ routing */

static void test_chain_is_an_onion(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_string_equal(serve(h, "GET /hello/ada"), "head(200 3 X-Outer: 1|Content-Type: text/plain|)body(ada)");
  assert_string_equal(trace, "<()>");
  assert_string_equal(serve(h, "GET /hello/a%20%C3%A9?q=1"),
                      "head(200 4 X-Outer: 1|Content-Type: text/plain|)body(a \xC3\xA9)");
  assert_string_equal(serve(h, "GET /ok"), "head(200 3 Content-Type: text/plain|)body(ok\n)");
  assert_int_equal(h->request.failure, WYE_OK);
  host_end(h);
}

static void test_misses(void **state) {
  (void)state;
  struct host *h = host_begin();
  static const char *const rows[][2] = {
      {"GET /nowhere", "head(404 10 " PLAIN ")body(not found\n)"},
      {"DELETE /ok", "head(405 19 Allow: GET, HEAD, OPTIONS, PUT|" PLAIN ")body(method not allowed\n)"},
      {"GET /echo", "head(405 19 Allow: OPTIONS, POST|" PLAIN ")body(method not allowed\n)"},
      {"HEAD /echo", "head(405 19 Allow: OPTIONS, POST|" PLAIN ")"},
      {"OPTIONS /ok", "head(204 - Allow: GET, HEAD, OPTIONS, PUT|)"},
      {"OPTIONS /own", "head(204 - Allow: GET, HEAD, OPTIONS|)"},
      {"OPTIONS /nowhere", "head(404 10 " PLAIN ")body(not found\n)"},
      {"OPTIONS *", "head(204 - Allow: GET, HEAD, OPTIONS, POST, PUT, " LONG_METHOD "|)"},
      {"GET *", "head(400 12 " PLAIN ")body(bad request\n)"},
      {"GET nowhere", "head(400 12 " PLAIN ")body(bad request\n)"},
      {"GET ", "head(400 12 " PLAIN ")body(bad request\n)"},
      {"GET http://ex.org/nowhere/x", "head(404 10 " PLAIN ")body(not found\n)"},
      {"GET http://ex.org/ok", "head(500 22 " PLAIN ")body(internal server error\n)"}, /* the host's own route */
      {"GET http://ex.com/ok", "head(200 3 Content-Type: text/plain|)body(ok\n)"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) assert_string_equal(serve(h, rows[i][0]), rows[i][1]);
  char *path = repeat("/x", 40000), *line = take(90000);
  snprintf(line, 90000, "GET %s", path);
  assert_string_equal(serve(h, line), "head(414 13 " PLAIN ")body(URI too long\n)");
  free(path);
  free(line);
  host_end(h);
}

/* Each of the 64 bits is a method: the asterisk gets all of them. */
static void test_options_of_a_table_of_64_methods(void **state) {
  (void)state;
  struct wye_pool_options roomy = options;
  roomy.scratch = 1024;
  struct host *h = host_begin_with(NULL, &roomy);
  struct fixture f;
  char line[32], wanted[400] = "head(204 - Allow: ";
  fixture_begin(&f, NULL);
  for (int i = 0; i < WYE_MAX_METHODS; i++) {
    snprintf(line, sizeof line, "M%02d /%d", i, i);
    assert_int_equal(fixture_add_line(&f, line), i);
    sprintf(wanted + strlen(wanted), "M%02d, ", i);
  }
  strcat(wanted, "OPTIONS|)");
  fixture_build(&f);
  h->app.table = f.table;
  h->app.fields = 400;
  h->request.context = f.context;
  assert_string_equal(serve(h, "OPTIONS *"), wanted);
  assert_string_equal(serve(h, "OPTIONS /63"), "head(204 - Allow: M63, OPTIONS|)");
  assert_string_equal(serve(h, "M64 /0"), "head(405 19 Allow: M00, OPTIONS|" PLAIN ")body(method not allowed\n)");
  fixture_drop(&f);
  host_end(h);
}

static void test_head_is_get_without_a_body(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_string_equal(serve(h, "HEAD /hello/ada"), "head(200 3 X-Outer: 1|Content-Type: text/plain|)");
  assert_string_equal(serve(h, "HEAD /ok"), "head(200 3 Content-Type: text/plain|)");
  assert_string_equal(serve(h, "HEAD /stream"), "head(200 - X-Outer: 1|Content-Type: text/plain|)");
  assert_string_equal(serve(h, "HEAD /fails"), "head(500 22 X-Outer: 1|" PLAIN ")");
  assert_string_equal(serve(h, "HEAD /nowhere"), "head(404 10 " PLAIN ")");
  static const struct wye_options no405 = {.no_method_not_allowed = 1};
  host_end(h);
  h = host_begin_with(&no405, &options);
  assert_string_equal(serve(h, "HEAD /ok"), "head(200 3 Content-Type: text/plain|)");
  assert_string_equal(serve(h, "OPTIONS /ok"), "head(404 10 " PLAIN ")body(not found\n)");
  host_end(h);
}

static void test_redirects(void **state) {
  (void)state;
  static const struct wye_options redirect = {.trailing_slash = WYE_SLASH_REDIRECT, .clean_path = 1};
  struct host *h = host_begin_with(&redirect, &options);
  assert_string_equal(serve(h, "GET /ok/?a=1"), "head(301 0 Location: /ok?a=1|)");
  assert_string_equal(serve(h, "HEAD /ok/"), "head(301 0 Location: /ok|)");
  assert_string_equal(serve(h, "POST //echo"), "head(308 0 Location: /echo|)");
  h->request.base = "https://h/cgi-bin/app";
  h->request.base_length = 21;
  assert_string_equal(serve(h, "GET /ok/"), "head(301 0 Location: https://h/cgi-bin/app/ok|)");
  h->request.base = "/cgi-bin/app";
  h->request.base_length = 12;
  assert_string_equal(serve(h, "GET /ok/"), "head(301 0 Location: /cgi-bin/app/ok|)");
  host_end(h);
}

/* What would end the head, or make a host of what is after it, to browsers at least: they skip tabs. */
static void test_bases_that_are_none(void **state) {
  (void)state;
  static const char *const bases[] = {"/a\r\nX: y", "/a\x7F", "/\x1B", "/a b", "/",    "//",
                                      "//h",        "/\\h",   "\\/h",  "\\",   " //h", "/\t/h"};
  static const struct wye_options redirect = {.trailing_slash = WYE_SLASH_REDIRECT};
  struct host *h = host_begin_with(&redirect, &options);
  for (size_t i = 0; i < COUNT(bases); i++) {
    h->request.base = bases[i];
    h->request.base_length = strlen(bases[i]);
    assert_string_equal(serve(h, "GET /ok/"), "head(500 22 " PLAIN ")body(internal server error\n)");
    assert_int_equal(h->request.failure, WYE_BAD_VALUE);
  }
  h->request.base = "/a\0b";
  h->request.base_length = 4;
  assert_string_equal(serve(h, "GET /ok/"), "head(500 22 " PLAIN ")body(internal server error\n)");
  host_end(h);
}

/* Every length of Location, from one that fits the 200 bytes well to one that does not. */
static void test_redirect_that_is_too_long(void **state) {
  (void)state;
  static const struct wye_options redirect = {.trailing_slash = WYE_SLASH_REDIRECT};
  struct host *h = host_begin_with(&redirect, &options);
  int fitting = 0;
  for (size_t length = 150; length < 220; length++) {
    char *name = repeat("n", length), line[300];
    snprintf(line, sizeof line, "GET /hello/%s/", name);
    serve(h, line);
    if (strncmp(sent, "head(301 0 Location: /hello/nnn", 31) == 0) fitting++;
    else assert_string_equal(sent, "head(414 13 " PLAIN ")body(URI too long\n)");
    free(name);
  }
  assert_int_equal(fitting, 200 - (int)strlen("Location: /hello/\r\n") - 150 + 1);
  host_end(h);
}

/* Whatever too little room Allow has, the response is a 500, without half a line. */
static void test_allow_that_does_not_fit(void **state) {
  (void)state;
  struct host *h = host_begin();
  size_t full = strlen("Allow: OPTIONS, POST\r\n") + strlen("Content-Type: text/plain; charset=utf-8\r\n");
  for (uint32_t room = 1; room < full; room++) {
    h->app.fields = room;
    assert_string_equal(serve(h, "GET /echo"), "head(500 22 " PLAIN ")body(internal server error\n)");
    assert_int_equal(h->request.failure, WYE_NO_MEMORY);
  }
  h->app.fields = (uint32_t)full;
  assert_string_equal(serve(h, "GET /echo"), "head(405 19 Allow: OPTIONS, POST|" PLAIN ")body(method not allowed\n)");
  host_end(h);
}

static void test_line_that_is_half_written(void **state) {
  (void)state;
  struct host *h = host_begin();
  h->app.fields = 64;
  assert_string_equal(serve(h, "GET /long"), "head(500 22 " PLAIN ")body(internal server error\n)");
  host_end(h);
}

/* A host's parameters are what they are, whatever escapes its path has. */
static void test_parameter_of_a_host(void **state) {
  (void)state;
  static wye_handler *const *const of_hosts[] = {[15] = hello_chain};
  struct host *h = host_begin();
  h->app.chains = of_hosts;
  h->app.count = COUNT(of_hosts);
  assert_string_equal(serve(h, "GET http://a%41.ex.net/%20"),
                      "head(200 4 X-Outer: 1|Content-Type: text/plain|)body(a%41)");
  host_end(h);
}

static int32_t rest(struct wye_request *request) {
  struct wye_value value;
  int32_t status = wye_param_value(request, "rest", &value);
  return status < 0 ? status : wye_reply(request, 200, NULL, value.text, value.length);
}

static int32_t name_and_rest(struct wye_request *request) {
  struct wye_value name, value;
  int32_t status = wye_param_value(request, "name", &name);
  assert_int_equal(status, name.text ? WYE_OK : WYE_NOT_FOUND);
  status = wye_param_value(request, "rest", &value);
  if (status >= 0) status = wye_append(request->slot, name.text ? name.text : "-", name.text ? name.length : 1);
  if (status >= 0) status = wye_append(request->slot, value.text, value.length);
  struct wye_span text = wye_text(request->slot);
  return status < 0 ? status : wye_reply(request, 200, NULL, wye_text_at(request->slot, text), text.length);
}

/* Escaped or not, a parameter that the path omits has no value, and the next one has its own. */
static void test_omitted_values(void **state) {
  (void)state;
  static wye_handler *const chain[] = {name_and_rest, NULL};
  static wye_handler *const *const of_last[] = {[17] = chain};
  struct host *h = host_begin();
  h->app.chains = of_last;
  h->app.count = COUNT(of_last);
  assert_string_equal(serve(h, "GET /at/b/c"), "head(200 4 )body(-b/c)");
  assert_string_equal(serve(h, "GET /at/b/%63"), "head(200 4 )body(-b/c)");
  assert_string_equal(serve(h, "GET /a/at/b/c"), "head(200 4 )body(ab/c)");
  host_end(h);
}

/* Slashes of a catch-all stay escaped, those of another parameter do not. */
static void test_values_of_both_kinds(void **state) {
  (void)state;
  static wye_handler *const rest_chain[] = {rest, NULL};
  static wye_handler *const *const of_both[] = {[HELLO] = hello_chain, [15] = rest_chain};
  struct host *h = host_begin();
  h->app.chains = of_both;
  h->app.count = COUNT(of_both);
  assert_string_equal(serve(h, "GET http://a.ex.net/..%2Fb%20c%5c"), "head(200 11 )body(..%2Fb c%5c)");
  assert_string_equal(serve(h, "GET /hello/a%2Fb"), "head(200 3 X-Outer: 1|Content-Type: text/plain|)body(a/b)");
  assert_string_equal(serve(h, "GET /hello/a\\b"), "head(400 12 " PLAIN ")body(bad request\n)");
  host_end(h);
}

static int32_t own_miss(struct wye_request *request) {
  if (request->outcome != WYE_NOT_FOUND) return wye_next(request);
  return wye_reply(request, 404, "text/html", "<h1>", 4);
}

static void test_misses_run_a_chain(void **state) {
  (void)state;
  static wye_handler *const misses[] = {outer, own_miss, NULL};
  struct host *h = host_begin();
  h->app.misses = misses;
  assert_string_equal(serve(h, "GET /nowhere"), "head(404 4 X-Outer: 1|Content-Type: text/html|)body(<h1>)");
  assert_string_equal(trace, "<>");
  assert_string_equal(serve(h, "PATCH /echo"),
                      "head(405 19 X-Outer: 1|Allow: OPTIONS, POST|" PLAIN ")body(method not allowed\n)");
  assert_string_equal(serve(h, "GET bad"), "head(400 12 X-Outer: 1|" PLAIN ")body(bad request\n)");
  host_end(h);
}

/* ------------------------------------------------------------------ failures */

static void test_failures_become_500(void **state) {
  (void)state;
  struct host *h = host_begin();
  const char *internal = "head(500 22 " PLAIN ")body(internal server error\n)";
  assert_string_equal(serve(h, "GET /fails"), "head(500 22 X-Outer: 1|" PLAIN ")body(internal server error\n)");
  assert_int_equal(h->request.failure, WYE_BAD_VALUE);
  assert_int_equal(next_result, WYE_BAD_VALUE);
  assert_string_equal(serve(h, "GET /nothing"), internal);
  assert_int_equal(h->request.failure, WYE_BAD_ARGUMENT);
  assert_string_equal(serve(h, "GET /empty"), "head(500 22 X-Outer: 1|" PLAIN ")body(internal server error\n)");
  assert_string_equal(serve(h, "GET /no-chain"), internal);
  assert_int_equal(h->request.failure, WYE_BAD_ID);
  assert_string_equal(serve(h, "GET /beyond"), internal);
  assert_int_equal(h->request.failure, WYE_BAD_ID);
  assert_string_equal(serve(h, "GET /ok"), "head(200 3 Content-Type: text/plain|)body(ok\n)");
  assert_int_equal(h->request.failure, WYE_OK);
  host_end(h);
}

/* The handler after one that has refused never runs, however often wye_next is called. */
static void test_second_next(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_string_equal(serve(h, "GET /insist"), "head(401 0 X-Outer: 1|)");
  assert_string_equal(trace, "<[0][-17]>");
  assert_int_equal(h->request.failure, WYE_BAD_ARGUMENT);
  host_end(h);
}

static void test_exhausted_pool(void **state) {
  (void)state;
  struct host *h = host_begin();
  const char *unavailable = "head(503 20 " PLAIN "Retry-After: 1|)body(service unavailable\n)";
  uint64_t held[2];
  for (int i = 0; i < 2; i++) assert_int_equal(wye_acquire(h->pool, NULL, held + i), WYE_OK);
  ask(h, "GET /ok");
  assert_int_equal(wye_begin(&h->request), WYE_EXHAUSTED);
  assert_null(h->request.slot);
  assert_int_equal(wye_field(&h->request, "A", "b", 1), WYE_STALE);
  assert_int_equal(wye_receive(&h->request, "abc", 3), WYE_STALE);
  assert_int_equal(wye_run(&h->request), WYE_OK);
  assert_string_equal(sent, unavailable);
  assert_int_equal(h->request.failure, WYE_EXHAUSTED);
  assert_int_equal(wye_run(&h->request), WYE_STALE);
  assert_int_equal(wye_end(&h->request), WYE_STALE);
  assert_string_equal(sent, unavailable);
  ask(h, "HEAD /ok");
  assert_int_equal(wye_serve(&h->request, NULL, 0), WYE_OK);
  assert_string_equal(sent, "head(503 20 " PLAIN "Retry-After: 1|)");
  for (int i = 0; i < 2; i++) assert_int_equal(wye_release(h->pool, held[i]), WYE_OK);
  assert_string_equal(serve(h, "GET /ok"), "head(200 3 Content-Type: text/plain|)body(ok\n)");
  host_end(h);
}

static void test_pool_without_room_for_fields(void **state) {
  (void)state;
  struct wye_pool_options small = options;
  small.scratch = 199;
  struct host *h = host_begin_with(NULL, &small);
  assert_string_equal(serve(h, "GET /ok"), "head(500 22 " PLAIN ")body(internal server error\n)");
  assert_int_equal(h->request.failure, WYE_NO_MEMORY);
  host_end(h);
}

static void test_nulls_are_refused(void **state) {
  (void)state;
  struct host *h = host_begin();
  static const struct wye_transport headless = {NULL, take_body, NULL, false};
  ask(h, "GET /ok");
  struct wye_request whole = h->request;
  for (int i = 0; i < 8; i++) {
    struct wye_request request = whole;
    if (i == 0) request.app = NULL;
    if (i == 1) request.transport = NULL;
    if (i == 2) request.transport = &headless;
    if (i == 3) request.context = NULL;
    if (i == 4) request.pool = NULL;
    if (i == 5) request.method = NULL;
    if (i == 6) request.text = NULL;
    if (i == 7) request.base_length = 1;
    assert_int_equal(wye_begin(&request), WYE_BAD_ARGUMENT);
    assert_int_equal(wye_run(&request), WYE_BAD_ARGUMENT);
    assert_int_equal(wye_end(&request), WYE_STALE);
  }
  assert_string_equal(sent, "");
  host_end(h);
}

/* ------------------------------------------------------------------ bodies of requests */

static void test_body_of_the_request(void **state) {
  (void)state;
  struct host *h = host_begin();
  ask(h, "POST /echo");
  wye_begin(&h->request);
  assert_int_equal(wye_receive(&h->request, "abcd", 4), WYE_OK);
  assert_int_equal(wye_receive(&h->request, NULL, 0), WYE_OK);
  assert_int_equal(wye_receive(&h->request, "efgh", 4), WYE_OK);
  assert_int_equal(wye_run(&h->request), WYE_OK);
  assert_int_equal(wye_end(&h->request), WYE_OK);
  assert_string_equal(sent, "head(200 8 X-Outer: 1|)body(abcdefgh)");
  ask(h, "POST /echo");
  wye_begin(&h->request);
  assert_int_equal(wye_receive(&h->request, "abcdefgh", 8), WYE_OK);
  assert_int_equal(wye_receive(&h->request, "i", 1), WYE_BODY_TOO_LARGE);
  assert_int_equal(wye_receive(&h->request, "j", 1), WYE_BODY_TOO_LARGE);
  assert_int_equal(wye_run(&h->request), WYE_OK);
  assert_int_equal(wye_end(&h->request), WYE_OK);
  assert_string_equal(sent, "head(413 18 " PLAIN ")body(content too large\n)");
  assert_string_equal(trace, "");
  ask(h, "POST /nowhere"); /* nobody reads it, so its size does not matter */
  assert_int_equal(wye_serve(&h->request, "0123456789", 10), WYE_OK);
  assert_string_equal(sent, "head(404 10 " PLAIN ")body(not found\n)");
  host_end(h);
}

static void test_outcome_that_the_host_sets(void **state) {
  (void)state;
  struct host *h = host_begin();
  ask(h, "GET /ok");
  assert_int_equal(wye_begin(&h->request), OK);
  h->request.outcome = WYE_BAD_PATH;
  assert_int_equal(wye_run(&h->request), WYE_OK);
  assert_int_equal(wye_end(&h->request), WYE_OK);
  assert_string_equal(sent, "head(400 12 " PLAIN ")body(bad request\n)");
  host_end(h);
}

/* ------------------------------------------------------------------ fields */

static int32_t bad_fields(struct wye_request *request) {
  static const struct {
    const char *name;
    const char *value;
    size_t length;
    int32_t status;
  } rows[] = {
      {"X", "a\r\nSet-Cookie: b", 16, WYE_BAD_VALUE},
      {"X", "a\nb", 3, WYE_BAD_VALUE},
      {"X", "a\rb", 3, WYE_BAD_VALUE},
      {"X", "a\0b", 3, WYE_BAD_VALUE},
      {"X", "\x7F", 1, WYE_BAD_VALUE},
      {"X", "\x1B", 1, WYE_BAD_VALUE},
      {"", "a", 1, WYE_BAD_NAME},
      {NULL, "a", 1, WYE_BAD_NAME},
      {"X Y", "a", 1, WYE_BAD_NAME},
      {"X:", "a", 1, WYE_BAD_NAME},
      {"X\r\n", "a", 1, WYE_BAD_NAME},
      {"\xC3\xA9", "a", 1, WYE_BAD_NAME},
      {"Content-Length", "1", 1, WYE_BAD_NAME},
      {"transfer-ENCODING", "chunked", 7, WYE_BAD_NAME},
      {"Status", "200", 3, WYE_BAD_NAME},
      {"Statu", "1", 1, WYE_OK},
      {"Status-X", "\t \xC3\xA9", 4, WYE_OK},
      {"X-Empty", NULL, 0, WYE_OK},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    assert_int_equal(wye_field(request, rows[i].name, rows[i].value, rows[i].length), rows[i].status);
  assert_int_equal(wye_head(request, 200, "a\nb", 0), WYE_BAD_VALUE);
  return wye_reply(request, 200, NULL, NULL, 0);
}

static void test_fields_cannot_end_the_head(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, bad_fields), WYE_OK);
  assert_string_equal(sent, "head(200 0 Statu: 1|Status-X: \t \xC3\xA9|X-Empty: |)");
  host_end(h);
}

/* The 200 bytes hold 33 lines of `A: b`, and whatever does not fit leaves no trace. */
static int32_t many_fields(struct wye_request *request) {
  for (int i = 0; i < 33; i++) assert_int_equal(wye_field(request, "A", "b", 1), WYE_OK);
  assert_int_equal(wye_field(request, "A", "b", 1), WYE_NO_MEMORY);
  assert_int_equal(wye_field(request, "", "", 0), WYE_BAD_NAME);
  assert_int_equal(wye_reply_static(request, &ok_answer), WYE_NO_MEMORY);
  assert_int_equal(wye_head(request, 200, "text/plain", 0), WYE_NO_MEMORY);
  return wye_reply(request, 200, NULL, "x", 1);
}

static void test_fields_that_do_not_fit(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, many_fields), WYE_OK);
  assert_int_equal(strlen(sent), strlen("head(200 1 )body(x)") + 33 * strlen("A: b|"));
  host_end(h);
}

/* A text that is open in the scratch buffer is the handler's own: fields do not get into it. */
static int32_t text_and_fields(struct wye_request *request) {
  assert_int_equal(wye_append(request->slot, "{", 1), WYE_OK);
  assert_int_equal(wye_field(request, "A", "b", 1), WYE_OK);
  assert_int_equal(wye_append_uint(request->slot, 7), WYE_OK);
  assert_int_equal(wye_append(request->slot, "}", 1), WYE_OK);
  struct wye_span span = wye_text(request->slot);
  return wye_reply(request, 200, "application/json", wye_text_at(request->slot, span), span.length);
}

static void test_text_that_is_open(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, text_and_fields), WYE_OK);
  assert_string_equal(sent, "head(200 3 A: b|Content-Type: application/json|)body({7})");
  host_end(h);
}

static int32_t reads_fields(struct wye_request *request) {
  struct wye_value value;
  assert_true(wye_request_field(request, "X-Known", &value));
  assert_memory_equal(value.text, "yes", 3);
  assert_false(wye_request_field(request, "X-Unknown", &value));
  assert_null(value.text);
  assert_int_equal(wye_param_value(request, "name", &value), WYE_NOT_FOUND);
  assert_null(value.text);
  return wye_reply(request, 204, NULL, NULL, 0);
}

static void test_fields_of_the_request(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, reads_fields), WYE_OK);
  assert_string_equal(sent, "head(204 - )");
  struct wye_value value = {"x", 1};
  assert_false(wye_request_field(&h->request, "X-Known", &value));
  assert_null(value.text);
  host_end(h);
}

/* ------------------------------------------------------------------ heads and bodies */

static int32_t answers_twice(struct wye_request *request) {
  assert_int_equal(wye_reply(request, 201, NULL, "a", 1), WYE_OK);
  assert_int_equal(wye_field(request, "A", "b", 1), WYE_ALREADY_WRITTEN);
  assert_int_equal(wye_reply_static(request, &ok_answer), WYE_ALREADY_WRITTEN);
  assert_int_equal(wye_stream(request, 200, NULL, 1, countdown_piece), WYE_ALREADY_WRITTEN);
  assert_int_equal(wye_run(request), WYE_ALREADY_WRITTEN);
  return wye_reply(request, 500, NULL, "b", 1);
}

static void test_second_head_is_refused(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, answers_twice), WYE_OK); /* the first response is whole */
  assert_string_equal(sent, "head(201 1 )body(a)");
  assert_int_equal(h->request.failure, WYE_ALREADY_WRITTEN);
  host_end(h);
}

static int32_t heads(struct wye_request *request) {
  assert_int_equal(wye_write(request, "x", 1), WYE_BAD_ARGUMENT);
  static const struct {
    uint32_t status;
    uint64_t length;
  } bad[] = {{0, 0},     {99, 0},        {100, 0}, {103, 0}, {199, 0},
             {1000, 0},  {101, 0},       {204, 1}, {304, 1}, {204, WYE_NO_LENGTH},
             {65736, 0}, {UINT32_MAX, 0}};
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_int_equal(wye_head(request, bad[i].status, "a/b", bad[i].length), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_stream(request, 200, NULL, 1, NULL), WYE_BAD_ARGUMENT);
  return wye_reply(request, 304, NULL, NULL, 0);
}

static void test_heads_that_cannot_be(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, heads), WYE_OK);
  assert_string_equal(sent, "head(304 - )");
  host_end(h);
}

static int32_t upgrades(struct wye_request *request) {
  wye_field(request, "Upgrade", "echo", 4);
  assert_int_equal(wye_head(request, 101, NULL, WYE_NO_LENGTH), WYE_OK);
  assert_true(wye_response(request->slot).upgraded);
  return wye_write(request, "hi", 2);
}

static void test_upgrade_is_recorded(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, upgrades), WYE_OK);
  assert_string_equal(sent, "head(101 - Upgrade: echo|)body(hi)");
  host_end(h);
}

static int32_t writes_pieces(struct wye_request *request) {
  assert_int_equal(wye_head(request, 200, NULL, 4), WYE_OK);
  assert_int_equal(wye_write(request, "ab", 2), WYE_OK);
  assert_int_equal(wye_write(request, "cde", 3), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_write(request, "", 0), WYE_OK);
  assert_int_equal(wye_write(request, "cd", 2), WYE_OK);
  assert_int_equal(wye_write(request, "e", 1), WYE_BAD_ARGUMENT);
  assert_true(wye_response(request->slot).bytes == 4);
  return WYE_OK;
}

static int32_t writes_too_little(struct wye_request *request) {
  wye_head(request, 200, NULL, 4);
  return wye_write(request, "ab", 2);
}

static int32_t breaks_off(struct wye_request *request) {
  wye_head(request, 200, NULL, WYE_NO_LENGTH);
  wye_write(request, "ab", 2);
  return WYE_BAD_IMAGE;
}

static void test_length_is_kept(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, writes_pieces), WYE_OK);
  assert_string_equal(sent, "head(200 4 )body(ab)body(cd)");
  assert_int_equal(serve_custom(h, writes_too_little), WYE_BAD_ARGUMENT);
  assert_string_equal(sent, "head(200 4 )body(ab)");
  assert_int_equal(serve_custom(h, breaks_off), WYE_BAD_IMAGE);
  assert_string_equal(sent, "head(200 - )body(ab)");
  host_end(h);
}

static void test_client_that_is_gone(void **state) {
  (void)state;
  struct host *h = host_begin();
  ask(h, "GET /ok");
  head_result = WYE_NO_MEMORY;
  assert_int_equal(wye_serve(&h->request, NULL, 0), WYE_NO_MEMORY);
  assert_string_equal(sent, "head(200 3 Content-Type: text/plain|)");
  ask(h, "GET /nowhere");
  assert_int_equal(wye_serve(&h->request, NULL, 0), WYE_NO_MEMORY);
  head_result = WYE_OK;
  body_result = WYE_BAD_IMAGE;
  ask(h, "GET /ok");
  assert_int_equal(wye_serve(&h->request, NULL, 0), WYE_BAD_IMAGE);
  assert_string_equal(sent, "head(200 3 Content-Type: text/plain|)body(ok\n)");
  ask(h, "GET /stream");
  assert_int_equal(wye_serve(&h->request, NULL, 0), WYE_BAD_IMAGE);
  assert_string_equal(sent, "head(200 - X-Outer: 1|Content-Type: text/plain|)body(3)");
  host_end(h);
}

/* ------------------------------------------------------------------ streams */

static void test_stream_is_pushed(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_string_equal(serve(h, "GET /stream"), "head(200 - X-Outer: 1|Content-Type: text/plain|)body(3)body(2)body(1)");
  assert_string_equal(trace, "<>");
  host_end(h);
}

/* Two requests on one thread, pulled in turns: each has a state of its own, and holds its slot until its end. */
static void test_streams_are_pulled_in_turns(void **state) {
  (void)state;
  struct host *h = host_begin();
  struct wye_request other;
  ask(h, "GET /stream");
  h->request.transport = &pulling;
  other = h->request;
  struct wye_request *both[] = {&h->request, &other};
  for (int i = 0; i < 2; i++) {
    wye_begin(both[i]);
    assert_int_equal(wye_run(both[i]), WYE_OK);
    assert_non_null(both[i]->source);
  }
  assert_int_equal(wye_pool_stats(h->pool).used, 2);
  for (int left = 3; left > 0; left--) {
    for (int i = 0; i < 2; i++) {
      char piece[8];
      assert_int_equal(wye_pull(both[i], piece, sizeof piece), 1);
      assert_int_equal(piece[0], '0' + left);
    }
  }
  for (int i = 0; i < 2; i++) {
    assert_int_equal(wye_pull(both[i], sent, 1), 0);
    assert_int_equal(wye_pull(both[i], sent, 1), 0);
    assert_true(wye_response(both[i]->slot).bytes == 3);
    assert_int_equal(wye_end(both[i]), WYE_OK);
    assert_int_equal(wye_pull(both[i], sent, 1), WYE_STALE);
  }
  host_end(h);
}

static int32_t give_back(struct wye_request *request, void *buffer, size_t capacity) {
  uint64_t result;
  wye_get(request->slot, 1, &result);
  if ((int32_t)result > 0 && (size_t)result <= capacity) memset(buffer, 'x', (size_t)result);
  return (int32_t)result;
}

static int32_t returned; /* what the source returns, each time */
static uint64_t told;    /* the length that was announced */
static int32_t after;    /* what the handler returns after wye_stream */
static int32_t streams(struct wye_request *request) {
  wye_set(request->slot, 1, (uint64_t)(int64_t)returned);
  int32_t status = wye_stream(request, 200, NULL, told, give_back);
  return status < 0 ? status : after;
}

static void test_sources_that_do_not_keep_their_word(void **state) {
  (void)state;
  struct host *h = host_begin();
  static const struct {
    int32_t returned;
    uint64_t told;
    int32_t after;
    int32_t status;
    const char *sent;
  } rows[] = {
      {WYE_NO_MEMORY, 5, WYE_OK, WYE_NO_MEMORY, "head(200 5 )"},
      {WYE_NO_MEMORY, WYE_NO_LENGTH, WYE_OK, WYE_NO_MEMORY, "head(200 - )"},
      {0, 5, WYE_OK, WYE_BAD_ARGUMENT, "head(200 5 )"},
      {5000, WYE_NO_LENGTH, WYE_OK, WYE_BAD_ARGUMENT, "head(200 - )"}, /* more than there is room for */
      {5, 9, WYE_OK, WYE_BAD_ARGUMENT, "head(200 9 )body(xxxxx)"},     /* the second time only 4 are left */
      {2, 4, WYE_OK, WYE_OK, "head(200 4 )body(xx)body(xx)"},
      {1, 0, WYE_OK, WYE_OK, "head(200 0 )"},
      {1, 4, WYE_BAD_VALUE, WYE_BAD_VALUE, "head(200 4 )"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    returned = rows[i].returned;
    told = rows[i].told;
    after = rows[i].after;
    assert_int_equal(serve_custom(h, streams), rows[i].status);
    assert_string_equal(sent, rows[i].sent);
  }
  host_end(h);
}

/* ------------------------------------------------------------------ lifetimes */

static void test_request_that_was_not_begun_or_has_ended(void **state) {
  (void)state;
  struct host *h = host_begin();
  struct wye_value value;
  for (int i = 0; i < 2; i++) {
    ask(h, "GET /ok");
    if (i) {
      wye_begin(&h->request);
      wye_end(&h->request);
    }
    struct wye_request *r = &h->request;
    assert_int_equal(wye_run(r), WYE_STALE);
    assert_int_equal(wye_next(r), WYE_STALE);
    assert_int_equal(wye_receive(r, "a", 1), WYE_STALE);
    assert_int_equal(wye_pull(r, sent, 1), WYE_STALE);
    assert_int_equal(wye_end(r), WYE_STALE);
    assert_int_equal(wye_field(r, "A", "b", 1), WYE_STALE);
    assert_int_equal(wye_head(r, 200, NULL, 0), WYE_STALE);
    assert_int_equal(wye_write(r, "a", 1), WYE_STALE);
    assert_int_equal(wye_reply(r, 200, NULL, "a", 1), WYE_STALE);
    assert_int_equal(wye_reply_static(r, &ok_answer), WYE_STALE);
    assert_int_equal(wye_stream(r, 200, NULL, 0, countdown_piece), WYE_STALE);
    assert_int_equal(wye_param_value(r, "name", &value), WYE_STALE);
    assert_string_equal(sent, "");
  }
  host_end(h);
}

/* A request that somebody kept does not reach the one that has its slot now. */
static void test_kept_request(void **state) {
  (void)state;
  struct host *h = host_begin();
  ask(h, "GET /ok");
  wye_begin(&h->request);
  struct wye_request kept = h->request, other = h->request;
  wye_end(&h->request);
  wye_begin(&other);
  assert_int_equal((uint32_t)other.handle, (uint32_t)kept.handle);
  assert_int_equal(wye_field(&kept, "A", "b", 1), WYE_STALE);
  assert_int_equal(wye_reply(&kept, 200, NULL, "a", 1), WYE_STALE);
  assert_int_equal(wye_end(&kept), WYE_STALE);
  assert_int_equal(wye_run(&other), WYE_OK);
  assert_string_equal(sent, "head(200 3 Content-Type: text/plain|)body(ok\n)");
  assert_int_equal(wye_end(&other), WYE_OK);
  host_end(h);
}

static int32_t ends_itself(struct wye_request *request) {
  wye_end(request);
  return WYE_OK;
}

static void test_handler_that_ends_its_request(void **state) {
  (void)state;
  struct host *h = host_begin();
  assert_int_equal(serve_custom(h, ends_itself), WYE_STALE);
  assert_string_equal(sent, "");
  host_end(h);
}

static void test_reasons(void **state) {
  (void)state;
  assert_string_equal(wye_reason(404), "Not Found");
  assert_string_equal(wye_reason(299), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_chain_is_an_onion),
      cmocka_unit_test(test_misses),
      cmocka_unit_test(test_options_of_a_table_of_64_methods),
      cmocka_unit_test(test_head_is_get_without_a_body),
      cmocka_unit_test(test_redirects),
      cmocka_unit_test(test_bases_that_are_none),
      cmocka_unit_test(test_redirect_that_is_too_long),
      cmocka_unit_test(test_allow_that_does_not_fit),
      cmocka_unit_test(test_line_that_is_half_written),
      cmocka_unit_test(test_parameter_of_a_host),
      cmocka_unit_test(test_values_of_both_kinds),
      cmocka_unit_test(test_omitted_values),
      cmocka_unit_test(test_misses_run_a_chain),
      cmocka_unit_test(test_failures_become_500),
      cmocka_unit_test(test_second_next),
      cmocka_unit_test(test_exhausted_pool),
      cmocka_unit_test(test_pool_without_room_for_fields),
      cmocka_unit_test(test_nulls_are_refused),
      cmocka_unit_test(test_body_of_the_request),
      cmocka_unit_test(test_outcome_that_the_host_sets),
      cmocka_unit_test(test_fields_cannot_end_the_head),
      cmocka_unit_test(test_fields_that_do_not_fit),
      cmocka_unit_test(test_text_that_is_open),
      cmocka_unit_test(test_fields_of_the_request),
      cmocka_unit_test(test_second_head_is_refused),
      cmocka_unit_test(test_heads_that_cannot_be),
      cmocka_unit_test(test_upgrade_is_recorded),
      cmocka_unit_test(test_length_is_kept),
      cmocka_unit_test(test_client_that_is_gone),
      cmocka_unit_test(test_stream_is_pushed),
      cmocka_unit_test(test_streams_are_pulled_in_turns),
      cmocka_unit_test(test_sources_that_do_not_keep_their_word),
      cmocka_unit_test(test_request_that_was_not_begun_or_has_ended),
      cmocka_unit_test(test_kept_request),
      cmocka_unit_test(test_handler_that_ends_its_request),
      cmocka_unit_test(test_reasons),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
