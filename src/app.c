/*
 * Requests and their answers: wye_app.h. A request goes through these states:
 *
 *                 wye_begin                 wye_run                    wye_end
 *     no slot ----------------> begun ----------------> answered ---------------> no slot
 *        |                        ^ |                     ^ |
 *        | exhausted: wye_run     | | wye_receive         | | wye_pull
 *        v answers 503            +-+                     +-+
 *     no slot
 *
 * and its answer through these, of which the slot's record knows the first step (status 0, or not):
 *
 *     fields --head--> body: `left` bytes to go --> whole: `left` is 0, or nobody told a length and all went well
 */
#include "../include/wye_app.h"

#include "builder.h"
#include "table.h"

#define IS(text, length, word) wye__same(text, length, word, sizeof(word) - 1)

/* The slot, found anew: NULL where it was given back. */
static struct wye_slot *slot_of(struct wye_request *r) {
  return r->slot = r->handle ? wye_slot(r->pool, r->handle) : NULL;
}

static uint32_t room_for_fields(const struct wye_request *r) { return r->app->fields ? r->app->fields : WYE_FIELDS; }

/* ------------------------------------------------------------------ statuses */

#define PLAIN(status, body) WYE_STATIC(status, "Content-Type: text/plain; charset=utf-8\r\n", body)

static const struct wye_static not_found = PLAIN(404, "not found\n");
static const struct wye_static not_allowed = PLAIN(405, "method not allowed\n");
static const struct wye_static bad_request = PLAIN(400, "bad request\n");
static const struct wye_static uri_too_long = PLAIN(414, "URI too long\n");
static const struct wye_static too_large = PLAIN(413, "content too large\n");
static const struct wye_static failed = PLAIN(500, "internal server error\n");
static const struct wye_static unavailable =
    WYE_STATIC(503, "Content-Type: text/plain; charset=utf-8\r\nRetry-After: 1\r\n", "service unavailable\n");

static const struct wye_static *answer_to(int32_t outcome) {
  switch (outcome) {
  case WYE_NOT_FOUND: return &not_found;
  case WYE_METHOD_NOT_ALLOWED: return &not_allowed;
  case WYE_BAD_PATH: return &bad_request;
  case WYE_PATH_TOO_LONG: return &uri_too_long;
  case WYE_BODY_TOO_LARGE: return &too_large;
  case WYE_EXHAUSTED: return &unavailable;
  default: return &failed;
  }
}

const char *wye_reason(uint32_t status) {
  switch (status) {
  case 101: return "Switching Protocols";
  case 200: return "OK";
  case 201: return "Created";
  case 202: return "Accepted";
  case 204: return "No Content";
  case 206: return "Partial Content";
  case 301: return "Moved Permanently";
  case 302: return "Found";
  case 303: return "See Other";
  case 304: return "Not Modified";
  case 307: return "Temporary Redirect";
  case 308: return "Permanent Redirect";
  case 400: return "Bad Request";
  case 401: return "Unauthorized";
  case 403: return "Forbidden";
  case 404: return "Not Found";
  case 405: return "Method Not Allowed";
  case 406: return "Not Acceptable";
  case 409: return "Conflict";
  case 410: return "Gone";
  case 412: return "Precondition Failed";
  case 413: return "Content Too Large";
  case 414: return "URI Too Long";
  case 415: return "Unsupported Media Type";
  case 416: return "Range Not Satisfiable";
  case 422: return "Unprocessable Content";
  case 429: return "Too Many Requests";
  case 500: return "Internal Server Error";
  case 501: return "Not Implemented";
  case 502: return "Bad Gateway";
  case 503: return "Service Unavailable";
  case 504: return "Gateway Timeout";
  default: return "";
  }
}

/* ------------------------------------------------------------------ the lookup */

static bool is_options(const struct wye_request *r) { return IS(r->method, r->method_length, "OPTIONS"); }

/* `OPTIONS *` asks for the server as a whole. */
static bool is_asterisk(const struct wye_request *r) { return is_options(r) && IS(r->text, r->length, "*"); }

static int32_t look_up_as(struct wye_request *r, const char *method, size_t length) {
  const struct wye_table *table = r->app->table;
  if (r->length && r->text[0] != '/')
    return wye_match_url(table, r->context, wye_table_method(table, method, length), r->text, r->length);
  return wye_match(table, r->context, method, length, r->text, r->length);
}

