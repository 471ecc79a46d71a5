/* Reverse routing: from a route and values to a URL, which is verified by looking it up. */
#include "language/host.h"
#include "language/dot_segments.h"
#include "language/encoding.h"
#include "language/pattern.h"
#include "base/status.h"
#include "image/table.h"

enum { MOST_PARAMS = WYE_MAX_PARAMS + WYE__HOST_LABELS };

/* A URL with a host is looked up with this scheme. The caller's begins with its slashes. */
static const char scheme[] = "http://";

enum { SLASHES = sizeof scheme - 3 };

/* A URL in the making. */
struct maker {
  const struct wye_table *table;
  const struct wye_value *values;
  uint32_t count;
  struct wye_error *error;
  struct wye__writer to;
  struct wye_route route;
  struct wye__pattern pattern;
  uint32_t path;                        /* where the path begins in what was written */
  uint32_t host_params;                 /* parameters written before the path, */
  uint32_t params;                      /* and all parameters so far; of each: */
  struct wye_span written[MOST_PARAMS]; /* where its value was written; { WYE_NONE, 0 }: the form lacks it, */
  uint32_t offsets[MOST_PARAMS];        /* and its byte in the pattern, or in the host */
};

static int32_t fail(const struct maker *m, uint32_t offset, const char *detail) {
  return wye__fail(m->error, WYE_BAD_VALUE, offset, detail);
}

/* For a failure that its status says in full. */
static int32_t refuse(struct wye_error *error, int32_t status) {
  return wye__fail(error, status, 0, wye_status_text(status));
}

static int32_t too_long(struct wye_error *error) {
  return wye__fail(error, WYE_PATH_TOO_LONG, 0, "the path has more bytes than the table allows");
}

/* The value for a parameter; NULL if there is none. */
static const struct wye_value *value_of(const struct maker *m, uint32_t param) {
  return param < m->count && m->values[param].text ? &m->values[param] : NULL;
}

/* ------------------------------------------------------------------ writing */

/*
 * The value of a catch-all. Escapes of a slash and of a backslash stay escapes, as they do when the value is read; any
 * other `%` is a character.
 */
static int32_t put_catch_all(struct maker *m, uint32_t offset, const uint8_t *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '\\')
      return fail(m, offset, "\"\\\" in a catch-all would later be read as \"/\"; write \"%5C\" for a literal");
    if (text[i] == '/' || wye__is_separator(text + i, length - i)) wye__put(&m->to, text[i]);
    else wye__write_escaped(&m->to, text + i, 1, WYE__NOT_IN_VALUE);
  }
  return WYE_OK;
}

/* The next parameter, which is at `offset` of the pattern. `mark`: what it is. */
static int32_t put_param(struct maker *m, uint32_t offset, enum wye__mark mark) {
  const struct wye_value *value = value_of(m, m->params);
  bool is_catch_all = mark == WYE__CATCH_ALL || mark == WYE__INNER;
  if (!value) return fail(m, offset, "this parameter needs a value");
  if (value->length == 0 && mark != WYE__CATCH_ALL)
    return fail(m, offset, "the value is empty; only that of a catch-all at the end may be");
  if (value->length > WYE_MAX_PATH) return too_long(m->error);
  uint32_t start = (uint32_t)m->to.size;
  const uint8_t *text = (const uint8_t *)value->text;
  int32_t status = WYE_OK;
  if (is_catch_all) status = put_catch_all(m, offset, text, value->length);
  else wye__write_escaped(&m->to, text, value->length, WYE__NOT_IN_VALUE);
  if (status < 0) return status;
  m->written[m->params] = wye__span_between(start, (uint32_t)m->to.size);
  m->offsets[m->params++] = offset;
  return WYE_OK;
}

/* A label of a host is written as it is: it is not decoded when it is read. */
static int32_t put_label(struct maker *m, uint32_t offset) {
  const struct wye_value *value = value_of(m, m->params);
  if (value && value->length && !wye__is_label((const uint8_t *)value->text, value->length))
    return fail(m, offset, wye__label_text);
  return put_param(m, offset, WYE__PARAM);
}

static int32_t put_host(struct maker *m) {
  struct wye__host host;
  int32_t status = wye__host_parse(m->route.host, m->route.host_length, &host, m->error);
  if (status < 0 || host.length == 0) return status;
  if (host.shape[0] == '*') return fail(m, 0, "\"*\" has no value, and a URL needs a whole host");
  for (const char *c = scheme; *c; c++) wye__put(&m->to, (uint8_t)*c);
  for (uint32_t i = 0; i < host.length; i++) {
    if (m->params < host.params && host.shape[i] == ':') {
      status = put_label(m, host.names[m->params].offset - 1);
      if (status < 0) return status;
    } else wye__put(&m->to, host.shape[i]);
  }
  m->host_params = m->params;
  m->path = (uint32_t)m->to.size;
  return WYE_OK;
}

