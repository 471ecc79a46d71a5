/* ASCII characters. */
#ifndef WYE_ASCII_H
#define WYE_ASCII_H

#include "base/bytes.h"

/* A letter in lower case; any other byte as it is. */
static inline uint8_t wye__lower_byte(uint8_t byte) { return (uint8_t)(byte - 'A') < 26 ? byte | 0x20 : byte; }

static inline bool wye__is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

static inline bool wye__is_letter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }

#endif
