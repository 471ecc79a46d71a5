/*
 * wye, the command: the same program natively and, for WASI, as wye-cli.wasm. It knows wye.h and nothing of what lies
 * below it.
 *
 * Its output must be the same bytes on every host. So it asks the C library for as little as it can: files by read and
 * write, memory, no locale, and no texts for errno, which differ between libraries.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wye.h"

/* What the command exits with. */
enum exit_code { FINE = 0, MISSED = 1, TROUBLE = 2 };

static const char help[] = "wye: which route does a request take?\n"
                           "\n"
                           "usage: wye match FILE METHOD [PATH...]   look paths up\n"
                           "       wye list FILE                     print the routes\n"
                           "       wye check FILE                    print every problem of the file\n"
                           "       wye --help | --version\n"
                           "\n"
                           "FILE is a route file, or the image of a table; `-` is standard input.\n"
                           "A route file has one route a line, and blanks between its fields:\n"
                           "\n"
                           "    METHOD pattern [name]\n"
                           "\n"
                           "METHOD `*` is any method. A field that begins with `#` begins a comment. Blanks end a\n"
                           "field, so a space in a pattern is written %20. Handler ids are given in the order of the\n"
                           "file, from 0.\n"
                           "\n"
                           "match looks up each PATH or, without one, each line of standard input, of which it holds\n"
                           "one at a time. For each it prints one line, of fields with tabs between them:\n"
                           "\n"
                           "    ok                  handler id, pattern, name=value for each parameter\n"
                           "    not-found\n"
                           "    method-not-allowed  the methods that would be served\n"
                           "    bad-path            the path does not begin with `/`\n"
                           "    path-too-long       the path has more than 65535 bytes\n"
                           "\n"
                           "A value is raw: as the path has it, not decoded.\n"
                           "list prints handler id, method, pattern and, where there is one, the route's name.\n"
                           "check prints FILE:LINE: and the problem, and last a line with the number of each.\n"
                           "Control characters are printed as their escapes (a tab as %09), so a line stays a line.\n"
                           "\n"
                           "Exit code: 0, fine; 1, a path took no route, or check found a problem; 2, wrong usage, or\n"
                           "a file that cannot be read or, for match and list, has a problem.\n";

/* ------------------------------------------------------------------ output */

struct output {
  int fd;
  char *bytes;
  size_t length, capacity;
};

static char out_bytes[65536], err_bytes[4096];
static struct output out = {STDOUT_FILENO, out_bytes, 0, sizeof out_bytes};
static struct output err = {STDERR_FILENO, err_bytes, 0, sizeof err_bytes};

static _Noreturn void die(const char *subject, const char *text);

static void flush(struct output *to) {
  size_t length = to->length;
  to->length = 0;
  for (size_t at = 0; at < length;) {
    ssize_t wrote = write(to->fd, to->bytes + at, length - at);
    if (wrote < 0 && to == &out) die("standard output", "cannot be written");
    if (wrote < 0) exit(TROUBLE);
    at += (size_t)wrote;
  }
}

static void put(struct output *to, const char *text, size_t length) {
  while (length) {
    if (to->length == to->capacity) flush(to);
    size_t room = to->capacity - to->length, part = length < room ? length : room;
    memcpy(to->bytes + to->length, text, part);
    to->length += part;
    text += part;
    length -= part;
  }
}

static void put_text(struct output *to, const char *text) { put(to, text, strlen(text)); }

static void put_number(struct output *to, uint32_t number) {
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  put(to, digits + at, sizeof digits - at);
}

static bool is_control(char c) { return (unsigned char)c < 0x20 || c == 0x7F; }

/* A text of the user's: the escape of a control character means the same, and leaves the line whole. */
static void put_field(struct output *to, const char *text, size_t length) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t at = 0, start = 0; at <= length; at++) {
    if (at < length && !is_control(text[at])) continue;
    put(to, text + start, at - start);
    start = at + 1;
    if (at < length) put(to, (char[]){'%', hex[text[at] >> 4], hex[text[at] & 15]}, 3);
  }
}

/* "1 route", "2 routes" */
static void put_count(struct output *to, uint32_t count, const char *noun) {
  put_number(to, count);
  put_text(to, " ");
  put_text(to, noun);
  if (count != 1) put_text(to, "s");
}

