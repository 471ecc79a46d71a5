/*
 * Requests and their responses: wye_app.h. A request goes through these states:
 *
 *                 wye_begin                 wye_run                    wye_end
 *     no slot ----------------> begun ----------------> responded --------------> no slot
 *        |                        ^ |                     ^ |
 *        | exhausted: wye_run     | | wye_receive         | | wye_pull
 *        v sends a 503            +-+                     +-+
 *     no slot
 */
#include "http/app.h"

#include "image/table.h"

#define IS(text, length, word) wye__same(text, length, word, sizeof(word) - 1)

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

static const struct wye_static *response_to(int32_t outcome) {
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

/* ------------------------------------------------------------------ the lookup */

static bool is_options(const struct wye_request *r) { return IS(r->method, r->method_length, "OPTIONS"); }

/* `OPTIONS *` is a request to the server as a whole. */
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

static void forget_slot(struct wye_request *r) {
  r->slot = NULL;
  r->handle = 0;
  r->position = NULL;
  r->source = NULL;
  r->fields = NULL;
}

static void clear(struct wye_request *r) {
  forget_slot(r);
  r->failure = WYE_OK;
  r->fields_used = 0;
  r->is_head = r->broken = false;
  r->left = 0;
}

/* Takes a slot for what was found, and the block for fields before any other block of its scratch buffer. */
static int32_t take_slot(struct wye_request *r, const struct wye_context *found) {
  int32_t status = wye_acquire(r->pool, found, &r->handle);
  if (status < 0) return status;
  r->fields = wye_scratch(wye__slot_of(r), wye__room_for_fields(r));
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
  if (!wye__slot_of(r)) return WYE_STALE;
  if (r->outcome == WYE_BODY_TOO_LARGE) return WYE_BODY_TOO_LARGE;
  if (r->outcome < 0 || length == 0) return WYE_OK;
  int32_t status = wye_body_append(r->slot, bytes, length);
  if (status < 0) r->outcome = status;
  return status;
}

int32_t wye_end(struct wye_request *r) {
  int32_t status = r->handle ? wye_release(r->pool, r->handle) : WYE_STALE;
  forget_slot(r);
  r->outcome = WYE_STALE;
  return status;
}

/* ------------------------------------------------------------------ the chain */

static int32_t respond_to_miss(struct wye_request *r);

int32_t wye_next(struct wye_request *r) {
  if (!wye__slot_of(r)) return WYE_STALE;
  wye_handler *const *at = r->position;
  if (!at) return WYE_BAD_ARGUMENT;
  r->position = *at ? at + 1 : NULL;
  int32_t result = *at ? (*at)(r) : r->outcome < 0 ? respond_to_miss(r) : WYE_BAD_ARGUMENT;
  r->position = NULL;
  wye__slot_of(r); /* the handler may have released the slot */
  return result;
}

static int32_t run_chain(struct wye_request *r) {
  static wye_handler *const no_handlers[] = {NULL};
  const struct wye_app *app = r->app;
  if (r->outcome < 0) r->position = app->misses ? app->misses : no_handlers;
  else r->position = (uint32_t)r->outcome < app->count ? app->chains[r->outcome] : NULL;
  return r->position ? wye_next(r) : WYE_BAD_ID;
}

/* Sends the 500 of a chain that ended without a response: with the fields so far or, if there is no room, without. */
static void respond_with_500(struct wye_request *r) {
  if (r->failure == WYE_OK) r->failure = WYE_BAD_ARGUMENT;
  if (wye_reply_static(r, &failed) != WYE_NO_MEMORY) return;
  r->fields_used = 0;
  wye_reply_static(r, &failed);
}

/* Completes the response. `result`: what the chain returned. */
static int32_t settle(struct wye_request *r, int32_t result) {
  if (!wye__slot_of(r)) return WYE_STALE;
  if (result < 0 && r->failure == WYE_OK) r->failure = result;
  if (!wye_response(r->slot).status) respond_with_500(r);
  if (r->source && result >= 0 && !r->transport->pulls) wye__push_rest(r);
  bool will_end = result >= 0 && (r->source || r->left == WYE_NO_LENGTH);
  if (!r->broken && (r->is_head || r->left == 0 || will_end)) return WYE_OK;
  if (r->failure == WYE_OK) r->failure = WYE_BAD_ARGUMENT;
  return r->failure;
}

/* Without a slot nothing of the app can run, and this is the only response. */
static int32_t respond_without_slot(struct wye_request *r) {
  if (r->outcome >= 0 || r->outcome == WYE_STALE) return WYE_STALE; /* not begun, or ended */
  if (!is_filled(r)) return r->failure = r->outcome;
  const struct wye_static *response = response_to(r->outcome);
  r->failure = r->outcome;
  r->outcome = WYE_STALE;
  int32_t status = r->transport->head(r, response->status, response->fields, response->size, response->length);
  if (status < 0 || r->is_head) return status;
  return r->transport->body(r, response->body, response->length);
}

int32_t wye_run(struct wye_request *r) {
  if (!wye__slot_of(r)) return respond_without_slot(r);
  if (wye_response(r->slot).status) return WYE_ALREADY_WRITTEN;
  return settle(r, run_chain(r));
}

int32_t wye_serve(struct wye_request *r, const void *body, size_t length) {
  wye_begin(r);
  wye_receive(r, body, length);
  int32_t status = wye_run(r);
  wye_end(r);
  return status;
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

/* Inserts a word into a sorted list, unless it is there. */
static void insert(struct word *list, uint32_t *count, struct word word) {
  uint32_t at = *count;
  while (at > 0 && order_of(list[at - 1], word) > 0) at--;
  if (at > 0 && order_of(list[at - 1], word) == 0) return;
  for (uint32_t i = (*count)++; i > at; i--) list[i] = list[i - 1];
  list[at] = word;
}

/* The methods of `bits`, OPTIONS, and HEAD if GET is among them: these are served without routes of their own. */
static uint32_t list_methods(const struct wye_table *table, uint64_t bits, struct word list[WYE_MAX_METHODS + 2]) {
  const struct wye__method *methods = wye__section_of(table, WYE__METHODS);
  uint32_t count = 0;
  insert(list, &count, (struct word){"OPTIONS", 7});
  for (; bits; bits &= bits - 1) {
    struct wye_span span = methods[__builtin_ctzll(bits)].text;
    struct word method = {wye__text_of(table) + span.offset, span.length};
    insert(list, &count, method);
    if (IS(method.text, method.length, "GET")) insert(list, &count, (struct word){"HEAD", 4});
  }
  return count;
}

static bool put_allow(struct wye_request *r, uint64_t bits) {
  struct word list[WYE_MAX_METHODS + 2];
  uint32_t count = list_methods(r->app->table, bits, list);
  if (!wye__put_fields(r, "Allow: ", 7)) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!wye__put_fields(r, ", ", i ? 2 : 0) || !wye__put_fields(r, list[i].text, list[i].length)) return false;
  return wye__put_fields(r, "\r\n", 2);
}

static int32_t respond_with_allow(struct wye_request *r) {
  uint32_t count = r->app->table->sections[WYE__METHODS].count;
  uint64_t all = count == WYE_MAX_METHODS ? UINT64_MAX : ((uint64_t)1 << count) - 1;
  uint64_t bits = is_asterisk(r) ? all : wye_slot_context(r->slot)->allow;
  if (!put_allow(r, bits)) return WYE_NO_MEMORY;
  return is_options(r) ? wye_head(r, 204, NULL, 0) : wye_reply_static(r, &not_allowed);
}

/* The request is looked up again, as its context may have served other requests in the meantime. */
static bool put_location(struct wye_request *r) {
  if (!wye__put_fields(r, "Location: ", 10) || !wye__put_fields(r, r->base, r->base_length)) return false;
  look_up(r);
  uint32_t room = wye__room_for_fields(r) - r->fields_used;
  size_t length = wye_location(r->app->table, r->context, r->text, r->length, r->fields + r->fields_used, room);
  if (length >= room) return false;
  r->fields_used += (uint32_t)length;
  return wye__put_fields(r, "\r\n", 2);
}

static bool is_slash(char c) { return c == '/' || c == '\\'; } /* as browsers see it */

/*
 * No byte of a base may end the head or be skipped by browsers, and with the path after it, it must not begin with
 * `//`.
 */
static bool is_base(const char *base, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((uint8_t)base[i] <= ' ' || base[i] == 0x7F) return false;
  if (length == 0 || !is_slash(base[0])) return true;
  return base[0] == '/' && length > 1 && !is_slash(base[1]);
}

static int32_t respond_with_redirect(struct wye_request *r) {
  bool is_get = r->is_head || IS(r->method, r->method_length, "GET");
  uint32_t mark = r->fields_used;
  if (!is_base(r->base, r->base_length)) return WYE_BAD_VALUE;
  if (put_location(r)) return wye_head(r, is_get ? 301 : 308, NULL, 0);
  r->fields_used = mark;
  return wye_reply_static(r, &uri_too_long);
}

/* After a failure, removes a line that is half written: the 500 that follows must not have it. */
static int32_t respond_to_miss(struct wye_request *r) {
  uint32_t mark = r->fields_used;
  int32_t result = r->outcome == WYE_METHOD_NOT_ALLOWED ? respond_with_allow(r)
                   : r->outcome == WYE_REDIRECT         ? respond_with_redirect(r)
                                                        : wye_reply_static(r, response_to(r->outcome));
  if (result < 0) r->fields_used = mark;
  return result;
}

/* ------------------------------------------------------------------ the request */

static struct wye_value no_value(void) { return (struct wye_value){NULL, 0}; }

/* Decodes in the scratch buffer. Takes a byte more, so that an empty value has a text, too. */
static int32_t decode(struct wye_request *r, uint32_t param, const char *raw, size_t length, struct wye_value *value) {
  const struct wye_table *table = r->app->table;
  uint32_t route = wye_slot_context(r->slot)->route;
  size_t size = wye_decode_param(table, route, param, raw, length, NULL, 0);
  char *text = wye_scratch(r->slot, size + 1);
  if (!text) return WYE_NO_MEMORY;
  wye_decode_param(table, route, param, raw, length, text, size);
  *value = (struct wye_value){text, size};
  return WYE_OK;
}

int32_t wye_param_value(struct wye_request *r, const char *name, struct wye_value *value) {
  *value = no_value();
  if (!wye__slot_of(r)) return WYE_STALE;
  if (r->outcome < 0) return WYE_NOT_FOUND;
  const struct wye_context *found = wye_slot_context(r->slot);
  uint32_t param = wye_param_index(r->app->table, found, name, wye__length_of(name));
  struct wye_span span = wye_param(found, param);
  if (span.offset == WYE_NONE) return WYE_NOT_FOUND;
  const char *raw = r->text + span.offset;
  if (found->escaped && span.offset >= found->path) return decode(r, param, raw, span.length, value);
  *value = (struct wye_value){raw, span.length};
  return WYE_OK;
}

bool wye_request_field(struct wye_request *r, const char *name, struct wye_value *value) {
  *value = no_value();
  if (!wye__slot_of(r) || !r->transport->field || r->transport->field(r, name, value)) return value->text != NULL;
  *value = no_value();
  return false;
}
