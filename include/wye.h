/*
 * wye: a router for edge runtimes, as a C library.
 *
 * A method and a path go in; a handler id and the positions of the parameters come out. Nothing is allocated on the
 * way: every function here works in memory that the caller provides, and the library calls no allocator, no I/O and no
 * clock. It keeps no global state; two threads may match on one table at the same time, each with a context of its own.
 *
 *     struct wye_builder   collects routes, finds conflicts          (build time, mutable)
 *     struct wye_table     the finished image: flat and immutable    (shared by any number of threads)
 *     struct wye_context   what one lookup found                     (one for each lookup that is under way)
 *
 * Further headers: wye_pool.h (contexts for as long as requests last), wye_ratelimit.h (token buckets), wye_app.h
 * (handlers). They share the statuses and the conventions of this one.
 *
 * Every function below says what it does, its parameters with their units and what NULL and zero mean, what it returns,
 * the state after a failure, and how long what it gives stays valid. "Allocates nothing" holds for all of them and is
 * not repeated. Texts are bytes with a length, never NUL-terminated unless that is said; lengths and offsets are bytes.
 *
 * What the library does not do: it does not resolve dot segments while matching, does not decode `+`, does not read
 * queries, and does not call handlers (wye_app.h does).
 *
 * A lookup may read up to 63 bytes past the end of the text, but never outside the 4 KiB page in which the text ends:
 * that memory is mapped, and never affects the result. A library compiled with AddressSanitizer, HWAddressSanitizer or
 * MemorySanitizer reads no byte past it. For Valgrind and for memory tagging (Arm's MTE) define WYE_EXACT_READS when
 * compiling it: a lookup then takes three to four times the instructions (on average 1,584 instead of 455, in a
 * table of 203 routes); paths with a `%` cost the same.
 *
 * From the C library it needs memcpy, memmove, memset and memcmp, and nothing else. Compile it with -fno-builtin-bcmp,
 * as the Makefile does: without it clang also calls bcmp. Where a machine cannot divide 64-bit numbers or count their
 * zeros, compilers call functions of their own runtime (libgcc, compiler-rt).
 */
#ifndef WYE_H
#define WYE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default) /* the library itself is compiled with -fvisibility=hidden */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* C++: some functions have the name of a struct */
#endif

/* The version of this header, as numbers and as a text ("0.1.0"). wye_version has that of the library. */
#define WYE_VERSION_MAJOR 0
#define WYE_VERSION_MINOR 1
#define WYE_VERSION_PATCH 0

#define WYE__TEXT(number) #number
#define WYE__DOTTED(major, minor, patch) WYE__TEXT(major) "." WYE__TEXT(minor) "." WYE__TEXT(patch)
#define WYE_VERSION WYE__DOTTED(WYE_VERSION_MAJOR, WYE_VERSION_MINOR, WYE_VERSION_PATCH)

/* Limits. Each is refused with a status of its own; none is reached silently. */
enum {
  WYE_MAX_PATH = 65535,       /* bytes of a path, up to its `?` or `#`         -> WYE_PATH_TOO_LONG */
  WYE_MAX_AUTHORITY = 4096,   /* bytes before the path of an absolute URL      -> WYE_BAD_PATH */
  WYE_MAX_PATTERN = 4096,     /* bytes of a route pattern                      -> WYE_PATTERN_TOO_LONG */
  WYE_MAX_PARAMS = 64,        /* parameters of a route, its catch-all included -> WYE_TOO_MANY_PARAMS */
  WYE_MAX_METHODS = 32,       /* methods of a table, `*` not counted           -> WYE_TOO_MANY_METHODS */
  WYE_MAX_METHOD = 64,        /* bytes of a method                             -> WYE_BAD_METHOD */
  WYE_MAX_NAME = 255,         /* bytes of a route's name                       -> WYE_BAD_NAME */
  WYE_MAX_ROUTES = 1048576,   /* routes of a table                             -> WYE_TOO_MANY_ROUTES */
  WYE_MAX_IMAGE = 1073741824, /* bytes of an image                             -> WYE_IMAGE_TOO_LARGE */
  WYE_MAX_ID = 2147483647,    /* the largest handler id                        -> WYE_BAD_ID */
  WYE_MAX_HOST = 255,         /* bytes of a route's host                       -> WYE_BAD_HOST */
  WYE_MAX_STATES = 1000,      /* states that an expression needs               -> WYE_EXPRESSION_TOO_LARGE */
  WYE_ALIGNMENT = 8           /* bytes: of every block that the caller gives   -> WYE_BAD_ARGUMENT */
};