/* What was printed before comes first, also where both go to one terminal. */
static _Noreturn void die(const char *subject, const char *text) {
  flush(&out);
  put_text(&err, "wye: ");
  put_field(&err, subject, strlen(subject));
  put_text(&err, ": ");
  put_text(&err, text);
  put_text(&err, "\n");
  flush(&err);
  exit(TROUBLE);
}

static void *grown(void *block, size_t size) {
  block = size ? realloc(block, size) : NULL;
  if (!block) die("memory", "there is not enough for this file");
  return block;
}

/* ------------------------------------------------------------------ files */

static bool is_stdin(const char *name) { return strcmp(name, "-") == 0; }

static const char *shown(const char *name) { return is_stdin(name) ? "<stdin>" : name; }

static _Noreturn void unreadable(const char *name) {
  switch (errno) {
  case ENOENT: die(name, "no such file");
  case EPERM:
  case EACCES: die(name, "permission denied");
  case EISDIR: die(name, "is a directory");
  default: die(name, "cannot be read");
  }
}

/* Some hosts let a directory be opened, and then say all sorts of things when it is read. */
static int open_file(const char *name) {
  struct stat about;
  int fd = is_stdin(name) ? STDIN_FILENO : open(name, O_RDONLY);
  if (fd < 0) unreadable(name);
  if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
    errno = EISDIR;
    unreadable(shown(name));
  }
  return fd;
}

static size_t read_some(const char *name, int fd, char *to, size_t capacity) {
  ssize_t length = read(fd, to, capacity);
  if (length < 0) unreadable(shown(name));
  return (size_t)length;
}

struct text {
  const char *bytes;
  size_t length;
};

/* The whole file, in a block of its own: the caller's. */
static struct text read_file(const char *name) {
  int fd = open_file(name);
  size_t capacity = 65536, length = 0;
  char *bytes = grown(NULL, capacity);
  for (size_t part; (part = read_some(name, fd, bytes + length, capacity - length)); length += part)
    if (length + part == capacity) bytes = grown(bytes, capacity *= 2);
  if (fd != STDIN_FILENO) close(fd);
  return (struct text){bytes, length};
}

/* ------------------------------------------------------------------ problems */

/* A table in the making. */
struct loader {
  const char *name;      /* of the file */
  struct output *report; /* where problems go */
  uint32_t problems;
  uint32_t line;
  void *block; /* the builder's, or the image: they are never there at once */
  size_t size;
  struct wye_builder *builder;
  uint32_t *lines; /* of the routes, by index */
  uint32_t capacity;
  const struct wye_table *table;
};

static void begin_problem(struct loader *loader) {
  loader->problems++;
  put_field(loader->report, shown(loader->name), strlen(shown(loader->name)));
  put_text(loader->report, ":");
  if (loader->line) {
    put_number(loader->report, loader->line);
    put_text(loader->report, ":");
  }
  put_text(loader->report, " ");
}

static void problem(struct loader *loader, const char *text) {
  begin_problem(loader);
  put_text(loader->report, text);
  put_text(loader->report, "\n");
}

/* The longest sentence has two patterns and two methods. */
enum { SENTENCE = 2 * (WYE_MAX_PATTERN + WYE_MAX_METHOD) + 1024 };

static void put_error(struct loader *loader, const struct wye_error *error, const struct wye_route *route) {
  char sentence[SENTENCE];
  size_t length = wye_error_format(error, loader->builder, route, sentence, sizeof sentence);
  put_field(loader->report, sentence, length < sizeof sentence ? length : sizeof sentence - 1);
}

static void route_problem(struct loader *loader, const struct wye_error *error, const struct wye_route *route) {
  begin_problem(loader);
  put_error(loader, error, route);
  if (error->other != WYE_NONE) {
    put_text(loader->report, " (line ");
    put_number(loader->report, loader->lines[error->other]);
    put_text(loader->report, ")");
  }
  put_text(loader->report, "\n");
}

static void image_problem(struct loader *loader, const struct wye_error *error) {
  begin_problem(loader);
  put_error(loader, error, NULL);
  put_text(loader->report, " (byte ");
  put_number(loader->report, error->offset);
  put_text(loader->report, ")\n");
}

