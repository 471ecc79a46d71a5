/* Errors as sentences. */
#include "build/builder.h"

struct writer {
  char *to;
  size_t capacity;
  size_t length;
};

static void write(struct writer *w, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++, w->length++)
    if (w->length + 1 < w->capacity) w->to[w->length] = text[i];
}

static void write_text(struct writer *w, const char *text) {
  while (*text) write(w, text++, 1);
}

static void write_number(struct writer *w, uint32_t number) {
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  write(w, digits + at, sizeof digits - at);
}

static void write_quoted(struct writer *w, const char *text, size_t length) {
  write_text(w, "\"");
  write(w, text, length);
  write_text(w, "\"");
}

static const struct wye__stored_route *route_of_index(const struct wye_builder *builder, uint32_t index) {
  for (uint32_t at = builder->first; at; at = wye__route_at(builder, at)->next)
    if (wye__route_at(builder, at)->index == index) return wye__route_at(builder, at);
  return NULL;
}

/* GET "/users/:name", or GET "api.example.com/users/:name" */
static void write_route(struct writer *w, const struct wye_route *route) {
  write(w, route->method, route->method_length);
  write_text(w, " \"");
  write(w, route->host, route->host_length);
  write(w, route->pattern, route->pattern_length);
  write_text(w, "\"");
}

/* conflict: GET "/users/:name" has the same shape as GET "/users/:id" */
static void write_conflict(struct writer *w, const struct wye_error *error, const struct wye_route *route,
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

/* Where a pattern has `{id}`: (here: ":id") */
static void write_braces_hint(struct writer *w, const struct wye_route *route, uint32_t at) {
  size_t end = at + 1;
  if (at >= route->pattern_length || route->pattern[at] != '{') return;
  while (end < route->pattern_length && route->pattern[end] != '}' && route->pattern[end] != '/') end++;
  if (end == route->pattern_length || route->pattern[end] != '}') return;
  write_text(w, " (here: \":");
  write(w, route->pattern + at + 1, end - at - 1);
  write_text(w, "\")");
}

/* bad pattern "/a/:" at byte 3: a parameter needs a name ... */
static void write_problem(struct writer *w, const struct wye_error *error, const struct wye_route *route) {
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
  if (in_pattern && route) write_braces_hint(w, route, error->offset);
}

size_t wye_error_format(const struct wye_error *error, const struct wye_builder *builder, const struct wye_route *route,
                        char *buffer, size_t capacity) {
  struct writer w = {buffer, capacity, 0};
  const struct wye__stored_route *other =
      builder && error->other != WYE_NONE ? route_of_index(builder, error->other) : NULL;
  write_text(&w, wye_status_text(error->status));
  if (route && other) {
    write_text(&w, ": ");
    write_conflict(&w, error, route, other);
  } else {
    write_problem(&w, error, route);
  }
  if (capacity) buffer[w.length < capacity ? w.length : capacity - 1] = 0;
  return w.length;
}