/*
 * One enum for everything a call can end with. Zero and above is success (and, where a function says so, a handler id:
 * 0 is a valid one). Outcomes of a lookup are no errors; errors start at WYE_NO_MEMORY.
 */
enum wye_status {
  WYE_OK = 0,

  WYE_NOT_FOUND = -1,          /* no route of any method matches the path */
  WYE_METHOD_NOT_ALLOWED = -2, /* routes match the path, but none serves the method: see wye_allow */
  WYE_REDIRECT = -3,           /* a policy of the table sends the client elsewhere */
  WYE_PATH_TOO_LONG = -4,      /* more than WYE_MAX_PATH bytes */
  WYE_BAD_PATH = -5, /* does not begin with `/`, or has a raw `\`; for a URL: no scheme, or no proper authority */

  WYE_NO_MEMORY = -16,    /* the block is too small; nothing changed */
  WYE_BAD_ARGUMENT = -17, /* NULL where a value must be, a block that is not aligned, a length out of range */
  WYE_BAD_PATTERN = -18,  /* the pattern's syntax: the error says what and where */
  WYE_PATTERN_TOO_LONG = -19,
  WYE_TOO_MANY_PARAMS = -20,
  WYE_BAD_METHOD = -21, /* not a token of RFC 9110 5.6.2 */
  WYE_TOO_MANY_METHODS = -22,
  WYE_TOO_MANY_ROUTES = -23,
  WYE_BAD_NAME = -24,
  WYE_BAD_ID = -25,
  WYE_CONFLICT = -26, /* the same method and shape is there already: the error names the other route */
  WYE_IMAGE_TOO_LARGE = -27,
  WYE_BAD_IMAGE = -28, /* not an image of this version, cut short, or damaged */
  WYE_BAD_HOST = -29,  /* the route's host: the error says what and where */
  WYE_EXPRESSION_TOO_LARGE = -30,
  WYE_BAD_VALUE = -31,       /* wye_url: a value is missing, empty or does not fit its parameter */
  WYE_STALE = -32,           /* the handle's context was released; nothing was read, and nothing changed */
  WYE_EXHAUSTED = -33,       /* every context of the pool is in use */
  WYE_ALREADY_WRITTEN = -34, /* the response already has a head; the first one remains */
  WYE_BODY_TOO_LARGE = -35   /* more bytes than the pool has for a body; none of the new ones was taken */
};

/*
 * The version of the library that the program runs with: the WYE_VERSION that it was compiled with. Before 1.0.0 a
 * minor version may change the ABI; the soname has it. A constant, NUL-terminated text.
 */
const char *wye_version(void);

/* The status in a few words ("not found", "conflict"). A constant, NUL-terminated text; "unknown status" for any other
 * number. */
const char *wye_status_text(int32_t status);

/* The status' name without its prefix ("NOT_FOUND", "CONFLICT"), as errors in other languages carry it. As above. */
const char *wye_status_name(int32_t status);

/*
 * A piece of a text that the caller holds: `length` bytes from `offset` on. It borrows: it is good for as long as the
 * text is. A parameter without a value has the offset WYE_NONE and the length 0.
 */
struct wye_span {
  uint32_t offset;
  uint32_t length;
};

#define WYE_NONE UINT32_MAX

/*
 * What went wrong, in full. Filled by the functions that take one (NULL: not wanted); untouched on success.
 * It is plain data and may be kept; `detail` is a constant.
 */
