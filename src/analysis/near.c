/* Routes whose paths may overlap: found in the sorted forms, a segment at a time. */
#include "analysis/analysis.h"

#include "base/sort.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ order of forms */

static bool is_static(const struct wye__form *form, uint32_t at, uint32_t end) {
  return wye__literal_end(form->shape, end, at) == end;
}

/* Segments by their bytes, static ones first. */
static int compare_segments(const struct wye__form *a, uint32_t at, const struct wye__form *b, uint32_t other) {
  uint32_t end = wye__shape_segment_end(a->shape, a->length, at);
  uint32_t other_end = wye__shape_segment_end(b->shape, b->length, other);
  int order = (int)is_static(b, other, other_end) - (int)is_static(a, at, end);
  if (order) return order;
  uint32_t length = end - at, other_length = other_end - other;
  order = memcmp(a->shape + at, b->shape + other, length < other_length ? length : other_length);
  return order ? order : (length > other_length) - (length < other_length);
}

static int compare_forms(const void *context, uint32_t x, uint32_t y) {
  const struct wye_analysis *analysis = context;
  const struct wye__form *a = &analysis->forms[x], *b = &analysis->forms[y];
  for (uint32_t at = WYE__MARK_BYTES;;) {
    int order = compare_segments(a, at, b, at);
    if (order) return order;
    at = wye__shape_segment_end(a->shape, a->length, at) + WYE__MARK_BYTES;
    if (at > a->length || at > b->length) return (at <= a->length) - (at <= b->length);
  }
}

void wye__order_forms(struct wye_analysis *a) {
  a->ordered = a->first_form[a->routes];
  for (uint32_t i = 0; i < a->ordered; i++) a->order[i] = i;
  wye__sort(a->order, a->order + a->ordered, a->ordered, compare_forms, a);
}

/* ------------------------------------------------------------------ routes whose paths may overlap */

/* Whether a catch-all begins there: what follows may overlap with anything. */
static bool is_catch_all(const struct wye__form *form, uint32_t at) {
  return wye__is_mark(form->shape, form->length, at, WYE__CATCH_ALL) ||
         wye__is_mark(form->shape, form->length, at, WYE__INNER);
}

/* The first entry whose segment sorts after that of `form` at `other` or, without `equal_too`, is equal to it. */
static uint32_t bound(const struct wye_analysis *a, struct wye__form_range range, const struct wye__form *form,
                      uint32_t other, bool equal_too) {
  uint32_t low = range.low, high = range.high;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = compare_segments(&a->forms[a->order[middle]], range.at, form, other);
    if (order < 0 || (order == 0 && equal_too)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* The first entry whose segment is not static. */
static uint32_t static_end(const struct wye_analysis *a, struct wye__form_range range) {
  uint32_t low = range.low, high = range.high;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const struct wye__form *form = &a->forms[a->order[middle]];
    if (is_static(form, range.at, wye__shape_segment_end(form->shape, form->length, range.at))) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void mark(struct wye_analysis *a, uint32_t low, uint32_t high) {
  for (uint32_t i = low; i < high; i++) {
    uint32_t route = a->forms[a->order[i]].route;
    if (!a->is_near[route] && route != a->centre) a->near[a->near_count++] = route;
    a->is_near[route] = 1;
  }
}

/*
 * The entries of a range have their next segment in common, and it may overlap that of the form. If both end with it,
 * the routes are near; if both go on, their range is pushed. Returns the number of ranges on the stack.
 */
static uint32_t search_group(struct wye_analysis *a, const struct wye__form *form, struct wye__form_range range,
                             uint32_t count) {
  const struct wye__form *first = &a->forms[a->order[range.low]];
  if (is_catch_all(first, range.at)) return mark(a, range.low, range.high), count;
  uint32_t end = wye__shape_segment_end(first->shape, first->length, range.at), longer = range.low;
  uint32_t other_end = wye__shape_segment_end(form->shape, form->length, range.other);
  while (longer < range.high && a->forms[a->order[longer]].length == end) longer++;
  if (other_end == form->length) mark(a, range.low, longer);
  else if (longer < range.high)
    a->ranges[count++] =
        (struct wye__form_range){longer, range.high, end + WYE__MARK_BYTES, other_end + WYE__MARK_BYTES};
  return count;
}

/* The same for each group of entries that have their next segment in common. */
static uint32_t search_groups(struct wye_analysis *a, const struct wye__form *form, struct wye__form_range range,
                              uint32_t count) {
  for (uint32_t low = range.low; low < range.high;) {
    struct wye__form_range left = {low, range.high, range.at, range.other};
    uint32_t high = bound(a, left, &a->forms[a->order[low]], range.at, true);
    count = search_group(a, form, (struct wye__form_range){low, high, range.at, range.other}, count);
    low = high;
  }
  return count;
}

/*
 * The same for the entries whose next segment may overlap the form's. A static one overlaps equal and non-static ones.
 */
static uint32_t search_range(struct wye_analysis *a, const struct wye__form *form, struct wye__form_range range,
                             uint32_t count) {
  uint32_t end = wye__shape_segment_end(form->shape, form->length, range.other);
  if (is_catch_all(form, range.other)) return mark(a, range.low, range.high), count;
  if (!is_static(form, range.other, end)) return search_groups(a, form, range, count);
  struct wye__form_range equal = range;
  equal.low = bound(a, range, form, range.other, false);
  equal.high = bound(a, range, form, range.other, true);
  if (equal.low < equal.high) count = search_group(a, form, equal, count);
  range.low = static_end(a, range);
  return search_groups(a, form, range, count);
}

static int by_index(const void *context, uint32_t a, uint32_t b) {
  (void)context;
  return (a > b) - (a < b);
}

void wye__find_near(struct wye_analysis *a, uint32_t route) {
  if (a->centre == route) return;
  a->is_near[a->centre == WYE_NONE ? route : a->centre] = 0;
  for (uint32_t i = 0; i < a->near_count; i++) a->is_near[a->near[i]] = 0;
  a->centre = route;
  a->near_count = 0;
  for (uint32_t i = a->first_form[route]; i < a->first_form[route + 1]; i++) {
    uint32_t count = 0;
    a->ranges[count++] = (struct wye__form_range){0, a->ordered, WYE__MARK_BYTES, WYE__MARK_BYTES};
    while (count) {
      struct wye__form_range range = a->ranges[--count];
      count = search_range(a, &a->forms[i], range, count);
    }
  }
  wye__sort(a->near, a->order + a->ordered, a->near_count, by_index, NULL);
}