/* ------------------------------------------------------------------ route files */

static void begin_builder(struct loader *loader) {
  loader->size = wye_builder_min_size() + 65536;
  loader->block = grown(NULL, loader->size);
  if (wye_builder_init(loader->block, loader->size, NULL, &loader->builder) < 0) die(loader->name, "no builder for it");
}

/* Twice the room for the builder. */
static void grow_builder(struct loader *loader) {
  size_t size = loader->size * 2;
  void *block = grown(NULL, size);
  if (wye_builder_move(loader->builder, block, size, &loader->builder) < 0) die(loader->name, "has too many routes");
  free(loader->block);
  loader->block = block;
  loader->size = size;
}

static void note_line(struct loader *loader) {
  uint32_t index = wye_builder_routes(loader->builder) - 1;
  if (index >= loader->capacity) {
    loader->capacity = loader->capacity ? loader->capacity * 2 : 1024;
    loader->lines = grown(loader->lines, loader->capacity * sizeof *loader->lines);
  }
  loader->lines[index] = loader->line;
}

static void add_route(struct loader *loader, const struct wye_route *route) {
  struct wye_error error;
  int32_t status;
  while ((status = wye_builder_add(loader->builder, route, &error)) == WYE_NO_MEMORY) grow_builder(loader);
  if (status < 0) route_problem(loader, &error, route);
  else note_line(loader);
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static struct text rest(struct text text, size_t from) { return (struct text){text.bytes + from, text.length - from}; }

/* Cuts the next field off the line; empty at its end, and at a comment. */
static struct text take_field(struct text *line) {
  while (line->length && is_blank(*line->bytes)) *line = rest(*line, 1);
  if (line->length && *line->bytes == '#') line->length = 0;
  struct text field = {line->bytes, 0};
  while (field.length < line->length && !is_blank(field.bytes[field.length])) field.length++;
  *line = rest(*line, field.length);
  return field;
}

static void add_line(struct loader *loader, struct text line) {
  struct text method = take_field(&line), pattern = take_field(&line), name = take_field(&line);
  if (!method.length) return;
  if (!pattern.length) {
    problem(loader, "a method without a pattern: write METHOD pattern [name]");
  } else if (take_field(&line).length) {
    problem(loader, "more than METHOD pattern [name]: write %20 for a space in a pattern");
  } else {
    add_route(loader, &(struct wye_route){method.bytes, method.length, pattern.bytes, pattern.length, name.bytes,
                                          name.length, WYE_NEXT_ID});
  }
}

static struct text without_return(struct text line) {
  if (line.length && line.bytes[line.length - 1] == '\r') line.length--;
  return line;
}

/* Cuts the next line off the text. */
static struct text take_line(struct text *text) {
  const char *end = memchr(text->bytes, '\n', text->length);
  struct text line = {text->bytes, end ? (size_t)(end - text->bytes) : text->length};
  *text = rest(*text, line.length + (end ? 1 : 0));
  return without_return(line);
}

/* Editors on some systems put a mark of three bytes before the first line. */
static struct text without_mark(struct text text) {
  bool marked = text.length >= 3 && memcmp(text.bytes, "\xEF\xBB\xBF", 3) == 0;
  return marked ? rest(text, 3) : text;
}

/* The finished image takes the place of the builder. */
static void finish_builder(struct loader *loader) {
  size_t size = 0;
  while (wye_builder_build(loader->builder, NULL, 0, &size) == WYE_NO_MEMORY && size == 0) grow_builder(loader);
  void *image = size ? grown(NULL, size) : NULL;
  if (!image || wye_builder_build(loader->builder, image, size, &size) < 0)
    die(loader->name, "makes too large a table");
  free(loader->block);
  loader->block = image;
  loader->size = size;
  loader->builder = NULL;
}

static void load_routes(struct loader *loader, struct text file) {
  begin_builder(loader);
  for (struct text left = without_mark(file); left.length;) {
    loader->line++;
    add_line(loader, take_line(&left));
  }
  loader->line = 0;
  free((void *)file.bytes);
  finish_builder(loader);
}

/* ------------------------------------------------------------------ tables */

/* An image begins with three letters and a version; a line of text that begins so goes on with a blank. */
static bool is_image(struct text file) {
  return file.length >= 4 && memcmp(file.bytes, "WYE", 3) == 0 && file.bytes[3] > 0 && file.bytes[3] < '\t';
}

/* Reads a route file or an image. Problems are counted and reported; without one the table is there. */
static struct loader load(const char *name, struct output *report) {
  struct loader loader = {.name = name, .report = report};
  struct wye_error error;
  struct text file = read_file(name);
  if (is_image(file)) loader.block = (void *)file.bytes, loader.size = file.length;
  else load_routes(&loader, file);
  if (wye_table_open(loader.block, loader.size, &loader.table, &error) < 0) image_problem(&loader, &error);
  return loader;
}

static void unload(struct loader *loader) {
  free(loader->block);
  free(loader->lines);
}

/* ------------------------------------------------------------------ match */

struct matcher {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t method;
  bool missed; /* whether any path took no route */
};

static void put_param(const struct matcher *matcher, const char *path, uint32_t index) {
  size_t length;
  const char *name = wye_table_param_name(matcher->table, matcher->context->route, index, &length);
  struct wye_span span = wye_param(matcher->context, index);
  if (span.offset == WYE_NONE) return;
  put_text(&out, "\t");
  put_field(&out, name, length);
  put_text(&out, "=");
  put_field(&out, path + span.offset, span.length);
}

static void put_hit(const struct matcher *matcher, const char *path) {
  struct wye_route route;
  wye_table_route(matcher->table, matcher->context->route, &route);
  put_text(&out, "ok\t");
  put_number(&out, (uint32_t)matcher->context->outcome);
  put_text(&out, "\t");
  put_field(&out, route.pattern, route.pattern_length);
  for (uint32_t i = 0; i < matcher->context->params; i++) put_param(matcher, path, i);
}

/* The methods of a table, with a comma and a space behind each. */
enum { ALLOW = WYE_MAX_METHODS * (WYE_MAX_METHOD + 2) + 1 };

static void put_miss(const struct matcher *matcher) {
  char allow[ALLOW];
  switch (matcher->context->outcome) {
  case WYE_NOT_FOUND: put_text(&out, "not-found"); break;
  case WYE_METHOD_NOT_ALLOWED:
    put_text(&out, "method-not-allowed\t");
    put(&out, allow, wye_allow(matcher->table, matcher->context, allow, sizeof allow));
    break;
  case WYE_PATH_TOO_LONG: put_text(&out, "path-too-long"); break;
  default: put_text(&out, "bad-path"); break;
  }
}

static void match_path(struct matcher *matcher, const char *path, size_t length) {
  if (wye_match_method(matcher->table, matcher->context, matcher->method, path, length) >= 0) {
    put_hit(matcher, path);
  } else {
    put_miss(matcher);
    matcher->missed = true;
  }
  put_text(&out, "\n");
}

/*
 * Standard input as lines. Of a line that is too long to be a path only the beginning is kept: a query may be of any
 * length, and without one the outcome is the same.
 */
struct lines {
  char chunk[65536];
  size_t at, filled;
  char line[WYE_MAX_PATH + 2];
  size_t length;
};

/* Whoever waits for the answers so far before he writes on gets them now. */
static bool refill(struct lines *lines) {
  flush(&out);
  lines->at = 0;
  lines->filled = read_some("-", STDIN_FILENO, lines->chunk, sizeof lines->chunk);
  return lines->filled > 0;
}

static void keep(struct lines *lines, const char *bytes, size_t length) {
  size_t room = sizeof lines->line - lines->length;
  if (length > room) length = room;
  memcpy(lines->line + lines->length, bytes, length);
  lines->length += length;
}

/* Reads a line, which may lie in several chunks, and need not have an end. False where nothing is left. */
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
  while (next_line(&lines)) {
    struct text path = without_return((struct text){lines.line, lines.length});
    match_path(matcher, path.bytes, path.length);
  }
}

