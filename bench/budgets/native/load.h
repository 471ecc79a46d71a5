/* The load of bench/budgets/load.mjs, read from the file that writeLoad made; tables are built from it on the way. */
#ifndef LOAD_H
#define LOAD_H

#include "wye.h"

enum { MAX_LOAD_TABLES = 16, MAX_REQUESTS = 1 << 15 };

struct load_table {
  const char *name;
  const struct wye_table *table;
  struct wye_context *context;
  size_t builder; /* bytes that the builder holds when all routes are in it, */
  size_t needed;  /* and of the smallest block in which the image can be laid out */
};

struct load_request {
  const struct load_table *table;
  const char *method;
  uint32_t method_length;
  uint32_t number; /* the method's, in its table */
  const char *url; /* no NUL after it, as in a server's buffer */
  uint32_t length;
  uint32_t path;  /* where the path begins in it */
  int32_t url_id; /* what the URL leads to, and */
  int32_t id;     /* the path alone */
};

extern struct load_table load_tables[MAX_LOAD_TABLES];
extern uint32_t load_table_count;
extern struct load_request load_requests[MAX_REQUESTS];
extern uint32_t load_request_count;

void read_load(const char *file);

/* The table of that name. */
const struct load_table *load_table_named(const char *name);

_Noreturn void fail(const char *what);

/* Ends the program unless it holds. */
void must(bool holds, const char *what);

#endif
