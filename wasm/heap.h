/*
 * Blocks of linear memory, for builders, images, contexts and pools. No lookup takes or frees one.
 *
 *     0       4        8      12     16                 size
 *     | size  | before | next | prev | the caller's bytes |
 *
 *             31          6 5   1   0
 *     size    | bytes / 64 | 0  | used |    the head counts, too
 *
 * `before` is the size of the block before this one, so that neighbours are found in both directions and free ones join
 * at once; `next` and `prev` link the free blocks.
 */
#ifndef WYE_HEAP_H
#define WYE_HEAP_H

#include "base/bytes.h"

/* A block of `length` bytes on a cache line, not cleared. May grow memory; NULL if it cannot. */
void *heap_alloc(uint32_t length);

/* Frees a block; NULL is allowed. */
void heap_free(void *bytes);

#endif
