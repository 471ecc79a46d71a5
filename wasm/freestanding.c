/* The libc functions of src/base/bytes.h, for a module without a libc. With bulk memory a copy is one instruction. */
#include "base/bytes.h"

void *memcpy(void *restrict to, const void *restrict from, size_t length) { return __builtin_memcpy(to, from, length); }

void *memset(void *to, int byte, size_t length) { return __builtin_memset(to, byte, length); }

int memcmp(const void *a, const void *b, size_t length) {
  const uint8_t *x = a, *y = b;
  size_t i = 0;
  while (i + 8 <= length && wye__load64(x + i) == wye__load64(y + i)) i += 8;
  for (; i < length; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}
