#include "lookup/hits.h"

#include "lookup/search.h"

/* ------------------------------------------------------------------ parameters that a form lacks */

uint32_t wye__spread(const struct wye_table *table, uint32_t route, struct wye_span *spans, uint32_t params) {
  const struct wye__route_record *record = wye__route_at_index(table, route & WYE__ROUTE_MASK);
  const uint64_t *masks = wye__section_of(table, WYE__FORMS);
  uint64_t mask = masks[record->forms + (route >> WYE__ROUTE_BITS) - 1];
  uint32_t places = 64 - (uint32_t)__builtin_clzll(mask); /* a mask without a bit is never recorded */
  for (uint32_t i = places; i-- > 0;) spans[i] = mask >> i & 1 ? spans[--params] : (struct wye_span){WYE_NONE, 0};
  return places;
}

/* ------------------------------------------------------------------ adding */

static void add(struct wye__hits *hits, const struct wye_table *table, const struct wye__ref *ref,
                const struct wye_span *spans, uint32_t params) {
  struct wye_span spread[WYE_MAX_PARAMS];
  if (ref->route > WYE__ROUTE_MASK) {
    memcpy(spread, spans, params * sizeof *spans);
    params = wye__spread(table, ref->route, spread, params);
    spans = spread;
  }
  hits->size += sizeof(struct wye_hit) + params * sizeof *spans;
  if (!wye__hits_fit(hits)) return;
  hits->first -= params * sizeof *spans;
  if (params) memcpy((uint8_t *)hits->hit + hits->first, spans, params * sizeof *spans);
  hits->hit[hits->count++] = (struct wye_hit){
      .route = ref->route & WYE__ROUTE_MASK, .id = ref->id, .params = params, .spans = (uint32_t)hits->first};
}

void wye__hits_add(struct wye__hits *hits, const struct wye_table *table, const struct wye__leaf *leaf, uint64_t method,
                   const struct wye_span *spans, uint32_t params) {
  const struct wye__ref *own = wye__ref_for_method(table, leaf, method), *any = wye__ref_for_method(table, leaf, 0);
  if (own && own != any) add(hits, table, own, spans, params);
  if (any) add(hits, table, any, spans, params);
}

/* ------------------------------------------------------------------ sorting */

/* Of two hits of one route, the later one has its spans further down, or has none. */
static bool is_after(const struct wye_hit *a, const struct wye_hit *b) {
  if (a->route != b->route) return a->route > b->route;
  if (a->spans != b->spans) return a->spans < b->spans;
  return a->params < b->params;
}

/* Sifts hits[at] down in the heap of `count` hits, whose root is the last one in order. */
static void sink(struct wye_hit *hits, uint32_t at, uint32_t count) {
  struct wye_hit sinking = hits[at];
  for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && is_after(&hits[child + 1], &hits[child])) child++;
    if (!is_after(&hits[child], &sinking)) break;
    hits[at] = hits[child];
  }
  hits[at] = sinking;
}

/* Heapsort: it needs no memory, and no order of hits makes it slow. */
static void sort(struct wye_hit *hits, uint32_t count) {
  for (uint32_t i = count / 2; i-- > 0;) sink(hits, i, count);
  for (uint32_t end = count; end-- > 1;) {
    struct wye_hit last = hits[0];
    hits[0] = hits[end];
    hits[end] = last;
    sink(hits, 0, end);
  }
}

void wye__hits_sort(struct wye__hits *hits) {
  uint32_t kept = 0;
  sort(hits->hit, hits->count);
  for (uint32_t i = 0; i < hits->count; i++)
    if (kept == 0 || hits->hit[kept - 1].route != hits->hit[i].route) hits->hit[kept++] = hits->hit[i];
  hits->count = kept;
}

/* ------------------------------------------------------------------ reading */

struct wye_span wye_hit_param(const struct wye_hit *hits, uint32_t hit, uint32_t param) {
  const uint8_t *spans = (const uint8_t *)hits + hits[hit].spans;
  if (param >= hits[hit].params) return (struct wye_span){WYE_NONE, 0};
  return ((const struct wye_span *)(const void *)spans)[param];
}
