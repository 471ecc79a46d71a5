/* The lookup as it ships, under a name of its own: it may load behind a text, which the sanitized one does not. */
#undef __SANITIZE_ADDRESS__
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#define __has_feature(feature) 0
#endif
#define wye__match fuzz__match_fast
#define wye__match_other fuzz__match_other_fast
#define wye__match_all fuzz__match_all_fast
#define wye__read_path fuzz__read_path_fast
#define wye__window_at fuzz__window_at_fast
#define wye__same_tail fuzz__same_tail_fast
#define wye__search fuzz__search_fast
#include "lookup/match.c"

#include "lookup/backtrack.c"
