/*
 * The app of examples/c-cgi as a server of its own, on libmicrohttpd ("MHD"). Here is only the host.
 *
 *     server [PORT [THREADS [CONTEXTS]]]          127.0.0.1, port 8080, 2 threads, 1024 contexts for each
 *
 * Each thread is a daemon of MHD with an event loop of its own, and has a pool and a context of its own: nothing is
 * locked. All of them accept from one listening socket. (The loops call poll: by its epoll MHD 0.9.75 does not notice a
 * client that leaves right after half a request, before the timeout.) A request goes this way, always on one thread:
 *
 *     arrived --> handle, first call --> handle, for each piece of a body --> handle, last call --> completed
 *     (calloc)    (wye_begin)            (wye_receive)                        (wye_run)             (wye_end, free)
 *                                                                                 |
 *                                                                                 +--> pull, as the client reads
 *
 * SIGTERM or SIGINT: stop listening; answer what comes on connections that are there, with `Connection: close`; when
 * none is left, or those that are left have nothing to say, end with a line of figures.
 */
#define _GNU_SOURCE
#define APP_ALONE
#include "../c-cgi/app.c"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

enum {
  MAX_THREADS = 64,
  CONNECTIONS = 4096,       /* of a thread */
  TIMEOUT = 30,             /* seconds that a client may say nothing */
  BLOCK = 16384,            /* bytes of a stream that are pulled at a time, at most */
  REST_MAX = 16 * BODY_MAX, /* bytes of a body of unknown length that are read for the client to see its 413 */
  GRACE = 1000,             /* milliseconds for silent connections, when the server stops; */
  LAST = 30000              /* and for all others */
};

struct worker {
  struct MHD_Daemon *daemon;
  struct wye_pool *pool;
  struct wye_context *context;
  uint64_t requests; /* completed */
  uint64_t cut;      /* of them, without a whole answer */
};

/* A request, and what its answer is until MHD has it. */
struct exchange {
  struct wye_request request;
  struct worker *worker;
  struct MHD_Connection *connection;
  bool begun;
  bool closes; /* the connection, after the answer */
  uint64_t received;
  unsigned status;
  uint64_t length; /* of the body, as it is told */
  char *fields;    /* lines, and a NUL */
  char *body;
  size_t used, capacity;
  const char *target; /* where MHD has the text */
  char text[];        /* path and query, as the client wrote them */
};

static struct worker workers[MAX_THREADS];
static unsigned threads = 2;
static atomic_uint under_way; /* requests that have arrived and are not completed */
static atomic_bool stopping;

/* ------------------------------------------------------------------ what the app says */

static bool reserve(struct exchange *x, size_t more) {
  if (more <= x->capacity - x->used) return true;
  size_t capacity = x->used + more > 2 * x->capacity ? x->used + more : 2 * x->capacity;
  char *body = realloc(x->body, capacity);
  if (!body) return false;
  x->body = body;
  x->capacity = capacity;
  return true;
}

static int32_t take_head(struct wye_request *request, uint32_t status, const char *fields, size_t size,
                         uint64_t length) {
  struct exchange *x = request->host;
  if (status == 101) return WYE_BAD_ARGUMENT; /* MHD upgrades in another way */
  x->status = status;
  x->length = length;
  x->fields = strndup(fields, size);
  return x->fields ? WYE_OK : WYE_NO_MEMORY;
}

static int32_t take_body(struct wye_request *request, const void *bytes, size_t length) {
  struct exchange *x = request->host;
  if (!reserve(x, length)) return WYE_NO_MEMORY;
  memcpy(x->body + x->used, bytes, length);
  x->used += length;
  return WYE_OK;
}

static bool find_field(struct wye_request *request, const char *name, struct wye_value *value) {
  struct exchange *x = request->host;
  value->text = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
  value->length = value->text ? strlen(value->text) : 0;
  return value->text != NULL;
}

static const struct wye_transport transport = {
    .head = take_head, .body = take_body, .field = find_field, .pulls = true};

