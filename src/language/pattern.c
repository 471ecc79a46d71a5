#include "language/pattern.h"

#include "language/constraint.h"
#include "language/dot_segments.h"
#include "language/encoding.h"
#include "base/status.h"

struct parser {
  const uint8_t *text;
  uint32_t length;
  uint32_t at;            /* the byte that is read next */
  uint32_t segment;       /* where the segment's text begins, and */
  uint32_t segment_shape; /* where its shape does */
  uint32_t after_param;   /* the shape's length after its last parameter */
  bool optional;          /* the segment is */
  bool after_catch_all;   /* in some form a catch-all comes right before the segment */
  bool fold;
  struct wye__pattern *pattern;
  struct wye_error *error;
};

static int32_t fail(const struct parser *p, uint32_t offset, const char *detail) {
  return wye__fail(p->error, WYE_BAD_PATTERN, offset, detail);
}

/* ------------------------------------------------------------------ small pieces */

/* The next byte; -1 at the end. */
static int peek(const struct parser *p) { return p->at < p->length ? p->text[p->at] : -1; }

/* The byte so far after the next one; -1 after the end. */
static int peek_at(const struct parser *p, uint32_t after) {
  return after < p->length - p->at ? p->text[p->at + after] : -1;
}

/* Whether a slash is next, also one written `\/`. */
static bool at_slash(const struct parser *p) {
  int c = peek(p);
  return c == '/' || (c == '\\' && p->at + 1 < p->length && p->text[p->at + 1] == '/');
}

static void put(struct parser *p, uint8_t byte) { p->pattern->shape[p->pattern->length++] = byte; }

static void put_mark(struct parser *p, enum wye__mark mark) {
  put(p, '/');
  put(p, (uint8_t)mark);
}

static void put_unit(struct parser *p, struct wye__unit unit) {
  for (uint8_t i = 0; i < unit.length; i++) put(p, unit.bytes[i]);
  p->at += unit.raw;
}

uint32_t wye__name_end(const uint8_t *text, uint32_t length, uint32_t start) {
  uint32_t at = start;
  while (at < length && (wye__is_letter(text[at]) || text[at] == '_' || (at > start && wye__is_digit(text[at])))) at++;
  return at;
}

/* Reads a name; empty if there is none. */
static struct wye_span read_name(struct parser *p) {
  uint32_t start = p->at;
  p->at = wye__name_end(p->text, p->length, start);
  return wye__span_between(start, p->at);
}

static bool name_is_taken(const struct parser *p, struct wye_span name) {
  for (uint32_t i = 0; i < p->pattern->params; i++) {
    struct wye_span other = p->pattern->names[i];
    if (other.offset == WYE_NONE) continue;
    if (wye__same(p->text + other.offset, other.length, p->text + name.offset, name.length)) return true;
  }
  return false;
}

/* ------------------------------------------------------------------ parameters */

/* Adds a parameter, whose text begins at `start`, to the pattern. `constraint`: length 0 for none. */
static int32_t put_param(struct parser *p, enum wye__mark mark, struct wye_span name, struct wye_span constraint,
                         uint32_t start) {
  struct wye__pattern *pattern = p->pattern;
  if (pattern->params == WYE_MAX_PARAMS)
    return wye__fail(p->error, WYE_TOO_MANY_PARAMS, start, "a route has at most 64 parameters");
  if (name.offset != WYE_NONE && name_is_taken(p, name))
    return fail(p, name.offset, "another parameter of the pattern has this name; each needs its own");
  pattern->constraints[pattern->params] = constraint;
  pattern->names[pattern->params++] = name;
  put_mark(p, mark);
  if (mark == WYE__TYPED) {
    pattern->length += WYE__TYPED_BYTES - WYE__MARK_BYTES;
    wye__shape_number(pattern->shape, pattern->length - WYE__TYPED_BYTES, 0);
  }
  p->after_param = pattern->length;
  return WYE_OK;
}

/* The details of errors at what other routers write for a parameter. */
static const char modifier[] = "only \"?\" modifies a parameter; write \"*name\" for several segments, or \"\\\" "
                               "before this character for a literal";
static const char bracket[] =
    "write \":name\", \":name<int>\" or \":name(\\d+)\" for a parameter, \"*name\" for the rest "
    "of the path, or \"\\\" before this character for a literal";

/* Refuses characters after a parameter that look as if they belonged to it. */
static int32_t check_after(const struct parser *p, bool constrained) {
  int c = peek(p);
  if (c == '+' || c == '*') return fail(p, p->at, modifier);
  if (constrained && (c == '<' || c == '('))
    return fail(p, p->at, "a parameter has at most one constraint; write \"\\\" before this character for a literal");
  if (c > 0x7F && !constrained)
    return fail(p, p->at,
                "a name has only ASCII letters, digits and \"_\"; write \"\\\" before this character to end the name");
  return WYE_OK;
}

