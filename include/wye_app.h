/*
 * Handlers in C: from a request to its response, on top of wye.h and wye_pool.h.
 *
 *     struct wye_app        the table, and what runs for each handler id     (constant, shared by all threads)
 *     struct wye_transport  how the host sends a response                     (constant)
 *     struct wye_request    one request, in the host's memory                 (its slot is in the thread's own pool)
 *
 * A handler responds. Middleware is a handler that calls wye_next, which runs the rest of the chain, and then goes on.
 *
 *     static int32_t hello(struct wye_request *request) {
 *       struct wye_value name;
 *       int32_t status = wye_param_value(request, "name", &name);
 *       return status < 0 ? status : wye_reply(request, 200, "text/plain", name.text, name.length);
 *     }
 *     static wye_handler *const hello_chain[] = {count_requests, hello, NULL};
 *     static wye_handler *const *const chains[] = {hello_chain};  // handler id 0
 *
 * For each request a host has a struct wye_request, fills the first part of it, and calls
 *
 *     wye_begin --> wye_receive, 0 or more --> wye_run --> [wye_pull, until it returns 0] --> wye_end
 *
 * (wye_serve is all of these). Calls for other requests may come in between, on the same thread. Every wye_begin needs
 * one wye_end, whatever happens: that releases the slot.
 *
 * The conventions are those of wye.h: nothing allocates, and texts are NUL-terminated only where that is stated. Before
 * wye_begin has succeeded and after wye_end, a function that takes a request returns WYE_STALE and does nothing. A pool
 * must not be moved while it serves requests.
 *
 * What it does not do: sockets, threads, parsing HTTP, queries, cookies. A handler cannot defer its response to a later
 * callback, since middleware would have returned by then. It may take its time if it has a thread of its own, and a
 * body may be produced piece by piece as the client takes it (wye_stream).
 */
#ifndef WYE_APP_H
#define WYE_APP_H

#include "wye_pool.h"

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default) /* the library itself is compiled with -fvisibility=hidden */
#endif

struct wye_request;

/*
 * A handler. Returns WYE_OK (or more) if it has responded. A negative wye_status means that it has failed, and so does
 * WYE_OK without a response: if there is no response yet, the client gets a 500.
 */
typedef int32_t wye_handler(struct wye_request *request);

/*
 * Produces the next piece of a body: writes at most `capacity` bytes to `buffer`. Returns how many; 0 at the end; or a
 * negative wye_status, and then the response is cut short in a way that the client can detect. It is also called after
 * the handler has returned, so it keeps its state in the slot's store (wye_set).
 */
typedef int32_t wye_source(struct wye_request *request, void *buffer, size_t capacity);

/* An app: constant data. */
struct wye_app {
  const struct wye_table *table;
  wye_handler *const *const *chains; /* by handler id: handlers, the outermost first, and a NULL */
  uint32_t count;                    /* of the chains. An id without a chain, or whose chain is NULL, gets a 500 */
  uint32_t fields;            /* bytes for header fields, reserved in each slot's scratch buffer; 0: WYE_FIELDS */
  wye_handler *const *misses; /* the chain for all requests that reach no handler; NULL: none. See wye_next */
};

enum { WYE_FIELDS = 1024 };

/* The length of a body that is not known yet. */
#define WYE_NO_LENGTH UINT64_MAX

/*
 * How a host sends a response. `head` and `body` return WYE_OK, or a negative wye_status if the client is gone, and
 * then neither is called again for this request. Their arguments are valid until they return.
 */
struct wye_transport {
  /*
   * Sends the head, once. `fields`: `size` bytes of lines `Name: value\r\n`. `length`: bytes of the body, to be sent as
   * Content-Length (also to a HEAD request, for which `body` is never called); WYE_NO_LENGTH: send none.
   */
  int32_t (*head)(struct wye_request *request, uint32_t status, const char *fields, size_t size, uint64_t length);

  /* Sends the next bytes of the body. */
  int32_t (*body)(struct wye_request *request, const void *bytes, size_t length);

  /*
   * Finds a field of the request by its name (NUL-terminated, in any case). Returns false if there is none. The value
   * is valid until wye_end. NULL: there are no fields.
   */
  bool (*field)(struct wye_request *request, const char *name, struct wye_value *value);

