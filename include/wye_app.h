/*
 * Handlers in C: from a request to its response, on top of wye.h and wye_pool.h.
 *
 *     struct wye_app        the table, and what runs for each handler id     (constant, shared by all threads)
 *     struct wye_transport  how the host sends a response                     (constant)
 *     struct wye_request    one request: the host's, for as long as it lives (its slot is of the thread's own pool)
 *
 * A handler responds, or it is middleware: then it calls wye_next, which runs the rest of the chain, and goes on after
 * it.
 *
 *     static int32_t hello(struct wye_request *request) {
 *       struct wye_value name;
 *       int32_t status = wye_param_value(request, "name", &name);
 *       return status < 0 ? status : wye_reply(request, 200, "text/plain", name.text, name.length);
 *     }
 *     static wye_handler *const hello_chain[] = {count_requests, hello, NULL};
 *     static wye_handler *const *const chains[] = {hello_chain};  // handler id 0
 *
 * A host has a struct wye_request of its own for each request, fills the first part of it, and calls
 *
 *     wye_begin --> wye_receive, 0 or more --> wye_run --> [wye_pull, until it gives 0] --> wye_end
 *
 * (wye_serve is all of these). Other requests may come in between on the same thread. A request that was begun is ended
 * once, whatever happens: that releases its slot.
 *
 * As in wye.h nothing here allocates, and texts are bytes with a length unless it is said that they end with a NUL. Any
 * function that takes a request returns WYE_STALE, and does nothing, before wye_begin has succeeded and after wye_end.
 * A pool must not be moved while it has requests under way.
 *
 * What is not here: sockets, threads, parsing of HTTP, queries, cookies. A handler cannot defer its response to a
 * later callback: middleware would have returned by then. It may take its time on a thread of its own,
 * and a body may come piece by piece as the client takes it (wye_stream).
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
 * A handler. WYE_OK (or anything above): it has responded. A negative wye_status: it has failed; if there is no
 * response yet, the client gets a 500. One that returns WYE_OK without a response has failed, too.
 */
typedef int32_t wye_handler(struct wye_request *request);

/*
 * Gives the next piece of a body: writes at most `capacity` bytes to `buffer` and returns how many, 0 at the end, or a
 * negative wye_status: then the response is cut short, and the client can tell. What it must remember is in the slot's
 * store (wye_set): it may be called after the handler has returned.
 */
typedef int32_t wye_source(struct wye_request *request, void *buffer, size_t capacity);

/* An app: constant data. */
struct wye_app {
  const struct wye_table *table;
  wye_handler *const *const *chains; /* by handler id: handlers, the outermost first, and a NULL */
  uint32_t count;                    /* of them. An id at or after it, or with a NULL for a chain, gets a 500 */
  uint32_t fields; /* bytes that are set aside in each slot's scratch buffer for header fields; 0: WYE_FIELDS */
  wye_handler *const *misses; /* runs for every request that reaches no handler; NULL: nothing does. See wye_next */
};

enum { WYE_FIELDS = 1024 };

/* The length of a body that is not known yet. */
#define WYE_NO_LENGTH UINT64_MAX

/*
 * How a host sends a response. `head` and `body` return WYE_OK, or a negative wye_status if the client is gone: then
 * neither is called again for this request. What they are given is good until they return.
 */
struct wye_transport {
  /*
   * Sends the head, once. `fields`: `size` bytes of lines `Name: value\r\n`. `length`: bytes of the body, to be sent as
   * Content-Length (also to a HEAD request, for which `body` is never called); WYE_NO_LENGTH: send none.
   */
  int32_t (*head)(struct wye_request *request, uint32_t status, const char *fields, size_t size, uint64_t length);

  /* Sends the next bytes of the body. */
  int32_t (*body)(struct wye_request *request, const void *bytes, size_t length);

  /* Finds a field of the request by its name (NUL-terminated, in any case). False if there is none. NULL: there never
   * is. The value is good until wye_end. */
  bool (*field)(struct wye_request *request, const char *name, struct wye_value *value);

