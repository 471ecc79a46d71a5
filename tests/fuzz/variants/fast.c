/* The lookup as it ships, under a name of its own: it may load after a text, which the sanitized one does not. */
#undef __SANITIZE_ADDRESS__
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#define __has_feature(feature) 0
#endif
#define wye_match fuzz__public_match_fast
#define wye_match_method fuzz__public_match_method_fast
#define wye__match_path fuzz__match_path_fast
#define wye__match_form fuzz__match_form_fast
#define wye__read_path fuzz__read_path_fast
#define wye__window_at fuzz__window_at_fast
#define wye__look_at_copy fuzz__look_at_copy_fast
#define wye__same_tail fuzz__same_tail_fast
#define wye__backtrack fuzz__backtrack_fast
#include "lookup/match.c"

#include "lookup/backtrack.c"
#include "lookup/segments.c"