  /* True: the host calls wye_pull itself. False: wye_run does, and sends the pieces by `body`. */
  bool pulls;
};

struct wye_request {
  /* The host's part: filled before wye_begin, and valid and unchanged until wye_end. */
  const struct wye_app *app;
  const struct wye_transport *transport;
  struct wye_context *context; /* this thread's, for app->table; only wye_begin and wye_run use it */
  struct wye_pool *pool;       /* this thread's. The slots' scratch buffers need app->fields bytes and more */
  const char *method;
  size_t method_length;
  const char *text; /* a path with its query, or an absolute URL; `*` for OPTIONS */
  size_t length;
  /*
   * What precedes the path from the client's point of view, without a slash at its end: a redirect's Location begins
   * with it. Length 0: nothing. It must not come from the client (Host). If it has blanks or controls, or if with the
   * path it would begin with `//`, a redirect fails with WYE_BAD_VALUE: 500.
   */
  const char *base;
  size_t base_length;
  void *host; /* for the host's own use */

  /* What a handler reads. */
  struct wye_slot *slot; /* NULL before wye_begin and after wye_end */
  uint64_t handle;       /* of the slot */
  /*
   * Of the lookup: the handler id, or a negative wye_status. Between wye_begin and wye_run a host may set it to a
   * status, such as WYE_BAD_PATH for a malformed request: then no handler is reached.
   */
  int32_t outcome;
  int32_t failure;    /* WYE_OK, or why the request failed, for a log; it remains after wye_end */
  wye_source *source; /* after wye_run: if it is not NULL, the host must pull the body */

  /* The library's own. */
  wye_handler *const *position; /* the next handler of the chain; NULL: the chain has run */
  char *fields;                 /* the lines so far, */
  uint32_t fields_used;
  bool is_head;  /* the method is HEAD */
  bool broken;   /* the transport or the source has failed */
  uint64_t left; /* bytes of the body that are not sent yet; WYE_NO_LENGTH: not known */
};

/* ------------------------------------------------------------------ for hosts */

/*
 * Looks up the request and takes a slot of the pool for it. A HEAD request that no route serves is looked up as GET.
 * Returns `outcome`: what wye_match returns, or WYE_EXHAUSTED, WYE_NO_MEMORY (the scratch buffer has no room for
 * app->fields), WYE_BAD_ARGUMENT (a field of the host's part is NULL, or a slot has too few spans). After one of these
 * three there is no slot; wye_run responds nevertheless, unless a field is NULL.
 */
int32_t wye_begin(struct wye_request *request);

/*
 * Appends bytes of the request's body to the slot's body buffer, where a handler reads them with wye_body. If the
 * request reaches no handler they are dropped. Returns WYE_OK, or WYE_BODY_TOO_LARGE, which becomes the outcome: 413.
 */
int32_t wye_receive(struct wye_request *request, const void *bytes, size_t length);

/*
 * Runs the chain. Whatever that returns, the client gets a response. Returns WYE_OK if the whole response is sent,
 * possibly a 500 (`failure` says why), or if a source is left for the host to pull; WYE_ALREADY_WRITTEN if the request
 * already has a response; any other negative wye_status if the response is cut short: the host must close the
 * connection.
 */
int32_t wye_run(struct wye_request *request);

/*
 * For a host that pulls: gets the next bytes of the body. `capacity`: at least 1. Returns what wye_source does; 0 if
 * there is no source. After a failure, every further call fails.
 */
int32_t wye_pull(struct wye_request *request, void *buffer, size_t capacity);

/* Releases the slot. Returns WYE_OK, or WYE_STALE if there is none. */
int32_t wye_end(struct wye_request *request);

/*
 * Does all of this, for a transport that does not pull and a request that has arrived whole. Returns what wye_run does.
 */
int32_t wye_serve(struct wye_request *request, const void *body, size_t length);

/* The reason phrase of a status (RFC 9110 15), "Not Found"; "" for an unknown one. A constant, NUL-terminated text. */
const char *wye_reason(uint32_t status);

/* ------------------------------------------------------------------ for handlers */