  /* The host calls wye_pull itself. False: wye_run does, and sends what comes to `body`. */
  bool pulls;
};

struct wye_request {
  /* The host's part: filled before wye_begin, good and unchanged until wye_end. */
  const struct wye_app *app;
  const struct wye_transport *transport;
  struct wye_context *context; /* where this thread looks up: for app->table, used by wye_begin and wye_run only */
  struct wye_pool *pool;       /* this thread's. Slots need a scratch buffer of app->fields bytes and more */
  const char *method;
  size_t method_length;
  const char *text; /* a path with its query, or an absolute URL; `*` for OPTIONS */
  size_t length;
  /* What comes before the path from the client's point of view, without a slash at its end: a redirect's Location
   * begins with it. Nothing that the client sent (Host) belongs here. With blanks or controls in it, or where it would
   * begin with `//` together with the path, a redirect fails with WYE_BAD_VALUE: 500. A length of 0: nothing does. */
  const char *base;
  size_t base_length;
  void *host; /* for the host's own use */

  /* What a handler reads. */
  struct wye_slot *slot; /* found anew before each handler; NULL before wye_begin and after wye_end */
  uint64_t handle;       /* of the slot */
  int32_t outcome; /* of the lookup: the handler id, or a negative wye_status. Between wye_begin and wye_run a host may
                      set it to one, such as WYE_BAD_PATH for a request that is malformed: no handler is reached then */
  int32_t failure; /* WYE_OK; otherwise why the request failed, for a log; it remains after wye_end */
  wye_source *source; /* after wye_run: not NULL, the body is to be pulled */

  /* The library's own. */
  wye_handler *const *position; /* the next one of the chain; NULL: the chain has run */
  char *fields;                 /* the lines so far, */
  uint32_t fields_used;
  bool is_head;  /* the method is HEAD */
  bool broken;   /* the transport or the source has failed */
  uint64_t left; /* bytes that the body lacks; WYE_NO_LENGTH: not known */
};

/* ------------------------------------------------------------------ for hosts */

/*
 * Looks the request up and takes a slot of the pool for it. A HEAD request that no route serves is looked up as GET.
 * Returns `outcome`, as wye_match does, or WYE_EXHAUSTED, WYE_NO_MEMORY (the scratch buffer has no room for
 * app->fields), WYE_BAD_ARGUMENT (something of the host's part is NULL, or a slot has too few spans). After one of
 * these three there is no slot; wye_run responds all the same, unless there is a NULL.
 */
int32_t wye_begin(struct wye_request *request);

/*
 * Adds bytes of the request's body to the slot's body buffer, for a handler to read with wye_body. WYE_OK;
 * WYE_BODY_TOO_LARGE, and that becomes the outcome: 413. A body that no handler will read is not kept: WYE_OK.
 */
int32_t wye_receive(struct wye_request *request, const void *bytes, size_t length);

/*
 * Responds: runs the chain, and whatever it returns, the client gets a response. WYE_OK: a whole one is sent, possibly
 * a 500 (`failure` says why), or a source is left for the host to pull. A negative wye_status: the response is cut
 * short, and the host has to break the connection off. WYE_ALREADY_WRITTEN if the request already has a response.
 */
int32_t wye_run(struct wye_request *request);

/*
 * For a host that pulls: the next bytes of a body, as wye_source. 0 where there is no source. `capacity` is at least 1.
 * After a failure it fails again.
 */
int32_t wye_pull(struct wye_request *request, void *buffer, size_t capacity);

/* Releases the slot. WYE_OK, or WYE_STALE if there is none. */
int32_t wye_end(struct wye_request *request);

/* All of it, for a transport that does not pull and a request that is there as a whole. Returns what wye_run does. */
int32_t wye_serve(struct wye_request *request, const void *body, size_t length);

/* The reason phrase of a status (RFC 9110 15), "Not Found"; "" for one that is not known. A constant with a NUL. */
const char *wye_reason(uint32_t status);

/* ------------------------------------------------------------------ for handlers */

