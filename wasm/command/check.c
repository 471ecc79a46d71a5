#include "command.h"

/* routes.txt: 12 routes, 2 problems */
static void put_summary(const struct loader *loader) {
  put_field(&out, shown(loader->name));
  put_text(&out, ": ");
  put_count(&out, loader->table ? wye_table_routes(loader->table) : 0, "route");
  put_text(&out, ", ");
  put_count(&out, loader->problems, "problem");
  put_text(&out, "\n");
}

int check(const struct settings *settings, int count, char **args) {
  (void)count;
  struct loader loader = load(args[0], settings, &out);
  put_summary(&loader);
  unload(&loader);
  return loader.problems ? MISSED : FINE;
}
