/*
 * A small app with handlers in C, as a CGI program (RFC 3875). The first part is the app and knows no host; the second
 * part is the host. One source, for the machine itself and for WASI; see README.md for how to build and run it.
 *
 * examples/c-server has the same app on another host: it includes this file with APP_ALONE defined.
 */
#define _DEFAULT_SOURCE /* getentropy */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wye_app.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
  BODY_MAX = 65536, /* bytes of a request's body; 413 for more */
  LARGE = 1 << 20,  /* bytes of /large */
  LINE = 8,         /* bytes of a line of /count */
  LOGGED = 1024,    /* bytes that a line of the log shows of a text, at most */
  AT = 0,
  TO = 1 /* keys of the store: how far a stream has come, and its end */
};

/* ------------------------------------------------------------------ JSON, in the scratch buffer of the slot */

static int32_t put(struct wye_request *request, const char *text) {
  return wye_append(request->slot, text, strlen(text));
}

static int32_t put_character(struct wye_request *request, unsigned char c) {
  char text[8] = {(char)c};
  if (c == '"' || c == '\\') snprintf(text, sizeof text, "\\%c", c);
  if (c < ' ') snprintf(text, sizeof text, "\\u%04x", c);
  return wye_append(request->slot, text, c ? strlen(text) : 6);
}

static int32_t put_string(struct wye_request *request, struct wye_value value) {
  int32_t status = put(request, "\"");
  for (size_t i = 0; i < value.length && status >= 0; i++)
    status = put_character(request, (unsigned char)value.text[i]);
  return status < 0 ? status : put(request, "\"");
}

static int32_t put_number(struct wye_request *request, const char *before, uint64_t number) {
  int32_t status = put(request, before);
  return status < 0 ? status : wye_append_uint(request->slot, number);
}

/* Answers with the text that is open. `status`: what came of putting it there. */
static int32_t reply_json(struct wye_request *request, int32_t status) {
  if (status >= 0) status = put(request, "}\n");
  if (status < 0) return status;
  struct wye_span text = wye_text(request->slot);
  return wye_reply(request, 200, "application/json", wye_text_at(request->slot, text), text.length);
}

/* {"key":"value of the parameter"} */
static int32_t reply_param(struct wye_request *request, const char *key, const char *name) {
  struct wye_value value;
  int32_t status = wye_param_value(request, name, &value);
  if (status >= 0) status = put(request, key);
  if (status >= 0) status = put_string(request, value);
  return reply_json(request, status);
}

/* ------------------------------------------------------------------ the log */

static bool quiet; /* APP_QUIET is set in the environment: no log */

/* Writes a byte as up to four printable ones, without ambiguity. Returns their number. */
static size_t write_byte(char *to, unsigned char c) {
  static const char raw[] = "\n\r\t\\", letters[] = "nrt\\";
  const char *special = c ? strchr(raw, c) : NULL;
  if (!special && c >= ' ' && c < 0x7F) return *to = (char)c, 1;
  if (!special) return (size_t)snprintf(to, 5, "\\x%02x", c);
  to[0] = '\\';
  to[1] = letters[special - raw];
  return 2;
}

/*
 * Writes a text from outside in printable ASCII, its blanks as `blank`, so that no client begins a line or a column of
 * the log. If there may not be room for all of it, it ends with "...".
 */
static const char *printable(char *to, size_t capacity, const char *text, size_t length, const char *blank) {
  size_t used = 0;
  for (size_t i = 0; i < length; i++) {
    bool fits = used + 4 + sizeof "..." <= capacity;
    if (fits && text[i] != ' ') used += write_byte(to + used, (unsigned char)text[i]);
    else used += (size_t)snprintf(to + used, capacity - used, "%s", fits ? blank : "...");
    if (!fits) break;
  }
  to[used] = 0;
  return to;
}

/* ------------------------------------------------------------------ middleware */

