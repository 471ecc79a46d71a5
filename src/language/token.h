#ifndef WYE_TOKEN_H
#define WYE_TOKEN_H

#include "base/bytes.h"

/* Whether the text is a token of RFC 9110 5.6.2: a method, or the name of a field. */
bool wye__is_token(const char *text, size_t length);

#endif
