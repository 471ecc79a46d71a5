/*
 * Constraints of parameters: types (`<int(1..500)>`) and expressions (`(\d{4})`).
 *
 * A constraint reads a decoded value character by character and never goes back: its state is two numbers. A repeated
 * class (`\d+`, `[a-z]{2,8}`, `<alpha>`) is a set and two bounds; any other expression becomes a deterministic
 * automaton when its route is added.
 */
#ifndef WYE_CONSTRAINT_H
#define WYE_CONSTRAINT_H

#include "base/arena.h"
#include "base/span.h"

enum wye__constraint_kind {
  WYE__RUN,  /* `low` to `high` characters of a set */
  WYE__SLUG, /* the same, of words joined by single dashes */
  WYE__UINT, /* a number from `low` to `high` */
  WYE__INT,  /* the same, as int64_t */
  WYE__UUID,
  WYE__DATE,
  WYE__AUTOMATON
};

/* One constraint, as it is in the image. */
struct wye__constraint {
  uint32_t kind;
  uint32_t beyond;      /* RUN: 1 if characters above U+007F belong to the set */
  uint64_t ascii[2];    /* RUN, SLUG: a bit for each ASCII character of the set */
  uint64_t low, high;   /* bounds, both included */
  uint32_t automaton;   /* AUTOMATON: its offset (in the arena; in an image, in its section), a multiple of 8, */
  uint32_t size;        /* and its bytes, a multiple of 8 */
  struct wye_span text; /* the constraint as it is in the pattern, with its brackets; filled by the owner */
};
_Static_assert(sizeof(struct wye__constraint) == 56, "a constraint is part of the image");

/* How far a value has been read. All zero: nothing yet. */
struct wye__constraint_state {
  uint64_t value;
  uint32_t state;
};

/*
 * Where the constraint that begins at text[at], a `<` or `(`, ends: after its closing bracket. 0 if that is missing.
 * Brackets in escapes and classes do not count; nothing more is checked.
 */
uint32_t wye__constraint_end(const uint8_t *text, uint32_t length, uint32_t at);

/*
 * Reads the constraint [start, end) of a pattern into `*made`; an automaton stays in the arena (scratch room is
 * rewound). WYE_OK, WYE_BAD_PATTERN or WYE_EXPRESSION_TOO_LARGE with the byte in the pattern, or WYE_NO_MEMORY; after a
 * failure the arena is as it was.
 */
int32_t wye__constraint_compile(struct wye__arena *arena, const uint8_t *text, uint32_t start, uint32_t end,
                                struct wye__constraint *made, struct wye_error *error);

/*
 * Reads the next character of a value, of which `left` bytes (1 or more) of raw text are left. A character is a code
 * point, raw or in escapes; a malformed escape is the characters that it is written with; a byte that is not UTF-8
 * counts as a character above U+007F. Returns the bytes read; 0 if no value that begins like this satisfies it.
 * `automaton`: the constraint's own; NULL for the other kinds.
 */
uint32_t wye__constraint_step(const struct wye__constraint *c, const void *automaton,
                              struct wye__constraint_state *state, const uint8_t *text, uint32_t left);

/*
 * The same for all characters that begin in [at, to) of a text that ends at `end`. Returns where the next one begins:
 * `to` or later; before `to`, the state is that before the character there, with which no value goes on that satisfies
 * the constraint.
 */
uint32_t wye__constraint_read(const struct wye__constraint *c, const void *automaton,
                              struct wye__constraint_state *state, const uint8_t *text, uint32_t at, uint32_t to,
                              uint32_t end);

/*
 * The reverse for the value's first character, which has been read: makes the state that of a value that begins after
 * it. Returns the bytes of the character; 0 if the state does not tell.
 */
uint32_t wye__constraint_drop(const struct wye__constraint *c, struct wye__constraint_state *state, const uint8_t *text,
                              uint32_t left);

/* Whether what has been read, one character or more, satisfies the constraint. */
bool wye__constraint_accepts(const struct wye__constraint *c, const void *automaton,
                             const struct wye__constraint_state *state);

/* Whether a whole raw value of `length` bytes (1 or more) satisfies the constraint. */
bool wye__constraint_holds(const struct wye__constraint *c, const void *automaton, const uint8_t *value,
                           uint32_t length);

/* Whether a constraint and its automaton of `size` bytes, from an untrusted image, are safe to read. */
bool wye__constraint_is_sound(const struct wye__constraint *c, const void *automaton, uint32_t size);

#endif
