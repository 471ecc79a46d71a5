/*
 * What the files of an analysis share: analysis.c reads the routes, common_host.c finds hosts that two routes allow,
 * near.c finds the routes whose paths may overlap, overlap.c has the public functions.
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

/* What an analysis knows of a route besides its forms. */
struct wye__subject {
  struct wye__host_shape host;
  uint32_t method; /* its number; WYE_NO_METHOD: it serves any */
  bool readable;   /* the search can follow it */
};

/* Entries of the order that have all segments so far in common. */
struct wye__form_range {
  uint32_t low, high;
  uint32_t at, other; /* where the next segment begins: in their shapes, and in that of the form they may overlap */
};

struct wye_analysis {
  const struct wye_table *table;
  struct wye_context *context;
  uint32_t routes;
  struct wye__subject *subjects;
  struct wye__form *forms;        /* those of a route are together */
  uint32_t *first_form;           /* of each route; last, the number of all forms */
  uint32_t *order;                /* forms sorted by their segments, static ones first */
  uint32_t ordered;               /* how many */
  struct wye__form_range *ranges; /* a stack */
  uint32_t centre;                /* a route, */
  uint32_t *near;                 /* and the routes whose paths may overlap its own, ascending */
  uint32_t near_count;
  uint8_t *is_near;                /* of each route: whether it is one of them */
  uint8_t fresh[WYE__FRESH_LABEL]; /* a label that no host of a route has */
  uint32_t fresh_length;
  uint32_t text_length;
  char *text;
  struct wye__alphabet *alphabet;
  struct wye__path_search search;
};

/* Writes a host, from its end. */
struct wye__host_writer {
  const struct wye_analysis *analysis;
  uint8_t bytes[WYE__HOST_TEXT];
  uint32_t at; /* where it begins, so far */
};

/* Whether one host can match both shapes (an empty one matches any); if so, writes such a host to `to`. */
bool wye__common_host(struct wye__host_shape a, struct wye__host_shape b, struct wye__host_writer *to);

/* A writer that has written nothing yet. */
struct wye__host_writer wye__begin_host(const struct wye_analysis *a);

/* What it has written so far. */
struct wye__host_shape wye__written_host(const struct wye__host_writer *text);

/* Writes one more label. For a parameter or a `*` that is the fresh label. */
void wye__write_label(struct wye__host_writer *to, struct wye__host_shape label);

/* Chooses a label that no route's host has. If there is none, routes with hosts are not searched. */
void wye__choose_fresh_label(struct wye_analysis *a);

/* Sorts the forms by their segments, static ones first. */
void wye__order_forms(struct wye_analysis *a);

/* Finds the routes near this one: those whose static segments do not rule out an overlap. */
void wye__find_near(struct wye_analysis *a, uint32_t route);

#endif