struct wye_error {
  int32_t status;  /* a negative wye_status */
  uint32_t offset; /* the byte in the pattern (WYE_BAD_HOST: in the host; WYE_BAD_IMAGE: in the image) */
  uint32_t other;  /* WYE_CONFLICT, WYE_BAD_NAME: the index of the route that is in the way; otherwise WYE_NONE */
  const char *
      detail; /* what is wrong and what to write instead, or the words between two routes; NUL-terminated, never NULL */
};

/* ------------------------------------------------------------------ building */

enum wye_trailing_slash { WYE_SLASH_STRICT = 0, WYE_SLASH_REDIRECT = 1, WYE_SLASH_IGNORE = 2 };

/* Options of a table. Zero is the default of each: strict, off, case-sensitive, 405 distinguished from 404. */
struct wye_options {
  uint8_t trailing_slash;        /* a wye_trailing_slash */
  uint8_t clean_path;            /* 1: where nothing matches, redirect to the cleaned path if that matches */
  uint8_t case_insensitive;      /* 1: ASCII letters of literals match in either case */
  uint8_t no_method_not_allowed; /* 1: WYE_NOT_FOUND in place of WYE_METHOD_NOT_ALLOWED */
};

/*
 * Collects routes in one block that the caller provides. It lives in that block, holds offsets only, and may therefore
 * be moved into another one (wye_builder_move). It needs no destructor: drop the block. One thread at a time.
 */
struct wye_builder;

/* One route, as it is added. */
struct wye_route {
  const char *method; /* a token of RFC 9110 5.6.2, or `*` for any; case matters */
  size_t method_length;
  const char *pattern; /* docs/patterns.md has the language */
  size_t pattern_length;
  const char *name;   /* the route's own name, for wye_url and listing; NULL or length 0: none. Routes share one only */
  size_t name_length; /* if they have the same pattern and host */
  const char *host;   /* `api.example.com`, `:tenant.example.com`, `*.example.com`, `[::1]`; NULL or length 0: any */
  size_t host_length;
  int32_t id; /* the handler id, 0 to WYE_MAX_ID; WYE_NEXT_ID: one more than the largest so far */
};

#define WYE_NEXT_ID (-1)

/* Bytes of the smallest block that wye_builder_init takes. Routes need more. */
size_t wye_builder_min_size(void);

/*
 * Begins a builder in `block` of `size` bytes. `options`: NULL for the defaults. Gives it in `*builder`.
 * WYE_OK, WYE_BAD_ARGUMENT, or WYE_NO_MEMORY; after a failure `*builder` is NULL.
 */
int32_t wye_builder_init(void *block, size_t size, const struct wye_options *options, struct wye_builder **builder);

/* Bytes that the builder needs: what it would fill in another block, without what routes held that were removed. */
size_t wye_builder_used(const struct wye_builder *builder);

/*
 * Moves the builder into another block, of at least wye_builder_used bytes and not overlapping the old one: the way to
 * give it more room after WYE_NO_MEMORY. The old block is the caller's again.
 * WYE_OK, WYE_BAD_ARGUMENT, or WYE_NO_MEMORY; after a failure `*moved` is NULL and the builder stays where it is.
 */
int32_t wye_builder_move(struct wye_builder *builder, void *block, size_t size, struct wye_builder **moved);

/*
 * Adds a route. The texts are copied. Returns the handler id (0 or more), or a negative status: then `error` says what
 * and where, and the builder is as it was. Any status from WYE_NO_MEMORY to WYE_CONFLICT, WYE_BAD_HOST or
 * WYE_EXPRESSION_TOO_LARGE.
 */
int32_t wye_builder_add(struct wye_builder *builder, const struct wye_route *route, struct wye_error *error);

/*
 * Removes the route with exactly this method, pattern and host, byte for byte; name and id do not matter. The routes
 * after it move up by one index; ids stay. WYE_OK; WYE_NOT_FOUND if there is no such route; WYE_BAD_ARGUMENT;
 * WYE_NO_MEMORY if the block has no room to read the pattern. Moving the builder frees its memory.
 */
