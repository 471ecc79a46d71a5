/* Token buckets: who may do how much. The conventions are those of wye.h. */
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
 * Token buckets by key, in one block that the caller provides: who may do how much. A bucket holds at most `burst`
 * tokens, starts full, and gains `rate` of them a second. A key is any text; its 64-bit hash stands for
 * it. There is room for a fixed number of keys, and each may use a few buckets only: allow twice as many as come in
 * the time in which a bucket fills. If none is left for a new key, the fullest of the buckets that it may use is
 * evicted: its owner, who finds a full one on return, gains least.
 *
 * One thread at a time for each table.
 */
struct wye_buckets;

/* Bytes for that many keys, rounded up to a multiple of 4; 0 if there are none, or more than WYE_MAX_KEYS. */
size_t wye_buckets_size(uint32_t keys);

/*
 * Makes a table in `block` of `size` bytes. `rate`: tokens a second, above 0. `burst`: 1 or more. `seed`: a random
 * number, so that nobody can choose keys that meet. WYE_OK, WYE_BAD_ARGUMENT (also where one of them is infinite, or
 * not a number) or WYE_NO_MEMORY; after a failure `*buckets` is NULL.
 */
int32_t wye_buckets_init(void *block, size_t size, uint32_t keys, double rate, double burst, uint64_t seed,
                         struct wye_buckets **buckets);

/*
 * Takes a token of the key's bucket at the time `now`, in seconds of any clock that does not run backwards, from 0 on
 * (a time before the latest one so far counts as that one; so does one that is infinite, or not a number). 0: there
 * was a token; otherwise the seconds until there will be one, and nothing was taken. A call takes the same time however
 * many keys there are, and some more for a long one.
 */
double wye_buckets_take(struct wye_buckets *buckets, const char *key, size_t length, double now);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
