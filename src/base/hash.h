#ifndef WYE_HASH_H
#define WYE_HASH_H

/*
 * The multiplier of 64-bit hashes: 2 to the 64th divided by the golden ratio, made odd. Multiplying by it
 * spreads numbers over the upper bits (Fibonacci hashing: Knuth, The Art of Computer Programming, 6.4). SplitMix64
 * counts in steps of it.
 */
#define WYE__GOLDEN_RATIO 0x9E3779B97F4A7C15u

#endif