static int32_t look_up(struct wye_request *r) {
  int32_t outcome = look_up_as(r, r->method, r->method_length);
  bool is_miss = outcome == WYE_NOT_FOUND || outcome == WYE_METHOD_NOT_ALLOWED;
  return is_miss && r->is_head ? look_up_as(r, "GET", 3) : outcome;
}

static bool is_filled(const struct wye_request *r) {
  const struct wye_app *app = r->app;
  const struct wye_transport *transport = r->transport;
  return app && transport && app->table && transport->head && transport->body && r->context && r->pool && r->method &&
         r->text && (app->chains || !app->count) && (r->base || !r->base_length);
}

static void clear(struct wye_request *r) {
  r->slot = NULL;
  r->handle = 0;
  r->failure = WYE_OK;
  r->position = NULL;
  r->source = NULL;
  r->fields = NULL;
  r->fields_used = 0;
  r->is_head = r->broken = false;
  r->left = 0;
}

/* Takes a slot for what was found, and of it the room for fields before anybody else takes some. */
static int32_t take_slot(struct wye_request *r, const struct wye_context *found) {
  int32_t status = wye_acquire(r->pool, found, &r->handle);
  if (status < 0) return status;
  r->fields = wye_scratch(slot_of(r), room_for_fields(r));
  if (r->fields) return WYE_OK;
  wye_end(r);
  return WYE_NO_MEMORY;
}

int32_t wye_begin(struct wye_request *r) {
  clear(r);
  if (!is_filled(r)) return r->outcome = WYE_BAD_ARGUMENT;
  r->is_head = IS(r->method, r->method_length, "HEAD");
  bool asterisk = is_asterisk(r);
  int32_t outcome = asterisk ? WYE_METHOD_NOT_ALLOWED : look_up(r);
  int32_t status = take_slot(r, asterisk ? NULL : r->context);
  return r->outcome = status < 0 ? status : outcome;
}

int32_t wye_receive(struct wye_request *r, const void *bytes, size_t length) {
  if (!slot_of(r)) return WYE_STALE;
  if (r->outcome == WYE_BODY_TOO_LARGE) return WYE_BODY_TOO_LARGE;
  if (r->outcome < 0 || length == 0) return WYE_OK;
  int32_t status = wye_body_append(r->slot, bytes, length);
  if (status < 0) r->outcome = status;
  return status;
}

int32_t wye_end(struct wye_request *r) {
  int32_t status = r->handle ? wye_release(r->pool, r->handle) : WYE_STALE;
  clear(r);
  r->outcome = WYE_STALE;
  return status;
}

/* ------------------------------------------------------------------ the chain */

static int32_t answer_miss(struct wye_request *r);

int32_t wye_next(struct wye_request *r) {
  if (!slot_of(r)) return WYE_STALE;
  wye_handler *const *at = r->position;
  if (!at) return WYE_BAD_ARGUMENT;
  if (*at) r->position = at + 1;
  else r->position = NULL;
  int32_t result = *at ? (*at)(r) : r->outcome < 0 ? answer_miss(r) : WYE_BAD_ARGUMENT;
  r->position = NULL;
  slot_of(r);
  return result;
}

static int32_t run_chain(struct wye_request *r) {
  static wye_handler *const nothing[] = {NULL};
  const struct wye_app *app = r->app;
  if (r->outcome < 0) r->position = app->misses ? app->misses : nothing;
  else r->position = (uint32_t)r->outcome < app->count ? app->chains[r->outcome] : NULL;
  return r->position ? wye_next(r) : WYE_BAD_ID;
}

/* Whether all of the body was sent, or will be pulled. `result`: what the chain returned. */
static bool is_whole(const struct wye_request *r, int32_t result) {
  if (r->broken) return false;
  if (r->is_head || r->left == 0) return true;
  return result >= 0 && (r->source || r->left == WYE_NO_LENGTH);
}

static void push_rest(struct wye_request *r) {
  char piece[4096];
  int32_t length;
  while ((length = wye_pull(r, piece, sizeof piece)) > 0) {
    int32_t status = r->transport->body(r, piece, (size_t)length);
    if (status >= 0) continue;
    r->broken = true;
    r->failure = status;
  }
}

/* A chain that ended without an answer is answered here. */
static void make_up(struct wye_request *r) {
  if (wye_response(r->slot).status) return;
  if (r->failure == WYE_OK) r->failure = WYE_BAD_ARGUMENT;
  r->source = NULL;
  if (wye_reply_static(r, &failed) != WYE_NO_MEMORY) return;
  r->fields_used = 0;
  wye_reply_static(r, &failed);
}

