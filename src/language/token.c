#include "language/token.h"

#include "base/ascii.h"

bool wye__is_token(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    uint8_t c = (uint8_t)text[i];
    bool found = wye__is_letter(c) || wye__is_digit(c);
    for (const char *mark = "!#$%&'*+-.^_`|~"; *mark; mark++) found |= c == (uint8_t)*mark;
    if (!found) return false;
  }
  return length > 0;
}
