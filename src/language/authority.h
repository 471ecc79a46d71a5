/* The part of an absolute URL before its path: scheme and authority (RFC 3986 3.1, 3.2). */
#ifndef WYE_AUTHORITY_H
#define WYE_AUTHORITY_H

#include "base/bytes.h"

/*
 * Where the authority of `scheme://authority/path` ends: at `/`, `?`, `#` or with the text. Its host, without user
 * information and port, is [*host, *host_end). 0 if there is no scheme, or if the authority is empty or malformed.
 */
uint32_t wye__authority_end(const uint8_t *url, uint32_t length, uint32_t *host, uint32_t *host_end);

#endif