int32_t wye_builder_remove(struct wye_builder *builder, const struct wye_route *route);

/* Routes there are now. */
uint32_t wye_builder_routes(const struct wye_builder *builder);

/*
 * Writes the error as one English sentence, with the pattern that was added and, for a conflict, the other route:
 * bad pattern "/a/:" at byte 3: a parameter needs a name ...
 * `builder`, `route`: those of the failed call (NULL: the sentence does without them). Writes at most `capacity` bytes,
 * a NUL included, as snprintf does; `buffer` may be NULL when `capacity` is 0. Returns the length of the whole sentence
 * without the NUL.
 */
size_t wye_error_format(const struct wye_error *error, const struct wye_builder *builder, const struct wye_route *route,
                        char *buffer, size_t capacity);

/*
 * Writes the table's image. The builder is as before, and can go on. Room for the work is taken from the free part of
 * the builder's block and given back. `image`: `capacity` bytes, aligned. `*size` becomes the bytes that the image has
 * or, with WYE_NO_MEMORY, would need, 0 if it is the builder's block that is too small. `image` NULL with `capacity` 0
 * only asks for the size (WYE_NO_MEMORY). WYE_OK, WYE_NO_MEMORY, WYE_BAD_ARGUMENT or WYE_IMAGE_TOO_LARGE; after a
 * failure the bytes at `image` are undefined. The same routes in the same order give the same bytes on every machine.
 */
int32_t wye_builder_build(struct wye_builder *builder, void *image, size_t capacity, size_t *size);

/* ------------------------------------------------------------------ tables */

/* An opened image. It IS the image's bytes: it lives as long as they do, and they must not change. */
struct wye_table;

/*
 * Opens an image of `size` bytes, checking every offset, length and link in it first: bytes from a stranger are
 * refused or harmless. Gives `*table`, inside `image`. Time is linear in the size.
 * WYE_OK, WYE_BAD_ARGUMENT (NULL, not aligned) or WYE_BAD_IMAGE with the byte in `error`; then `*table` is NULL.
 */
int32_t wye_table_open(const void *image, size_t size, const struct wye_table **table, struct wye_error *error);

/* Bytes of the table's image. */
size_t wye_table_size(const struct wye_table *table);

/* The number of routes. Routes have indexes 0, 1 ... in the order in which they were added. */
uint32_t wye_table_routes(const struct wye_table *table);

/* A route as it was added; its texts point into the table. False, and `*route` all zero, if there is no such index. */
bool wye_table_route(const struct wye_table *table, uint32_t index, struct wye_route *route);

/* The parameters of the table's longest route. */
uint32_t wye_table_params(const struct wye_table *table);

/* The number of parameters of a route, and the name of one, in `*length` bytes inside the table. 0 and NULL where there
 * is none. */
uint32_t wye_table_param_count(const struct wye_table *table, uint32_t route);
const char *wye_table_param_name(const struct wye_table *table, uint32_t route, uint32_t param, size_t *length);

/* Whether a parameter of a route is a catch-all, named or not. False where there is none. */
bool wye_table_is_catch_all(const struct wye_table *table, uint32_t route, uint32_t param);

/* The index of the first route of that name; WYE_NONE if there is none. Time is linear in the number of routes. */
uint32_t wye_table_find(const struct wye_table *table, const char *name, size_t length);

/*
 * The method's number in this table, for wye_match_method; WYE_NO_METHOD if no route names it (routes for any method
 * still serve it).
 */
uint32_t wye_table_method(const struct wye_table *table, const char *method, size_t length);

#define WYE_NO_METHOD 32u

/* The text of the method with a number, in `*length` bytes inside the table; 0 and NULL if no method has it. */
const char *wye_table_method_name(const struct wye_table *table, uint32_t number, size_t *length);

/* ------------------------------------------------------------------ contexts and lookup */