/* ------------------------------------------------------------------ what MHD sends */

static ssize_t pull(void *cls, uint64_t position, char *buffer, size_t capacity) {
  (void)position;
  int32_t length = wye_pull(&((struct exchange *)cls)->request, buffer, capacity);
  if (length < 0) return MHD_CONTENT_READER_END_WITH_ERROR;
  return length ? length : MHD_CONTENT_READER_END_OF_STREAM;
}

/* A source is pulled from. So is, to no end, the body that a HEAD request does not get: MHD wants only its length. */
static struct MHD_Response *make_response(struct exchange *x) {
  uint64_t length = x->length == WYE_NO_LENGTH ? MHD_SIZE_UNKNOWN : x->length;
  bool has_body = x->status != 204 && x->status != 304;
  if (x->request.source || (x->request.is_head && has_body))
    return MHD_create_response_from_callback(length, BLOCK, pull, x, NULL);
  struct MHD_Response *response = MHD_create_response_from_buffer(x->used, x->body, MHD_RESPMEM_MUST_FREE);
  if (response) x->body = NULL;
  return response;
}

/* Lines `Name: value\r\n`, taken apart in place. */
static bool add_fields(struct MHD_Response *response, struct exchange *x) {
  char *line = x->fields;
  for (char *end; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
    char *value = strstr(line, ": ");
    *end = *value = 0;
    if (value[2] && MHD_add_response_header(response, line, value + 2) != MHD_YES) return false;
  }
  bool closes = x->closes || atomic_load(&stopping);
  return !closes || MHD_add_response_header(response, "Connection", "close") == MHD_YES;
}

static enum MHD_Result answer(struct exchange *x) {
  if (wye_run(&x->request) < 0) return MHD_NO; /* MHD closes the connection */
  struct MHD_Response *response = make_response(x);
  if (!response) return MHD_NO;
  enum MHD_Result queued = add_fields(response, x) ? MHD_queue_response(x->connection, x->status, response) : MHD_NO;
  MHD_destroy_response(response);
  return queued;
}

/* ------------------------------------------------------------------ what MHD lets pass */

/*
 * The server refuses a request, and closes its connection, if a proxy before it may have read it differently: another
 * end of its body, another host, or another head (RFC 9112 11.2). MHD itself refuses a length that is not a number.
 *
 * From 1.0 on MHD looks after heads, too (STRICT). Before, it turns each piece of a head into a text that ends with a
 * NUL, where the piece came, and shows nothing else. Where a piece does not begin right after the one before it and
 * their separator, something is hidden: what follows a NUL in a line; a line that continues another, which MHD appends
 * to the *name* of the field; or a line that begins with `:` or a NUL, where MHD ends the head and takes the rest for
 * another request. (A NUL in place of a CR stays unseen: MHD puts one there itself.)
 */
enum { HIDES = MHD_VERSION < 0x01000000, STRICT = !HIDES };

struct head {
  const char *end; /* of the piece before */
  bool broken;
  unsigned hosts, lengths, codings;
};

static void next_piece(struct head *head, const char *piece, size_t separator, size_t length) {
  if (HIDES && piece != head->end + separator) head->broken = true;
  head->end = piece + length;
}

/* RFC 9110 5.6.2 */
static bool is_token(const char *text, size_t length) {
  static const char marks[] = "!#$%&'*+-.^_`|~";
  for (size_t i = 0; i < length; i++)
    if (!isalnum((unsigned char)text[i]) && (!text[i] || !strchr(marks, text[i]))) return false;
  return length > 0;
}

/* Whether a text has only visible characters, bytes above ASCII, and these blanks. */
static bool is_visible(const char *text, size_t length, const char *blanks) {
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if ((c <= ' ' && (!c || !strchr(blanks, c))) || c == 0x7F) return false;
  }
  return true;
}