/* A line for each request on standard error: method, path, status, route. A failure is answered after it, by 500. */
static int32_t log_request(struct wye_request *request) {
  int32_t result = wye_next(request);
  if (quiet) return result;
  struct wye_route route = {0};
  unsigned status = wye_response(request->slot).status;
  char method[64], text[LOGGED];
  wye_table_route(request->app->table, wye_slot_context(request->slot)->route, &route);
  fprintf(stderr, "%s %s %u%s%.*s\n",
          printable(method, sizeof method, request->method, request->method_length, "\\x20"),
          printable(text, sizeof text, request->text, request->length, "\\x20"), status ? status : 500,
          route.pattern ? " " : "", (int)route.pattern_length, route.pattern ? route.pattern : "");
  return result;
}

static int32_t tag_request(struct wye_request *request) {
  const char *id = wye_request_id(request->pool, request->slot);
  int32_t status = wye_field(request, "X-Request-Id", id, WYE_REQUEST_ID);
  return status < 0 ? status : wye_next(request);
}

/* In a time that does not tell how much of it was right. */
static bool is_same(struct wye_value value, const char *secret) {
  size_t length = strlen(secret);
  unsigned char difference = value.length != length;
  for (size_t i = 0; i < value.length && length; i++) difference |= (unsigned char)(value.text[i] ^ secret[i % length]);
  return !difference;
}

/* Lets only those pass who know what APP_TOKEN is in the environment; nobody, where it is not set. */
static int32_t require_token(struct wye_request *request) {
  struct wye_value given;
  const char *token = getenv("APP_TOKEN");
  if (token && *token && wye_request_field(request, "X-Token", &given) && is_same(given, token))
    return wye_next(request);
  return wye_reply(request, 403, "text/plain", "forbidden\n", 10);
}

/* ------------------------------------------------------------------ handlers */

static const struct wye_static home = WYE_STATIC(200, "Content-Type: text/html; charset=utf-8\r\n",
                                                 "<!doctype html>\n<title>wye</title>\n<p>Handlers in C.\n");
static const struct wye_static health = WYE_STATIC(200, "Content-Type: application/json\r\n", "{\"ok\":true}\n");

static int32_t show_home(struct wye_request *request) { return wye_reply_static(request, &home); }

static int32_t show_health(struct wye_request *request) { return wye_reply_static(request, &health); }

static int32_t say_hello(struct wye_request *request) { return reply_param(request, "{\"hello\":", "name"); }

static int32_t show_file(struct wye_request *request) { return reply_param(request, "{\"path\":", "path"); }

static const char *const users[] = {"Ada Lovelace", "Grace Hopper"};

/* The users have the numbers 1 and 2. The route takes digits only, of 64 bits. */
static const char *find_user(struct wye_request *request, uint64_t *id) {
  struct wye_value value;
  *id = wye_param_value(request, "id", &value) < 0 ? 0 : strtoull(value.text, NULL, 10);
  return *id - 1 < COUNT(users) ? users[*id - 1] : NULL;
}

static int32_t no_user(struct wye_request *request) {
  return wye_reply(request, 404, "text/plain", "no such user\n", 13);
}

static int32_t show_user(struct wye_request *request) {
  uint64_t id;
  const char *name = find_user(request, &id);
  if (!name) return no_user(request);
  int32_t status = put_number(request, "{\"id\":", id);
  if (status >= 0) status = put(request, ",\"name\":");
  if (status >= 0) status = put_string(request, (struct wye_value){name, strlen(name)});
  return reply_json(request, status);
}

/* This app keeps nothing from one request to the next: the user is back at once. */
static int32_t delete_user(struct wye_request *request) {
  uint64_t id;
  return find_user(request, &id) ? wye_reply(request, 204, NULL, NULL, 0) : no_user(request);
}

/* Counts bytes, lines and words of the body. */
static int32_t count_words(struct wye_request *request) {
  size_t length;
  const char *body = wye_body(request->slot, &length);
  uint64_t lines = 0, words = 0;
  for (size_t i = 0; i < length; i++) {
    bool blank = strchr(" \t\r\n", body[i]) != NULL && body[i];
    bool begins = !blank && (i == 0 || (strchr(" \t\r\n", body[i - 1]) && body[i - 1]));
    lines += body[i] == '\n';
    words += begins;
  }
  int32_t status = put_number(request, "{\"bytes\":", length);
  if (status >= 0) status = put_number(request, ",\"lines\":", lines);
  if (status >= 0) status = put_number(request, ",\"words\":", words);
  return reply_json(request, status);
}

