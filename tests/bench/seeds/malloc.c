/* A lookup that reserves memory now and then, and gives it back: the linker calls it in place of wye_match_method. */
#include <stdlib.h>

#include "wye.h"

int32_t __real_wye_match_method(const struct wye_table *table, struct wye_context *context, uint32_t method,
                                const char *path, size_t length);
int32_t __wrap_wye_match_method(const struct wye_table *table, struct wye_context *context, uint32_t method,
                                const char *path, size_t length);

int32_t __wrap_wye_match_method(const struct wye_table *table, struct wye_context *context, uint32_t method,
                                const char *path, size_t length) {
  static unsigned long calls;
  void *volatile block = ++calls % 1000 == 0 ? malloc(24) : NULL;
  free(block);
  return __real_wye_match_method(table, context, method, path, length);
}
