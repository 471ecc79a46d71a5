#include "image/table.h"

#include "base/hash.h"

const uint8_t wye__record_size[WYE__SECTIONS] = {
    [WYE__VERTICES] = sizeof(struct wye__vertex),
    [WYE__BRANCHES] = sizeof(struct wye__branch),
    [WYE__PREFIXES] = sizeof(struct wye__prefix),
    [WYE__DELIMITED] = sizeof(struct wye__delimited),
    [WYE__LITERAL_STATES] = sizeof(struct wye__literal_state),
    [WYE__REFS] = sizeof(struct wye__ref),
    [WYE__ROUTES] = sizeof(struct wye__route_record),
    [WYE__FORMS] = sizeof(uint64_t),
    [WYE__NAMES] = sizeof(struct wye_span),
    [WYE__METHODS] = sizeof(struct wye__method),
    [WYE__CONSTRAINTS] = sizeof(struct wye__constraint),
    [WYE__AUTOMATA] = 8,
    [WYE__HOSTS] = sizeof(struct wye__host_record),
    [WYE__MASKS] = sizeof(struct wye__mask),
    [WYE__HOST_SLOTS] = sizeof(uint32_t),
    [WYE__TEXT] = 1,
};

/* ------------------------------------------------------------------ hash */

uint64_t wye__hash_tail(uint64_t hash, const uint8_t *segment, uint32_t length) {
  for (uint32_t i = 16;; i += 8) {
    if (i > length - 8) i = length - 8;
    hash = (hash ^ wye__load64(segment + i)) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 32;
    if (i == length - 8) return hash;
  }
}

/* ------------------------------------------------------------------ checksum */

uint32_t wye__checksum(const struct wye_table *table, uint32_t size) {
  const uint8_t *bytes = (const uint8_t *)table;
  uint64_t hash = size;
  for (uint32_t at = 0; at < size; at += 8) {
    uint64_t word = wye__load64(bytes + at);
    if (at == 8) word &= 0xFFFFFFFF00000000u; /* the checksum itself counts as zeros */
    hash = ((hash ^ word) << 29 | (hash ^ word) >> 35) * WYE__GOLDEN_RATIO;
  }
  return (uint32_t)(hash ^ hash >> 32);
}
_Static_assert(offsetof(struct wye_table, checksum) == 8, "wye__checksum leaves it out");

/* ------------------------------------------------------------------ reading */

uint32_t wye__find_constraint(const struct wye_table *table, const char *text, uint32_t length) {
  for (uint32_t i = 1; i < table->sections[WYE__CONSTRAINTS].count; i++) {
    struct wye_span own = wye__constraint_at(table, i)->text;
    if (wye__same(wye__text_of(table) + own.offset, own.length, text, length)) return i;
  }
  return 0;
}

size_t wye_table_size(const struct wye_table *table) { return table->size; }

uint32_t wye_table_params(const struct wye_table *table) { return table->max_params; }

uint32_t wye_table_routes(const struct wye_table *table) { return table->sections[WYE__ROUTES].count; }

static const struct wye__route_record *route_record(const struct wye_table *table, uint32_t index) {
  if (index >= wye_table_routes(table)) return NULL;
  return wye__route_at_index(table, index);
}

bool wye_table_route(const struct wye_table *table, uint32_t index, struct wye_route *route) {
  const struct wye__route_record *record = route_record(table, index);
  const char *text = (const char *)wye__text_of(table);
  *route = (struct wye_route){0};
  if (!record) return false;
  size_t method_length = 1;
  const char *method = text; /* which begins with the `*` of any method */
  if (record->method != WYE__ANY_METHOD) method = wye_table_method_name(table, record->method, &method_length);
  *route = (struct wye_route){
      .method = method,
      .method_length = method_length,
      .pattern = text + record->pattern.offset,
      .pattern_length = record->pattern.length,
      .name = record->name.length ? text + record->name.offset : NULL,
      .name_length = record->name.length,
      .host = record->host.length ? text + record->host.offset : NULL,
      .host_length = record->host.length,
      .id = record->id,
  };
  return true;
}

uint32_t wye_table_param_count(const struct wye_table *table, uint32_t route) {
  const struct wye__route_record *record = route_record(table, route);
  return record ? record->params : 0;
}

const char *wye_table_param_name(const struct wye_table *table, uint32_t route, uint32_t param, size_t *length) {
  const struct wye__route_record *record = route_record(table, route);
  *length = 0;
  if (!record || param >= record->params) return NULL;
  const struct wye_span *name = (const struct wye_span *)wye__section_of(table, WYE__NAMES) + record->names + param;
  *length = name->length;
  return (const char *)wye__text_of(table) + name->offset;
}

/* In the pattern, its name is or follows the star. That of an anonymous parameter is not in the pattern. */
bool wye_table_is_catch_all(const struct wye_table *table, uint32_t route, uint32_t param) {
  const struct wye__route_record *record = route_record(table, route);
  if (!record || param < record->host_params || param >= record->params) return false;
  uint32_t name = ((const struct wye_span *)wye__section_of(table, WYE__NAMES) + record->names + param)->offset;
  uint32_t at = name - record->pattern.offset;
  if (at == 0 || at >= record->pattern.length) return false;
  const uint8_t *pattern = wye__text_of(table) + record->pattern.offset;
  return pattern[at] == '*' || pattern[at - 1] == '*';
}

uint32_t wye_table_find(const struct wye_table *table, const char *name, size_t length) {
  for (uint32_t i = 0; i < wye_table_routes(table); i++) {
    struct wye_span own = route_record(table, i)->name;
    if (length && wye__same(wye__text_of(table) + own.offset, own.length, name, length)) return i;
  }
  return WYE_NONE;
}

uint32_t wye_table_method(const struct wye_table *table, const char *method, size_t length) {
  const struct wye__method *methods = wye__section_of(table, WYE__METHODS);
  uint64_t key = 0;
  if (length) memcpy(&key, method, length < sizeof key ? length : sizeof key);
  for (uint32_t i = 0; i < table->sections[WYE__METHODS].count; i++) {
    if (methods[i].key != key || methods[i].text.length != length) continue;
    if (length <= sizeof key || memcmp(wye__text_of(table) + methods[i].text.offset, method, length) == 0) return i;
  }
  return WYE_NO_METHOD;
}

const char *wye_table_method_name(const struct wye_table *table, uint32_t number, size_t *length) {
  const struct wye__method *methods = wye__section_of(table, WYE__METHODS);
  *length = 0;
  if (number >= table->sections[WYE__METHODS].count) return NULL;
  *length = methods[number].text.length;
  return (const char *)wye__text_of(table) + methods[number].text.offset;
}
