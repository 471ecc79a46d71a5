/*
 * The characters that a search through all paths has to try. Of characters that no literal and no constraint
 * distinguishes, one represents all.
 */
#ifndef WYE_ALPHABET_H
#define WYE_ALPHABET_H

#include "image/table.h"

enum { WYE__SYMBOLS = 1024 }; /* the most characters of an alphabet */

/* A character as it is written into a path, and its normal form (encoding.h). */
struct wye__symbol {
  uint8_t raw[12], normal[8];
  uint8_t raw_length, normal_length;
  uint16_t kind; /* in an alphabet: no constraint distinguishes characters of the same kind */
};

/* The characters that literals and constraints may distinguish, those that read well first. */
struct wye__alphabet {
  uint32_t count;
  bool cut; /* there are more characters than it has room for */
  struct wye__symbol symbols[WYE__SYMBOLS];
  uint64_t class_hashes[WYE__SYMBOLS]; /* of each character: a hash of its classes in all constraints */
};

/* Fills the alphabet for the table's constraints. */
void wye__alphabet_fill(const struct wye_table *table, struct wye__alphabet *alphabet);

/* The first character of a literal in normal form, as a path writes it. */
struct wye__symbol wye__symbol_of(const struct wye_table *table, const uint8_t *literal, uint32_t length);

/* Whether the literals of a shape consist of whole characters. A search cannot follow others. */
bool wye__has_whole_characters(const uint8_t *shape, uint32_t length);

#endif
