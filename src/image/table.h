/*
 * The table image: one block of little-endian bytes, offsets and indexes only, so that the same bytes serve natively,
 * in wasm, from a file. docs/image.md draws it in full.
 *
 *     | header | vertices | branches | prefixes | delimited | states | refs | routes | forms | names | methods |
 *     | constraints | automata | hosts | masks | host slots | text |
 *
 * The tree has two kinds of vertices, in one array, a cache line each: a node is between two segments; a point is
 * inside a segment, after a literal or a delimited parameter. The first vertices are the roots: number 0 for the routes
 * without a host, then one for each host. A table that redirects to cleaned paths has as many roots again, of the same
 * routes with their literals in lower case. All vertices below a root are together, in the order in which a walk by
 * levels meets them. So a child's number is larger than its parent's, and each vertex is named exactly once:
 * wye_table_open checks that with a counter. In a link, number 0 means "none".
 */
#ifndef WYE_TABLE_H
#define WYE_TABLE_H

#include "base/hash.h"
#include "language/constraint.h"
#include "base/span.h"

enum { WYE__VERSION = 4, WYE__KEY_BYTES = 16 };

#define WYE__NOT_STATIC UINT32_MAX

/* The sections, in the order in which they are in the image. */
enum wye__section {
  WYE__VERTICES,
  WYE__BRANCHES,
  WYE__PREFIXES,
  WYE__DELIMITED,
  WYE__LITERAL_STATES,
  WYE__REFS,
  WYE__ROUTES,
  WYE__FORMS,
  WYE__NAMES,
  WYE__METHODS,
  WYE__CONSTRAINTS,
  WYE__AUTOMATA, /* in units of 8 bytes */
  WYE__HOSTS,
  WYE__MASKS,
  WYE__HOST_SLOTS,
  WYE__TEXT,
  WYE__SECTIONS
};

struct wye__extent {
  uint32_t offset; /* bytes from the image's start */
  uint32_t count;  /* records; in WYE__TEXT bytes */
};

struct wye_table {
  uint8_t magic[4];                                                            /* "WYE" and the version */
  uint32_t size;                                                               /* bytes of the whole image */
  uint32_t checksum;                                                           /* of all bytes but these four */
  uint8_t trailing_slash, clean_path, case_insensitive, no_method_not_allowed; /* struct wye_options */
  uint32_t max_params;                                                         /* spans that a lookup may need */
  uint32_t max_depth;     /* backtrack points that a lookup may leave on its stack */
  uint32_t visited_nodes; /* nodes of whose visits a lookup keeps a record */
  uint32_t notes;         /* 8-byte words of its notes on points and values, see lookup/notes.h */
  uint32_t max_path;      /* bytes of a path, struct wye_options */
  struct wye__extent sections[WYE__SECTIONS];
  uint32_t zero[7];
};
_Static_assert(sizeof(struct wye_table) == 192 && WYE__SECTIONS == 16, "the header is part of the image");

/*
 * The routes that end at a node, or with its catch-all: a bit for each method, and where their refs begin. First comes
 * the ref of the route for any method, if there is one, then one for each bit, lowest first. refs == 0: no route.
 *
 *             31    30                             0
 *     refs    | any | number of the first ref      |    any (WYE__ANY): the first ref is that for any method
 */
struct wye__leaf {
  uint32_t methods[2]; /* see wye__methods_of */
  uint32_t refs;
};

/* The bits of the leaf's methods. (As a uint64_t they would make a leaf 16 bytes, and a vertex more than 64.) */
static inline uint64_t wye__methods_of(const struct wye__leaf *leaf) { return wye__load64(leaf->methods); }

#define WYE__ANY 0x80000000u

/*
 * A route at a leaf. If the form that ends there lacks parameters before others, it has a mask (struct
 * wye__route_record.forms), which says where the spans that were found belong.
 *
 *     31        20                    0
 *     | mask     | index of the route |    mask: 1 + its index among the route's; 0: none
 */
