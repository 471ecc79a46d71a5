#include "language/authority.h"

#include "base/ascii.h"

static bool ends_authority(uint8_t c) { return c == '/' || c == '?' || c == '#'; }

/*
 * Whether a byte may appear in a host or user information: not controls, space and the characters that a URL never has
 * raw (WHATWG URL, forbidden host code points). `%` and bytes above 0x7F may; bracket_end deals with brackets.
 */
static bool is_allowed(uint8_t c) {
  if (c <= ' ' || c == 0x7F) return false;
  return !(c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}');
}

/* Where the text goes on after `scheme://`; 0 if it does not begin with that. */
static uint32_t after_scheme(const uint8_t *url, uint32_t length) {
  uint32_t at = 0;
  if (length == 0 || !wye__is_letter(url[0])) return 0;
  while (at < length &&
         (wye__is_letter(url[at]) || wye__is_digit(url[at]) || url[at] == '+' || url[at] == '-' || url[at] == '.'))
    at++;
  return length - at >= 3 && url[at] == ':' && url[at + 1] == '/' && url[at + 2] == '/' ? at + 3 : 0;
}

/* Where the bracketed IPv6 host that begins at `at` ends, after its `]`; 0 if there is none. */
static uint32_t bracket_end(const uint8_t *url, uint32_t at, uint32_t end) {
  uint32_t start = ++at;
  while (at < end && (wye__is_digit(url[at]) || (wye__is_letter(url[at]) && (url[at] | 0x20) <= 'f') ||
                      url[at] == ':' || url[at] == '.'))
    at++;
  return at < end && url[at] == ']' && at - start >= 2 ? at + 1 : 0;
}

/* Whether [at, end) is empty, or `:` and a port. A port may have no digits (RFC 3986 3.2.3). */
static bool is_port(const uint8_t *url, uint32_t at, uint32_t end) {
  if (at == end) return true;
  if (url[at] != ':') return false;
  while (++at < end)
    if (!wye__is_digit(url[at])) return false;
  return true;
}

uint32_t wye__authority_end(const uint8_t *url, uint32_t length, uint32_t *host, uint32_t *host_end) {
  uint32_t start = after_scheme(url, length), end = start;
  if (start == 0) return 0;
  for (; end < length && !ends_authority(url[end]); end++) {
    if (!is_allowed(url[end])) return 0;
    if (url[end] == '@') start = end + 1; /* what came before was user information */
  }
  uint32_t stop = start;
  if (start < end && url[start] == '[') {
    stop = bracket_end(url, start, end);
  } else {
    while (stop < end && url[stop] != ':' && url[stop] != '[' && url[stop] != ']') stop++;
  }
  *host = start;
  *host_end = stop;
  return stop > start && is_port(url, stop, end) ? end : 0;
}