/*
 * What one lookup found, and the room that it worked in. It lives in a block of wye_context_size
 * bytes that the caller provides, and serves one lookup after the other; each overwrites the last. Its spans index the
 * text that was handed to the lookup. It refers to the table: not to be read after the table is gone.
 *
 * The first 64 bytes, one cache line, may be read directly; further spans follow at once.
 */
struct wye_context {
  int32_t outcome;          /* what the last lookup returned */
  uint32_t route;           /* the index of the route; WYE_NONE without a hit */
  uint32_t params;          /* the number of spans */
  uint32_t allow;           /* METHOD_NOT_ALLOWED: a bit for each method, lowest first in sorted order */
  uint32_t path;            /* where the path starts in the text, and */
  uint32_t path_end;        /* where it ends */
  uint16_t capacity;        /* room for this many spans */
  uint8_t escaped;          /* 1: the path has a `%`, so that a value may need wye_decode_param; 0: none does */
  uint8_t redirect;         /* REDIRECT: which kind, for wye_location; otherwise 0 */
  uint32_t stack;           /* room for this many untried branches, after the spans */
  struct wye_span param[4]; /* the spans: `capacity` of them */
};

/* Bytes of a context that serves this table (also any other table that needs no more). */
size_t wye_context_size(const struct wye_table *table);

/*
 * Makes a context for `table` in `block` of `size` bytes. WYE_OK, WYE_BAD_ARGUMENT or WYE_NO_MEMORY; after a failure
 * `*context` is NULL.
 */
int32_t wye_context_init(void *block, size_t size, const struct wye_table *table, struct wye_context **context);

/*
 * Looks a request up, among the routes without a host. `path` is what follows the authority, and may carry a query or
 * fragment (it ends at the first `?` or `#`). Returns the handler id, or WYE_NOT_FOUND, WYE_METHOD_NOT_ALLOWED,
 * WYE_REDIRECT, WYE_PATH_TOO_LONG, WYE_BAD_PATH; WYE_BAD_ARGUMENT if the context has too little room for the table.
 * `context` is filled on every exit. WYE_BAD_PATH: the path does not begin with `/`, or it has a raw `\`, which URL
 * parsers further on read as `/` (`%5C` is the character). Of a path that is too long, only the first byte is checked.
 *
 * Bound: a lookup enters each node of the table at most once, and reads each segment at most a few times for each
 * parameter that the table's routes have there: its steps are at most a small multiple of (parameters and literals on
 * the way) x (bytes of the path), whatever the routes and the path. Two things cost more. A step compares one literal,
 * which takes up to the literal's bytes. And a constraint after another parameter of its segment is read from many
 * places there: some 64 bytes from each, until the reading comes to the state of an earlier one. With a bound of many
 * characters it may read as many first (`/:a-:b([\w-]{1,900})`); and the segment's bytes may count squared for an
 * expression of hundreds of states, and for each of such parameters beyond the 256th that routes have after one node.
 * No lookup is exponential.
 */
int32_t wye_match(const struct wye_table *table, struct wye_context *context, const char *method, size_t method_length,
                  const char *path, size_t length);

/* The same with a method's number from wye_table_method. */
int32_t wye_match_method(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                         size_t length);

/*
 * The same from an absolute URL (`https://host/path?query`), among all routes: first those of the most specific host
 * that matches, last those without one. Each of them costs a lookup. Spans index the URL. WYE_BAD_PATH without
 * `scheme://`, or with an empty or malformed authority, too; a URL without a path has the path `/`.
 */
int32_t wye_match_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                      size_t length);

/*
 * The span of a parameter by its position, those of the host first, then as in the pattern; { WYE_NONE, 0 } where there
 * is none.
 */
struct wye_span wye_param(const struct wye_context *context, uint32_t index);

/* The position of the parameter of that name in the route that was hit; WYE_NONE where there is none. */
uint32_t wye_param_index(const struct wye_table *table, const struct wye_context *context, const char *name,
                         size_t length);

