/*
 * wye, the command: the same program natively and, for WASI, as wye-cli.wasm. It uses the library only through wye.h.
 *
 * Its output must be the same bytes on every host, so it uses little of the C library: files by read and write, memory,
 * but no locale, and no texts for errno, which differ between libraries.
 */
#ifndef WYE_COMMAND_H
#define WYE_COMMAND_H

#include <stdlib.h>
#include <string.h>

#include "wye.h"

/* What the command exits with. */
enum exit_code { FINE = 0, MISSED = 1, TROUBLE = 2 };

/* ------------------------------------------------------------------ texts */

struct text {
  const char *bytes;
  size_t length;
};

static inline struct text text_of(const char *bytes) { return (struct text){bytes, strlen(bytes)}; }

static inline struct text rest(struct text text, size_t from) {
  return (struct text){text.bytes + from, text.length - from};
}

/* A line without the carriage return at its end. */
static inline struct text without_return(struct text line) {
  if (line.length && line.bytes[line.length - 1] == '\r') line.length--;
  return line;
}

/* Compares texts by their bytes. A text sorts before those that begin with it. */
int compare_texts(struct text a, struct text b);

/* ------------------------------------------------------------------ output (output.c) */

struct output {
  int fd;
  char *bytes;
  size_t length, capacity;
};

extern struct output out, err;

void flush(struct output *to);
void put(struct output *to, const char *text, size_t length);
void put_text(struct output *to, const char *text);
void put_number(struct output *to, uint32_t number);

/* A text of the user's. Control characters become escapes: they mean the same, and a line stays one line. */
void put_field(struct output *to, struct text text);

/* "1 route", "2 routes" */
void put_count(struct output *to, uint32_t count, const char *noun);

/* Host and pattern, as one field of a route file. */
void put_pattern(struct output *to, const struct wye_route *route);

/* Prints "wye: subject: text", after all that was printed before, and exits. */
_Noreturn void die(const char *subject, const char *text);

/* Reports wrong usage. Returns the exit code. */
int usage(const char *subject, const char *text);

/* Resizes a block (NULL: makes one). Exits if there is no memory. */
void *grown(void *block, size_t size);

/* ------------------------------------------------------------------ files (files.c) */

bool is_stdin(const char *name);

/* A file's name as messages have it. */
struct text shown(const char *name);

/* Up to `capacity` bytes of an open file; 0 at its end. */
size_t read_some(const char *name, int fd, char *to, size_t capacity);

/* The whole file, in a block that is the caller's. */
struct text read_file(const char *name);

/* ------------------------------------------------------------------ arguments (main.c) */

/* What the options said. */
struct settings {
  struct wye_options table;
  const char *table_option; /* the last one that is for the table; NULL: there was none */
  const char *format;       /* NULL: the default */
};

/* ------------------------------------------------------------------ tables (load.c) */

/* A table that is read from a file. */
struct loader {
  const char *name;      /* of the file */
  struct output *report; /* where problems are printed */
  const struct wye_options *options;
  uint32_t problems;
  uint32_t line;
  void *block; /* first the builder's, then the image */
  size_t size;
  struct wye_builder *builder;
  uint32_t *lines;   /* of the routes, by index; NULL: the file is an image */
  uint32_t capacity; /* of `lines` */
  const struct wye_table *table;
};

/* Reads a route file or an image, and prints and counts its problems. `table` is NULL only if an image is bad. */
struct loader load(const char *name, const struct settings *settings, struct output *report);

void unload(struct loader *loader);

/* Begins a line about the file: "FILE:LINE: ", or "FILE: " if `loader->line` is 0. */
void begin_report(const struct loader *loader);

/* ------------------------------------------------------------------ commands, each in the file of its name */

int match(const struct settings *settings, int count, char **args);
int list(const struct settings *settings, int count, char **args);
int tree(const struct settings *settings, int count, char **args);
int check(const struct settings *settings, int count, char **args);

#endif
