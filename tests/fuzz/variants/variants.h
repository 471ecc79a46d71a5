/* The lookup in other builds, to be compared with the sanitized one; see match.h. */
#ifndef WYE_FUZZ_VARIANTS_H
#define WYE_FUZZ_VARIANTS_H

#include "lookup/match.h"

typedef int32_t fuzz__match(const struct wye_table *table, struct wye_context *context, uint32_t root, uint32_t method,
                            const uint8_t *text, uint32_t start, size_t length);
typedef int32_t fuzz__match_other(const struct wye_table *table, struct wye_context *context, uint32_t root,
                                  uint32_t method, const uint8_t *text, uint32_t start, uint32_t end, bool add_slash);

fuzz__match fuzz__match_fast, fuzz__match_portable;
fuzz__match_other fuzz__match_other_fast, fuzz__match_other_portable;

#endif
