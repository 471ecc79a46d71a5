/* The build compiles this for wasm and runs it once, to write js/wasm/constants.js. */
#include "constants.h"

struct constant {
  const char *name;
  int32_t value;
};

#define PAIR(name, value) {#name, value},
static struct constant list[] = {WYE_CONSTANTS(PAIR){"ABI", 0}, {0, 0}};
static const struct constant list_of_statuses[] = {WYE_STATUSES(PAIR){0, 0}};

/* The addresses of the lists, each of which ends with a NULL name. */
__attribute__((export_name("constants"))) struct constant *constants(void) {
  list[sizeof list / sizeof list[0] - 2].value = wye_fingerprint();
  return list;
}

__attribute__((export_name("statuses"))) const struct constant *statuses(void) { return list_of_statuses; }
