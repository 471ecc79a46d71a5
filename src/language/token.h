#ifndef WYE_TOKEN_H
#define WYE_TOKEN_H

#include "base/bytes.h"

/* Whether a text is a token (RFC 9110 5.6.2), as methods and the names of fields are. */
bool wye__is_token(const char *text, size_t length);

#endif
