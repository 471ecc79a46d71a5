/*
 * The libc functions that the core calls, and small reads. A freestanding module has no <string.h>, so they are
 * declared here; without a libc wasm/freestanding.c defines them.
 */
#ifndef WYE_BYTES_H
#define WYE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);

#define WYE_LIKELY(x) __builtin_expect(!!(x), 1)
#define WYE_UNLIKELY(x) __builtin_expect(!!(x), 0)

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "this machine is not supported: an image is little-endian and is read without copying it"
#endif

static inline uint64_t wye__load64(const void *from) {
  uint64_t value;
  memcpy(&value, from, sizeof value);
  return value;
}

static inline bool wye__same(const void *a, size_t a_length, const void *b, size_t b_length) {
  return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

/* The smallest power of two that is `least` or more. */
static inline uint32_t wye__power_of_two(uint32_t least) {
  uint32_t power = 1;
  while (power < least) power *= 2;
  return power;
}

static inline bool wye__aligned(const void *block, size_t alignment) {
  return ((uintptr_t)block & (alignment - 1)) == 0;
}

static inline uint32_t wye__count_bits(uint64_t bits) {
#if defined(__wasm__) || defined(__POPCNT__) || defined(__aarch64__)
  return (uint32_t)__builtin_popcountll(bits);
#else
  if (bits == 0) return 0; /* as for the first method of a leaf, which most lookups end with */
  bits -= bits >> 1 & 0x5555555555555555u;
  bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
  return (uint32_t)(((bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Fu) * 0x0101010101010101u >> 56);
#endif
}

#endif
