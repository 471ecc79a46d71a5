#include "language/token.h"

bool wye__is_token(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    uint8_t c = (uint8_t)text[i], lower = c | 0x20;
    bool alnum = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
    bool other = false;
    for (const char *mark = "!#$%&'*+-.^_`|~"; *mark; mark++) other |= c == (uint8_t)*mark;
    if (!alnum && !other) return false;
  }
  return length > 0;
}
