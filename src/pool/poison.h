/*
 * In builds with WYE_POISON, for tests: a free slot is filled with one byte, and acquiring it checks that nobody wrote
 * there in the meantime. Under AddressSanitizer even reading it is an error. In other builds these functions are empty.
 *
 *     in use --wye__poison--> poisoned --wye__unpoison--> in use
 */
#ifndef WYE_POISON_H
#define WYE_POISON_H

#include "base/bytes.h"

#if defined(WYE_POISON)

enum { WYE__POISON_BYTE = 0xD5 };

#if !defined(__has_feature)
#define __has_feature(x) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
void __asan_poison_memory_region(const volatile void *from, size_t size);
void __asan_unpoison_memory_region(const volatile void *from, size_t size);
#else
#define __asan_poison_memory_region(from, size) ((void)0)
#define __asan_unpoison_memory_region(from, size) ((void)0)
#endif

static inline void wye__poison(void *slot, size_t size) {
  memset(slot, WYE__POISON_BYTE, size);
  __asan_poison_memory_region(slot, size);
}

static inline void wye__unpoison(const void *slot, size_t size) {
  const uint8_t *bytes = slot;
  __asan_unpoison_memory_region(slot, size);
  for (size_t i = 0; i < size; i++)
    if (bytes[i] != WYE__POISON_BYTE) __builtin_trap();
}

/* For memory that no longer belongs to a pool. */
static inline void wye__unpoison_all(const void *block, size_t size) {
  (void)block, (void)size;
  __asan_unpoison_memory_region(block, size);
}

#else

static inline void wye__poison(void *slot, size_t size) { (void)slot, (void)size; }
static inline void wye__unpoison(const void *slot, size_t size) { (void)slot, (void)size; }
static inline void wye__unpoison_all(const void *block, size_t size) { (void)block, (void)size; }

#endif
#endif
