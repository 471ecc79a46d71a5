/*
 * The table image: one block of little-endian bytes, offsets and indexes only, so that the same bytes serve natively, in
 * wasm, from a file. docs/image.md draws it in full.
 *
 *     | header | nodes | slots | branches | prefixes | bounded | refs | routes | names | methods | text |
 *
 * The tree has two kinds of vertices, in one array and 32 bytes each: a NODE stands at a segment's edge, between two
 * segments; a POINT stands inside a segment, behind a literal or a bounded parameter. The root is node 0. Vertices are numbered
 * in the order in which a walk by levels meets them, so a child's number is always larger than its parent's, each is
 * named exactly once, and wye_table_open can check that with a counter. Index 0 means "none" everywhere but for the root.
 */
#ifndef WYE_TABLE_H
#define WYE_TABLE_H

#include "span.h"

enum { WYE__VERSION = 1, WYE__KEY_BYTES = 16 };

/* The sections, in the order in which they stand in the image. */
enum wye__section {
  WYE__NODES,
  WYE__SLOTS,
  WYE__BRANCHES,
  WYE__PREFIXES,
  WYE__BOUNDED,
  WYE__REFS,
  WYE__ROUTES,
  WYE__NAMES,
  WYE__METHODS,
  WYE__TEXT,
  WYE__SECTIONS
};

struct wye__extent {
  uint32_t offset; /* bytes from the image's start */
  uint32_t count;  /* records; in WYE__TEXT bytes */
};

struct wye_table {
  uint8_t magic[4];      /* "WYE" and the version */
  uint32_t size;         /* bytes of the whole image */
  uint32_t checksum;     /* of all bytes behind this field */
  uint8_t trailing_slash, clean_path, case_insensitive, no_method_not_allowed; /* struct wye_options */
  uint32_t max_params;   /* spans that a lookup may need */
  uint32_t max_depth;    /* untried branches that a lookup may leave behind */
  uint32_t zero[2];
  struct wye__extent sections[WYE__SECTIONS];
};
_Static_assert(sizeof(struct wye_table) == 112, "the header is part of the image");

/*
 * Which routes end at a place: a bit for each method, and where their refs begin: first the route for any method if there is
 * one (then WYE__ANY is set), then one for each bit, lowest first. refs == 0: no route ends here.
 */
struct wye__leaf {
  uint32_t methods;
  uint32_t refs;
};

#define WYE__ANY 0x80000000u

struct wye__ref {
  uint32_t route;
  int32_t id;
};

/*
 * A node: routes that end here, then what may follow behind a slash. Its static segments are found with one multiplication,
 * slot = statics + (key x seed >> shift); the seed is chosen so that most of them meet nobody there.
 *
 *     0         8         12    13     14      16      20       24        28    32
 *     | seed    | statics |shift|params| depth | param | branch | methods | refs |
 */
struct wye__node {
  uint64_t seed;
  uint32_t statics; /* the first of its slots; 0: no static segment */
  uint8_t shift;    /* 0 to 63; WYE__POINT marks a point */
  uint8_t params;   /* parameters on the way here */
  uint16_t depth;   /* vertices on the way here */
  uint32_t param;   /* the node behind a plain parameter that takes the whole segment */
  uint32_t branch;  /* whatever is rarer: prefixes, in-segment parameters, a catch-all */
  struct wye__leaf leaf;
};

/*
 * A point: the segment may end here, or a parameter begins.
 *
 *     0       4         8       12    13     14      16      20        24     32
 *     | end   | bounded | count |0xFF |params| depth | param | zero[3]        |
 */
struct wye__point {
  uint32_t end;     /* the node, if the segment ends here */
  uint32_t bounded; /* the first of its bounded parameters, in match order */
  uint32_t count;   /* how many */
  uint8_t kind;     /* WYE__POINT */
  uint8_t params;
  uint16_t depth;
  uint32_t param;   /* the node behind a plain parameter that takes the rest of the segment */
  uint32_t zero[3];
};

enum { WYE__POINT = 0xFF };

union wye__vertex {
  struct wye__node node;
  struct wye__point point;
};
_Static_assert(sizeof(union wye__vertex) == 32, "two vertices a cache line");
_Static_assert(offsetof(struct wye__node, params) == offsetof(struct wye__point, params), "one place for both kinds");
_Static_assert(offsetof(struct wye__node, depth) == offsetof(struct wye__point, depth), "one place for both kinds");

/* A static segment: the first 16 bytes of its normal form (zeros behind a shorter one); a longer one stands in the text. */
struct wye__slot {
  uint64_t key[2];
  uint32_t length; /* bytes of the normal form */
  uint32_t text;   /* where a segment of more than 16 bytes stands in the text; 0: it has no more */
  uint32_t child;  /* 0: the slot is empty */
  uint32_t next;   /* the slot of another segment that belongs here too; always a later one; 0: none */
};
_Static_assert(sizeof(struct wye__slot) == 32, "two slots a cache line");

/* What a node has beside static segments and a plain parameter. */
struct wye__branch {
  uint32_t prefixes; /* literals that a parameter follows in the segment, sorted by their bytes */
  uint32_t count;
  uint32_t point;    /* where a bounded parameter begins the segment */
  uint32_t zero;
  struct wye__leaf catch_all;
};

struct wye__prefix {
  uint32_t literal, length; /* in the text */
  uint32_t point;
  uint32_t shorter; /* 1 + the index (in the branch) of the longest other prefix that this one begins with; 0: none */
};

struct wye__bounded {
  uint32_t literal, length; /* in the text: what ends the parameter */
  uint32_t point;           /* behind the literal */
  uint32_t zero;
};

struct wye__route_record {
  int32_t id;
  struct wye_span pattern, method, name; /* in the text */
  uint32_t names, params;                /* its parameters' names: spans in the text */
  uint32_t zero;
};
_Static_assert(sizeof(struct wye__route_record) == 40, "records are whole multiples of 8 bytes");

struct wye__method {
  uint64_t key; /* its first 8 bytes, zeros behind a shorter one */
  struct wye_span text;
};

/* Bytes of a record of each section. */
extern const uint8_t wye__record_size[WYE__SECTIONS];

static inline const void *wye__section(const struct wye_table *table, enum wye__section section) {
  return (const uint8_t *)table + table->sections[section].offset;
}

static inline const uint8_t *wye__text(const struct wye_table *table) { return wye__section(table, WYE__TEXT); }

/* The hash of a static segment's key, before a node's seed multiplies it. */
static inline uint64_t wye__key_mix(uint64_t low, uint64_t high) { return low ^ (high << 29 | high >> 35); }

/* The checksum of an image of `size` bytes. */
uint32_t wye__checksum(const struct wye_table *table, uint32_t size);

/* The number of the first slots of a node: those that a multiplication can reach. */
static inline uint32_t wye__reach(const struct wye__node *node) {
  return node->seed == 0 ? 1 : (uint32_t)((uint64_t)1 << (64 - node->shift));
}

#endif