static int32_t settle(struct wye_request *r, int32_t result) {
  if (!slot_of(r)) return WYE_STALE;
  if (result < 0 && r->failure == WYE_OK) r->failure = result;
  make_up(r);
  if (r->source && result >= 0 && !r->transport->pulls) push_rest(r);
  if (is_whole(r, result)) return WYE_OK;
  if (r->failure == WYE_OK) r->failure = WYE_BAD_ARGUMENT;
  return r->failure;
}

/* Nothing of the app can run. The one answer that needs no slot. */
static int32_t answer_without_slot(struct wye_request *r) {
  if (r->outcome == WYE_STALE || !is_filled(r)) return WYE_STALE;
  const struct wye_static *answer = answer_to(r->outcome);
  r->failure = r->outcome;
  r->outcome = WYE_STALE;
  int32_t status = r->transport->head(r, answer->status, answer->fields, answer->size, answer->length);
  if (status < 0 || r->is_head) return status;
  return r->transport->body(r, answer->body, answer->length);
}

int32_t wye_run(struct wye_request *r) {
  if (!slot_of(r)) return answer_without_slot(r);
  if (wye_response(r->slot).status) return WYE_ALREADY_WRITTEN;
  return settle(r, run_chain(r));
}

int32_t wye_serve(struct wye_request *r, const void *body, size_t length) {
  wye_begin(r);
  wye_receive(r, body, length);
  int32_t status = wye_run(r);
  int32_t failure = r->failure;
  if (r->handle) wye_end(r);
  r->failure = failure;
  return status;
}

/* ------------------------------------------------------------------ fields */

/* What is put into the fields at a time is put whole, or taken back: see add_line. */
static bool put(struct wye_request *r, const char *text, size_t length) {
  if (length > room_for_fields(r) - r->fields_used) return false;
  if (length) memcpy(r->fields + r->fields_used, text, length);
  r->fields_used += (uint32_t)length;
  return true;
}

static size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

/* What the host says itself, of the length that it was told: a second one would let two readers disagree. */
static bool is_of_host(const char *name, size_t length) {
  static const char *const names[] = {"content-length", "transfer-encoding", "status"};
  char lower[sizeof("transfer-encoding")];
  if (length >= sizeof lower) return false;
  memcpy(lower, name, length);
  wye_lower(lower, length);
  for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (wye__same(lower, length, names[i], length_of(names[i]))) return true;
  return false;
}

/* Visible characters, blanks, tabs, and bytes above ASCII (RFC 9110 5.5). */
static bool is_value(const char *value, size_t length) {
  for (size_t i = 0; i < length; i++) {
    uint8_t c = (uint8_t)value[i];
    if ((c < ' ' && c != '\t') || c == 0x7F) return false;
  }
  return true;
}

static int32_t add_line(struct wye_request *r, const char *name, const char *value, size_t length) {
  uint32_t mark = r->fields_used;
  if (put(r, name, length_of(name)) && put(r, ": ", 2) && put(r, value, length) && put(r, "\r\n", 2)) return WYE_OK;
  r->fields_used = mark;
  return WYE_NO_MEMORY;
}

int32_t wye_field(struct wye_request *r, const char *name, const char *value, size_t length) {
  if (!slot_of(r)) return WYE_STALE;
  if (wye_response(r->slot).status) return WYE_ALREADY_WRITTEN;
  size_t name_length = name ? length_of(name) : 0;
  if (!wye__is_token(name, name_length) || is_of_host(name, name_length)) return WYE_BAD_NAME;
  if (!is_value(value, length)) return WYE_BAD_VALUE;
  return add_line(r, name, value, length);
}

/* ------------------------------------------------------------------ the answer */

static int32_t told_by_transport(struct wye_request *r, int32_t status) {
  if (status < 0) {
    r->broken = true;
    r->failure = status;
  }
  return status;
}

/* Whether such a head can be: interim ones have no record, and two statuses have no body. */
static bool is_head(uint32_t status, uint64_t length) {
  if (status == 101) return length == WYE_NO_LENGTH;
  return status >= 200 && ((status != 204 && status != 304) || length == 0);
}

static int32_t send_head(struct wye_request *r, uint32_t status, const char *fields, size_t size, uint64_t length) {
  if (!is_head(status, length)) return WYE_BAD_ARGUMENT;
  int32_t begun = wye_response_begin(r->slot, status);
  if (begun < 0) return begun;
  r->left = length;
  uint64_t told = status == 204 || status == 304 ? WYE_NO_LENGTH : length;
  return told_by_transport(r, r->transport->head(r, status, fields, size, told));
}

