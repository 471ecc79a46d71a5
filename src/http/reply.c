/*
 * The response to a request: fields of its head, the head, the body. It goes through these states:
 *
 *     fields --head--> body: `left` bytes are missing --> whole: `left` is 0, or no length was announced
 *
 * The slot's record has a status from the head on.
 */
#include "http/app.h"

#include "language/token.h"

const char *wye_reason(uint32_t status) {
  switch (status) {
  case 101: return "Switching Protocols";
  case 200: return "OK";
  case 201: return "Created";
  case 202: return "Accepted";
  case 204: return "No Content";
  case 206: return "Partial Content";
  case 301: return "Moved Permanently";
  case 302: return "Found";
  case 303: return "See Other";
  case 304: return "Not Modified";
  case 307: return "Temporary Redirect";
  case 308: return "Permanent Redirect";
  case 400: return "Bad Request";
  case 401: return "Unauthorized";
  case 403: return "Forbidden";
  case 404: return "Not Found";
  case 405: return "Method Not Allowed";
  case 406: return "Not Acceptable";
  case 409: return "Conflict";
  case 410: return "Gone";
  case 412: return "Precondition Failed";
  case 413: return "Content Too Large";
  case 414: return "URI Too Long";
  case 415: return "Unsupported Media Type";
  case 416: return "Range Not Satisfiable";
  case 422: return "Unprocessable Content";
  case 429: return "Too Many Requests";
  case 500: return "Internal Server Error";
  case 501: return "Not Implemented";
  case 502: return "Bad Gateway";
  case 503: return "Service Unavailable";
  case 504: return "Gateway Timeout";
  default: return "";
  }
}

/* ------------------------------------------------------------------ fields */

bool wye__put_fields(struct wye_request *r, const char *text, size_t length) {
  if (length > wye__room_for_fields(r) - r->fields_used) return false;
  if (length) memcpy(r->fields + r->fields_used, text, length);
  r->fields_used += (uint32_t)length;
  return true;
}

/* Fields that only the host sends: it knows the length, and with two lengths two readers could disagree. */
static bool is_of_host(const char *name, size_t length) {
  static const char *const names[] = {"content-length", "transfer-encoding", "status"};
  char lower[sizeof("transfer-encoding")];
  if (length >= sizeof lower) return false;
  memcpy(lower, name, length);
  wye_lower(lower, length);
  for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (wye__same(lower, length, names[i], wye__length_of(names[i]))) return true;
  return false;
}

/* Visible characters, blanks, tabs, and bytes above ASCII (RFC 9110 5.5). */
static bool is_field_value(const char *value, size_t length) {
  for (size_t i = 0; i < length; i++) {
    uint8_t c = (uint8_t)value[i];
    if ((c < ' ' && c != '\t') || c == 0x7F) return false;
  }
  return true;
}

static int32_t add_line(struct wye_request *r, const char *name, const char *value, size_t length) {
  uint32_t mark = r->fields_used;
  if (wye__put_fields(r, name, wye__length_of(name)) && wye__put_fields(r, ": ", 2) &&
      wye__put_fields(r, value, length) && wye__put_fields(r, "\r\n", 2))
    return WYE_OK;
  r->fields_used = mark;
  return WYE_NO_MEMORY;
}

int32_t wye_field(struct wye_request *r, const char *name, const char *value, size_t length) {
  if (!wye__slot_of(r)) return WYE_STALE;
  if (wye_response(r->slot).status) return WYE_ALREADY_WRITTEN;
  size_t name_length = name ? wye__length_of(name) : 0;
  if (!wye__is_token(name, name_length) || is_of_host(name, name_length)) return WYE_BAD_NAME;
  if (!is_field_value(value, length)) return WYE_BAD_VALUE;
  return add_line(r, name, value, length);
}

/* ------------------------------------------------------------------ the response */

/* Passes on what the transport or a source returned. After a failure nothing more is sent. */
static int32_t passed_on(struct wye_request *r, int32_t status) {
  if (status < 0) {
    r->broken = true;
    r->failure = status;
  }
  return status;
}