struct wye__ref {
  uint32_t route;
  int32_t id;
};

enum { WYE__ROUTE_BITS = 20, WYE__ROUTE_MASK = (1 << WYE__ROUTE_BITS) - 1, WYE__MAX_MASKS = 15 };

/*
 * A vertex. The first half says how it is reached. The static children of a node are in one run of hash slots; that of
 * a segment has the number
 *
 *     statics + (hash of the segment >> shift & mask)
 *
 * with a shift for which most children have a slot of their own. Empty slots, and vertices that no static segment leads
 * to, have a length that no segment has. The second half says what follows.
 *
 *     0        16       20     24     28      32        36     40       44    45     46      48     60        64
 *     |  key   | length | text | next | param | statics | mask | branch |shift|params| depth | leaf | visited |
 */
struct wye__vertex {
  uint64_t key[2]; /* the first 16 bytes of the segment in normal form, zeros after a shorter one */
  uint32_t length; /* bytes of its normal form; WYE__NOT_STATIC */
  uint32_t text;   /* where a segment of more than 16 bytes is in the text; 0: it has no more */
  uint32_t next;   /* another child of the same hash slot, always a later one; 0: none */
  uint32_t param;  /* the node after a plain parameter that takes the rest of the segment; 0: none */
  union {
    struct {            /* of a node */
      uint32_t statics; /* the first hash slot of its static children; 0: it has none */
      uint32_t mask;    /* the number of hash slots, less 1 */
      uint32_t branch;  /* its struct wye__branch; 0: none */
    };
    struct {              /* of a point */
      uint32_t delimited; /* the first of its delimited parameters, in match order */
      uint32_t count;     /* how many */
      uint32_t literals;  /* how many of them have a literal; they come first */
    };
  };
  uint8_t shift;  /* of a node: 0 to 63; WYE__POINT: it is a point, + WYE__MANY, WYE__CONSTRAINED; + WYE__AFTER_INNER */
  uint8_t params; /* parameters on the way here */
  uint16_t depth; /* entries that the way here may leave on the stack */
  union {
    struct wye__leaf leaf; /* of a node: the routes that end here */
    struct {               /* of a point with literals */
      uint32_t states;     /* the first state of their automaton */
      uint32_t distinct;   /* how many there are, the same ones counted once */
    };
  };
  uint32_t visited; /* node: 1 + its record of visits; 0: it is entered at most once. Point: 1 + its notes; 0: none */
};
_Static_assert(sizeof(struct wye__vertex) == 64, "a vertex is a cache line");

enum wye__kind { WYE__NODE, WYE__POINT = 64 };

/* Further bits of a vertex's shift. */
enum {
  WYE__SHIFT = 63,       /* node: the shift itself */
  WYE__MANY = 1,         /* point: it can be entered at several offsets of a segment */
  WYE__CONSTRAINED = 2,  /* point: one of its parameters has a constraint */
  WYE__AFTER_INNER = 128 /* a catch-all in the middle is on the way here */
};

static inline enum wye__kind wye__kind_of(const struct wye__vertex *vertex) {
  return vertex->shift & WYE__POINT ? WYE__POINT : WYE__NODE;
}

static inline bool wye__is_after_inner(const struct wye__vertex *vertex) { return vertex->shift & WYE__AFTER_INNER; }

/* What a node has besides static children and a plain parameter. Most have nothing. */
struct wye__branch {
  uint32_t prefixes; /* the first of the literals that a parameter follows in the segment, sorted by their bytes */
  uint32_t count;    /* how many */
  uint32_t point;    /* where a delimited or constrained parameter begins the segment; 0: none does */
  uint32_t inner;    /* the node after a catch-all in the middle; 0: none begins here */
  struct wye__leaf catch_all;
  uint32_t zero;
};
_Static_assert(sizeof(struct wye__branch) == 32, "records are whole multiples of 8 bytes");

