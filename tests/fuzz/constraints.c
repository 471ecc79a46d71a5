/*
 * Constraints: one line with a constraint, then values, one a line. It is compiled, in an arena of each of a few sizes,
 * or refused with an error inside of it; both ways of reading a value agree, and so does the value with its escapes
 * written raw and the rest escaped. Then the values' bytes damage the automaton: what is not refused must be harmless.
 */
#include "fuzz.h"

#include "language/expression.h"
#include "language/encoding.h"

enum { ARENA_SIZE = 1 << 20, HEAD = 64, MOST_TEXT = 512 };

static uint64_t block[ARENA_SIZE / 8];
static volatile unsigned sum; /* so that no read is left out */

static bool reads(const struct wye__constraint *c, const void *automaton, const uint8_t *value, uint32_t length) {
  struct wye__constraint_state reading = {0};
  for (uint32_t at = 0; at < length;) {
    uint32_t taken = wye__constraint_step(c, automaton, &reading, value + at, length - at);
    CHECK(taken <= length - at);
    if (taken == 0) return false;
    at += taken;
  }
  return wye__constraint_accepts(c, automaton, &reading);
}

/* Raw characters as escapes, escapes as raw characters; a `%` is always `%25`. Bytes that are no UTF-8 stay. */
static size_t turned(const uint8_t *value, uint32_t length, char *to) {
  size_t size = 0;
  uint32_t point, taken;
  for (uint32_t at = 0; at < length; at += taken) {
    taken = wye__character(value + at, length - at, &point);
    if (point == '%') size += (size_t)sprintf(to + size, "%%25");
    else if (value[at] == '%') size += wye__percent_decode(value + at, taken, false, (uint8_t *)to + size, taken);
    else if (taken == 1 && value[at] > 0x7F) to[size++] = (char)value[at];
    else
      for (uint32_t i = 0; i < taken; i++) size += (size_t)sprintf(to + size, "%%%02x", (unsigned)value[at + i]);
  }
  return size;
}

static void check_value(const struct wye__constraint *c, const void *automaton, const uint8_t *value, uint32_t length) {
  char *other = take(3 * (size_t)length + 1);
  uint8_t *exact = copy_of(value, length);
  bool holds = wye__constraint_holds(c, automaton, exact, length);
  CHECK(reads(c, automaton, exact, length) == holds);
  uint32_t size = (uint32_t)turned(exact, length, other);
  CHECK(wye__constraint_holds(c, automaton, (uint8_t *)other, size) == holds);
  free(other);
  free(exact);
}

static void check_values(const struct wye__constraint *c, const void *automaton, const uint8_t *text, size_t size) {
  while (size) {
    const uint8_t *end = memchr(text, '\n', size);
    size_t length = end ? (size_t)(end - text) : size;
    if (length) check_value(c, automaton, text, (uint32_t)length);
    text += length + (end != NULL);
    size -= length + (end != NULL);
  }
}

/* Three bytes each: where and what. */
static void damage(const struct wye__constraint *c, const void *automaton, const uint8_t *data, size_t size) {
  uint8_t *copy = copy_of(automaton, c->size);
  for (size_t i = 0; i + 3 <= size; i += 3) copy[((size_t)data[i] | (size_t)data[i + 1] << 8) % c->size] = data[i + 2];
  if (wye__constraint_is_sound(c, copy, c->size)) sum += wye__constraint_holds(c, copy, data, (uint32_t)size);
  free(copy);
}

/* WYE_OK with nothing but the automaton taken, or an error inside of the text with nothing taken at all. */
static int32_t compile(const uint8_t *text, uint32_t end, struct wye__arena *arena, uint32_t size,
                       struct wye__constraint *c) {
  struct wye_error error = {0};
  wye__arena_init(arena, size, HEAD);
  memset(c, 0xA5, sizeof *c);
  int32_t status = wye__constraint_compile(arena, text, 0, end, c, &error);
  if (status == WYE_OK) {
    CHECK(arena->used == HEAD + c->size && (c->kind == WYE__AUTOMATON) == (c->size != 0));
    return status;
  }
  CHECK(status == WYE_BAD_PATTERN || status == WYE_EXPRESSION_TOO_LARGE || status == WYE_NO_MEMORY);
  CHECK(error.status == status && error.detail && error.offset < end && arena->used == HEAD);
  return status;
}

/* In a block of this size, so that a write after it is seen: the same, or too little room. */
static void check_small(const uint8_t *text, uint32_t end, uint32_t size, int32_t status,
                        const struct wye__constraint *wanted) {
  struct wye__constraint c;
  struct wye__arena *arena = take(size);
  int32_t other = compile(text, end, arena, size, &c);
  CHECK(other == status || other == WYE_NO_MEMORY);
  if (other == WYE_OK) CHECK(memcmp(&c, wanted, sizeof c) == 0);
  free(arena);
}

static void check(const uint8_t *text, uint32_t end, const uint8_t *values, size_t size) {
  struct wye__constraint c;
  int32_t status = compile(text, end, (void *)block, ARENA_SIZE, &c);
  const uint8_t *automaton = (uint8_t *)block + c.automaton;
  check_small(text, end, HEAD + 64u * (size ? values[size - 1] : end), status, &c);
  if (status != WYE_OK) return;
  CHECK(wye__constraint_is_sound(&c, automaton, c.size));
  check_values(&c, automaton, values, size);
  if (c.size) damage(&c, automaton, values, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *line = memchr(data, '\n', size);
  uint32_t length = (uint32_t)(line ? (size_t)(line - data) : size);
  if (length == 0 || length > MOST_TEXT || (data[0] != '<' && data[0] != '(')) return 0;
  uint8_t *text = copy_of(data, length);
  uint32_t end = wye__constraint_end(text, length, 0), after = length + (line != NULL);
  CHECK(end <= length && end != 1);
  if (end) check(text, end, data + after, size - after);
  free(text);
  return 0;
}
