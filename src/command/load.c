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

static void problem(struct loader *loader, const char *text) {
  loader->problems++;
  begin_report(loader);
  put_text(loader->report, text);
  put_text(loader->report, "\n");
}

/* Begins the report of an error. The longest sentence has two patterns, hosts and methods. */
static void begin_error(struct loader *loader, const struct wye_error *error, const struct wye_route *route) {
  char sentence[2 * (WYE_MAX_PATTERN + WYE_MAX_HOST + WYE_MAX_METHOD) + 1024];
  size_t length = wye_error_format(error, loader->builder, route, sentence, sizeof sentence);
  loader->problems++;
  begin_report(loader);
  put_field(loader->report, (struct text){sentence, length < sizeof sentence ? length : sizeof sentence - 1});
}

static void route_problem(struct loader *loader, const struct wye_error *error, const struct wye_route *route) {
  begin_error(loader, error, route);
  if (error->other != WYE_NONE) {
    put_text(loader->report, " (line ");
    put_number(loader->report, loader->lines[error->other]);
    put_text(loader->report, ")");
  }
  put_text(loader->report, "\n");
}

static void image_problem(struct loader *loader, const struct wye_error *error) {
  begin_error(loader, error, NULL);
  put_text(loader->report, " (byte ");
  put_number(loader->report, error->offset);
  put_text(loader->report, ")\n");
}

/* ------------------------------------------------------------------ routes */

static void begin_builder(struct loader *loader) {
  loader->size = wye_builder_min_size() + 65536;
  loader->block = grown(NULL, loader->size);
  if (wye_builder_init(loader->block, loader->size, loader->options, &loader->builder) < 0)
    die(loader->name, "cannot be read: the table's options are invalid");
}

/* Moves the builder into a block of twice the size. */
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

/* Cuts the next field off the line. It is empty at the line's end, and at a comment. */
static struct text take_field(struct text *line) {
  while (line->length && is_blank(*line->bytes)) *line = rest(*line, 1);
  if (line->length && *line->bytes == '#') line->length = 0;
  struct text field = {line->bytes, 0};
  while (field.length < line->length && !is_blank(field.bytes[field.length])) field.length++;
  *line = rest(*line, field.length);
  return field;
}

static void byte_problem(struct loader *loader, size_t column, const char *text) {
  loader->problems++;
  begin_report(loader);
  put_text(loader->report, "column ");
  put_number(loader->report, (uint32_t)column);
  put_text(loader->report, ": ");
  put_text(loader->report, text);
  put_text(loader->report, "\n");
}

/* Refuses a line with a NUL or a CR, even in a comment: such a file is in UTF-16, or its lines end with CR alone. */
static bool check_line(struct loader *loader, struct text line) {
  for (size_t i = 0; i < line.length; i++) {
    if (line.bytes[i] != '\0' && line.bytes[i] != '\r') continue;
    byte_problem(loader, i + 1,
                 line.bytes[i] ? "a CR without an LF; lines end with LF or CR LF"
                               : "a NUL; a route file is text in UTF-8");
    return false;
  }
  return true;
}

static void add_line(struct loader *loader, struct text line) {
  if (!check_line(loader, line)) return;
  struct text method = take_field(&line), pattern = take_field(&line), name = take_field(&line);
  if (!method.length) return;
  if (!pattern.length) {
    problem(loader, "a method without a pattern; write METHOD pattern [name]");
  } else if (take_field(&line).length) {
    problem(loader, "too many fields; write METHOD pattern [name], with %20 for a space in a pattern");
  } else {
    const char *slash = memchr(pattern.bytes, '/', pattern.length);
    size_t host = slash ? (size_t)(slash - pattern.bytes) : 0; /* without a slash, the field is a bad pattern */
    add_route(loader, &(struct wye_route){.method = method.bytes,
                                          .method_length = method.length,
                                          .pattern = pattern.bytes + host,
                                          .pattern_length = pattern.length - host,
                                          .name = name.bytes,
                                          .name_length = name.length,
                                          .host = pattern.bytes,
                                          .host_length = host,
                                          .id = WYE_NEXT_ID});
  }
}

/* Cuts the next line off the text. */
static struct text take_line(struct text *text) {
  const char *end = memchr(text->bytes, '\n', text->length);
  struct text line = {text->bytes, end ? (size_t)(end - text->bytes) : text->length};
  *text = rest(*text, line.length + (end ? 1 : 0));
  return without_return(line);
}

/* Replaces the builder by the finished image. */
static void finish_builder(struct loader *loader) {
  size_t size = 0;
  while (wye_builder_build(loader->builder, NULL, 0, &size) == WYE_NO_MEMORY && size == 0) grow_builder(loader);
  void *image = size ? grown(NULL, size) : NULL;
  if (!image || wye_builder_build(loader->builder, image, size, &size) < 0) die(loader->name, "has too many routes");
  free(loader->block);
  loader->block = image;
  loader->size = size;
  loader->builder = NULL;
}

static void load_routes(struct loader *loader, struct text file) {
  bool marked = file.length >= 3 && memcmp(file.bytes, "\xEF\xBB\xBF", 3) == 0; /* some editors begin files so */
  loader->lines = grown(NULL, sizeof *loader->lines);
  begin_builder(loader);
  for (struct text left = rest(file, marked ? 3 : 0); left.length;) {
    loader->line++;
    add_line(loader, take_line(&left));
  }
  loader->line = 0;
  free((void *)file.bytes);
  finish_builder(loader);
}

/* ------------------------------------------------------------------ images */

/* An image has its own options: those of the command line cannot change it. */
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
  /* An image begins with three letters and a version, a byte that no line of text has there. */
  if (file.length >= 4 && memcmp(file.bytes, "WYE", 3) == 0 && file.bytes[3] > 0 && file.bytes[3] < '\t')
    load_image(&loader, file, settings);
  else load_routes(&loader, file);
  if (wye_table_open(loader.block, loader.size, &loader.table, &error) < 0) image_problem(&loader, &error);
  return loader;
}

void unload(struct loader *loader) {
  free(loader->block);
  free(loader->lines);
}
