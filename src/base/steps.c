#include "base/steps.h"

#if defined(WYE_COUNT_STEPS)
uint64_t wye__steps;
#endif
