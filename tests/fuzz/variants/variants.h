/* The lookup in other builds, to be compared with the sanitized one; see wye__match. */
#ifndef WYE_FUZZ_VARIANTS_H
#define WYE_FUZZ_VARIANTS_H

#include "../../../src/match.h"

int32_t fuzz__match_fast(const struct wye_table *table, struct wye_context *context, uint32_t method,
                         const uint8_t *text, uint32_t start, size_t length);
int32_t fuzz__match_portable(const struct wye_table *table, struct wye_context *context, uint32_t method,
                             const uint8_t *text, uint32_t start, size_t length);

#endif
