#include "status.h"

#include "bytes.h"

struct status_words {
  int32_t status;
  const char *name;
  const char *text;
};

static const struct status_words words[] = {
    {WYE_OK, "OK", "ok"},
    {WYE_NOT_FOUND, "NOT_FOUND", "not found"},
    {WYE_METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "method not allowed"},
    {WYE_REDIRECT, "REDIRECT", "redirect"},
    {WYE_PATH_TOO_LONG, "PATH_TOO_LONG", "path too long"},
    {WYE_BAD_PATH, "BAD_PATH", "bad path"},
    {WYE_NO_MEMORY, "NO_MEMORY", "no memory"},
    {WYE_BAD_ARGUMENT, "BAD_ARGUMENT", "bad argument"},
    {WYE_BAD_PATTERN, "BAD_PATTERN", "bad pattern"},
    {WYE_PATTERN_TOO_LONG, "PATTERN_TOO_LONG", "pattern too long"},
    {WYE_TOO_MANY_PARAMS, "TOO_MANY_PARAMS", "too many parameters"},
    {WYE_BAD_METHOD, "BAD_METHOD", "bad method"},
    {WYE_TOO_MANY_METHODS, "TOO_MANY_METHODS", "too many methods"},
    {WYE_TOO_MANY_ROUTES, "TOO_MANY_ROUTES", "too many routes"},
    {WYE_BAD_NAME, "BAD_NAME", "bad name"},
    {WYE_BAD_ID, "BAD_ID", "bad handler id"},
    {WYE_CONFLICT, "CONFLICT", "conflict"},
    {WYE_IMAGE_TOO_LARGE, "IMAGE_TOO_LARGE", "image too large"},
    {WYE_BAD_IMAGE, "BAD_IMAGE", "bad image"},
    {WYE_BAD_HOST, "BAD_HOST", "bad host"},
    {WYE_EXPRESSION_TOO_LARGE, "EXPRESSION_TOO_LARGE", "expression too large"},
    {WYE_BAD_VALUE, "BAD_VALUE", "bad value"},
};

static const struct status_words *find(int32_t status) {
  static const struct status_words unknown = {0, "UNKNOWN", "unknown status"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (words[i].status == status) return &words[i];
  return &unknown;
}

const char *wye_status_text(int32_t status) { return find(status)->text; }

const char *wye_status_name(int32_t status) { return find(status)->name; }

int32_t wye__fail(struct wye_error *error, int32_t status, uint32_t offset, const char *detail) {
  if (error) *error = (struct wye_error){.status = status, .offset = offset, .other = WYE_NONE, .detail = detail};
  return status;
}