int32_t wye_head(struct wye_request *r, uint32_t status, const char *type, uint64_t length) {
  if (!slot_of(r)) return WYE_STALE;
  uint32_t mark = r->fields_used;
  int32_t added = type ? wye_field(r, "Content-Type", type, length_of(type)) : WYE_OK;
  if (added < 0) return added;
  int32_t sent = send_head(r, status, r->fields, r->fields_used, length);
  if (sent < 0) r->fields_used = mark;
  return sent;
}

int32_t wye_write(struct wye_request *r, const void *bytes, size_t length) {
  if (!slot_of(r)) return WYE_STALE;
  if (r->broken) return r->failure;
  if (!wye_response(r->slot).status || length > r->left) return WYE_BAD_ARGUMENT;
  if (r->left != WYE_NO_LENGTH) r->left -= length;
  if (length == 0 || r->is_head) return WYE_OK;
  int32_t status = told_by_transport(r, r->transport->body(r, bytes, length));
  if (status >= 0) wye_response_sent(r->slot, length);
  return status;
}

int32_t wye_reply(struct wye_request *r, uint32_t status, const char *type, const void *body, size_t length) {
  int32_t sent = wye_head(r, status, type, length);
  return sent < 0 ? sent : wye_write(r, body, length);
}

int32_t wye_reply_static(struct wye_request *r, const struct wye_static *answer) {
  if (!slot_of(r)) return WYE_STALE;
  uint32_t mark = r->fields_used;
  bool alone = mark == 0;
  if (!alone && !put(r, answer->fields, answer->size)) return WYE_NO_MEMORY;
  int32_t sent = send_head(r, answer->status, alone ? answer->fields : r->fields, alone ? answer->size : r->fields_used,
                           answer->length);
  r->fields_used = mark;
  return sent < 0 ? sent : wye_write(r, answer->body, answer->length);
}

int32_t wye_stream(struct wye_request *r, uint32_t status, const char *type, uint64_t length, wye_source *source) {
  if (!source) return WYE_BAD_ARGUMENT;
  int32_t sent = wye_head(r, status, type, length);
  if (sent >= 0) r->source = source;
  return sent;
}

/* Behind the source's end: either nobody told a length, or it was kept. */
static int32_t end_of_source(struct wye_request *r) {
  r->source = NULL;
  return r->left == 0 || r->left == WYE_NO_LENGTH ? 0 : told_by_transport(r, WYE_BAD_ARGUMENT);
}

int32_t wye_pull(struct wye_request *r, void *buffer, size_t capacity) {
  if (!slot_of(r)) return WYE_STALE;
  if (r->broken) return r->failure;
  if (!r->source || r->is_head) return 0;
  if (capacity > r->left) capacity = (size_t)r->left;
  if (capacity > INT32_MAX) capacity = INT32_MAX;
  int32_t length = capacity ? r->source(r, buffer, capacity) : 0;
  if (length == 0) return end_of_source(r);
  if (length < 0 || (size_t)length > capacity) return told_by_transport(r, length < 0 ? length : WYE_BAD_ARGUMENT);
  if (r->left != WYE_NO_LENGTH) r->left -= (uint64_t)length;
  wye_response_sent(r->slot, (uint64_t)length);
  return length;
}

/* ------------------------------------------------------------------ misses */

struct word {
  const void *text;
  uint32_t length;
};

static int order_of(struct word a, struct word b) {
  int order = memcmp(a.text, b.text, a.length < b.length ? a.length : b.length);
  return order ? order : (int)a.length - (int)b.length;
}

/* Puts a word into a sorted list, unless it is there. */
static void insert(struct word *list, uint32_t *count, struct word word) {
  uint32_t at = *count;
  while (at > 0 && order_of(list[at - 1], word) > 0) at--;
  if (at > 0 && order_of(list[at - 1], word) == 0) return;
  for (uint32_t i = (*count)++; i > at; i--) list[i] = list[i - 1];
  list[at] = word;
}

