/* A stable merge sort of numbers by an order that the caller provides. A freestanding module has no qsort. */
#ifndef WYE_SORT_H
#define WYE_SORT_H

#include "base/bytes.h"

/* Below zero, zero or above zero as `a` comes before, with or after `b`. */
typedef int wye__order(const void *context, uint32_t a, uint32_t b);

/* Sorts `count` numbers. `room`: space for as many. Allocates nothing. */
void wye__sort(uint32_t *items, uint32_t *room, uint32_t count, wye__order *order, const void *context);

#endif