/*
 * Runs the rest of the chain. Returns what that returns; WYE_BAD_ARGUMENT for a second call, and if no handler of the
 * route is left.
 *
 * After the last handler of `misses` comes the library's own response to the outcome:
 *
 *     WYE_NOT_FOUND            404
 *     WYE_METHOD_NOT_ALLOWED   405, or 204 to OPTIONS, with Allow: OPTIONS is always in it, and HEAD if GET is
 *     WYE_REDIRECT             301 to GET and HEAD, otherwise 308, with Location; 414 if app->fields has no room
 *     WYE_BAD_PATH             400
 *     WYE_PATH_TOO_LONG        414
 *     WYE_BODY_TOO_LARGE       413
 *     any other                500
 *
 * `OPTIONS *` gets the response of a path that every route of the table matches. Without a slot no handler can run: the
 * response is 503 for WYE_EXHAUSTED, otherwise 500.
 */
int32_t wye_next(struct wye_request *request);

/*
 * Gets the value of a parameter of the route, decoded as wye_decode_param does. `name`: NUL-terminated. Returns WYE_OK;
 * WYE_NOT_FOUND if there is no such parameter, or if the path omits its segment; WYE_NO_MEMORY. After a failure
 * `value->text` is NULL. The value is in the request's text or, if the path has escapes, in the scratch buffer: valid
 * until wye_end.
 */
int32_t wye_param_value(struct wye_request *request, const char *name, struct wye_value *value);

/*
 * Gets a field of the request. `name`: NUL-terminated, in any case. Returns false, with `value->text` NULL, if there is
 * none. Valid until wye_end.
 */
bool wye_request_field(struct wye_request *request, const char *name, struct wye_value *value);

/*
 * Adds a field to the response's head. `name`: NUL-terminated. Returns WYE_OK, or
 *   WYE_BAD_NAME         it is not a token of RFC 9110 5.6.2, or only the host may send it: Content-Length,
 *                        Transfer-Encoding, Status
 *   WYE_BAD_VALUE        it has a control character (such as CR, LF, NUL), so it could end the head
 *   WYE_NO_MEMORY        app->fields has too few bytes
 *   WYE_ALREADY_WRITTEN  the head is sent
 * After a failure nothing is added.
 */
int32_t wye_field(struct wye_request *request, const char *name, const char *value, size_t length);

/*
 * Sends the head, with the fields added so far. `status`: 200 to 999; or 101, with the length WYE_NO_LENGTH: after it
 * another protocol is written. `type`: the Content-Type, NUL-terminated; NULL: none is added. `length`: bytes that the
 * body will have, 0 for 204 and 304; WYE_NO_LENGTH: not known. Returns WYE_OK; WYE_BAD_ARGUMENT; WYE_ALREADY_WRITTEN
 * for a second head; for `type`, what wye_field returns; or what the transport returns.
 */
int32_t wye_head(struct wye_request *request, uint32_t status, const char *type, uint64_t length);

/*
 * Sends bytes of the body immediately; in response to HEAD, none. Returns WYE_OK; WYE_BAD_ARGUMENT before the head, or
 * if the body becomes longer than the head announced; or what the transport returns.
 */
int32_t wye_write(struct wye_request *request, const void *bytes, size_t length);

/* Sends the head and the whole body. Returns what wye_head or wye_write returns. */
int32_t wye_reply(struct wye_request *request, uint32_t status, const char *type, const void *body, size_t length);

/*
 * Sends the head, and later a body that `source` produces piece by piece, after the handler has returned and as the
 * client takes it. The request keeps its slot until then. `status`, `type`, `length`: as wye_head. Returns what
 * wye_head returns; WYE_BAD_ARGUMENT if `source` is NULL.
 */
int32_t wye_stream(struct wye_request *request, uint32_t status, const char *type, uint64_t length, wye_source *source);

/* A response whose fields (lines `Name: value\r\n`) and body are constants. */
struct wye_static {
  uint32_t status;
  const char *fields;
  size_t size;
  const void *body;
  size_t length;
};

/* Makes one of string literals: WYE_STATIC(200, "Content-Type: text/plain\r\n", "ok\n"). */
#define WYE_STATIC(status, fields, body) {(status), (fields), sizeof(fields) - 1, (body), sizeof(body) - 1}

/* Sends a constant response, with the fields added so far before its own. Returns what wye_reply returns. */
int32_t wye_reply_static(struct wye_request *request, const struct wye_static *response);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
