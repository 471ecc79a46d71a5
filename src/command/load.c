#include "command.h"

/* ------------------------------------------------------------------ problems */

void begin_report(const struct loader *loader) {
  put_field(loader->report, shown(loader->name));
  put_text(loader->report, ":");
  if (loader->line) {
    put_number(loader->report, loader->line);
    put_text(loader->report, ":");
  }
  put_text(loader->report, " ");
}

static void begin_problem(struct loader *loader) {
  loader->problems++;
  begin_report(loader);
}

static void problem(struct loader *loader, const char *text) {
  begin_problem(loader);
  put_text(loader->report, text);
  put_text(loader->report, "\n");
}

/* The longest sentence has two patterns, hosts and methods. */
enum { SENTENCE = 2 * (WYE_MAX_PATTERN + WYE_MAX_HOST + WYE_MAX_METHOD) + 1024 };

static void put_error(struct loader *loader, const struct wye_error *error, const struct wye_route *route) {
  char sentence[SENTENCE];
  size_t length = wye_error_format(error, loader->builder, route, sentence, sizeof sentence);
  put_field(loader->report, (struct text){sentence, length < sizeof sentence ? length : sizeof sentence - 1});
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

/* ------------------------------------------------------------------ routes */

static void begin_builder(struct loader *loader) {
  loader->size = wye_builder_min_size() + 65536;
  loader->block = grown(NULL, loader->size);
  if (wye_builder_init(loader->block, loader->size, loader->options, &loader->builder) < 0)
    die(loader->name, "no builder for it");
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

/* ------------------------------------------------------------------ route files */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Cuts the next field off the line; empty at its end, and at a comment. */
static struct text take_field(struct text *line) {
  while (line->length && is_blank(*line->bytes)) *line = rest(*line, 1);
  if (line->length && *line->bytes == '#') line->length = 0;
  struct text field = {line->bytes, 0};
  while (field.length < line->length && !is_blank(field.bytes[field.length])) field.length++;
  *line = rest(*line, field.length);
  return field;
}

/* What is before the first slash is a host. Without a slash all of it is a pattern, and a bad one. */
static struct text take_host(struct text *field) {
  const char *slash = memchr(field->bytes, '/', field->length);
  struct text host = {field->bytes, slash ? (size_t)(slash - field->bytes) : 0};
  *field = rest(*field, host.length);
  return host;
}

static void add_line(struct loader *loader, struct text line) {
  struct text method = take_field(&line), pattern = take_field(&line), name = take_field(&line);
  if (!method.length) return;
  if (!pattern.length) {
    problem(loader, "a method without a pattern; write METHOD pattern [name]");
  } else if (take_field(&line).length) {
    problem(loader, "too many fields; write METHOD pattern [name], with %20 for a space in a pattern");
  } else {
    struct text host = take_host(&pattern);
    add_route(loader, &(struct wye_route){.method = method.bytes,
                                          .method_length = method.length,
                                          .pattern = pattern.bytes,
                                          .pattern_length = pattern.length,
                                          .name = name.bytes,
                                          .name_length = name.length,
                                          .host = host.bytes,
                                          .host_length = host.length,
                                          .id = WYE_NEXT_ID});
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
  loader->lines = grown(NULL, sizeof *loader->lines);
  begin_builder(loader);
  for (struct text left = without_mark(file); left.length;) {
    loader->line++;
    add_line(loader, take_line(&left));
  }
  loader->line = 0;
  free((void *)file.bytes);
  finish_builder(loader);
}

/* ------------------------------------------------------------------ images */

/* An image begins with three letters and a version; a line of text that begins so goes on with a blank. */
static bool is_image(struct text file) {
  return file.length >= 4 && memcmp(file.bytes, "WYE", 3) == 0 && file.bytes[3] > 0 && file.bytes[3] < '\t';
}

/* What the command line asks for is not in the image, and cannot be put there. */
static void load_image(struct loader *loader, struct text file, const struct settings *settings) {
  if (settings->table_option) {
    put_text(&err, "wye: ");
    put_field(&err, text_of(settings->table_option));
    put_text(&err, ": not for an image, which has its own options\n");
  }
  loader->block = (void *)file.bytes;
  loader->size = file.length;
}

struct loader load(const char *name, const struct settings *settings, struct output *report) {
  struct loader loader = {.name = name, .report = report, .options = &settings->table};
  struct wye_error error;
  struct text file = read_file(name);
  if (is_image(file)) load_image(&loader, file, settings);
  else load_routes(&loader, file);
  if (wye_table_open(loader.block, loader.size, &loader.table, &error) < 0) image_problem(&loader, &error);
  return loader;
}

void unload(struct loader *loader) {
  free(loader->block);
  free(loader->lines);
}
