/*
 * From a builder's routes to a table's image: tree.c sorts the routes into a tree and writes that, literals.c the
 * automata of its literals, image.c the rest. All run twice: first to count the records, then to write them. They need
 * memory for each route and each vertex, and take it from the free part of the builder's block.
 */
#ifndef WYE_IMAGE_H
#define WYE_IMAGE_H

#include "build/builder.h"
#include "image/table.h"

/* A vertex that has a number but is not written yet: a range of forms, and an offset in their shapes. */
struct wye__pending_vertex {
  uint32_t low, high, at;
  uint32_t length; /* of the static segment before `at`; otherwise WYE__NOT_STATIC */
  uint32_t next;   /* wye__vertex.next */
  uint32_t depth;
  uint8_t params, kind;
  bool many;        /* it can be entered in several ways */
  bool after_inner; /* a catch-all in the middle is on the way here */
  uint16_t segment; /* slashes on the way here */
  uint32_t node;    /* of a point: the node at which its segment begins */
  uint32_t notes;   /* of a node: words of notes that its points have so far */
};

/* A run of forms that are the same up to and including a literal. */
struct wye__group {
  uint32_t low, high;  /* in the sorted order */
  uint32_t at, length; /* the literal, in their shapes */
  uint32_t constraint; /* after a parameter: its constraint's number in the image; 0: none */
  uint8_t kind;        /* see tree.c */
  bool ends;           /* after a parameter: their segment ends after the literal */
  uint32_t home;       /* STATIC: the hash slot that its hash chooses, among those of its node */
  uint32_t slot;       /* STATIC: the hash slot that it has; after a parameter: its place in match order */
  uint32_t link;       /* STATIC: the next slot of its home; PREFIX: see wye__prefix.shorter */
  uint64_t hash;
};

struct wye__image_writer {
  struct wye_builder *builder;
  uint32_t *order;  /* forms, sorted by shape: see tree.c */
  uint32_t count;   /* how many; as many in lower case may follow */
  uint32_t *masked; /* the routes whose hosts have parameters, sorted by their masks */
  uint32_t masked_count;
  uint32_t *notes; /* by slashes on the way: the most that a node needs; then, the first word */
  uint32_t depths; /* how many of these */
  uint32_t *picks, *room;
  struct wye__group *groups;
  struct wye__pending_vertex *pending; /* of all vertices, by number */
  bool full;                           /* the builder's block has too little room */
  bool has_literals;                   /* an automaton of literals has been written, */
  uint32_t literals;                   /* the last one from this state on, */
  uint64_t literals_hash;              /* of literals with this hash */
  struct wye_table *image;             /* NULL: only count */
  struct wye_table head;
  uint32_t counts[WYE__SECTIONS];
  uint32_t method_bit[WYE_MAX_METHODS]; /* by the builder's number */
  uint32_t method_of[WYE_MAX_METHODS];  /* the builder's number, by bit */
  uint64_t scratch[8];                  /* receives records that are only counted */
};

/* A block for an image of this size, on an 8-byte boundary; NULL if there is none. */
typedef void *wye__take_block(void *context, size_t size);

/*
 * wye_builder_build, into a block that is asked for when the size is known. WYE_NO_MEMORY: with the size 0 the
 * builder's block has too little room; otherwise there was no block.
 */
int32_t wye__build(struct wye_builder *builder, wye__take_block *take, void *context, size_t *size);

/* Numbers `count` new records of a section. Returns the first number. */
uint32_t wye__take_records(struct wye__image_writer *w, enum wye__section section, uint32_t count);

/* Where to write a record: while records are only counted, to `scratch`. */
void *wye__record_at(struct wye__image_writer *w, enum wye__section section, uint32_t index);

/* Appends to the image's text. Returns the offset there. */
uint32_t wye__put_text(struct wye__image_writer *w, const void *text, uint32_t length);

/* Room in the builder's block; NULL, and `full` is set, if there is none left. */
void *wye__take_room(struct wye__image_writer *w, uint64_t count, size_t size);

/* The bit of the route's method. */
uint32_t wye__method_bit(const struct wye__image_writer *w, const struct wye__stored_route *route);

/* The constraint whose number is at `at` in a shape. */
struct wye__interned *wye__constraint_of_mark(const struct wye__image_writer *w, const uint8_t *shape, uint32_t at);

/* Sorts the forms of all routes, and again in lower case if the table needs that. Sets `full` if there is no room. */
void wye__sort_forms(struct wye__image_writer *w);

/* Writes roots, vertices and all records that they name. */
void wye__put_tree(struct wye__image_writer *w);

/* Turns the words of notes that are needed at each depth into the number of the first one there. */
void wye__number_notes(struct wye__image_writer *w);

/* The literal of a group. */
const uint8_t *wye__literal_of(const struct wye__image_writer *w, const struct wye__group *group);

/*
 * Writes the automaton of the literals of the first `count` picked groups, some of which may have the same, unless the
 * last one is for the same literals. A group's `slot` is its number. Reorders the picks. Returns the first state.
 */
uint32_t wye__put_literals(struct wye__image_writer *w, uint32_t count);

#endif