/* The unit of a literal that begins at `unit` in a shape. Returns its bytes there. */
static uint32_t put_unit(struct maker *m, const uint8_t *unit) {
  if (unit[0] != '%') return wye__write_escaped(&m->to, unit, 1, WYE__NOT_IN_PATH), 1;
  char reserved[2] = {(char)(unit[1] & 0x7F), 0};
  if (unit[1] == '%') return wye__put(&m->to, '%'), 2;
  return wye__write_escaped(&m->to, (const uint8_t *)reserved, 1, reserved), 2;
}

/*
 * The byte of the pattern at which a parameter begins, its `:` or `*`. A parameter without a name begins at the first
 * `*` after the previous one, which ends at `*at`.
 */
static uint32_t param_offset(const struct maker *m, uint32_t param, uint32_t *at) {
  const char *text = m->route.pattern;
  struct wye_span name = m->pattern.names[param], constraint = m->pattern.constraints[param];
  if (name.offset == WYE_NONE) {
    while (text[*at] != '*') *at += text[*at] == '\\' ? 2 : 1;
    return (*at)++;
  }
  *at = constraint.length ? constraint.offset + constraint.length : name.offset + name.length;
  return name.offset - (text[name.offset] != '*');
}

/* Goes on to the next parameter that the form has. Returns its byte in the pattern. */
static uint32_t next_param(struct maker *m, uint64_t params, uint32_t *after) {
  for (;; m->params++) {
    uint32_t param = m->params - m->host_params, offset = param_offset(m, param, after);
    if (params >> param & 1) return offset;
    m->written[m->params] = (struct wye_span){WYE_NONE, 0};
    m->offsets[m->params] = offset;
  }
}

/*
 * Chooses the form that the values are for: one that leaves no value over; of these, one that misses the fewest values,
 * with the most segments.
 */
static uint32_t choose_form(const struct maker *m, uint8_t *shape) {
  uint32_t best = 0, best_missed = UINT32_MAX, best_length = 0;
  uint64_t given = 0, params;
  for (uint32_t i = 0; i < m->pattern.params; i++)
    if (value_of(m, m->host_params + i)) given |= (uint64_t)1 << i;
  for (uint32_t i = 0; i < m->pattern.forms; i++) {
    uint32_t length = wye__pattern_form(&m->pattern, i, shape, &params), missed = wye__count_bits(params & ~given);
    if ((given & ~params) || missed > best_missed || (missed == best_missed && length <= best_length)) continue;
    best = i;
    best_missed = missed;
    best_length = length;
  }
  return best;
}

static int32_t put_path(struct maker *m) {
  uint8_t shape[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR];
  struct wye__pattern *pattern = &m->pattern;
  int32_t status = wye__pattern_parse(m->route.pattern, m->route.pattern_length, false, pattern, m->error);
  if (status < 0) return status;
  if (m->count > m->host_params + pattern->params) return fail(m, 0, "there are more values than parameters");
  uint64_t params;
  uint32_t length = wye__pattern_form(pattern, choose_form(m, shape), shape, &params), after = 0;
  for (uint32_t i = 0; i < length && status == WYE_OK;) {
    if (shape[i] != '/') {
      i += put_unit(m, shape + i);
      continue;
    }
    enum wye__mark mark = shape[i + 1];
    if (mark == WYE__SEGMENT) wye__put(&m->to, '/');
    else status = put_param(m, next_param(m, params, &after), mark);
    i += wye__shape_step(shape, i);
  }
  return status;
}

/* ------------------------------------------------------------------ checking */

/* Each value satisfies its constraint. (In a forged image a constraint may be missing: number 0.) */
static int32_t check_constraints(const struct maker *m) {
  for (uint32_t i = m->host_params; i < m->params; i++) {
    if (m->written[i].offset == WYE_NONE) continue;
    struct wye_span text = m->pattern.constraints[i - m->host_params], value = m->written[i];
    uint32_t number = wye__find_constraint(m->table, m->route.pattern + text.offset, text.length);
    const struct wye__constraint *c = wye__constraint_at(m->table, number);
    const void *automaton = wye__automaton_of(m->table, c);
    if (number && !wye__constraint_holds(c, automaton, m->to.bytes + value.offset, value.length))
      return fail(m, m->offsets[i], "the value does not match this parameter's constraint");
  }
  return WYE_OK;
}

