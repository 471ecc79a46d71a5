#include "base/status.h"

#include "base/bytes.h"

/* The index of a status in the tables: outcomes come first, and errors follow without a gap. */
#define INDEX(status) \
  ((status) > WYE_NO_MEMORY ? WYE_OK - (status) : (WYE_OK - WYE_BAD_PATH) + 1 + WYE_NO_MEMORY - (status))

/* Two tables, so that a module that does not use the names does not contain them. */
static const char *const names[] = {
    [INDEX(WYE_OK)] = "OK",
    [INDEX(WYE_NOT_FOUND)] = "NOT_FOUND",
    [INDEX(WYE_METHOD_NOT_ALLOWED)] = "METHOD_NOT_ALLOWED",
    [INDEX(WYE_REDIRECT)] = "REDIRECT",
    [INDEX(WYE_PATH_TOO_LONG)] = "PATH_TOO_LONG",
    [INDEX(WYE_BAD_PATH)] = "BAD_PATH",
    [INDEX(WYE_NO_MEMORY)] = "NO_MEMORY",
    [INDEX(WYE_BAD_ARGUMENT)] = "BAD_ARGUMENT",
    [INDEX(WYE_BAD_PATTERN)] = "BAD_PATTERN",
    [INDEX(WYE_PATTERN_TOO_LONG)] = "PATTERN_TOO_LONG",
    [INDEX(WYE_TOO_MANY_PARAMS)] = "TOO_MANY_PARAMS",
    [INDEX(WYE_BAD_METHOD)] = "BAD_METHOD",
    [INDEX(WYE_TOO_MANY_METHODS)] = "TOO_MANY_METHODS",
    [INDEX(WYE_TOO_MANY_ROUTES)] = "TOO_MANY_ROUTES",
    [INDEX(WYE_BAD_NAME)] = "BAD_NAME",
    [INDEX(WYE_BAD_ID)] = "BAD_ID",
    [INDEX(WYE_CONFLICT)] = "CONFLICT",
    [INDEX(WYE_IMAGE_TOO_LARGE)] = "IMAGE_TOO_LARGE",
    [INDEX(WYE_BAD_IMAGE)] = "BAD_IMAGE",
    [INDEX(WYE_BAD_HOST)] = "BAD_HOST",
    [INDEX(WYE_EXPRESSION_TOO_LARGE)] = "EXPRESSION_TOO_LARGE",
    [INDEX(WYE_BAD_VALUE)] = "BAD_VALUE",
    [INDEX(WYE_STALE)] = "STALE",
    [INDEX(WYE_EXHAUSTED)] = "EXHAUSTED",
    [INDEX(WYE_ALREADY_WRITTEN)] = "ALREADY_WRITTEN",
    [INDEX(WYE_BODY_TOO_LARGE)] = "BODY_TOO_LARGE",
};

static const char *const texts[] = {
    [INDEX(WYE_OK)] = "ok",
    [INDEX(WYE_NOT_FOUND)] = "not found",
    [INDEX(WYE_METHOD_NOT_ALLOWED)] = "method not allowed",
    [INDEX(WYE_REDIRECT)] = "redirect",
    [INDEX(WYE_PATH_TOO_LONG)] = "path too long",
    [INDEX(WYE_BAD_PATH)] = "bad path",
    [INDEX(WYE_NO_MEMORY)] = "no memory",
    [INDEX(WYE_BAD_ARGUMENT)] = "bad argument",
    [INDEX(WYE_BAD_PATTERN)] = "bad pattern",
    [INDEX(WYE_PATTERN_TOO_LONG)] = "pattern too long",
    [INDEX(WYE_TOO_MANY_PARAMS)] = "too many parameters",
    [INDEX(WYE_BAD_METHOD)] = "bad method",
    [INDEX(WYE_TOO_MANY_METHODS)] = "too many methods",
    [INDEX(WYE_TOO_MANY_ROUTES)] = "too many routes",
    [INDEX(WYE_BAD_NAME)] = "bad name",
    [INDEX(WYE_BAD_ID)] = "bad handler id",
    [INDEX(WYE_CONFLICT)] = "conflict",
    [INDEX(WYE_IMAGE_TOO_LARGE)] = "image too large",
    [INDEX(WYE_BAD_IMAGE)] = "bad image",
    [INDEX(WYE_BAD_HOST)] = "bad host",
    [INDEX(WYE_EXPRESSION_TOO_LARGE)] = "expression too large",
    [INDEX(WYE_BAD_VALUE)] = "bad value",
    [INDEX(WYE_STALE)] = "stale handle",
    [INDEX(WYE_EXHAUSTED)] = "exhausted",
    [INDEX(WYE_ALREADY_WRITTEN)] = "already written",
    [INDEX(WYE_BODY_TOO_LARGE)] = "body too large",
};

enum { STATUSES = sizeof texts / sizeof texts[0] };

static bool is_known(int32_t status) {
  return (status <= WYE_OK && status >= WYE_BAD_PATH) || (status <= WYE_NO_MEMORY && INDEX(status) < STATUSES);
}

const char *wye_version(void) { return WYE_VERSION; }

const char *wye_status_text(int32_t status) { return is_known(status) ? texts[INDEX(status)] : "unknown status"; }

const char *wye_status_name(int32_t status) { return is_known(status) ? names[INDEX(status)] : "UNKNOWN"; }

int32_t wye__fail(struct wye_error *error, int32_t status, uint32_t offset, const char *detail) {
  if (error) *error = (struct wye_error){.status = status, .offset = offset, .other = WYE_NONE, .detail = detail};
  return status;
}