/* Interim responses but 101 are refused, as they have no record. */
static int32_t send_head(struct wye_request *r, uint32_t status, const char *fields, size_t size, uint64_t length) {
  bool no_body = status == 204 || status == 304;
  if (status == 101 ? length != WYE_NO_LENGTH : status < 200 || (no_body && length > 0)) return WYE_BAD_ARGUMENT;
  int32_t begun = wye_response_begin(r->slot, status);
  if (begun < 0) return begun;
  r->left = length;
  return passed_on(r, r->transport->head(r, status, fields, size, no_body ? WYE_NO_LENGTH : length));
}

int32_t wye_head(struct wye_request *r, uint32_t status, const char *type, uint64_t length) {
  if (!wye__slot_of(r)) return WYE_STALE;
  uint32_t mark = r->fields_used;
  int32_t added = type ? wye_field(r, "Content-Type", type, wye__length_of(type)) : WYE_OK;
  if (added < 0) return added;
  int32_t sent = send_head(r, status, r->fields, r->fields_used, length);
  if (sent < 0) r->fields_used = mark;
  return sent;
}

int32_t wye_write(struct wye_request *r, const void *bytes, size_t length) {
  if (!wye__slot_of(r)) return WYE_STALE;
  if (r->broken) return r->failure;
  if (!wye_response(r->slot).status || length > r->left) return WYE_BAD_ARGUMENT;
  if (r->left != WYE_NO_LENGTH) r->left -= length;
  if (length == 0 || r->is_head) return WYE_OK;
  int32_t status = passed_on(r, r->transport->body(r, bytes, length));
  if (status >= 0) wye_response_sent(r->slot, length);
  return status;
}

int32_t wye_reply(struct wye_request *r, uint32_t status, const char *type, const void *body, size_t length) {
  int32_t sent = wye_head(r, status, type, length);
  return sent < 0 ? sent : wye_write(r, body, length);
}

int32_t wye_reply_static(struct wye_request *r, const struct wye_static *response) {
  if (!wye__slot_of(r)) return WYE_STALE;
  uint32_t mark = r->fields_used;
  bool alone = mark == 0;
  if (!alone && !wye__put_fields(r, response->fields, response->size)) return WYE_NO_MEMORY;
  int32_t sent = send_head(r, response->status, alone ? response->fields : r->fields,
                           alone ? response->size : r->fields_used, response->length);
  r->fields_used = mark;
  return sent < 0 ? sent : wye_write(r, response->body, response->length);
}

int32_t wye_stream(struct wye_request *r, uint32_t status, const char *type, uint64_t length, wye_source *source) {
  if (!source) return WYE_BAD_ARGUMENT;
  int32_t sent = wye_head(r, status, type, length);
  if (sent >= 0 && !r->is_head) r->source = source;
  return sent;
}

int32_t wye_pull(struct wye_request *r, void *buffer, size_t capacity) {
  if (!wye__slot_of(r)) return WYE_STALE;
  if (r->broken) return r->failure;
  if (!r->source) return 0;
  if (capacity > r->left) capacity = (size_t)r->left;
  if (capacity > INT32_MAX) capacity = INT32_MAX;
  int32_t length = capacity ? r->source(r, buffer, capacity) : 0;
  if (length == 0) { /* the end: correct if no length was announced, or if nothing is missing */
    r->source = NULL;
    return r->left == 0 || r->left == WYE_NO_LENGTH ? 0 : passed_on(r, WYE_BAD_ARGUMENT);
  }
  if (length < 0 || (size_t)length > capacity) return passed_on(r, length < 0 ? length : WYE_BAD_ARGUMENT);
  if (r->left != WYE_NO_LENGTH) r->left -= (uint64_t)length;
  wye_response_sent(r->slot, (uint64_t)length);
  return length;
}

void wye__push_rest(struct wye_request *r) {
  char piece[4096];
  int32_t length;
  while ((length = wye_pull(r, piece, sizeof piece)) > 0) passed_on(r, r->transport->body(r, piece, (size_t)length));
}
