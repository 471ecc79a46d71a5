/*
 * Test builds count steps: vertices entered, keys and literals compared, characters read. Other builds count nothing.
 */
#ifndef WYE_STEPS_H
#define WYE_STEPS_H

#include "base/bytes.h"

#if defined(WYE_COUNT_STEPS)
extern uint64_t wye__steps;
#define WYE__STEPS(count) (wye__steps += (count))
#else
#define WYE__STEPS(count) ((void)0)
#endif

#endif
