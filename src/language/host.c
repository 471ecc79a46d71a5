#include "language/host.h"

#include "base/ascii.h"
#include "base/hash.h"
#include "base/status.h"

/* The first label's bit in a mask. */
#define FIRST_LABEL 0x80000000u

const char wye__label_text[] = "a label of a host has only letters, digits, \"-\" and \"_\"";

/* Where the label that begins at `at` ends: at a dot, or with the host. */
static uint32_t label_end(const uint8_t *host, uint32_t length, uint32_t at) {
  while (at < length && host[at] != '.') at++;
  return at;
}

/* ------------------------------------------------------------------ reading a route's host */

struct reader {
  const uint8_t *text;
  uint32_t length; /* without the last dot */
  struct wye__host *host;
  struct wye_error *error;
};

static int32_t fail(const struct reader *r, uint32_t offset, const char *detail) {
  return wye__fail(r->error, WYE_BAD_HOST, offset, detail);
}

static void put(const struct reader *r, uint8_t byte) { r->host->shape[r->host->length++] = wye__lower_byte(byte); }

static bool is_name(uint8_t c) { return wye__is_letter(c) || wye__is_digit(c) || c == '_'; }

static bool name_is_taken(const struct reader *r, struct wye_span name) {
  for (uint32_t i = 0; i < r->host->params; i++) {
    struct wye_span other = r->host->names[i];
    if (wye__same(r->text + other.offset, other.length, r->text + name.offset, name.length)) return true;
  }
  return false;
}

static const char whole_label[] = "a parameter must be a whole label, as \":name\", and a host has no port";

/* A label `:name`, from its colon to `end`. */
static int32_t read_param(const struct reader *r, uint32_t start, uint32_t end) {
  struct wye__host *host = r->host;
  uint32_t at = start + 1;
  if (host->shape[0] == '*') return fail(r, start, "a host that begins with \"*.\" has no parameters");
  if (at == end || wye__is_digit(r->text[at]) || !is_name(r->text[at]))
    return fail(r, start, "a parameter needs a name ([A-Za-z_][A-Za-z0-9_]*) after \":\"");
  while (at < end && is_name(r->text[at])) at++;
  if (at < end) return fail(r, at, whole_label);
  struct wye_span name = wye__span_between(start + 1, end);
  if (name_is_taken(r, name))
    return fail(r, name.offset, "another parameter of the host has this name; each needs its own");
  host->names[host->params++] = name;
  host->mask |= FIRST_LABEL >> host->labels;
  put(r, ':');
  return WYE_OK;
}

/* What is wrong with a byte that no label has. */
static const char *stray(uint8_t c) {
  if (c > 0x7F) return "a host has only ASCII letters; write it in punycode (\"xn--...\")";
  if (c == ':') return whole_label;
  if (c == '*') return "\"*\" must be the whole first label, with others after it: \"*.example.com\"";
  return wye__label_text;
}

static bool is_of_label(uint8_t c) { return is_name(c) || c == '-'; }

bool wye__is_label(const uint8_t *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!is_of_label(text[i])) return false;
  return length > 0;
}

static int32_t read_text(const struct reader *r, uint32_t at, uint32_t end) {
  for (; at < end; at++) {
    if (!is_of_label(r->text[at])) return fail(r, at, stray(r->text[at]));
    put(r, r->text[at]);
  }
  return WYE_OK;
}

static int32_t read_label(const struct reader *r, uint32_t at, uint32_t end) {
  struct wye__host *host = r->host;
  bool param = at < end && r->text[at] == ':';
  if (at == end) return fail(r, at, "a label of the host is empty");
  if (host->labels >= WYE__HOST_LABELS && (param || host->params))
    return fail(r, at, "a host with parameters has at most 32 labels");
  if (param) return read_param(r, at, end);
  if (at > 0 || end - at > 1 || end == r->length || r->text[at] != '*') return read_text(r, at, end);
  put(r, '*');
  return WYE_OK;
}