/* A type with control characters, or of more bytes than a head has room for, is the client's mistake. */
static int32_t echo(struct wye_request *request) {
  struct wye_value type;
  size_t length;
  const void *body = wye_body(request->slot, &length);
  if (!wye_request_field(request, "Content-Type", &type)) type.text = "application/octet-stream";
  int32_t status = wye_reply(request, 200, type.text, body, length);
  if (status != WYE_BAD_VALUE && status != WYE_NO_MEMORY) return status;
  return wye_reply(request, 400, "text/plain", "no such type\n", 13);
}

/* The next lines, as many as there is room for. */
static int32_t count_piece(struct wye_request *request, void *buffer, size_t capacity) {
  uint64_t at, to;
  wye_get(request->slot, AT, &at);
  wye_get(request->slot, TO, &to);
  size_t used = 0;
  for (; at < to && capacity - used >= LINE; used += LINE) {
    char line[LINE + 1];
    snprintf(line, sizeof line, "%7u\n", (unsigned)++at);
    memcpy((char *)buffer + used, line, LINE);
  }
  if (used == 0 && at < to) return WYE_NO_MEMORY;
  wye_set(request->slot, AT, at);
  return (int32_t)used;
}

/* The numbers from 1 on, a line each, of a length that is not told. */
static int32_t count(struct wye_request *request) {
  struct wye_value to;
  int32_t status = wye_param_value(request, "to", &to);
  if (status >= 0) status = wye_set(request->slot, TO, strtoull(to.text, NULL, 10));
  return status < 0 ? status : wye_stream(request, 200, "text/plain", WYE_NO_LENGTH, count_piece);
}

static int32_t large_piece(struct wye_request *request, void *buffer, size_t capacity) {
  uint64_t at;
  wye_get(request->slot, AT, &at);
  size_t length = capacity < LARGE - at ? capacity : (size_t)(LARGE - at);
  for (size_t i = 0; i < length; i++) ((char *)buffer)[i] = (char)('a' + (at + i) % 26);
  wye_set(request->slot, AT, at + length);
  return (int32_t)length;
}

static int32_t send_large(struct wye_request *request) {
  return wye_stream(request, 200, "text/plain", LARGE, large_piece);
}

/* What becomes of a handler that cannot do its work. */
static int32_t fail(struct wye_request *request) {
  (void)request;
  return WYE_BAD_VALUE;
}

/* ------------------------------------------------------------------ routes */

#define CHAIN(...) ((wye_handler *const[]){log_request, tag_request, __VA_ARGS__, NULL})

static const struct {
  const char *method;
  const char *pattern;
  wye_handler *const *chain;
} routes[] = {
    {"GET", "/", CHAIN(show_home)},
    {"GET", "/health", CHAIN(show_health)},
    {"GET", "/hello/:name", CHAIN(say_hello)},
    {"GET", "/users/:id<uint>", CHAIN(show_user)},
    {"DELETE", "/users/:id<uint>", CHAIN(require_token, delete_user)},
    {"POST", "/words", CHAIN(count_words)},
    {"PUT", "/echo", CHAIN(echo)},
    {"GET", "/files/*path", CHAIN(show_file)},
    {"GET", "/count/:to<uint(..1000000)>", CHAIN(count)},
    {"GET", "/large", CHAIN(send_large)},
    {"GET", "/fail", CHAIN(fail)},
};

static wye_handler *const misses[] = {log_request, tag_request, NULL};
static wye_handler *const *chains[COUNT(routes)];
static struct wye_app app = {.chains = chains, .count = COUNT(chains), .misses = misses};

