/* Errors as sentences. */
#include "build/builder.h"
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

/* Where a segment begins with `{id}` or `<id>`: (here: ":id") */
static void write_parameter_hint(struct wye__writer *w, const struct wye_route *route, uint32_t at) {
  const uint8_t *text = (const uint8_t *)route->pattern;
  uint32_t length = (uint32_t)route->pattern_length;
  if (at == 0 || at >= length || text[at - 1] != '/' || (text[at] != '{' && text[at] != '<')) return;
  uint32_t end = wye__name_end(text, length, at + 1);
  if (end == at + 1 || end == length || text[end] != (text[at] == '{' ? '}' : '>')) return;
  write_text(w, " (here: \":");
  wye__put_bytes(w, text + at + 1, end - at - 1);
  write_text(w, "\")");
}

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
  if (in_pattern && route) write_parameter_hint(w, route, error->offset);
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