/*
 * The value of a parameter from its raw text, `length` bytes at `raw`. `route`: an index, `param`: the parameter's
 * position, as in wye_param. Labels of a host are taken as they are. Everything else is percent-decoded as UTF-8;
 * malformed escapes, and escapes that are not valid UTF-8, stay as they are written. In the value of a catch-all `%2F`
 * and `%5C` stay as they are written, too, in either case of letters: a slash separates segments there, and a decoded
 * one would let `..%2F` climb out of a folder. (So `%252F` has the same value as `%2F`; the raw text tells them apart.)
 *
 * Writes at most `capacity` bytes, and no NUL; `buffer` may be NULL when `capacity` is 0. Returns the bytes of the
 * whole value, at most `length`; 0 if there is no such parameter.
 */
size_t wye_decode_param(const struct wye_table *table, uint32_t route, uint32_t param, const char *raw, size_t length,
                        char *buffer, size_t capacity);

/* Percent-decodes any other text in the same way, with all escapes. Buffer and result as wye_decode_param. */
size_t wye_decode(const char *text, size_t length, char *buffer, size_t capacity);

/* Changes ASCII letters in place; other bytes stay as they are. */
void wye_lower(char *text, size_t length);
void wye_upper(char *text, size_t length);

/*
 * Writes the methods of the last WYE_METHOD_NOT_ALLOWED, sorted, as `DELETE, GET`. Buffer and result as
 * wye_error_format; empty for any other outcome.
 */
size_t wye_allow(const struct wye_table *table, const struct wye_context *context, char *buffer, size_t capacity);

/*
 * Writes where the last WYE_REDIRECT sends the client: a path of the same host, with the query (and fragment) of the
 * request. `text`, `length`: what the lookup was given. Bytes that may not appear raw in a path are escaped; it never
 * begins with `//`. Buffer and result as wye_error_format; empty for any other outcome.
 */
size_t wye_location(const struct wye_table *table, const struct wye_context *context, const char *text, size_t length,
                    char *buffer, size_t capacity);

/* ------------------------------------------------------------------ every route that matches */

/* One route of those that match a request. */
struct wye_hit {
  uint32_t route;  /* its index */
  int32_t id;      /* its handler id */
  uint32_t params; /* how many spans it has, */
  uint32_t spans;  /* and where they begin: bytes from the first hit */
};

/*
 * Finds every route that serves the method (its own or `*`) and matches, not only the first: in the order in which they
 * were added, each with its own spans. Of a route that matches in several ways they are those of the first way in match
 * order. The table's case and WYE_SLASH_IGNORE apply; redirects do not. `method`: its number, from wye_table_method.
 *
 * `hits`: `capacity` bytes, aligned as WYE_ALIGNMENT; NULL with `capacity` 0 only asks. Returns how many routes match
 * (0: none), with as many hits at the beginning of the buffer and their spans at its end. Or a negative status:
 * WYE_NO_MEMORY if the buffer is too small; WYE_BAD_PATH, WYE_PATH_TOO_LONG, WYE_BAD_ARGUMENT as wye_match. `*size`
 * (not NULL): the bytes that it takes, also where there are too few; 0 after any other failure. After a failure the
 * bytes at `hits` are undefined.
 *
 * `context` is the room that it works in: what its last lookup found is gone, and it says of this one path, path_end
 * and escaped, and the outcome WYE_NOT_FOUND or the status. To keep a match at the same time, use another context.
 *
 * Bound: that of one wye_match which finds nothing, for each root (host) and form (slash) that applies: each node is
 * entered at most once, each literal looked for as often. Then n hits are sorted, in n log n.
 */
int32_t wye_match_all(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                      size_t length, struct wye_hit *hits, size_t capacity, size_t *size);

/*
 * The same from an absolute URL, as wye_match_url: of every host of the table that the URL's matches, and of the routes
 * without one.
 */
int32_t wye_match_all_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                          size_t length, struct wye_hit *hits, size_t capacity, size_t *size);

/* The span of a parameter of hits[hit], as wye_param. `hits`: the first of them. */
struct wye_span wye_hit_param(const struct wye_hit *hits, uint32_t hit, uint32_t param);

