#ifndef WYE_SIPHASH_H
#define WYE_SIPHASH_H

#include "base/bytes.h"

/*
 * SipHash-1-3 of `length` bytes: Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, with 1
 * round a word and 3 at the end. Without the key nobody can find texts that meet more often than by chance, as long as
 * the hashes themselves are not shown. It is not a signature, and 1-3 has a smaller margin than the paper's 2-4.
 */
uint64_t wye__siphash(const uint64_t key[2], const uint8_t *text, size_t length);

#endif