static enum MHD_Result look_at(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_length,
                               const char *value, size_t length) {
  struct head *head = cls;
  (void)kind;
  next_piece(head, name, 2, name_length);
  head->end = value + length;
  bool is_coding = strcasecmp(name, "Transfer-Encoding") == 0;
  head->broken |= !is_token(name, name_length) || !is_visible(value, length, " \t");
  head->broken |= is_coding && strcasecmp(value, "chunked") != 0;
  head->codings += is_coding;
  head->lengths += strcasecmp(name, "Content-Length") == 0;
  head->hosts += strcasecmp(name, "Host") == 0;
  return MHD_YES;
}

static bool is_sound(const struct exchange *x, const char *method, const char *version) {
  struct head head = {.end = method + strlen(method)};
  bool old = strcmp(version, "HTTP/1.0") == 0; /* has no codings, and may have no host */
  next_piece(&head, x->target, 1, x->request.length);
  next_piece(&head, version, 1, strlen(version));
  MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, look_at, &head);
  size_t size = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
  next_piece(&head, method + size, 4, 0);
  bool shown = !head.broken && is_token(method, strlen(method)) && is_visible(x->text, x->request.length, "");
  bool framed = head.codings + head.lengths <= 1 && !(old && head.codings);
  return shown && framed && (head.hosts == 1 || (old && head.hosts == 0));
}

/* ------------------------------------------------------------------ what MHD receives */

/* Before anything is parsed: MHD cuts the text in pieces later. */
static void *arrived(void *cls, const char *text, struct MHD_Connection *connection) {
  size_t length = strlen(text);
  struct exchange *x = calloc(1, sizeof *x + length + 1);
  atomic_fetch_add(&under_way, 1);
  if (!x) return NULL;
  memcpy(x->text, text, length);
  x->worker = cls;
  x->connection = connection;
  x->target = text;
  x->request.text = x->text;
  x->request.length = length;
  return x;
}

/* Nothing is decoded: the app does that itself, value by value. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text) {
  (void)cls, (void)connection;
  return strlen(text);
}

/* Responds to a malformed request, or to one that announces too large a body, before the body comes. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version) {
  struct wye_request *request = &x->request;
  request->app = &app;
  request->transport = &transport;
  request->context = x->worker->context;
  request->pool = x->worker->pool;
  request->method = method;
  request->method_length = strlen(method);
  request->host = x;
  x->begun = true;
  wye_begin(request);
  const char *length = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Length");
  bool sound = is_sound(x, method, version);
  if (sound && (!length || strtoull(length, NULL, 10) <= BODY_MAX)) return MHD_YES;
  if (!sound) request->outcome = WYE_BAD_PATH;
  else if (request->outcome >= 0) request->outcome = WYE_BODY_TOO_LARGE;
  x->closes = true;
  return answer(x);
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *length, void **state) {
  (void)cls, (void)connection, (void)url;
  struct exchange *x = *state;
  if (!x) return MHD_NO;
  if (!x->begun) return begin(x, method, version);
  if (*length == 0) return answer(x);
  wye_receive(&x->request, bytes, *length);
  x->received += *length;
  *length = 0;
  return x->received > REST_MAX ? MHD_NO : MHD_YES;
}

static void completed(void *cls, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code) {
  (void)connection;
  struct worker *worker = cls;
  struct exchange *x = *state;
  atomic_fetch_sub(&under_way, 1);
  worker->requests++;
  if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK) worker->cut++;
  if (!x) return;
  wye_end(&x->request);
  free(x->fields);
  free(x->body);
  free(x);
  *state = NULL;
}

/* ------------------------------------------------------------------ start and stop */

