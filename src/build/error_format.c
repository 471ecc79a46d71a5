/* Errors as sentences. */
#include "build/builder.h"
#include "language/constraint.h"
#include "language/encoding.h"
#include "language/pattern.h"

static void write_text(struct wye__writer *w, const char *text) {
  while (*text) wye__put(w, (uint8_t)*text++);
}

static void write_number(struct wye__writer *w, uint32_t number) {
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  wye__put_bytes(w, digits + at, sizeof digits - at);
}

static void write_quoted(struct wye__writer *w, const char *text, size_t length) {
  write_text(w, "\"");
  wye__put_bytes(w, text, length);
  write_text(w, "\"");
}

/* GET "/users/:name", or GET "api.example.com/users/:name" */
static void write_route(struct wye__writer *w, const struct wye_route *route) {
  wye__put_bytes(w, route->method, route->method_length);
  write_text(w, " \"");
  wye__put_bytes(w, route->host, route->host_length);
  wye__put_bytes(w, route->pattern, route->pattern_length);
  write_text(w, "\"");
}

/* conflict: GET "/users/:name" has the same shape as GET "/users/:id" */
static void write_conflict(struct wye__writer *w, const struct wye_error *error, const struct wye_route *route,
                           const struct wye__stored_route *other) {
  struct wye_route taken = {
      .method = wye__own(other, other->method),
      .method_length = other->method.length,
      .pattern = wye__own(other, other->pattern),
      .pattern_length = other->pattern.length,
      .host = wye__own(other, other->host),
      .host_length = other->host.length,
  };
  write_route(w, route);
  write_text(w, " ");
  write_text(w, error->detail);
  write_text(w, " ");
  write_route(w, &taken);
}

/* ------------------------------------------------------------------ parameters as other routers write them */

static bool is_word(uint8_t c) { return c == '_' || wye__is_letter(c) || wye__is_digit(c); }

/* Where the bracket at `at` closes; 0 if it does not. */
static uint32_t closing(const uint8_t *text, uint32_t length, uint32_t at) {
  uint8_t open = text[at], close = open == '(' ? ')' : open == '<' ? '>' : '}';
  for (uint32_t depth = 0; at < length; at++) {
    if (text[at] == '\\') at++;
    else if (text[at] == open) depth++;
    else if (text[at] == close && --depth == 0) return at;
  }
  return 0;
}

/* A parameter that is written in another way. Spans in the pattern; a length of 0: it has none. */
struct foreign {
  struct wye_span name, limit; /* its type or expression */
  bool may_be_type, is_rest, is_optional;
};

/* Reads `{id}`, `{id:int}`, `{id:\d+}`, `{id?}`, `{*path}`, `{path...}` or `<int:id>`. False if it is none of these. */
static bool read_brackets(const uint8_t *text, uint32_t at, uint32_t end, struct foreign *read) {
  bool is_angle = text[at++] == '<';
  for (; text[at] == '*'; at++) read->is_rest = true;
  uint32_t start = at;
  while (is_word(text[at])) at++;
  read->name = wye__span_between(start, at);
  read->may_be_type = true;
  if (text[at] == ':') {
    read->limit = wye__span_between(at + 1, end);
    if (is_angle) read->limit = read->name, read->name = wye__span_between(at + 1, end);
  } else if (text[at] == '.') read->is_rest = true;
  else if (text[at] == '?') read->is_optional = true;
  else return at == end && at > start;
  return at > start;
}

/* Reads what is at `at`: these, `(\d+)`, `:id{\d+}`, `:path*` or `:path+`. False if it is none. */
static bool read_foreign(const uint8_t *text, uint32_t length, uint32_t at, struct foreign *read) {
  uint32_t start = at;
  while (start > 1 && is_word(text[start - 1])) start--;
  bool is_named = start < at && start > 1 && text[start - 1] == ':';
  if (is_named) read->name = wye__span_between(start, at);
  read->is_rest = text[at] == '*' || text[at] == '+';
  if (read->is_rest) return is_named && text[start - 2] == '/';
  uint32_t end = closing(text, length, at);
  if (!is_named && text[at] != '(') return end && read_brackets(text, at, end, read);
  read->limit = wye__span_between(at + 1, end);
  return end > 0;
}

/* (here: ":id<int>"): how to write what is at `at`, if it is a parameter in other routers. */
static void write_hint(struct wye__writer *w, const uint8_t *text, uint32_t length, uint32_t at) {
  struct foreign read = {0};
  if (!read_foreign(text, length, at, &read)) return;
  const uint8_t *limit = text + read.limit.offset;
  uint32_t word = 0, size = read.limit.length;
  while (word < size && is_word(limit[word])) word++;
  bool is_type = read.may_be_type && word == size;
  if (is_type ? wye__same(limit, size, "path", 4) : wye__same(limit, size, ".*", 2) || wye__same(limit, size, ".+", 2))
    read.is_rest = true;
  write_text(w, " (here: \"");
  write_text(w, read.is_rest ? "*" : ":");
  if (read.name.length) wye__put_bytes(w, text + read.name.offset, read.name.length);
  else write_text(w, "name");
  if (!read.is_rest && size && (!is_type || wye__is_type(limit, size))) {
    write_text(w, is_type ? "<" : "(");
    wye__put_bytes(w, limit, size);
    write_text(w, is_type ? ">" : ")");
  }
  write_text(w, read.is_optional ? "?\")" : "\")");
}

/* ------------------------------------------------------------------ the whole */

/* bad pattern "/a/:" at byte 3: a parameter needs a name ... */
static void write_problem(struct wye__writer *w, const struct wye_error *error, const struct wye_route *route) {
  bool in_host = error->status == WYE_BAD_HOST;
  bool in_pattern = error->status == WYE_BAD_PATTERN || error->status == WYE_TOO_MANY_PARAMS ||
                    error->status == WYE_EXPRESSION_TOO_LARGE || error->status == WYE_BAD_VALUE;
  if ((in_pattern || in_host) && route) {
    if (error->status == WYE_TOO_MANY_PARAMS) write_text(w, " in");
    write_text(w, " ");
    if (in_host) write_quoted(w, route->host, route->host_length);
    else write_quoted(w, route->pattern, route->pattern_length);
    write_text(w, " at byte ");
    write_number(w, error->offset);
  }
  if (error->status == WYE_BAD_METHOD && route) {
    write_text(w, " ");
    write_quoted(w, route->method, route->method_length > WYE_MAX_METHOD ? WYE_MAX_METHOD : route->method_length);
  }
  write_text(w, ": ");
  write_text(w, error->detail);
  if (error->status == WYE_BAD_PATTERN && route && error->offset < route->pattern_length &&
      wye__is_foreign(error->detail))
    write_hint(w, (const uint8_t *)route->pattern, (uint32_t)route->pattern_length, error->offset);
}

size_t wye_error_format(const struct wye_error *error, const struct wye_builder *builder, const struct wye_route *route,
                        char *buffer, size_t capacity) {
  struct wye__writer w = {.bytes = (uint8_t *)buffer, .capacity = capacity};
  const struct wye__stored_route *other = NULL;
  if (builder && error->other != WYE_NONE)
    for (uint32_t at = builder->first; at && !other; at = wye__route_at(builder, at)->next)
      if (wye__route_at(builder, at)->index == error->other) other = wye__route_at(builder, at);
  write_text(&w, wye_status_text(error->status));
  if (route && other) {
    write_text(&w, ": ");
    write_conflict(&w, error, route, other);
  } else {
    write_problem(&w, error, route);
  }
  return wye__terminate(&w);
}
