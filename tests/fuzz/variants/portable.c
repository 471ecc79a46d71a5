/* The lookup of a machine without vectors, which may load behind a text as well. */
#undef __SANITIZE_ADDRESS__
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#define __has_feature(feature) 0
#endif
#define WYE_NO_SIMD
#define wye__match fuzz__match_portable
#include "../../../src/match.c"
