/* The lookup of a machine without vectors, which may load behind a text as well. */
#undef __SANITIZE_ADDRESS__
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#define __has_feature(feature) 0
#endif
#define WYE_NO_SIMD
#define wye__match fuzz__match_portable
#define wye__match_other fuzz__match_other_portable
#define wye__match_all fuzz__match_all_portable
#define wye__read_path fuzz__read_path_portable
#define wye__window_at fuzz__window_at_portable
#define wye__same_tail fuzz__same_tail_portable
#define wye__search fuzz__search_portable
#include "lookup/match.c"

#include "lookup/backtrack.c"
