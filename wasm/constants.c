/* Compiled for wasm and run once by the build, which writes js/constants.js from what it finds here. */
#include "constants.h"

struct constant {
  const char *name;
  int32_t value;
};

#define PAIR(name, value) {#name, value},
static struct constant list[] = {WYE_CONSTANTS(PAIR){"ABI", 0}, {0, 0}};

/* The address of the list, which ends with a NULL name. */
__attribute__((export_name("constants"))) struct constant *constants(void) {
  list[sizeof list / sizeof list[0] - 2].value = wye_fingerprint();
  return list;
}