/* Builds the table. False, with a sentence on standard error, if a route is wrong. */
static bool open_app(void) {
  static _Alignas(WYE_ALIGNMENT) char room[16384], image[16384];
  static const struct wye_options options = {.trailing_slash = WYE_SLASH_REDIRECT};
  struct wye_builder *builder;
  struct wye_error error = {0};
  size_t size;
  int32_t status = wye_builder_init(room, sizeof room, &options, &builder);
  for (size_t i = 0; i < COUNT(routes) && status >= 0; i++) {
    struct wye_route route = {.method = routes[i].method,
                              .method_length = strlen(routes[i].method),
                              .pattern = routes[i].pattern,
                              .pattern_length = strlen(routes[i].pattern),
                              .id = (int32_t)i};
    chains[i] = routes[i].chain;
    status = wye_builder_add(builder, &route, &error);
  }
  if (status >= 0) status = wye_builder_build(builder, image, sizeof image, &size);
  if (status >= 0) status = wye_table_open(image, size, &app.table, &error);
  quiet = getenv("APP_QUIET") != NULL;
  if (status < 0) fprintf(stderr, "routes: %s: %s\n", wye_status_text(status), error.detail ? error.detail : "");
  return status >= 0;
}

/* A pool of that many contexts, and a context to look up with: two blocks, to be freed. */
static bool open_contexts(uint32_t slots, struct wye_pool **pool, struct wye_context **context) {
  struct wye_pool_options options = {
      .slots = slots, .params = wye_table_params(app.table), .values = 2, .scratch = 16384, .body = BODY_MAX};
  size_t pool_size = wye_pool_size(&options), context_size = wye_context_size(app.table);
  void *blocks[] = {malloc(pool_size), malloc(context_size)};
  bool made = blocks[0] && blocks[1] && getentropy(&options.seed, sizeof options.seed) == 0 &&
              wye_pool_init(blocks[0], pool_size, &options, pool) >= 0 &&
              wye_context_init(blocks[1], context_size, app.table, context) >= 0;
  if (!made) fprintf(stderr, "contexts: there is no memory for them\n");
  return made;
}

#ifndef APP_ALONE

/* ------------------------------------------------------------------ CGI: what the server says */

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

/* Writes a text to `to`, which has room for three bytes each; escapes what a path cannot hold. */
static char *write_path(char *to, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    bool escaped = c <= ' ' || c >= 0x7F || strchr("%?#\"<>\\^`{|}", c);
    if (escaped) to += snprintf(to, 4, "%%%02X", c);
    else *to++ = (char)c;
  }
  *to = 0;
  return to;
}

/*
 * The path and the query, as they were requested. Servers decode PATH_INFO (RFC 3875 4.1.5), so it is encoded again:
 * what was %2F is lost.
 */
static char *request_text(void) {
  const char *path = variable("PATH_INFO"), *query = variable("QUERY_STRING");
  if (!*path) path = "/";
  size_t capacity = 3 * strlen(path) + strlen(query) + 8;
  char *text = malloc(capacity);
  if (!text) return NULL;
  char *end = write_path(text, path, strlen(path));
  if (*query) snprintf(end, capacity - (size_t)(end - text), "?%s", query);
  return text;
}

/*
 * The part of the client's URL before PATH_INFO, without scheme and host: a client can make up both HTTP_HOST and
 * SERVER_NAME, and it resolves a path against its own URL (RFC 9110 10.2.2). It begins with one slash, as `//` would
 * begin a host, and ends with none. (Servers follow a path themselves only where the head
 * has no status: RFC 3875 6.2.2.)
 */
static char *request_base(void) {
  const char *name = variable("SCRIPT_NAME");
  name += strspn(name, "/\\");
  size_t length = strlen(name);
  while (length > 0 && name[length - 1] == '/') length--;
  char *base = calloc(3 * length + 2, 1);
  if (!base || length == 0) return base;
  base[0] = '/';
  write_path(base + 1, name, length);
  return base;
}

