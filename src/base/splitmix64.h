/*
 * The output function of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
 * 2014, with the constants that David Stafford found ("Mix13"). A bijection: different numbers give different ones. It
 * hides nothing, as it can be turned round.
 */
#ifndef WYE_MIX_H
#define WYE_MIX_H

#include <stdint.h>

#define WYE__GOLDEN \
  0x9E3779B97F4A7C15u /* 2 to the 64th through the golden ratio, odd: SplitMix64 counts in steps of it */

uint64_t wye__mix(uint64_t x);

#endif