/* Whether it is a token of RFC 9110: a path or a file name in its place is not. */
static bool is_method(const char *text) {
  static const char marks[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return *text && text[strspn(text, marks)] == 0;
}

static int usage(const char *subject, const char *text);

static struct matcher begin_matcher(const struct wye_table *table, const char *method) {
  size_t size = wye_context_size(table);
  struct matcher matcher = {.table = table, .method = wye_table_method(table, method, strlen(method))};
  if (wye_context_init(grown(NULL, size), size, table, &matcher.context) < 0) die("memory", "no room for a lookup");
  return matcher;
}

static int match(int count, char **args) {
  if (!is_method(args[1])) return usage(args[1], "is no method: the form is wye match FILE METHOD [PATH...]");
  if (is_stdin(args[0]) && count == 2) return usage("-", "standard input cannot be both the routes and the paths");
  struct loader loader = load(args[0], &err);
  bool missed = false;
  if (!loader.problems) {
    struct matcher matcher = begin_matcher(loader.table, args[1]);
    for (int i = 2; i < count; i++) match_path(&matcher, args[i], strlen(args[i]));
    if (count == 2) match_lines(&matcher);
    missed = matcher.missed;
    free(matcher.context);
  }
  unload(&loader);
  return loader.problems ? TROUBLE : missed ? MISSED : FINE;
}

/* ------------------------------------------------------------------ list */

static void put_route(const struct wye_route *route) {
  put_number(&out, (uint32_t)route->id);
  put_text(&out, "\t");
  put_field(&out, route->method, route->method_length);
  put_text(&out, "\t");
  put_field(&out, route->pattern, route->pattern_length);
  if (route->name_length) {
    put_text(&out, "\t");
    put_field(&out, route->name, route->name_length);
  }
  put_text(&out, "\n");
}

static int list(int count, char **args) {
  (void)count;
  struct loader loader = load(args[0], &err);
  struct wye_route route;
  if (!loader.problems)
    for (uint32_t i = 0; wye_table_route(loader.table, i, &route); i++) put_route(&route);
  unload(&loader);
  return loader.problems ? TROUBLE : FINE;
}

/* ------------------------------------------------------------------ check */

/* routes.txt: 12 routes, 2 problems */
static void put_summary(const struct loader *loader) {
  put_field(&out, shown(loader->name), strlen(shown(loader->name)));
  put_text(&out, ": ");
  put_count(&out, loader->table ? wye_table_routes(loader->table) : 0, "route");
  put_text(&out, ", ");
  put_count(&out, loader->problems, "problem");
  put_text(&out, "\n");
}

static int check(int count, char **args) {
  (void)count;
  struct loader loader = load(args[0], &out);
  put_summary(&loader);
  unload(&loader);
  return loader.problems ? MISSED : FINE;
}

/* ------------------------------------------------------------------ arguments */

struct command {
  const char *name, *form;
  int least, most; /* arguments behind the name; most < 0: any number */
  int (*run)(int count, char **args);
};

static const struct command commands[] = {
    {"match", "needs FILE METHOD [PATH...]", 2, -1, match},
    {"list", "needs FILE, and nothing more", 1, 1, list},
    {"check", "needs FILE, and nothing more", 1, 1, check},
};

static int usage(const char *subject, const char *text) {
  put_text(&err, "wye: ");
  put_field(&err, subject, strlen(subject));
  put_text(&err, ": ");
  put_text(&err, text);
  put_text(&err, "\nTry `wye --help`.\n");
  return TROUBLE;
}

static int say(const char *text) {
  put_text(&out, text);
  return FINE;
}

static const struct command *find_command(const char *name) {
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  return NULL;
}

static bool asks_help(const char *text) { return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0; }

static int run_command(const struct command *command, int count, char **args) {
  if (count && asks_help(args[0])) return say(help);
  if (count && args[0][0] == '-' && !is_stdin(args[0]))
    return usage(args[0], "no such option (a file: write ./ before it)");
  if (count < command->least || (command->most >= 0 && count > command->most))
    return usage(command->name, command->form);
  return command->run(count, args);
}

static int run(int count, char **args) {
  if (count == 0) return usage("no command", "match, list or check");
  if (asks_help(args[0])) return say(help);
  if (strcmp(args[0], "--version") == 0) return say("wye " WYE_VERSION "\n");
  const struct command *command = find_command(args[0]);
  return command ? run_command(command, count - 1, args + 1) : usage(args[0], "no such command");
}

int main(int argc, char **argv) {
  int code = argc ? run(argc - 1, argv + 1) : TROUBLE;
  flush(&out);
  flush(&err);
  return code;
}
