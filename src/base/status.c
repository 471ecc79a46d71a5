#include "base/status.h"

#include "base/bytes.h"

/* Where the words for a status stand: first those of outcomes, right after them those of errors. */
#define PLACE(status) \
  ((status) > WYE_NO_MEMORY ? WYE_OK - (status) : (WYE_OK - WYE_BAD_PATH) + 1 + WYE_NO_MEMORY - (status))

/* Two tables: a module that has no use for the names is without them. */
static const char *const names[] = {
    [PLACE(WYE_OK)] = "OK",
    [PLACE(WYE_NOT_FOUND)] = "NOT_FOUND",
    [PLACE(WYE_METHOD_NOT_ALLOWED)] = "METHOD_NOT_ALLOWED",
    [PLACE(WYE_REDIRECT)] = "REDIRECT",
    [PLACE(WYE_PATH_TOO_LONG)] = "PATH_TOO_LONG",
    [PLACE(WYE_BAD_PATH)] = "BAD_PATH",
    [PLACE(WYE_NO_MEMORY)] = "NO_MEMORY",
    [PLACE(WYE_BAD_ARGUMENT)] = "BAD_ARGUMENT",
    [PLACE(WYE_BAD_PATTERN)] = "BAD_PATTERN",
    [PLACE(WYE_PATTERN_TOO_LONG)] = "PATTERN_TOO_LONG",
    [PLACE(WYE_TOO_MANY_PARAMS)] = "TOO_MANY_PARAMS",
    [PLACE(WYE_BAD_METHOD)] = "BAD_METHOD",
    [PLACE(WYE_TOO_MANY_METHODS)] = "TOO_MANY_METHODS",
    [PLACE(WYE_TOO_MANY_ROUTES)] = "TOO_MANY_ROUTES",
    [PLACE(WYE_BAD_NAME)] = "BAD_NAME",
    [PLACE(WYE_BAD_ID)] = "BAD_ID",
    [PLACE(WYE_CONFLICT)] = "CONFLICT",
    [PLACE(WYE_IMAGE_TOO_LARGE)] = "IMAGE_TOO_LARGE",
    [PLACE(WYE_BAD_IMAGE)] = "BAD_IMAGE",
    [PLACE(WYE_BAD_HOST)] = "BAD_HOST",
    [PLACE(WYE_EXPRESSION_TOO_LARGE)] = "EXPRESSION_TOO_LARGE",
    [PLACE(WYE_BAD_VALUE)] = "BAD_VALUE",
    [PLACE(WYE_STALE)] = "STALE",
    [PLACE(WYE_EXHAUSTED)] = "EXHAUSTED",
    [PLACE(WYE_ALREADY_WRITTEN)] = "ALREADY_WRITTEN",
    [PLACE(WYE_BODY_TOO_LARGE)] = "BODY_TOO_LARGE",
};

static const char *const texts[] = {
    [PLACE(WYE_OK)] = "ok",
    [PLACE(WYE_NOT_FOUND)] = "not found",
    [PLACE(WYE_METHOD_NOT_ALLOWED)] = "method not allowed",
    [PLACE(WYE_REDIRECT)] = "redirect",
    [PLACE(WYE_PATH_TOO_LONG)] = "path too long",
    [PLACE(WYE_BAD_PATH)] = "bad path",
    [PLACE(WYE_NO_MEMORY)] = "no memory",
    [PLACE(WYE_BAD_ARGUMENT)] = "bad argument",
    [PLACE(WYE_BAD_PATTERN)] = "bad pattern",
    [PLACE(WYE_PATTERN_TOO_LONG)] = "pattern too long",
    [PLACE(WYE_TOO_MANY_PARAMS)] = "too many parameters",
    [PLACE(WYE_BAD_METHOD)] = "bad method",
    [PLACE(WYE_TOO_MANY_METHODS)] = "too many methods",
    [PLACE(WYE_TOO_MANY_ROUTES)] = "too many routes",
    [PLACE(WYE_BAD_NAME)] = "bad name",
    [PLACE(WYE_BAD_ID)] = "bad handler id",
    [PLACE(WYE_CONFLICT)] = "conflict",
    [PLACE(WYE_IMAGE_TOO_LARGE)] = "image too large",
    [PLACE(WYE_BAD_IMAGE)] = "bad image",
    [PLACE(WYE_BAD_HOST)] = "bad host",
    [PLACE(WYE_EXPRESSION_TOO_LARGE)] = "expression too large",
    [PLACE(WYE_BAD_VALUE)] = "bad value",
    [PLACE(WYE_STALE)] = "stale handle",
    [PLACE(WYE_EXHAUSTED)] = "exhausted",
    [PLACE(WYE_ALREADY_WRITTEN)] = "already written",
    [PLACE(WYE_BODY_TOO_LARGE)] = "body too large",
};

enum { STATUSES = sizeof texts / sizeof texts[0] };

static bool is_known(int32_t status) {
  return (status <= WYE_OK && status >= WYE_BAD_PATH) || (status <= WYE_NO_MEMORY && PLACE(status) < STATUSES);
}

const char *wye_version(void) { return WYE_VERSION; }

const char *wye_status_text(int32_t status) { return is_known(status) ? texts[PLACE(status)] : "unknown status"; }

const char *wye_status_name(int32_t status) { return is_known(status) ? names[PLACE(status)] : "UNKNOWN"; }

int32_t wye__fail(struct wye_error *error, int32_t status, uint32_t offset, const char *detail) {
  if (error) *error = (struct wye_error){.status = status, .offset = offset, .other = WYE_NONE, .detail = detail};
  return status;
}
