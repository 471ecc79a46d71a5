/* The lookup of a machine without vectors, which may load after a text as well. */
#undef __SANITIZE_ADDRESS__
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#define __has_feature(feature) 0
#endif
#define WYE_NO_SIMD
#define wye_match fuzz__public_match_portable
#define wye_match_method fuzz__public_match_method_portable
#define wye__match_path fuzz__match_path_portable
#define wye__match_form fuzz__match_form_portable
#define wye__read_path fuzz__read_path_portable
#define wye__window_at fuzz__window_at_portable
#define wye__look_at_copy fuzz__look_at_copy_portable
#define wye__same_tail fuzz__same_tail_portable
#define wye__backtrack fuzz__backtrack_portable
#include "lookup/match.c"

#include "lookup/backtrack.c"
#include "lookup/segments.c"
