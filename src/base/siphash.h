#ifndef WYE_SIPHASH_H
#define WYE_SIPHASH_H

#include "base/bytes.h"

/*
 * SipHash-1-3 of `length` bytes: Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, with 1
 * round per word and 3 at the end. Without the key, and as long as no hash is revealed, nobody can find texts that
 * collide more often than by chance. It is not a signature, and 1-3 has a smaller margin than the paper's 2-4.
 */
uint64_t wye__siphash(const uint64_t key[2], const uint8_t *text, size_t length);

#endif
