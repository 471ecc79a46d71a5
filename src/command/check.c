#include "command.h"

/* The maximum number of overlaps to report. */
enum { MOST_OVERLAPS = 1000 };

struct checker {
  struct loader *loader;
  struct wye_analysis *analysis;
  bool *never;                 /* of each route: whether it can never match */
  uint32_t warnings, overlaps; /* found so far */
};

/* ------------------------------------------------------------------ words */

/* GET "/users/:id" */
static void put_named(const struct loader *loader, uint32_t index) {
  struct wye_route route;
  wye_table_route(loader->table, index, &route);
  put_field(&out, (struct text){route.method, route.method_length});
  put_text(&out, " \"");
  put_pattern(&out, &route);
  put_text(&out, "\"");
}

/* The same with its line or, as an image has no lines, its handler id. */
static void put_located(const struct loader *loader, uint32_t index) {
  struct wye_route route;
  put_named(loader, index);
  put_text(&out, loader->lines ? " (line " : " (id ");
  wye_table_route(loader->table, index, &route);
  put_number(&out, loader->lines ? loader->lines[index] : (uint32_t)route.id);
  put_text(&out, ")");
}

static void begin_route(struct loader *loader, uint32_t index) {
  loader->line = loader->lines ? loader->lines[index] : 0;
  begin_report(loader);
}

static void put_witness(const struct wye_witness *witness) {
  put_text(&out, "\"");
  put_field(&out, (struct text){witness->text, witness->length});
  put_text(&out, "\"");
}

/* ------------------------------------------------------------------ routes that can never match */

static void report_never(struct loader *loader, uint32_t index, const struct wye_witness *witness) {
  loader->problems++;
  begin_route(loader, index);
  put_text(&out, "never matches: ");
  put_named(loader, index);
  if (witness->text) {
    put_text(&out, " is hidden by other routes: ");
    put_witness(witness);
    put_text(&out, " reaches ");
    put_located(loader, witness->route);
  } else {
    put_text(&out, " matches no path");
  }
  put_text(&out, "\n");
}

/* ------------------------------------------------------------------ text that looks like a parameter */

/* What some routers write for a parameter. To all of them a name belongs, and a `]` for each `[`. */
static const struct lookalike {
  const char *opening, *before, *after; /* `[` is written `:name`: what comes before and after the name */
} lookalikes[] = {{"[[...", "*", ""}, {"[...", "*", ""}, {"[[", ":", "?"}, {"[", ":", ""}};

/* The length of the name that begins here; 0 if there is none. */
static size_t name_length(struct text text) {
  size_t length = 0;
  if (text.length && text.bytes[0] >= '0' && text.bytes[0] <= '9') return 0;
  for (; length < text.length; length++) {
    char c = text.bytes[length], letter = c | 0x20;
    if (c != '_' && (c < '0' || c > '9') && (letter < 'a' || letter > 'z')) break;
  }
  return length;
}

static void begin_warning(struct checker *checker, uint32_t index, struct text said) {
  checker->warnings++;
  begin_route(checker->loader, index);
  put_text(&out, "warning: ");
  put_named(checker->loader, index);
  put_text(&out, ": \"");
  put_field(&out, said);
}

/* Next.js and others write `[id]`, `[...path]`, `[[...path]]` and `[[id]]`, at the beginning of a segment. */
static void check_brackets(struct checker *checker, uint32_t index, struct text segment) {
  for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++) {
    const struct lookalike *like = &lookalikes[i];
    size_t opening = strlen(like->opening), closing = like->opening[1] == '[' ? 2 : 1;
    if (segment.length < opening || memcmp(segment.bytes, like->opening, opening) != 0) continue;
    struct text name = rest(segment, opening);
    name.length = name_length(name);
    size_t length = opening + name.length + closing;
    if (!name.length || segment.length < length || memcmp(name.bytes + name.length, "]]", closing) != 0) return;
    begin_warning(checker, index, (struct text){segment.bytes, length});
    put_text(&out, "\" matches only itself; write \"");
    put_text(&out, like->before);
    put_field(&out, name);
    put_text(&out, like->after);
    put_text(&out, "\" for a parameter, \"\\");
    put_field(&out, (struct text){segment.bytes, length});
    put_text(&out, "\" for the text\n");
    return;
  }
}