struct wye__prefix {
  uint32_t literal, length; /* in the text */
  uint32_t point;
  uint32_t shorter; /* 1 + the index (in the branch) of the longest other prefix that this one begins with; 0: none */
};

/* Which occurrence of its literal ends a parameter. */
enum wye__ending {
  WYE__FIRST, /* the first one before which its value holds: what follows could not be reached only from a later one */
  WYE__EVERY, /* each is tried: a constraint follows in the segment, or it has one and can begin at several offsets */
  WYE__LAST   /* the one that ends the segment; without a literal, the segment's end */
};

/* A parameter at a point. All those with a literal come first. */
struct wye__delimited {
  uint32_t literal, length; /* in the text; length 0: it has no literal */
  uint32_t vertex;          /* after it: a point; with WYE__LAST a node */
  uint32_t constraint;      /* the number of its constraint; 0: it has none */
  uint32_t visited;         /* 1 + its notes on values; 0: it has none */
  uint16_t end;             /* enum wye__ending */
  uint16_t zero;
  uint32_t first; /* index, among the point's, of the first one with this literal */
  uint32_t zero_too;
};
_Static_assert(sizeof(struct wye__delimited) == 32, "records are whole multiples of 8 bytes");

/*
 * A state of the automaton that finds the literals of a point, by Aho and Corasick ("Efficient string matching: an aid
 * to bibliographic search", 1975). A state stands for the beginning of a literal; its children go on by one symbol, and
 * are sorted by it. States are numbered by levels. Points may share an automaton.
 *
 *             15           8 7                0
 *     symbol  | byte        | 0                |    a unit of normal form with one byte,
 *             | '%'         | its second byte  |    and one with two
 */
struct wye__literal_state {
  uint32_t children; /* the first one */
  uint32_t fallback; /* the state of the longest other beginning that this one ends with; of the first state: itself */
  uint32_t shorter;  /* the state of the longest other whole literal that this one ends with; 0: none */
  uint32_t found;  /* 1 + the index, among the point's delimited, of the first with this literal; 0: it is not whole */
  uint16_t symbol; /* that leads here */
  uint16_t count;  /* children */
  uint16_t length; /* bytes of normal form on the way here */
  uint16_t zero;
};
_Static_assert(sizeof(struct wye__literal_state) == 24, "records are whole multiples of 8 bytes");

/*
 * Notes that a lookup keeps, in words of 8 bytes; lookup/notes.h has their form. Those on a point say where it was
 * entered, and which literals there are; those on a point with WYE__MANY and WYE__CONSTRAINED also at which offsets.
 * Those on a value say how far the constraint has been read; those on an automaton's also in which states that entered
 * each piece of the path.
 */
#if !defined(WYE_PIECE)
#define WYE_PIECE 64 /* tests also use shorter pieces, so that short paths have many */
#endif

enum { WYE__PIECE = WYE_PIECE, WYE__POINT_WORDS = 3, WYE__VALUE_WORDS = 5, WYE__OFFSET_IN_PIECE_BITS = 4 };

static inline uint32_t wye__pieces(uint32_t max_path) { return max_path / WYE__PIECE + 1; }

/* Words of a bit for each literal. */
static inline uint32_t wye__literal_words(uint32_t literals) { return (literals + 63) / 64; }

/* `shift`: the point's. 0: it needs no notes. */
static inline uint32_t wye__point_words(uint8_t shift, uint32_t literals, uint32_t max_path) {
  bool offsets = (shift & WYE__MANY) && (shift & WYE__CONSTRAINED);
  if (!(shift & WYE__MANY) && literals == 0) return 0;
  return WYE__POINT_WORDS + 2 * wye__literal_words(literals) + (literals + 3) / 4 + (offsets ? max_path / 64 + 1 : 0);
}

/* Words for each piece. `states`: of the automaton; 0: it has none. */
static inline uint32_t wye__state_words(uint32_t states) {
  return states ? (states + WYE__OFFSET_IN_PIECE_BITS + 63) / 64 : 0;
}

