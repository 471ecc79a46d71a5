#define _POSIX_C_SOURCE 200809L

#include "command.h"

#include <unistd.h>

struct matcher {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t method;
  bool missed; /* whether any path took no route */
};

/* ------------------------------------------------------------------ output */

static void put_param(const struct matcher *matcher, struct text request, uint32_t index) {
  struct text name;
  name.bytes = wye_table_param_name(matcher->table, matcher->context->route, index, &name.length);
  struct wye_span span = wye_param(matcher->context, index);
  if (span.offset == WYE_NONE) return;
  put_text(&out, "\t");
  put_field(&out, name);
  put_text(&out, "=");
  put_field(&out, (struct text){request.bytes + span.offset, span.length});
}

static void put_hit(const struct matcher *matcher, struct text request) {
  struct wye_route route;
  wye_table_route(matcher->table, matcher->context->route, &route);
  put_text(&out, "ok\t");
  put_number(&out, (uint32_t)matcher->context->outcome);
  put_text(&out, "\t");
  put_pattern(&out, &route);
  for (uint32_t i = 0; i < matcher->context->params; i++) put_param(matcher, request, i);
}

static void put_allow(const struct matcher *matcher) {
  char allow[WYE_MAX_METHODS * (WYE_MAX_METHOD + 2) + 1]; /* each method with a comma and a space, and a NUL */
  put_text(&out, "method-not-allowed\t");
  put(&out, allow, wye_allow(matcher->table, matcher->context, allow, sizeof allow));
}

static void put_redirect(const struct matcher *matcher, struct text request) {
  const struct wye_table *table = matcher->table;
  size_t length = wye_location(table, matcher->context, request.bytes, request.length, NULL, 0);
  char *target = grown(NULL, length + 1);
  wye_location(table, matcher->context, request.bytes, request.length, target, length + 1);
  put_text(&out, "redirect\t");
  put_field(&out, (struct text){target, length});
  free(target);
}

static void put_miss(const struct matcher *matcher, struct text request) {
  switch (matcher->context->outcome) {
  case WYE_NOT_FOUND: put_text(&out, "not-found"); break;
  case WYE_METHOD_NOT_ALLOWED: put_allow(matcher); break;
  case WYE_REDIRECT: put_redirect(matcher, request); break;
  case WYE_PATH_TOO_LONG: put_text(&out, "path-too-long"); break;
  default: put_text(&out, "bad-path"); break;
  }
}

/* ------------------------------------------------------------------ requests */

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Whether the text begins with `scheme://` (RFC 3986 3.1), and so is looked up with its host. */
static bool is_url(struct text text) {
  static const char more[] = "+-.0123456789";
  size_t at = 0;
  while (at < text.length && (is_letter(text.bytes[at]) || (at && text.bytes[at] && strchr(more, text.bytes[at]))))
    at++;
  return at && text.length - at >= 3 && memcmp(text.bytes + at, "://", 3) == 0;
}

static void match_request(struct matcher *matcher, struct text request) {
  int32_t (*look_up)(const struct wye_table *, struct wye_context *, uint32_t, const char *, size_t) =
      is_url(request) ? wye_match_url : wye_match_method;
  if (look_up(matcher->table, matcher->context, matcher->method, request.bytes, request.length) >= 0) {
    put_hit(matcher, request);
  } else {
    put_miss(matcher, request);
    matcher->missed = true;
  }
  put_text(&out, "\n");
}

/*
 * Standard input as lines. Of a line that is too long for a path only the beginning is kept: the outcome is the same.
 * With a query a line may have any length, as a redirect repeats the query.
 */
struct lines {
  char chunk[65536];
  size_t at, filled;
  char *line;
  size_t length, capacity;
};

enum { MOST = WYE_MAX_AUTHORITY + WYE_MAX_PATH + 2 };

/* Flushes the output first, for a writer that waits for it before it writes more. */
static bool refill(struct lines *lines) {
  flush(&out);
  lines->at = 0;
  lines->filled = read_some("-", STDIN_FILENO, lines->chunk, sizeof lines->chunk);
  return lines->filled > 0;
}

static void keep(struct lines *lines, const char *bytes, size_t length) {
  if (lines->length >= MOST && !memchr(lines->line, '?', MOST) && !memchr(lines->line, '#', MOST)) return;
  while (lines->length + length > lines->capacity) lines->line = grown(lines->line, lines->capacity *= 2);
  memcpy(lines->line + lines->length, bytes, length);
  lines->length += length;
}

/* Reads a line, which may span chunks. The last one may have no line feed. False if none is left. */
static bool next_line(struct lines *lines) {
  bool any = false;
  lines->length = 0;
  while (lines->at < lines->filled || refill(lines)) {
    const char *start = lines->chunk + lines->at, *end = memchr(start, '\n', lines->filled - lines->at);
    size_t length = end ? (size_t)(end - start) : lines->filled - lines->at;
    keep(lines, start, length);
    lines->at += length + 1;
    if (end) return true;
    any = true;
  }
  return any;
}

static void match_lines(struct matcher *matcher) {
  static struct lines lines;
  lines.line = grown(NULL, lines.capacity = 2 * MOST);
  while (next_line(&lines)) match_request(matcher, without_return((struct text){lines.line, lines.length}));
  free(lines.line);
}

/* ------------------------------------------------------------------ the command */

/* Whether the argument is a token of RFC 9110, which a path is not. */
static bool is_method(const char *text) {
  static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return *text && text[strspn(text, token)] == 0;
}

static struct matcher begin_matcher(const struct wye_table *table, const char *method) {
  size_t size = wye_context_size(table);
  struct matcher matcher = {.table = table, .method = wye_table_method(table, method, strlen(method))};
  if (wye_context_init(grown(NULL, size), size, table, &matcher.context) < 0) die("memory", "no room for a lookup");
  return matcher;
}

int match(const struct settings *settings, int count, char **args) {
  if (!is_method(args[1])) return usage(args[1], "is not a method; write wye match FILE METHOD [PATH...]");
  if (is_stdin(args[0]) && count == 2) return usage("-", "standard input cannot be both the routes and the paths");
  struct loader loader = load(args[0], settings, &err);
  bool missed = false;
  if (!loader.problems) {
    struct matcher matcher = begin_matcher(loader.table, args[1]);
    for (int i = 2; i < count; i++) match_request(&matcher, text_of(args[i]));
    if (count == 2) match_lines(&matcher);
    missed = matcher.missed;
    free(matcher.context);
  }
  unload(&loader);
  return loader.problems ? TROUBLE : missed ? MISSED : FINE;
}
