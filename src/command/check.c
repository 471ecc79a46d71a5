#include "command.h"

/* The maximum number of overlaps to report. */
enum { MOST_OVERLAPS = 1000 };

struct checker {
  struct loader *loader;
  struct wye_analysis *analysis;
  bool *never;       /* of each route: whether it can never match */
  uint32_t overlaps; /* found so far */
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
    if (checker->never[i] && wye_reach(checker->analysis, i, &witness) == WYE_NEVER)
      report_never(checker->loader, i, &witness);
    else if (checker->overlaps <= MOST_OVERLAPS) check_overlaps(checker, i);
  }
  checker->loader->line = 0;
}

static uint32_t analyse(struct loader *loader) {
  size_t size = wye_analysis_size(loader->table), routes = wye_table_routes(loader->table);
  struct checker checker = {.loader = loader, .never = grown(NULL, routes + 1)};
  void *block = grown(NULL, size);
  if (wye_analysis_init(block, size, loader->table, &checker.analysis) < 0) die("memory", "no room to compare routes");
  check_routes(&checker);
  free(block);
  free(checker.never);
  return checker.overlaps;
}

/* ------------------------------------------------------------------ the command */

/* routes.txt: 12 routes, 2 problems, 3 overlaps */
static void put_summary(const struct loader *loader, uint32_t overlaps) {
  put_field(&out, shown(loader->name));
  put_text(&out, ": ");
  put_count(&out, loader->table ? wye_table_routes(loader->table) : 0, "route");
  put_text(&out, ", ");
  put_count(&out, loader->problems, "problem");
  if (overlaps) {
    put_text(&out, overlaps > MOST_OVERLAPS ? ", more than " : ", ");
    put_count(&out, overlaps > MOST_OVERLAPS ? MOST_OVERLAPS : overlaps, "overlap");
  }
  put_text(&out, "\n");
}

int check(const struct settings *settings, int count, char **args) {
  (void)count;
  struct loader loader = load(args[0], settings, &out);
  put_summary(&loader, loader.table ? analyse(&loader) : 0);
  unload(&loader);
  return loader.problems ? MISSED : FINE;
}