/* No value makes its segment a dot segment, alone or with the literals around it. */
static int32_t check_dots(const struct maker *m) {
  uint32_t dots = wye__last_dot_segment(m->to.bytes + m->path, (uint32_t)m->to.size - m->path), param = m->host_params;
  if (dots == 0) return WYE_OK;
  while (param + 1 < m->params &&
         (m->written[param].offset == WYE_NONE || m->written[param].offset + m->written[param].length < m->path + dots))
    param++;
  return fail(m, m->offsets[param], "a segment cannot be \".\" or \"..\"");
}

/*
 * Whether the lookup has read this value: at the same span, and with as many decoded bytes as the value has. As each
 * byte was written by itself, raw or escaped, the bytes are then the same, too.
 */
static bool is_read(const struct maker *m, const struct wye_context *context, uint32_t param) {
  const struct wye_span *span = &m->written[param];
  if (param >= context->params || memcmp(span, &context->param[param], sizeof *span)) return false;
  if (span->offset == WYE_NONE) return true;
  bool is_catch_all = wye_table_is_catch_all(m->table, context->route, param);
  return wye__percent_decode(m->to.bytes + span->offset, span->length, is_catch_all, NULL, 0) ==
         m->values[param].length;
}

/* The URL reaches the route again, with the same values. */
static int32_t check_outcome(const struct maker *m, const struct wye_context *context, uint32_t route) {
  if (context->outcome >= 0 && context->route != route) {
    wye__fail(m->error, WYE_CONFLICT, 0, "would have a URL that reaches");
    if (m->error) m->error->other = context->route;
    return WYE_CONFLICT;
  }
  for (uint32_t i = 0; i < m->params; i++)
    if (context->outcome < 0 || !is_read(m, context, i))
      return fail(m, m->offsets[i], "the URL would not be read back as this value");
  if (context->outcome < 0) return fail(m, 0, "no URL reaches this route");
  return context->params == m->params ? WYE_OK : fail(m, 0, "the URL would be read back with other parameters");
}

/* ------------------------------------------------------------------ the whole */

static int32_t look_up(const struct maker *m, struct wye_context *context) {
  uint32_t method = wye_table_method(m->table, m->route.method, m->route.method_length);
  const char *text = (const char *)m->to.bytes;
  return m->path ? wye_match_url(m->table, context, method, text, m->to.size)
                 : wye_match_method(m->table, context, method, text, m->to.size);
}

static int32_t make(struct maker *m, struct wye_context *context, uint32_t index) {
  if (!wye_table_route(m->table, index, &m->route)) return refuse(m->error, WYE_BAD_ARGUMENT);
  int32_t status = put_host(m);
  if (status == WYE_OK) status = put_path(m);
  if (status < 0) return status;
  if (m->to.size - m->path > WYE_MAX_PATH) return too_long(m->error);
  if (m->to.size > m->to.capacity) return refuse(m->error, WYE_NO_MEMORY);
  if (m->to.size - m->path > 1 && m->to.bytes[m->path + 1] == '/')
    return fail(m, m->params > m->host_params ? m->offsets[m->host_params] : 0, "a path cannot begin with \"//\"");
  status = check_dots(m);
  if (status == WYE_OK) status = check_constraints(m);
  if (status < 0) return status;
  if (m->to.size - m->path > m->table->max_path) return too_long(m->error);
  if (look_up(m, context) == WYE_BAD_ARGUMENT) return refuse(m->error, WYE_BAD_ARGUMENT);
  return check_outcome(m, context, index);
}

int32_t wye_url(const struct wye_table *table, struct wye_context *context, uint32_t route,
                const struct wye_value *values, uint32_t count, char *buffer, size_t capacity, size_t *length,
                struct wye_error *error) {
  uint8_t shape[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR];
  struct maker m = {.table = table, .values = values, .count = count, .error = error};
  m.to = (struct wye__writer){.bytes = (uint8_t *)buffer, .capacity = capacity};
  m.pattern.shape = shape;
  if (length) *length = 0;
  if (!table || !context || !length || (count && !values) || (capacity && !buffer))
    return refuse(error, WYE_BAD_ARGUMENT);
  int32_t status = make(&m, context, route);
  if (status == WYE_NO_MEMORY) *length = m.to.size;
  if (status < 0) return status;
  size_t skipped = m.path ? SLASHES : 0;
  for (size_t i = skipped; i < m.to.size; i++) buffer[i - skipped] = buffer[i];
  *length = m.to.size - skipped;
  return WYE_OK;
}
