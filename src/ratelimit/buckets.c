#include "ratelimit/buckets.h"

#include "base/hash.h"
#include "base/splitmix64.h"
#include "base/siphash.h"

enum { HEAD = 64, WAYS = WYE__BUCKETS_IN_A_SET };

/*
 * The part of a token that rounding may cost a client who waits exactly as long as wye_buckets_take said. The client
 * gets the token, and owes the rest.
 */
static const double ROUNDING = 1e-6;

static uint32_t sets_for(uint32_t keys) { return (keys + WAYS - 1) / WAYS; }

size_t wye_buckets_size(uint32_t keys) {
  if (keys - 1 >= WYE_MAX_KEYS) return 0;
  uint64_t size = HEAD + (uint64_t)sets_for(keys) * WAYS * sizeof(struct wye__bucket);
  return size > SIZE_MAX ? 0 : (size_t)size;
}

static struct wye__bucket *first_bucket(struct wye_buckets *buckets) {
  return (struct wye__bucket *)(void *)((uint8_t *)buckets + HEAD);
}

/* Neither infinite nor a NaN. */
static bool is_finite(double x) { return x - x == 0; }

int32_t wye_buckets_init(void *block, size_t size, uint32_t keys, double rate, double burst, uint64_t seed,
                         struct wye_buckets **buckets) {
  if (!buckets) return WYE_BAD_ARGUMENT;
  *buckets = NULL;
  size_t need = wye_buckets_size(keys);
  bool in_range = rate > 0 && is_finite(rate) && is_finite(1 / rate) && burst >= 1 && is_finite(burst);
  if (!block || !need || !wye__aligned(block, WYE_ALIGNMENT) || !in_range) return WYE_BAD_ARGUMENT;
  if (size < need) return WYE_NO_MEMORY;
  struct wye_buckets *made = *buckets = block;
  *made = (struct wye_buckets){.rate = rate, .burst = burst, .sets = sets_for(keys)};
  for (uint32_t i = 0; i < 2; i++) made->key[i] = wye__splitmix64(seed + (i + 1) * WYE__GOLDEN_RATIO);
  for (uint32_t i = 0; i < made->sets * WAYS; i++) first_bucket(made)[i] = (struct wye__bucket){.tokens = burst};
  return WYE_OK;
}

/* How many tokens a bucket has by now. */
static double tokens_in(const struct wye_buckets *buckets, const struct wye__bucket *bucket) {
  double tokens = bucket->tokens + (buckets->now - bucket->at) * buckets->rate;
  return tokens < buckets->burst ? tokens : buckets->burst;
}

/* The key's bucket. If it has none, it gets the fullest of those that it may have, filled up. */
static struct wye__bucket *find(struct wye_buckets *buckets, uint64_t key) {
  uint32_t set = (uint32_t)((key >> 32) * buckets->sets >> 32);
  struct wye__bucket *ways = first_bucket(buckets) + set * WAYS, *fullest = ways;
  for (uint32_t i = 0; i < WAYS; i++) {
    if (ways[i].key == key) return ways + i;
    if (tokens_in(buckets, ways + i) > tokens_in(buckets, fullest)) fullest = ways + i;
  }
  *fullest = (struct wye__bucket){.key = key, .tokens = buckets->burst, .at = buckets->now};
  return fullest;
}

double wye_buckets_take(struct wye_buckets *buckets, const char *key, size_t length, double now) {
  if (now > buckets->now && is_finite(now)) buckets->now = now;
  struct wye__bucket *bucket = find(buckets, wye__siphash(buckets->key, (const uint8_t *)key, length));
  bucket->tokens = tokens_in(buckets, bucket);
  bucket->at = buckets->now;
  if (bucket->tokens < 1 - ROUNDING) return (1 - bucket->tokens) / buckets->rate;
  bucket->tokens -= 1;
  return 0;
}
