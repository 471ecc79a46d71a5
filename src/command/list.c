#include "command.h"

static void put_route(const struct wye_route *route) {
  put_number(&out, (uint32_t)route->id);
  put_text(&out, "\t");
  put_field(&out, (struct text){route->method, route->method_length});
  put_text(&out, "\t");
  put_pattern(&out, route);
  if (route->name_length) {
    put_text(&out, "\t");
    put_field(&out, (struct text){route->name, route->name_length});
  }
  put_text(&out, "\n");
}

int list(const struct settings *settings, int count, char **args) {
  (void)count;
  struct loader loader = load(args[0], settings, &err);
  struct wye_route route;
  if (!loader.problems)
    for (uint32_t i = 0; wye_table_route(loader.table, i, &route); i++) put_route(&route);
  unload(&loader);
  return loader.problems ? TROUBLE : FINE;
}