/* An IPv6 address in brackets, as wye__authority_end takes it from a URL. */
static int32_t read_address(const struct reader *r) {
  uint32_t at = 1;
  for (; at < r->length && r->text[at] != ']'; at++) {
    uint8_t c = r->text[at];
    if (!wye__is_digit(c) && (uint8_t)(wye__lower_byte(c) - 'a') > 5 && c != ':' && c != '.') break;
  }
  if (at < 3 || at + 1 != r->length || r->text[at] != ']')
    return fail(r, at + 1 < r->length && r->text[at] == ']' ? at + 1 : at,
                "write an IPv6 address in brackets, without a port: \"[::1]\"");
  for (uint32_t i = 0; i < r->length; i++) put(r, r->text[i]);
  r->host->labels = 1;
  return WYE_OK;
}

int32_t wye__host_parse(const char *text, size_t length, struct wye__host *host, struct wye_error *error) {
  struct reader r = {.text = (const uint8_t *)text, .host = host, .error = error};
  memset(host, 0, sizeof *host);
  if (length > WYE_MAX_HOST) return fail(&r, WYE_MAX_HOST, "a host has at most 255 bytes");
  if (length == 0) return WYE_OK;
  r.length = (uint32_t)length - (text[length - 1] == '.');
  if (text[0] == '[') return read_address(&r);
  for (uint32_t at = 0;; at++) {
    uint32_t end = label_end(r.text, r.length, at);
    int32_t status = read_label(&r, at, end);
    if (status < 0) return status;
    host->labels++;
    if (end == r.length) return WYE_OK;
    put(&r, '.');
    at = end;
  }
}

/* ------------------------------------------------------------------ requests */

/* Adds a byte to a hash, moved up by seven bits: nine ASCII characters fit side by side before they overlap. */
static uint64_t absorb(uint64_t hash, uint8_t byte) { return (hash << 7 | hash >> 57) ^ wye__lower_byte(byte); }

static uint64_t absorb_all(uint64_t hash, const uint8_t *text, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) hash = absorb(hash, text[i]);
  return hash;
}

/* Fibonacci hashing of both halves, twice: once leaves the lower bits too regular. */
static uint32_t finish(uint64_t hash) {
  hash = (hash ^ hash >> 32) * WYE__GOLDEN_RATIO;
  return (uint32_t)((hash ^ hash >> 32) * WYE__GOLDEN_RATIO >> 32);
}

uint32_t wye__host_hash(const uint8_t *host, uint32_t length, uint32_t mask) {
  uint64_t hash = 0;
  uint32_t at = 0;
  for (; mask && at < length; mask <<= 1) {
    uint32_t end = label_end(host, length, at);
    hash = mask & FIRST_LABEL ? absorb(hash, ':') : absorb_all(hash, host + at, end - at);
    if (end < length) hash = absorb(hash, host[end++]);
    at = end;
  }
  return finish(absorb_all(hash, host + at, length - at));
}

uint32_t wye__host_hash_suffix(const uint8_t *suffix, uint32_t length) {
  return finish(absorb_all(absorb(0, '*'), suffix, length));
}

bool wye__host_same(const uint8_t *host, uint32_t length, uint32_t mask, const uint8_t *shape, uint32_t shape_length) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < shape_length; i++, at++) {
    if (at == length) return false;
    if (mask & FIRST_LABEL && (i == 0 || shape[i - 1] == '.')) {
      uint32_t end = label_end(host, length, at);
      if (shape[i] != ':' || end == at || host[0] == '[') return false;
      at = end - 1;
    } else if (wye__lower_byte(host[at]) != shape[i]) return false;
    if (shape[i] == '.') mask <<= 1;
  }
  return at == length;
}

uint32_t wye__host_params(const uint8_t *text, uint32_t offset, uint32_t length, uint32_t mask,
                          struct wye_span *spans) {
  uint32_t count = 0;
  /* the mask of a forged image may have more bits than there are labels */
  for (uint32_t at = offset; mask && at < offset + length; mask <<= 1) {
    uint32_t end = label_end(text, offset + length, at);
    if (mask & FIRST_LABEL) spans[count++] = wye__span_between(at, end);
    at = end < offset + length ? end + 1 : end;
  }
  return count;
}