/* The constraint that begins here, if any. */
static int32_t read_constraint(struct parser *p, struct wye_span *constraint) {
  uint32_t start = p->at;
  if (peek(p) == '<' || peek(p) == '(') {
    p->at = wye__constraint_end(p->text, p->length, start);
    if (p->at == 0) return fail(p, start, "this bracket is not closed; write \"\\\" before it for a literal");
  }
  *constraint = wye__span_between(start, p->at);
  if (p->text[p->at - 1] == '[') p->at = p->length; /* a class without an end: the compiler reports it */
  return WYE_OK;
}

/* Whether the segment so far is static text or one parameter. */
static bool is_whole(const struct parser *p) {
  uint32_t length = p->pattern->length, begin = p->segment_shape;
  if (length == begin) return false;
  if (p->after_param <= begin) return true;
  return p->after_param == length && p->pattern->shape[begin] == '/' &&
         begin + wye__shape_step(p->pattern->shape, begin) == length;
}

/*
 * Adds the forms that lack one more optional segment, whose bit this is. In a run, those that lack the segment before
 * it lack it, too. False if there are too many.
 */
static bool add_forms(struct wye__pattern *pattern, uint32_t bit, bool in_run) {
  for (uint32_t i = 0, count = pattern->forms; i < count; i++) {
    if (in_run && pattern->lacks[i] & bit >> 1) {
      pattern->lacks[i] |= (uint16_t)bit;
    } else {
      if (pattern->forms == WYE__MAX_FORMS) return false;
      pattern->lacks[pattern->forms++] = (uint16_t)(pattern->lacks[i] | bit);
    }
  }
  return true;
}

/* A `?`: the segment that it ends is optional. */
static int32_t read_optional(struct parser *p) {
  struct wye__pattern *pattern = p->pattern;
  uint32_t start = p->segment_shape - WYE__MARK_BYTES;
  bool is_param = p->after_param > p->segment_shape;
  p->at++;
  if (!is_whole(p) || p->optional || (p->at < p->length && !at_slash(p)))
    return fail(p, p->at - 1,
                "\"?\" makes a whole segment optional, static text or one parameter; write \"\\?\" for a literal");
  uint32_t count = pattern->optional_count;
  if (!add_forms(pattern, 1u << count, count && pattern->optional[count - 1].end == start))
    return fail(p, p->at - 1, "a pattern has at most 16 forms");
  pattern->optional[pattern->optional_count++] =
      (struct wye__optional){start, pattern->length, is_param ? pattern->params - 1 : WYE_NONE};
  p->optional = true;
  return WYE_OK;
}

static int32_t read_param(struct parser *p) {
  uint32_t start = p->at++;
  struct wye_span name = read_name(p), constraint;
  if (name.length == 0)
    return fail(p, start, "a parameter needs a name ([A-Za-z_][A-Za-z0-9_]*) after \":\"; write \"\\:\" for a literal");
  if (p->after_param == p->pattern->length)
    return fail(p, start, "two parameters must not be adjacent; put a literal between them");
  int32_t status = read_constraint(p, &constraint);
  if (status == WYE_OK) status = put_param(p, constraint.length ? WYE__TYPED : WYE__PARAM, name, constraint, start);
  return status < 0 ? status : check_after(p, constraint.length > 0);
}

/* A `*`, which is a whole segment. With a name, or as the last one, it is a catch-all; otherwise a parameter. */
static int32_t read_star(struct parser *p) {
  static const char misplaced[] = "\"*\" must be a whole segment; write \"\\*\" for a literal";
  uint32_t start = p->at++;
  if (start != p->segment) return fail(p, start, misplaced);
  struct wye_span name = read_name(p), none = {0, 0};
  bool last = p->at == p->length;
  if (!last && !at_slash(p))
    return fail(p, start,
                name.length ? "a catch-all must be a whole segment, without \"?\"; write \"\\*\" for a literal"
                            : misplaced);
  if (!last && !name.length) {
    struct wye_span anonymous = {WYE_NONE, p->pattern->params};
    return put_param(p, WYE__PARAM, anonymous, none, start);
  }
  if (p->after_catch_all)
    return fail(p, start, "two catch-alls must not be adjacent, in any form; put a segment between them");
  if (!name.length) name = wye__span_between(start, start + 1);
  return put_param(p, last ? WYE__CATCH_ALL : WYE__INNER, name, none, start);
}

/* ------------------------------------------------------------------ literals */

