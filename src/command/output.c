#define _POSIX_C_SOURCE 200809L

#include "command.h"

#include <unistd.h>

static char out_bytes[65536], err_bytes[4096];
struct output out = {STDOUT_FILENO, out_bytes, 0, sizeof out_bytes};
struct output err = {STDERR_FILENO, err_bytes, 0, sizeof err_bytes};

int compare_texts(struct text a, struct text b) {
  size_t common = a.length < b.length ? a.length : b.length;
  int order = common ? memcmp(a.bytes, b.bytes, common) : 0;
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

void flush(struct output *to) {
  size_t length = to->length;
  to->length = 0;
  for (size_t at = 0; at < length;) {
    ssize_t wrote = write(to->fd, to->bytes + at, length - at);
    if (wrote < 0 && to == &out) die("standard output", "cannot be written");
    if (wrote < 0) exit(TROUBLE);
    at += (size_t)wrote;
  }
}

void put(struct output *to, const char *text, size_t length) {
  while (length) {
    if (to->length == to->capacity) flush(to);
    size_t room = to->capacity - to->length, part = length < room ? length : room;
    memcpy(to->bytes + to->length, text, part);
    to->length += part;
    text += part;
    length -= part;
  }
}

void put_text(struct output *to, const char *text) { put(to, text, strlen(text)); }

void put_number(struct output *to, uint32_t number) {
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  put(to, digits + at, sizeof digits - at);
}

void put_field(struct output *to, struct text text) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t at = 0, start = 0; at <= text.length; at++) {
    if (at < text.length && (unsigned char)text.bytes[at] >= 0x20 && text.bytes[at] != 0x7F) continue;
    put(to, text.bytes + start, at - start);
    start = at + 1;
    if (at < text.length) put(to, (char[]){'%', hex[text.bytes[at] >> 4], hex[text.bytes[at] & 15]}, 3);
  }
}

void put_count(struct output *to, uint32_t count, const char *noun) {
  put_number(to, count);
  put_text(to, " ");
  put_text(to, noun);
  if (count != 1) put_text(to, "s");
}

void put_pattern(struct output *to, const struct wye_route *route) {
  put_field(to, (struct text){route->host, route->host_length});
  put_field(to, (struct text){route->pattern, route->pattern_length});
}

static void complain(const char *subject, const char *text) {
  put_text(&err, "wye: ");
  put_field(&err, text_of(subject));
  put_text(&err, ": ");
  put_text(&err, text);
  put_text(&err, "\n");
}

_Noreturn void die(const char *subject, const char *text) {
  flush(&out);
  complain(subject, text);
  flush(&err);
  exit(TROUBLE);
}

int usage(const char *subject, const char *text) {
  complain(subject, text);
  put_text(&err, "Try `wye --help`.\n");
  return TROUBLE;
}

void *grown(void *block, size_t size) {
  block = size ? realloc(block, size) : NULL;
  if (!block) die("memory", "there is not enough for this file");
  return block;
}