/* A field of the request is a variable of the environment: X-Token is HTTP_X_TOKEN (RFC 3875 4.1.18). */
static bool find_field(struct wye_request *request, const char *name, struct wye_value *value) {
  (void)request;
  char text[128];
  int length = snprintf(text, sizeof text, "HTTP_%s", name);
  if (length < 0 || (size_t)length >= sizeof text) return false;
  wye_upper(text, (size_t)length);
  for (char *dash = text; (dash = strchr(dash, '-')) != NULL;) *dash = '_';
  bool own = strcmp(text, "HTTP_CONTENT_TYPE") == 0 || strcmp(text, "HTTP_CONTENT_LENGTH") == 0;
  value->text = getenv(own ? text + 5 : text);
  value->length = value->text ? strlen(value->text) : 0;
  return value->text && *value->text;
}

/* ------------------------------------------------------------------ CGI: what the program says */

static int32_t outcome_of_output(void) { return ferror(stdout) ? WYE_STALE : WYE_OK; }

static int32_t send_head(struct wye_request *request, uint32_t status, const char *fields, size_t size,
                         uint64_t length) {
  (void)request;
  if (status == 101) return WYE_BAD_ARGUMENT; /* a CGI program has no connection to upgrade */
  printf("Status: %u %s\r\n", (unsigned)status, wye_reason(status));
  fwrite(fields, 1, size, stdout);
  if (length != WYE_NO_LENGTH) printf("Content-Length: %llu\r\n", (unsigned long long)length);
  printf("\r\n");
  return outcome_of_output();
}

static int32_t send_body(struct wye_request *request, const void *bytes, size_t length) {
  (void)request;
  fwrite(bytes, 1, length, stdout);
  return outcome_of_output();
}

static const struct wye_transport transport = {.head = send_head, .body = send_body, .field = find_field};

/* The number of bytes that CONTENT_LENGTH tells: 0 if it is not there, -1 if it is not a number. */
static long long announced(void) {
  const char *text = variable("CONTENT_LENGTH");
  size_t digits = strspn(text, "0123456789");
  return text[digits] || digits > 18 ? -1 : strtoll(digits ? text : "0", NULL, 10);
}

/* Reads the body, and not a byte more (RFC 3875 4.2). Gives what is wrong with it, or WYE_OK. */
static int32_t read_body(struct wye_request *request) {
  long long left = announced();
  if (left > BODY_MAX) return WYE_BODY_TOO_LARGE;
  while (left > 0) {
    char piece[4096];
    size_t length = fread(piece, 1, left < (long long)sizeof piece ? (size_t)left : sizeof piece, stdin);
    if (length == 0) return WYE_BAD_PATH; /* cut short */
    wye_receive(request, piece, length);
    left -= (long long)length;
  }
  return WYE_OK;
}

/*
 * Whether the end of the body is uncertain: its length is not a number, or a transfer coding is left. Proxies before
 * this program may have found another end (RFC 9112 6.1).
 */
static bool is_unframed(void) { return getenv("HTTP_TRANSFER_ENCODING") || announced() < 0; }

/* Whether the whole answer was sent. */
static bool serve(struct wye_request *request) {
  int32_t found = wye_begin(request);
  int32_t refused = is_unframed() ? WYE_BAD_PATH : found >= 0 ? read_body(request) : WYE_OK;
  if (refused < 0) request->outcome = refused;
  int32_t status = wye_run(request);
  wye_end(request);
  return status >= 0 && fflush(stdout) == 0;
}

/* 0: the answer is whole. 1: it is not. 2: there was no request. */
int main(void) {
  struct wye_pool *pool = NULL;
  struct wye_context *context = NULL;
  const char *method = variable("REQUEST_METHOD");
  if (!*method) {
    fprintf(stderr, "REQUEST_METHOD is not set: this program is to be run by a web server, as CGI\n");
    return 2;
  }
  char *text = request_text(), *base = request_base();
  if (!text || !base || !open_app() || !open_contexts(1, &pool, &context)) return 2;
  struct wye_request request = {.app = &app,
                                .transport = &transport,
                                .context = context,
                                .pool = pool,
                                .method = method,
                                .method_length = strlen(method),
                                .text = text,
                                .length = strlen(text),
                                .base = base,
                                .base_length = strlen(base)};
  bool whole = serve(&request);
  free(text);
  free(base);
  free(pool);
  free(context);
  return whole ? 0 : 1;
}

#endif
