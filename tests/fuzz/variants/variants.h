/* The lookup in other builds, to be compared with the sanitized one; see match.h. */
#ifndef WYE_FUZZ_VARIANTS_H
#define WYE_FUZZ_VARIANTS_H

#include "lookup/match.h"

typedef int32_t fuzz__match_path(const struct wye_table *table, struct wye_context *context, uint32_t root,
                                 uint32_t method, const uint8_t *text, uint32_t start, size_t length);
typedef int32_t fuzz__match_form(const struct wye_table *table, struct wye_context *context, uint32_t root,
                                 uint32_t method, const struct wye__path *path, struct wye__hits *hits);

fuzz__match_path fuzz__match_path_fast, fuzz__match_path_portable;
fuzz__match_form fuzz__match_form_fast, fuzz__match_form_portable;

#endif