static int listen_on(uint16_t port) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
    fprintf(stderr, "port %u: %s\n", port, strerror(errno));
    return -1;
  }
  printf("listening on 127.0.0.1:%u\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

/* MHD's messages may quote a path. */
static void log_message(void *cls, const char *format, va_list values) {
  (void)cls;
  char text[LOGGED], line[LOGGED];
  vsnprintf(text, sizeof text, format, values);
  size_t length = strlen(text);
  if (length > 0 && text[length - 1] == '\n') length--;
  fprintf(stderr, "%s\n", printable(line, sizeof line, text, length, " "));
}

static bool start(struct worker *worker, int listening, uint32_t slots) {
  if (!open_contexts(slots, &worker->pool, &worker->context)) return false;
  worker->daemon = MHD_start_daemon(
      MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, worker,
      MHD_OPTION_EXTERNAL_LOGGER, log_message, NULL, MHD_OPTION_STRICT_FOR_CLIENT, (int)STRICT,
      MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT, MHD_OPTION_URI_LOG_CALLBACK, arrived, worker,
      MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, completed, worker, MHD_OPTION_END);
  return worker->daemon != NULL;
}

static unsigned connections(void) {
  unsigned sum = 0;
  for (unsigned i = 0; i < threads; i++)
    sum += MHD_get_daemon_info(workers[i].daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
  return sum;
}

/* Clients that were connected before, but not accepted yet, are: closing the socket would reset them. */
static void accept_the_rest(int listening) {
  int fd;
  for (unsigned i = 0; (fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0; i++) {
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (getpeername(fd, (struct sockaddr *)&address, &size) != 0 ||
        MHD_add_connection(workers[i % threads].daemon, fd, (struct sockaddr *)&address, size) != MHD_YES)
      close(fd);
  }
}

/* A silent connection may be about to say something: it has GRACE for that. */
static void drain(int listening) {
  static const struct timespec step = {.tv_nsec = 5000000};
  for (unsigned i = 0; i < threads; i++) MHD_quiesce_daemon(workers[i].daemon);
  accept_the_rest(listening);
  close(listening);
  atomic_store(&stopping, true); /* not before: who is told to close connects anew */
  for (unsigned waited = 0; connections() > 0 && waited < LAST; waited += 5) {
    if (waited >= GRACE && atomic_load(&under_way) == 0) break;
    nanosleep(&step, NULL);
  }
}

/* Returns how many contexts did not come back. */
static unsigned close_all(void) {
  uint64_t requests = 0, cut = 0;
  unsigned used = 0, high_water = 0;
  for (unsigned i = 0; i < threads; i++) {
    MHD_stop_daemon(workers[i].daemon);
    struct wye_pool_stats stats = wye_pool_stats(workers[i].pool);
    requests += workers[i].requests;
    cut += workers[i].cut;
    used += stats.used;
    high_water += stats.high_water;
    free(workers[i].pool);
    free(workers[i].context);
  }
  printf("stopped: %llu requests, %llu cut short, contexts: %u in use, at most %u\n", (unsigned long long)requests,
         (unsigned long long)cut, used, high_water);
  return used;
}

/* An argument as a number from `least` to `most`; `otherwise`, if there is none. -1: it is something else. */
static long number(const char *text, long least, long most, long otherwise) {
  if (!text) return otherwise;
  char *end;
  long value = strtol(text, &end, 10);
  return *text && !*end && value >= least && value <= most ? value : -1;
}

int main(int count, char **arguments) {
  long port = number(count > 1 ? arguments[1] : NULL, 0, 65535, 8080);
  long wanted = number(count > 2 ? arguments[2] : NULL, 1, MAX_THREADS, threads);
  long slots = number(count > 3 ? arguments[3] : NULL, 1, WYE_MAX_SLOTS, 1024);
  if (port < 0 || wanted < 0 || slots < 0 || count > 4) {
    fprintf(stderr, "usage: server [PORT [THREADS [CONTEXTS]]]\n");
    return 2;
  }
  threads = (unsigned)wanted;
  sigset_t signals; /* blocked in all threads; this one waits for them */
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  signal(SIGPIPE, SIG_IGN);
  if (!open_app()) return 2;
  int listening = listen_on((uint16_t)port);
  if (listening < 0) return 2;
  for (unsigned i = 0; i < threads; i++)
    if (!start(workers + i, listening, (uint32_t)slots)) return 2;
  int caught;
  sigwait(&signals, &caught);
  drain(listening);
  return close_all() ? 1 : 0;
}