/* What is wrong with a character that is a literal only if it is escaped; NULL: nothing. */
static const char *stray(const struct parser *p, int c) {
  int next = peek_at(p, 1);
  bool is_group = (c == '(' || c == '{') && next == '/';
  if (is_group) return "write \"?\" after an optional segment, as in \"/:name?\"";
  if (c == '{' && next == '$') return "leave out \"{$}\": a last \"/\" matches nothing below it";
  if (c == '*' && next == '*') return "write \"*name\" for several segments, or \"*\" for the rest of the path";
  switch (c) {
  case '(':
  case '<':
  case '{':
  case '}': return bracket;
  case '#': return "a path ends before \"#\"; write \"\\#\" for a literal";
  default: return NULL;
  }
}

static void begin_segment(struct parser *p) {
  put_mark(p, WYE__SEGMENT);
  p->segment = ++p->at;
  p->segment_shape = p->pattern->length;
  p->optional = false;
}

static int32_t end_segment(struct parser *p) {
  const uint8_t *shape = p->pattern->shape + p->segment_shape;
  uint32_t length = p->pattern->length - p->segment_shape;
  if (!p->optional) p->after_catch_all = wye__is_mark(shape, length, 0, WYE__INNER);
  if (!wye__is_dot_segment(shape, length)) return WYE_OK;
  return fail(p, p->segment,
              "a segment \".\" or \"..\" can never match: clients resolve it before they send a request");
}

/* ------------------------------------------------------------------ the whole */

/* Reads a slash, a parameter or a unit of a literal. */
static int32_t read_one(struct parser *p) {
  if (at_slash(p)) {
    int32_t status = end_segment(p);
    if (status < 0) return status;
    if (p->text[p->at] == '\\') p->at++;
    begin_segment(p);
    return WYE_OK;
  }
  int c = peek(p);
  if (c == ':') return read_param(p);
  const char *detail = stray(p, c);
  if (detail) return fail(p, p->at, detail);
  if (c == '*') return read_star(p);
  if (c == '?') return read_optional(p);
  if (c != '\\') {
    put_unit(p, wye__read_unit(p->text + p->at, p->length - p->at, p->fold));
    return WYE_OK;
  }
  if (++p->at == p->length)
    return fail(p, p->at - 1, "\"\\\" must be followed by a character; write \"\\\\\" for a literal");
  put_unit(p, wye__raw_unit(p->text[p->at], p->fold));
  return WYE_OK;
}

/* Refuses a byte that ends a text or a line, wherever it stands. */
static int32_t check_bytes(const struct parser *p) {
  for (uint32_t i = 0; i < p->length; i++) {
    switch (p->text[i]) {
    case '\0': return fail(p, i, "a pattern has no NUL; write \"%00\"");
    case '\n': return fail(p, i, "a pattern has no LF; write \"%0A\"");
    case '\r': return fail(p, i, "a pattern has no CR; write \"%0D\"");
    }
  }
  return WYE_OK;
}

int32_t wye__pattern_parse(const char *text, size_t length, bool fold, struct wye__pattern *pattern,
                           struct wye_error *error) {
  if (length > WYE_MAX_PATTERN)
    return wye__fail(error, WYE_PATTERN_TOO_LONG, WYE_MAX_PATTERN, "a pattern has at most 4096 bytes");
  struct parser p = {
      .text = (const uint8_t *)text, .length = (uint32_t)length, .fold = fold, .pattern = pattern, .error = error};
  pattern->length = pattern->params = pattern->optional_count = 0;
  pattern->forms = 1;
  pattern->lacks[0] = 0;
  int32_t status = check_bytes(&p);
  if (status < 0) return status;
  if (peek(&p) != '/') return fail(&p, 0, "a pattern must begin with \"/\"");
  begin_segment(&p);
  while (p.at < p.length) {
    status = read_one(&p);
    if (status < 0) return status;
  }
  return end_segment(&p);
}

/* ------------------------------------------------------------------ forms */

static uint32_t append(uint8_t *to, uint32_t length, const uint8_t *from, uint32_t more) {
  memcpy(to + length, from, more);
  return length + more;
}

uint32_t wye__pattern_form(const struct wye__pattern *pattern, uint32_t form, uint8_t *to, uint64_t *params) {
  uint32_t length = 0, at = 0;
  *params = pattern->params ? UINT64_MAX >> (64 - pattern->params) : 0;
  for (uint32_t bits = pattern->lacks[form]; bits; bits &= bits - 1) {
    const struct wye__optional *segment = &pattern->optional[__builtin_ctz(bits)];
    length = append(to, length, pattern->shape + at, segment->start - at);
    at = segment->end;
    if (segment->param != WYE_NONE) *params &= ~((uint64_t)1 << segment->param);
  }
  length = append(to, length, pattern->shape + at, pattern->length - at);
  if (length == 0) length = append(to, 0, pattern->shape, WYE__MARK_BYTES); /* the path `/` */
  if (wye__is_mark(to, length, length - WYE__MARK_BYTES, WYE__INNER)) to[length - 1] = WYE__CATCH_ALL;
  return length;
}
