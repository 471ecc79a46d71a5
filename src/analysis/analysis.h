/*
 * What the files of an analysis share: analysis.c reads the routes, common_host.c finds hosts that two routes allow,
 * near.c finds the routes whose paths may overlap, overlap.c answers.
 */
#ifndef WYE_ANALYSIS_H
#define WYE_ANALYSIS_H

#include "analysis/path_search.h"

enum { WYE__FRESH_LABEL = 5, WYE__HOST_TEXT = 1024, WYE__WITNESS_TEXT = WYE__HOST_TEXT + WYE_MAX_PATH };

/* A host's shape, or a piece of it; length 0: any host. */
struct wye__host_shape {
  const uint8_t *shape;
  uint32_t length;
};

struct wye__subject {
  struct wye__host_shape host;
  uint32_t method; /* its number; WYE_NO_METHOD: it serves any */
  bool readable;   /* by the search */
};

/* Entries of the order that share all segments so far; where the next one begins in their shapes, and in the other. */
struct wye__form_range {
  uint32_t low, high;
  uint32_t at, other;
};

struct wye_analysis {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t routes;
  struct wye__subject *subjects;
  struct wye__form *forms; /* 2 r and 2 r + 1, as in path_search.h */
  uint32_t *order;         /* the forms that there are, by their segments: static ones first */
  uint32_t ordered;
  struct wye__form_range *ranges; /* room */
  uint32_t centre;                /* a route, and those whose paths may overlap its own: */
  uint32_t *near;                 /* ascending */
  uint32_t near_count;
  uint8_t *is_near;                /* of each route */
  uint8_t fresh[WYE__FRESH_LABEL]; /* a label that no host of a route has */
  uint32_t fresh_length;
  uint32_t text_length;
  char *text;
  struct wye__alphabet *alphabet;
  struct wye__path_search search;
};

/* A text that is written from its end. */
struct wye__backwards {
  const struct wye_analysis *analysis;
  uint8_t bytes[WYE__HOST_TEXT];
  uint32_t at; /* where it begins so far */
};

/* Whether a request's host can be both; `to` has such a one then. Without a host a route takes any. */
bool wye__common_host(struct wye__host_shape a, struct wye__host_shape b, struct wye__backwards *to);

/* Begins such a text; what has been written to it; writes one label more, anything where any would do. */
struct wye__backwards wye__begin_backwards(const struct wye_analysis *a);
struct wye__host_shape wye__written(const struct wye__backwards *text);
void wye__write_label(struct wye__backwards *to, struct wye__host_shape label);

/* Finds a label that no route has. Without one, routes with hosts are not searched. */
void wye__choose_fresh_label(struct wye_analysis *a);

/* Sorts the forms by their segments, static ones first. */
void wye__order_forms(struct wye_analysis *a);

/* Finds the routes that are near to this one: their static segments do not rule out an overlap. */
void wye__find_near(struct wye_analysis *a, uint32_t route);

#endif
