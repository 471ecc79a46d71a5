/* Token buckets: limits for the rate at which each client may do something. The conventions are those of wye.h. */
#ifndef WYE_RATELIMIT_H
#define WYE_RATELIMIT_H

#include "wye.h"

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default) /* the library itself is compiled with -fvisibility=hidden */
#endif

enum { WYE_MAX_KEYS = 16777216 }; /* keys of a table of buckets -> WYE_BAD_ARGUMENT */

/*
 * Token buckets by key, in one block that the caller provides. A bucket holds at most `burst` tokens, starts full, and
 * gains `rate` tokens a second. A key is any text, and is represented by its 64-bit hash. There is room for a fixed
 * number of keys, and each key may use only a few of the buckets: provide twice as many as there are keys in the time
 * that a bucket takes to fill. If no bucket is free for a new key, the fullest of those that it may use is evicted: its
 * owner gains least from finding a full one on return.
 *
 * It lives as long as its block and needs no destructor. One thread at a time.
 */
struct wye_buckets;

/* Bytes for that many keys, rounded up to a multiple of 4 keys; 0 for no keys, or for more than WYE_MAX_KEYS. */
size_t wye_buckets_size(uint32_t keys);

/*
 * Makes full buckets. `block`: `size` bytes, at least wye_buckets_size, aligned to WYE_ALIGNMENT. `rate`: tokens a
 * second, above 0. `burst`: tokens, 1 or more. `seed`: a random number, so that nobody can choose keys that collide.
 * Returns WYE_OK, WYE_BAD_ARGUMENT (also if `rate` or `burst` is infinite or NaN) or WYE_NO_MEMORY; after a failure
 * `*buckets` is NULL.
 */
int32_t wye_buckets_init(void *block, size_t size, uint32_t keys, double rate, double burst, uint64_t seed,
                         struct wye_buckets **buckets);

/*
 * Takes a token from the key's bucket. `now`: seconds, from 0 on, of any clock that does not run backwards; a time
 * before the latest one so far, infinity and NaN count as the latest one. Returns 0 if there was a token; otherwise the
 * seconds until there will be one, and nothing was taken. Takes constant time, except for the length of the key.
 */
double wye_buckets_take(struct wye_buckets *buckets, const char *key, size_t length, double now);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