static inline uint64_t wye__value_words(uint32_t states, uint32_t max_path) {
  return WYE__VALUE_WORDS + (uint64_t)wye__state_words(states) * wye__pieces(max_path);
}

struct wye__route_record {
  int32_t id;
  uint32_t names; /* its parameters' names: spans in the text, those of the host first */
  uint32_t forms; /* its masks, uint64_t: a bit for each parameter, set if a form that lacks others before it has it */
  uint8_t params;
  uint8_t host_params;
  uint8_t optional;                    /* 0: all its segments are present; otherwise 1 + how many masks it has */
  uint8_t method;                      /* its bit in a leaf; WYE__ANY_METHOD */
  struct wye_span pattern, name, host; /* in the text */
};
_Static_assert(sizeof(struct wye__route_record) == 40, "records are whole multiples of 8 bytes");

enum { WYE__ANY_METHOD = 255 }; /* `*`, with which the image's text begins */

/* A host, in the order of the roots from number 1 on. */
struct wye__host_record {
  struct wye_span text; /* its shape, see host.h */
};

/* Which labels are parameters, in hosts with so many labels: bits as in host.h. Masks are in match order, each once. */
struct wye__mask {
  uint32_t labels;
  uint32_t mask;
};

struct wye__method {
  uint64_t key; /* its first 8 bytes, zeros after a shorter one */
  struct wye_span text;
};

/* Bytes of a record of each section. */
extern const uint8_t wye__record_size[WYE__SECTIONS];

static inline const void *wye__section_of(const struct wye_table *table, enum wye__section section) {
  return (const uint8_t *)table + table->sections[section].offset;
}

static inline const uint8_t *wye__text_of(const struct wye_table *table) { return wye__section_of(table, WYE__TEXT); }

/* Adds to a hash the bytes of a segment after its 16th: 8 at a time, of which the last 8 may overlap those before. */
uint64_t wye__hash_tail(uint64_t hash, const uint8_t *segment, uint32_t length);

/*
 * The hash of a static segment with this key. Its upper bits are mixed well: those from WYE__HASH_LOW on choose slots.
 */
static inline uint64_t wye__hash(const uint64_t key[2], const uint8_t *segment, uint32_t length) {
  uint64_t hash = key[0] ^ (key[1] << 29 | key[1] >> 35);
  if (WYE_UNLIKELY(length > WYE__KEY_BYTES)) hash = wye__hash_tail(hash, segment, length);
  return hash * WYE__GOLDEN_RATIO;
}

enum { WYE__HASH_LOW = 24, WYE__HASH_HIGH = 56 };

static inline const struct wye__route_record *wye__route_at_index(const struct wye_table *table, uint32_t index) {
  return (const struct wye__route_record *)wye__section_of(table, WYE__ROUTES) + index;
}

/* The number of hosts: root 1 + i is that of host i. */
static inline uint32_t wye__hosts(const struct wye_table *table) { return table->sections[WYE__HOSTS].count; }

/* Whether the table has a second set of roots, whose literals match in any case of letters. */
static inline bool wye__has_folded(const struct wye_table *table) {
  return table->clean_path && !table->case_insensitive;
}

/* The number of the constraint with this text, its brackets included; 0 if the table has none. */
uint32_t wye__find_constraint(const struct wye_table *table, const char *text, uint32_t length);

static inline const struct wye__constraint *wye__constraint_at(const struct wye_table *table, uint32_t number) {
  return (const struct wye__constraint *)wye__section_of(table, WYE__CONSTRAINTS) + number;
}

static inline const void *wye__automaton_of(const struct wye_table *table, const struct wye__constraint *constraint) {
  return (const uint8_t *)wye__section_of(table, WYE__AUTOMATA) + constraint->automaton;
}

/* The checksum of an image of `size` bytes. */
uint32_t wye__checksum(const struct wye_table *table, uint32_t size);

#endif