/* The methods of `bits`, and what this layer answers itself: HEAD where GET is, and OPTIONS. */
static uint32_t list_methods(const struct wye_table *table, uint32_t bits, struct word list[WYE_MAX_METHODS + 2]) {
  const struct wye__method *methods = wye__section(table, WYE__METHODS);
  uint32_t count = 0;
  insert(list, &count, (struct word){"OPTIONS", 7});
  for (; bits; bits &= bits - 1) {
    struct wye_span span = methods[__builtin_ctz(bits)].text;
    struct word method = {wye__text(table) + span.offset, span.length};
    insert(list, &count, method);
    if (IS(method.text, method.length, "GET")) insert(list, &count, (struct word){"HEAD", 4});
  }
  return count;
}

static bool put_allow(struct wye_request *r, uint32_t bits) {
  struct word list[WYE_MAX_METHODS + 2];
  uint32_t count = list_methods(r->app->table, bits, list);
  if (!put(r, "Allow: ", 7)) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!put(r, ", ", i ? 2 : 0) || !put(r, list[i].text, list[i].length)) return false;
  return put(r, "\r\n", 2);
}

static uint32_t all_methods(const struct wye_table *table) {
  uint32_t count = table->sections[WYE__METHODS].count;
  return count == WYE_MAX_METHODS ? UINT32_MAX : (1u << count) - 1;
}

static int32_t answer_with_allow(struct wye_request *r) {
  uint32_t bits = is_asterisk(r) ? all_methods(r->app->table) : wye_slot_context(r->slot)->allow;
  if (!put_allow(r, bits)) return WYE_NO_MEMORY;
  return is_options(r) ? wye_head(r, 204, NULL, 0) : wye_reply_static(r, &not_allowed);
}

/* Where to: looked up again, as the context may have served other requests since. */
static bool put_location(struct wye_request *r) {
  if (!put(r, "Location: ", 10) || !is_value(r->base, r->base_length) || !put(r, r->base, r->base_length)) return false;
  if (look_up(r) != WYE_REDIRECT) return false;
  uint32_t room = room_for_fields(r) - r->fields_used;
  size_t length = wye_location(r->app->table, r->context, r->text, r->length, r->fields + r->fields_used, room);
  if (length >= room) return false;
  r->fields_used += (uint32_t)length;
  return put(r, "\r\n", 2);
}

static int32_t answer_redirect(struct wye_request *r) {
  bool is_get = r->is_head || IS(r->method, r->method_length, "GET");
  if (put_location(r)) return wye_head(r, is_get ? 301 : 308, NULL, 0);
  return WYE_PATH_TOO_LONG;
}

/* Where the fields have no room for it, there is an answer without them. */
static int32_t answer_miss(struct wye_request *r) {
  uint32_t mark = r->fields_used;
  int32_t result = r->outcome == WYE_METHOD_NOT_ALLOWED ? answer_with_allow(r)
                   : r->outcome == WYE_REDIRECT         ? answer_redirect(r)
                                                        : wye_reply_static(r, answer_to(r->outcome));
  if (result != WYE_PATH_TOO_LONG) return result;
  r->fields_used = mark;
  return wye_reply_static(r, &uri_too_long);
}

/* ------------------------------------------------------------------ the request */

static struct wye_value nothing(void) { return (struct wye_value){NULL, 0}; }

/* Decodes in the scratch buffer, with a byte to spare: an empty value has a text, too. */
static int32_t decode(struct wye_request *r, const char *raw, size_t length, struct wye_value *value) {
  size_t size = wye_decode(raw, length, NULL, 0);
  char *text = wye_scratch(r->slot, size + 1);
  if (!text) return WYE_NO_MEMORY;
  wye_decode(raw, length, text, size);
  *value = (struct wye_value){text, size};
  return WYE_OK;
}

int32_t wye_param_value(struct wye_request *r, const char *name, struct wye_value *value) {
  *value = nothing();
  if (!slot_of(r)) return WYE_STALE;
  if (r->outcome < 0) return WYE_NOT_FOUND;
  const struct wye_context *found = wye_slot_context(r->slot);
  struct wye_span span = wye_param(found, wye_param_index(r->app->table, found, name, length_of(name)));
  if (span.offset == WYE_NONE) return WYE_NOT_FOUND;
  const char *raw = r->text + span.offset;
  if (found->escaped && span.offset >= found->path) return decode(r, raw, span.length, value);
  *value = (struct wye_value){raw, span.length};
  return WYE_OK;
}

bool wye_request_field(struct wye_request *r, const char *name, struct wye_value *value) {
  *value = nothing();
  if (!slot_of(r) || !r->transport->field || r->transport->field(r, name, value)) return value->text != NULL;
  *value = nothing();
  return false;
}
