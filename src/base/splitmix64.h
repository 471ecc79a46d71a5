/*
 * The output function of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
 * 2014, with the constants that David Stafford found ("Mix13"). A bijection: different numbers give different ones. It
 * is not a one-way function.
 */
#ifndef WYE_SPLITMIX64_H
#define WYE_SPLITMIX64_H

#include <stdint.h>

uint64_t wye__splitmix64(uint64_t x);

#endif