/* A pattern may be a regular expression by mistake: `/^\/users$/`. */
static void check_anchors(struct checker *checker, uint32_t index, struct text pattern) {
  if (pattern.length < 2 || pattern.bytes[1] != '^') return;
  begin_warning(checker, index, (struct text){pattern.bytes + 1, 1});
  put_text(&out, "\" matches only itself; leave it out, as a pattern is no regular expression, or write \"\\^\"\n");
}

static void check_text(struct checker *checker, uint32_t index) {
  struct wye_route route;
  wye_table_route(checker->loader->table, index, &route);
  struct text left = {route.pattern, route.pattern_length};
  check_anchors(checker, index, left);
  int depth = 0; /* of expressions, which have brackets and slashes of their own */
  for (size_t i = 0; i < left.length; i++) {
    char c = left.bytes[i];
    depth += (c == '(') - (c == ')');
    if (c == '\\') i++;
    else if (c == '/' && depth == 0) check_brackets(checker, index, rest(left, i + 1));
  }
}

/* ------------------------------------------------------------------ overlaps */

static void report_overlap(struct loader *loader, uint32_t index, uint32_t other, const struct wye_witness *witness) {
  begin_route(loader, index);
  put_text(&out, "overlap: ");
  put_named(loader, index);
  put_text(&out, " and ");
  put_located(loader, other);
  put_text(&out, " both match ");
  put_witness(witness);
  put_text(&out, ", which reaches ");
  if (witness->route == index || witness->route == other) put_named(loader, witness->route);
  else put_located(loader, witness->route);
  put_text(&out, "\n");
}

/* Reports each pair once, at the later route, and none with a route that never matches. */
static void check_overlaps(struct checker *checker, uint32_t index) {
  struct wye_witness witness;
  for (uint32_t from = 0, other; (other = wye_overlap(checker->analysis, index, from, &witness)) < index;
       from = other + 1) {
    if (checker->never[other]) continue;
    if (checker->overlaps++ == MOST_OVERLAPS) return;
    report_overlap(checker->loader, index, other, &witness);
  }
}

static void check_routes(struct checker *checker) {
  uint32_t routes = wye_table_routes(checker->loader->table);
  struct wye_witness witness;
  for (uint32_t i = 0; i < routes; i++) checker->never[i] = wye_reach(checker->analysis, i, &witness) == WYE_NEVER;
  for (uint32_t i = 0; i < routes; i++) {
    check_text(checker, i);
    if (checker->never[i] && wye_reach(checker->analysis, i, &witness) == WYE_NEVER)
      report_never(checker->loader, i, &witness);
    else if (checker->overlaps <= MOST_OVERLAPS) check_overlaps(checker, i);
  }
  checker->loader->line = 0;
}

static void analyse(struct checker *checker) {
  const struct wye_table *table = checker->loader->table;
  size_t size = wye_analysis_size(table);
  void *block = grown(NULL, size);
  checker->never = grown(NULL, wye_table_routes(table) + 1);
  if (wye_analysis_init(block, size, table, &checker->analysis) < 0) die("memory", "no room to compare routes");
  check_routes(checker);
  free(block);
  free(checker->never);
}

/* ------------------------------------------------------------------ the command */

/* routes.txt: 12 routes, 2 problems, 1 warning, 3 overlaps */
static void put_summary(const struct checker *checker) {
  const struct loader *loader = checker->loader;
  put_field(&out, shown(loader->name));
  put_text(&out, ": ");
  put_count(&out, loader->table ? wye_table_routes(loader->table) : 0, "route");
  put_text(&out, ", ");
  put_count(&out, loader->problems, "problem");
  if (checker->warnings) {
    put_text(&out, ", ");
    put_count(&out, checker->warnings, "warning");
  }
  if (checker->overlaps) {
    put_text(&out, checker->overlaps > MOST_OVERLAPS ? ", more than " : ", ");
    put_count(&out, checker->overlaps > MOST_OVERLAPS ? MOST_OVERLAPS : checker->overlaps, "overlap");
  }
  put_text(&out, "\n");
}

int check(const struct settings *settings, int count, char **args) {
  (void)count;
  struct loader loader = load(args[0], settings, &out);
  struct checker checker = {.loader = &loader};
  if (loader.table) analyse(&checker);
  put_summary(&checker);
  unload(&loader);
  return loader.problems ? MISSED : FINE;
}
