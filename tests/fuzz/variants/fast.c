/* The lookup as it ships, under a name of its own: it may load behind a text, which the sanitized one does not. */
#undef __SANITIZE_ADDRESS__
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#define __has_feature(feature) 0
#endif
#define wye__match fuzz__match_fast
#include "../../../src/match.c"
