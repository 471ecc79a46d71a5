/*
 * wye, the command: the same program natively and, for WASI, as wye-cli.wasm. It knows wye.h and nothing of what lies
 * below it.
 *
 * Its output must be the same bytes on every host. So it asks the C library for as little as it can: files by read and
 * write, memory, no locale, and no texts for errno, which differ between libraries.
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

/* As they sort by their bytes, a shorter one before what begins with it. */
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

/* A text of the user's: the escape of a control character means the same, and leaves the line whole. */
void put_field(struct output *to, struct text text);

/* "1 route", "2 routes" */
void put_count(struct output *to, uint32_t count, const char *noun);

/* The field of a route file that has both: host and pattern. */
void put_pattern(struct output *to, const struct wye_route *route);

/* "wye: subject: text", and the end. What was printed before comes first, also where both go to one terminal. */
_Noreturn void die(const char *subject, const char *text);

/* Tells wrong usage; gives the exit code. */
int usage(const char *subject, const char *text);

/* A block of another size; there is always one. */
void *grown(void *block, size_t size);

/* ------------------------------------------------------------------ files (files.c) */

bool is_stdin(const char *name);

/* A file's name as it is printed. */
struct text shown(const char *name);

/* Up to `capacity` bytes of an open file; 0 at its end. */
size_t read_some(const char *name, int fd, char *to, size_t capacity);

/* The whole file, in a block of its own: the caller's. */
struct text read_file(const char *name);

/* ------------------------------------------------------------------ arguments (main.c) */

/* What the options said. */
struct settings {
  struct wye_options table;
  const char *table_option; /* one that is for the table; NULL: there was none */
  const char *format;       /* NULL: not said */
};

/* ------------------------------------------------------------------ tables (load.c) */

/* A table, and what became known about it on the way. */
struct loader {
  const char *name;      /* of the file */
  struct output *report; /* where problems go */
  const struct wye_options *options;
  uint32_t problems;
  uint32_t line;
  void *block; /* the builder's, or the image: they are never there at once */
  size_t size;
  struct wye_builder *builder;
  uint32_t *lines; /* of the routes, by index; NULL: it is an image */
  uint32_t capacity;
  const struct wye_table *table;
};

/* Reads a route file or an image. Problems are counted and reported; without one the table is there. */
struct loader load(const char *name, const struct settings *settings, struct output *report);

void unload(struct loader *loader);

/* Begins a line that tells something of the file, at `loader->line` if that is not 0: "FILE:LINE: " */
void begin_report(const struct loader *loader);

/* ------------------------------------------------------------------ commands, each in the file of its name */

int match(const struct settings *settings, int count, char **args);
int list(const struct settings *settings, int count, char **args);
int tree(const struct settings *settings, int count, char **args);
int check(const struct settings *settings, int count, char **args);

#endif
