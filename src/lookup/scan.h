/*
 * Scanning 64 bytes of a path at once, into two sets of bits: the slashes, and the bytes that need a closer look. With
 * 128-bit vectors where the machine has them (SSE2, wasm simd128), otherwise eight bytes in a register.
 */
#ifndef WYE_SCAN_H
#define WYE_SCAN_H

#include "base/bytes.h"

#if defined(__wasm_simd128__) && !defined(WYE_NO_SIMD)
#include <wasm_simd128.h>
#elif defined(__SSE2__) && !defined(WYE_NO_SIMD)
#include <emmintrin.h>
#endif

enum { WYE__WINDOW = 64 };

#if defined(__wasm__)
enum { WYE__PAGE = 65536 };
#else
enum { WYE__PAGE = 4096 }; /* or a multiple of it */
#endif

struct wye__marks {
  uint64_t slashes;
  uint64_t stops; /* `?`, `#`, `%`, `\`, and in some builds also `!` and `'` */
};

/*
 * Whether `length` bytes (at most 64) can be loaded at `at`, where the text has a byte, although the text may end
 * before them: they can if they are in one page, as memory comes in whole pages (4 KiB natively, 64 KiB in wasm). Never
 * under a sanitizer, which would report them.
 */
static inline bool wye__readable(const uint8_t *at, size_t length) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_HWADDRESS__) || defined(WYE_EXACT_READS)
  (void)at, (void)length;
  return false;
#else
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(hwaddress_sanitizer) || __has_feature(memory_sanitizer)
  (void)at, (void)length;
  return false;
#endif
#endif
  return ((uintptr_t)at & (WYE__PAGE - 1)) <= WYE__PAGE - length;
#endif
}

#if defined(__wasm_simd128__) && !defined(WYE_NO_SIMD)

/* The low halves of the stops are 3, 5, 12 and 15: a byte's low half chooses the one stop that the byte can be. */
static inline struct wye__marks wye__marks16(const uint8_t *at) {
  v128_t bytes = wasm_v128_load(at);
  v128_t stop_of = wasm_i8x16_make(-1, 0, 0, '#', 0, '%', 0, 0, 0, 0, 0, 0, '\\', 0, 0, '?');
  v128_t stops = wasm_i8x16_eq(bytes, wasm_i8x16_swizzle(stop_of, wasm_v128_and(bytes, wasm_u8x16_splat(0x0F))));
  return (struct wye__marks){.slashes = wasm_i8x16_bitmask(wasm_i8x16_eq(bytes, wasm_i8x16_splat('/'))),
                             .stops = wasm_i8x16_bitmask(stops)};
}

#else

/* `#` and `%` (0x23, 0x25) differ in two bits. Without them, `!` and `'` (0x21, 0x27) look the same: they stop, too. */
enum { WYE__LIKE_MASK = 0xF9, WYE__LIKE = 0x21 };

#if defined(__SSE2__) && !defined(WYE_NO_SIMD)

static inline struct wye__marks wye__marks16(const uint8_t *at) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
  __m128i masked = _mm_and_si128(bytes, _mm_set1_epi8((char)WYE__LIKE_MASK));
  __m128i like = _mm_cmpeq_epi8(masked, _mm_set1_epi8(WYE__LIKE)), end = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('?'));
  __m128i stops = _mm_or_si128(_mm_or_si128(like, end), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  return (struct wye__marks){.slashes = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('/'))),
                             .stops = (uint32_t)_mm_movemask_epi8(stops)};
}

#else

/* The top bit of each byte of `word` that equals `byte` (Hacker's Delight, 2nd ed., 6-1: exact, without carries). */
static inline uint64_t wye__equal(uint64_t word, uint8_t byte) {
  uint64_t x = word ^ (0x0101010101010101u * byte), low = 0x7F7F7F7F7F7F7F7Fu;
  return ~(((x & low) + low) | x | low);
}

/* Eight top bits gathered into one byte. */
static inline uint64_t wye__gather(uint64_t tops) { return (tops >> 7) * 0x0102040810204080u >> 56; }

static inline struct wye__marks wye__marks8(const uint8_t *at) {
  uint64_t word = wye__load64(at);
  uint64_t like = wye__equal(word & 0x0101010101010101u * WYE__LIKE_MASK, WYE__LIKE);
  uint64_t stops = like | wye__equal(word, '?') | wye__equal(word, '\\');
  return (struct wye__marks){wye__gather(wye__equal(word, '/')), wye__gather(stops)};
}

static inline struct wye__marks wye__marks16(const uint8_t *at) {
  struct wye__marks low = wye__marks8(at), high = wye__marks8(at + 8);
  return (struct wye__marks){low.slashes | high.slashes << 8, low.stops | high.stops << 8};
}

#endif
#endif

/* Bits below `count`. */
static inline uint64_t wye__below(uint32_t count) { return count >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1; }

/* The same from a copy of the text, followed by zeros: for a text too close to the end of what may be read. */
struct wye__marks wye__look_at_copy(const uint8_t *at, uint32_t length);

/* The marks of the window at `at`, where the text has `length` bytes left, 1 or more. */
static inline struct wye__marks wye__look(const uint8_t *at, uint32_t length) {
  if (WYE_UNLIKELY(length < WYE__WINDOW && !wye__readable(at, WYE__WINDOW))) return wye__look_at_copy(at, length);
  struct wye__marks a = wye__marks16(at), b = wye__marks16(at + 16), c = wye__marks16(at + 32),
                    d = wye__marks16(at + 48);
  uint64_t slashes = a.slashes | b.slashes << 16 | c.slashes << 32 | d.slashes << 48;
  uint64_t stops = a.stops | b.stops << 16 | c.stops << 32 | d.stops << 48;
  return (struct wye__marks){slashes & wye__below(length), stops & wye__below(length)};
}

/*
 * The first 16 bytes of a segment of `length` bytes, with zeros after a shorter one. 16 bytes must be readable,
 * whatever follows the segment.
 */
static inline void wye__load_key(const uint8_t *at, uint32_t length, uint64_t key[2]) {
  static const uint8_t masks[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  uint32_t kept = length < 16 ? length : 16;
  key[0] = wye__load64(at) & wye__load64(masks + 16 - kept);
  key[1] = wye__load64(at + 8) & wye__load64(masks + 24 - kept);
}

#endif
