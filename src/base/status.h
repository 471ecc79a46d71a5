/* Statuses, and the one way to fill a struct wye_error. The texts are in status.c. */
#ifndef WYE_STATUS_H
#define WYE_STATUS_H

#include "wye.h"

/* Fills `error` (NULL: not wanted) and returns `status`, so that whoever finds a failure reports it in one line. */
int32_t wye__fail(struct wye_error *error, int32_t status, uint32_t offset, const char *detail);

#endif
