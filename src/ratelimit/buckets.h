/*
 * Token buckets in one block:
 *
 *     0      64
 *     | head | set 0: 4 buckets, 24 each | set 1 ...
 *
 *     bucket    | hash of the key | tokens | at |    tokens: as many as there were at the time `at`
 *
 * A key's hash chooses the set; there the key may have any of the 4 buckets. An unused bucket is full, and so is one
 * that was not used for long enough: nothing needs to distinguish them.
 */
#ifndef WYE_BUCKETS_H
#define WYE_BUCKETS_H

#include "base/span.h"
#include "wye_ratelimit.h"

enum { WYE__BUCKETS_IN_A_SET = 4 };

struct wye_buckets {
  double rate;  /* tokens a second, */
  double burst; /* and at most */
  double now;   /* the latest time so far */
  uint64_t key[2];
  uint32_t sets;
};

struct wye__bucket {
  uint64_t key;
  double tokens;
  double at;
};
_Static_assert(sizeof(struct wye_buckets) <= 64 && sizeof(struct wye__bucket) == 24, "as drawn");

#endif