/*
 * Runs the rest of the chain and returns what it does. To be called once: WYE_BAD_ARGUMENT for a second call, and
 * after the last handler of a route.
 *
 * After the last handler of `misses` comes the library's own response to the outcome:
 *
 *     WYE_NOT_FOUND            404
 *     WYE_METHOD_NOT_ALLOWED   405, or 204 to OPTIONS, with Allow: HEAD is in it where GET is, and so is OPTIONS
 *     WYE_REDIRECT             301 to GET and HEAD, otherwise 308, with Location; 414 if app->fields has no room
 *     WYE_BAD_PATH             400
 *     WYE_PATH_TOO_LONG        414
 *     WYE_BODY_TOO_LARGE       413
 *     any other                500
 *
 * `OPTIONS *` gets the response of a path that every route of the table matches. Without a slot nothing can run: 503
 * for WYE_EXHAUSTED, otherwise 500.
 */
int32_t wye_next(struct wye_request *request);

/*
 * A parameter of the route by its name (NUL-terminated), decoded as wye_decode_param does. WYE_OK with the value, good
 * until wye_end: it is in the request's own text, or in the scratch buffer if the path has escapes. WYE_NOT_FOUND if
 * there is none, or it has no value; WYE_NO_MEMORY. After a failure its text is NULL.
 */
int32_t wye_param_value(struct wye_request *request, const char *name, struct wye_value *value);

/* A field of the request's head by its name (NUL-terminated, in any case). False, and a NULL, if there is none. */
bool wye_request_field(struct wye_request *request, const char *name, struct wye_value *value);

/*
 * Adds a field to the response's head. `name` ends with a NUL. WYE_OK, or
 *   WYE_BAD_NAME         not a token of RFC 9110 5.6.2, or what only the host may say: Content-Length,
 *                        Transfer-Encoding, Status
 *   WYE_BAD_VALUE        it has a control character in it (CR, LF and NUL are): a value cannot end the head
 *   WYE_NO_MEMORY        no room in app->fields
 *   WYE_ALREADY_WRITTEN  the head is sent
 * and then nothing is added.
 */
int32_t wye_field(struct wye_request *request, const char *name, const char *value, size_t length);

/*
 * Sends the head: the status, the fields so far, and Content-Type if `type` (NUL-terminated) is not NULL. `length` is
 * what the body will have. WYE_OK; WYE_ALREADY_WRITTEN for a second head; as wye_field for `type`; WYE_BAD_ARGUMENT for
 * a status that is neither 101 nor 200 to 999, or for a length other than 0 with 204 and 304; what the transport says.
 * 101, with WYE_NO_LENGTH, is recorded as an upgrade: what is written after it is another protocol.
 */
int32_t wye_head(struct wye_request *request, uint32_t status, const char *type, uint64_t length);

/*
 * Sends bytes of the body, at once. WYE_OK (also to HEAD, where nothing is sent); WYE_BAD_ARGUMENT before the head, or
 * for more than the length that it announced; what the transport says.
 */
int32_t wye_write(struct wye_request *request, const void *bytes, size_t length);

/* Both: head and whole body. */
int32_t wye_reply(struct wye_request *request, uint32_t status, const char *type, const void *body, size_t length);

/*
 * The head, and a body that `source` gives piece by piece, when the handler has returned and the client takes it. The
 * slot is held until then. `length`: as it will be, or WYE_NO_LENGTH. Results as wye_head.
 */
int32_t wye_stream(struct wye_request *request, uint32_t status, const char *type, uint64_t length, wye_source *source);

/* A response that is encoded once: its lines of fields, `Name: value\r\n` each, and its body are constants. */
struct wye_static {
  uint32_t status;
  const char *fields;
  size_t size;
  const void *body;
  size_t length;
};

/* One made of string literals: WYE_STATIC(200, "Content-Type: text/plain\r\n", "ok\n"). */
#define WYE_STATIC(status, fields, body) {(status), (fields), sizeof(fields) - 1, (body), sizeof(body) - 1}

/* Sends it, after the fields so far. Results as wye_reply. */
int32_t wye_reply_static(struct wye_request *request, const struct wye_static *response);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
