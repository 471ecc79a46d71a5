/*
 * Blocks of linear memory: what the module hands out for builders, images and contexts. Only cold calls come here.
 *
 *     0       4        8      12     16                 size
 *     | size  | before | next | prev | the caller's bytes |
 *
 * `size` counts the head and is a multiple of 64, bit 0 says "used"; `before` is the size of the block in front, so
 * that neighbours are found in both directions and free ones join at once; `next` and `prev` link the free blocks.
 */
#ifndef WYE_HEAP_H
#define WYE_HEAP_H

#include "base/bytes.h"

/*
 * `length` bytes on a 64-byte boundary, that of a cache line, not cleared; NULL if memory cannot grow. May grow
 * memory.
 */
void *heap_take(uint32_t length);

/* Gives a block back; NULL is allowed. */
void heap_give(void *bytes);

#endif