/* ------------------------------------------------------------------ reverse routing */

/* A parameter's value: its decoded text. `text` NULL: none, for what an optional segment leaves out. */
struct wye_value {
  const char *text;
  size_t length;
};

/*
 * Writes the URL of a route: the path, or `//host/path` (RFC 3986 4.2) for a route with a host. `values`: `count` of
 * them, one for each parameter in the order of wye_param. They are percent-encoded. A catch-all keeps its `/`, and an
 * escape `%2F` or `%5C` that is in it, as wye_decode_param does: what was read makes the same path again (but `%252F`,
 * which is made `%2F`). A raw `\` in it is WYE_BAD_VALUE. No NUL is written.
 *
 * What it writes is verified by matching it in `table` with `context` (whose last lookup is overwritten): it reaches
 * the route again, with these values. Returns WYE_OK, with the bytes in `*length`, or
 *   WYE_BAD_VALUE     a value is missing, empty, too many, breaks its constraint, or would be read differently;
 *                     `error` has the parameter's byte in the pattern (in the host, for one of the host's)
 *   WYE_CONFLICT      another route would win: `error` names it
 *   WYE_NO_MEMORY     `capacity` is too small; `*length` is what it takes
 *   WYE_PATH_TOO_LONG, WYE_BAD_ARGUMENT
 * and then the bytes in the buffer are undefined.
 */
int32_t wye_url(const struct wye_table *table, struct wye_context *context, uint32_t route,
                const struct wye_value *values, uint32_t count, char *buffer, size_t capacity, size_t *length,
                struct wye_error *error);

/* ------------------------------------------------------------------ analysis */

/*
 * What is known of routes before any request: which of them overlap, and which can never match. This is for tools, is
 * slow, and is not part of wye.wasm.
 *
 * Each answer comes from a search through all paths at once, character by character, and is verified by a lookup in the
 * table. A path here is valid UTF-8, raw or in well-formed escapes, and the policies of the
 * table are not applied. There is no answer where the search would take more than some thousand states (bounds that
 * count thousands of characters), for a pattern with half a character in it (`/%C3:x`), and where the order of two
 * routes depends on the path (after the same delimited parameter: `/:a-:b(.*)` and `/:a-:b`).
 */
struct wye_analysis;

/* A request that shows it: a path, or an absolute URL where a host is needed. */
struct wye_witness {
  const char *text; /* in the analysis, until its next answer; NULL: there is none */
  size_t length;
  uint32_t route; /* the index of the route that it reaches */
};

enum wye_reach { WYE_NEVER = 0, WYE_REACHED = 1, WYE_UNDECIDED = 2 };

/* Bytes of a block that serves this table: some hundred for each route, and less than 1 MiB for the search. */
size_t wye_analysis_size(const struct wye_table *table);

/*
 * Begins an analysis in `block` of `size` bytes, which must stay where it is. It refers to the table. WYE_OK,
 * WYE_BAD_ARGUMENT or WYE_NO_MEMORY; after a failure `*analysis` is NULL.
 */
int32_t wye_analysis_init(void *block, size_t size, const struct wye_table *table, struct wye_analysis **analysis);

/*
 * The first route from the index `from` on, other than `route`, that overlaps it: both serve one method, and there is a
 * request that both match. `*witness` is one, with a shortest path; preferably one that reaches one of the two,
 * otherwise one that a third route takes. WYE_NONE, and no witness, if there is no such route.
 */
uint32_t wye_overlap(struct wye_analysis *analysis, uint32_t route, uint32_t from, struct wye_witness *witness);

/*
 * Whether any request reaches the route, given all others. WYE_REACHED: `*witness` does. WYE_NEVER: other routes take
 * all that it matches, as `*witness` shows; without a witness there is nothing that it matches. WYE_UNDECIDED.
 */
int32_t wye_reach(struct wye_analysis *analysis, uint32_t route, struct wye_witness *witness);

#ifdef __GNUC__
#pragma GCC diagnostic pop
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
