/*
 * wye: a router for edge runtimes, as a C library.
 *
 * A method and a path go in; a handler id and the positions of the parameters come out. Nothing is allocated: every
 * function works in memory that the caller provides, and the library calls no allocator, no I/O and no clock. It has no
 * global state; several threads may match on one table at the same time, each with a context of its own.
 *
 *     struct wye_builder   collects routes, finds conflicts          (build time, mutable)
 *     struct wye_table     the finished image: flat and immutable    (shared by any number of threads)
 *     struct wye_context   what one lookup found                     (one for each lookup that is under way)
 *
 * Further headers: wye_pool.h (contexts that live as long as their requests), wye_ratelimit.h (token buckets),
 * wye_app.h (handlers). They share the statuses and the conventions of this one.
 *
 * Every function says, in this order: what it does; its parameters with their units, and what NULL and zero mean; what
 * it returns; the state after a failure; how long its results are valid. For all of them: no function allocates; a
 * pointer must not be NULL unless the function says what NULL means; texts are bytes with a length, and are
 * NUL-terminated only where that is stated; lengths and offsets are in bytes; what points into a table, a context or a
 * builder is valid as long as that is.
 *
 * What the library does not do: it does not resolve dot segments while matching, does not decode `+`, does not read
 * queries, and does not call handlers (wye_app.h does).
 *
 * A lookup may read up to 63 bytes past the end of the text, but never outside the 4 KiB page in which the text ends:
 * that memory is mapped, and its contents never affect the result. A library compiled with AddressSanitizer,
 * HWAddressSanitizer or MemorySanitizer reads no byte past the text. For Valgrind and for memory tagging (Arm's MTE)
 * compile it with WYE_EXACT_READS defined: a lookup then takes three to four times the instructions (on average 1,500
 * instead of 439, in a table of 203 routes); paths with a `%` cost the same.
 *
 * From the C library it needs only memcpy, memmove, memset and memcmp. Compile it with -fno-builtin-bcmp, as the
 * Makefile does; otherwise clang also calls bcmp. Where a machine cannot divide 64-bit numbers or count their zeros,
 * compilers call functions of their own runtime (libgcc, compiler-rt).
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

/* Limits. Whatever exceeds one is refused, with the status at its right. */
enum {
  WYE_MAX_PATH = 65535, /* the largest `max_path` of a table             -> WYE_BAD_ARGUMENT */
  WYE_DEFAULT_MAX_PATH = 8192,
  WYE_MAX_AUTHORITY = 4096,   /* bytes before the path of an absolute URL      -> WYE_BAD_PATH */
  WYE_MAX_PATTERN = 4096,     /* bytes of a route pattern                      -> WYE_PATTERN_TOO_LONG */
  WYE_MAX_PARAMS = 64,        /* parameters of a route, its catch-all included -> WYE_TOO_MANY_PARAMS */
  WYE_MAX_METHODS = 64,       /* methods of a table, `*` not counted           -> WYE_TOO_MANY_METHODS */
  WYE_MAX_METHOD = 64,        /* bytes of a method                             -> WYE_BAD_METHOD */
  WYE_MAX_NAME = 255,         /* bytes of a route's name                       -> WYE_BAD_NAME */
  WYE_MAX_ROUTES = 1048576,   /* routes of a table                             -> WYE_TOO_MANY_ROUTES */
  WYE_MAX_IMAGE = 1073741824, /* bytes of an image                             -> WYE_IMAGE_TOO_LARGE */
  WYE_MAX_ID = 2147483647,    /* the largest handler id                        -> WYE_BAD_ID */
  WYE_MAX_HOST = 255,         /* bytes of a route's host                       -> WYE_BAD_HOST */
  WYE_MAX_STATES = 1000,      /* states that an expression needs               -> WYE_EXPRESSION_TOO_LARGE */
  WYE_ALIGNMENT = 8           /* bytes: the boundary on which a block begins   -> WYE_BAD_ARGUMENT */
};

/*
 * Everything that a call can end with. Zero and above is success (and, where a function says so, a handler id: 0 is a
 * valid one). The outcomes of a lookup are not errors; errors start at WYE_NO_MEMORY.
 */
enum wye_status {
  WYE_OK = 0,

  WYE_NOT_FOUND = -1,          /* no route of any method matches the path */
  WYE_METHOD_NOT_ALLOWED = -2, /* routes match the path, but none serves the method: see wye_allow */
  WYE_REDIRECT = -3,           /* a policy of the table sends the client elsewhere */
  WYE_PATH_TOO_LONG = -4,      /* longer than the table's `max_path` */
  WYE_BAD_PATH = -5, /* does not begin with `/`, or has a raw `\`; for a URL: no scheme, or no proper authority */

  WYE_NO_MEMORY = -16,    /* the block is too small; nothing changed */
  WYE_BAD_ARGUMENT = -17, /* a NULL that is not allowed, a block that is not aligned, a number out of range */
  WYE_BAD_PATTERN = -18,  /* the pattern's syntax: the error says what and where */
  WYE_PATTERN_TOO_LONG = -19,
  WYE_TOO_MANY_PARAMS = -20,
  WYE_BAD_METHOD = -21, /* not a token of RFC 9110 5.6.2 */
  WYE_TOO_MANY_METHODS = -22,
  WYE_TOO_MANY_ROUTES = -23,
  WYE_BAD_NAME = -24,
  WYE_BAD_ID = -25,
  WYE_CONFLICT = -26, /* another route has the same method, host and shape: the error names it */
  WYE_IMAGE_TOO_LARGE = -27,
  WYE_BAD_IMAGE = -28, /* not an image of this version, cut short, or damaged */
  WYE_BAD_HOST = -29,  /* the route's host: the error says what and where */
  WYE_EXPRESSION_TOO_LARGE = -30,
  WYE_BAD_VALUE = -31,       /* wye_url: a value is missing, empty or does not fit its parameter */
  WYE_STALE = -32,           /* the handle's slot was released; nothing was read or changed */
  WYE_EXHAUSTED = -33,       /* every context of the pool is in use */
  WYE_ALREADY_WRITTEN = -34, /* the response already has a head; the first one remains */
  WYE_BODY_TOO_LARGE = -35   /* more bytes than the body buffer has room for; none of the new ones was added */
};

/*
 * The version of the library with which the program runs. That of the header with which it was compiled is WYE_VERSION.
 * Before 1.0.0 a minor version may change the ABI, and is part of the soname. A constant, NUL-terminated text.
 */
const char *wye_version(void);

/*
 * A status in a few words ("not found", "conflict"). A constant, NUL-terminated text; "unknown status" for any
 * other number.
 */
const char *wye_status_text(int32_t status);

/*
 * The name of a status without its prefix ("NOT_FOUND", "CONFLICT"), as errors in other languages have it. A constant,
 * NUL-terminated text; "UNKNOWN" for any other number.
 */
const char *wye_status_name(int32_t status);

/*
 * A piece of a text that the caller holds: `length` bytes from `offset` on. It is valid as long as that text is. A
 * parameter without a value has the span { WYE_NONE, 0 }.
 */
struct wye_span {
  uint32_t offset;
  uint32_t length;
};

#define WYE_NONE UINT32_MAX

/*
 * What went wrong. A function that takes one fills it when it fails, and does not touch it otherwise; NULL: not wanted.
 * It is plain data and may be kept; `detail` is a constant.
 */
struct wye_error {
  int32_t status;  /* a negative wye_status */
  uint32_t offset; /* the byte in the pattern (WYE_BAD_HOST: in the host; WYE_BAD_IMAGE: in the image) */
  uint32_t other;  /* WYE_CONFLICT, WYE_BAD_NAME: the index of the other route; otherwise WYE_NONE */
  /* What is wrong and what to write, or the words between the names of two routes. NUL-terminated, never NULL. */
  const char *detail;
};

/* ------------------------------------------------------------------ building */

enum wye_trailing_slash { WYE_SLASH_STRICT = 0, WYE_SLASH_REDIRECT = 1, WYE_SLASH_IGNORE = 2 };

/* Options of a table. Zero is the default of each: strict, off, case-sensitive, 405 distinguished from 404, 8 KiB. */
struct wye_options {
  uint8_t trailing_slash;        /* a wye_trailing_slash */
  uint8_t clean_path;            /* 1: if nothing matches the path, redirect to the cleaned path if that matches */
  uint8_t case_insensitive;      /* 1: ASCII letters of literals match in either case */
  uint8_t no_method_not_allowed; /* 1: WYE_NOT_FOUND instead of WYE_METHOD_NOT_ALLOWED */
  uint32_t max_path;             /* bytes of a path: 1 to WYE_MAX_PATH; 0: WYE_DEFAULT_MAX_PATH */
};

/*
 * Collects routes in one block that the caller provides, and can be moved into another one (wye_builder_move). It lives
 * as long as its block and needs no destructor. One thread at a time.
 */
struct wye_builder;

/* One route, as it is added. */
struct wye_route {
  const char *method; /* a token of RFC 9110 5.6.2, or `*` for any; case matters */
  size_t method_length;
  const char *pattern; /* docs/patterns.md has the language */
  size_t pattern_length;
  const char *name;   /* for wye_table_find; NULL or length 0: none. Only routes with the same pattern and */
  size_t name_length; /* host may have the same name */
  const char *host;   /* `api.example.com`, `:tenant.example.com`, `*.example.com`, `[::1]`; NULL or length 0: any */
  size_t host_length;
  int32_t id; /* the handler id, 0 to WYE_MAX_ID; WYE_NEXT_ID: one more than the largest so far */
};

#define WYE_NEXT_ID (-1)

/* Bytes of the smallest block that wye_builder_init takes. Routes need more. */
size_t wye_builder_min_size(void);

/*
 * Makes an empty builder, `*builder`, in `block` of `size` bytes, aligned to WYE_ALIGNMENT. `options`: NULL for the
 * defaults. Returns WYE_OK, WYE_BAD_ARGUMENT (also for an unknown option) or WYE_NO_MEMORY; after a failure `*builder`
 * is NULL.
 */
int32_t wye_builder_init(void *block, size_t size, const struct wye_options *options, struct wye_builder **builder);

/* Bytes that the builder would fill in another block: without what removed routes have left. */
size_t wye_builder_used(const struct wye_builder *builder);

/*
 * Moves the builder into another block, to give it more room after WYE_NO_MEMORY. `block`: `size` bytes, at least
 * wye_builder_used, aligned to WYE_ALIGNMENT, and not overlapping the old block. Returns WYE_OK, WYE_BAD_ARGUMENT or
 * WYE_NO_MEMORY; after a failure `*moved` is NULL and the builder is where it was. After success `*moved` is the
 * builder, and the old block is the caller's again.
 */
int32_t wye_builder_move(struct wye_builder *builder, void *block, size_t size, struct wye_builder **moved);

/*
 * Adds a route. Its texts are copied. `error`: NULL if it is not wanted. Returns the handler id (0 or more), or a
 * status from WYE_NO_MEMORY to WYE_CONFLICT, WYE_BAD_HOST or WYE_EXPRESSION_TOO_LARGE; after a failure the builder is
 * as it was.
 */
int32_t wye_builder_add(struct wye_builder *builder, const struct wye_route *route, struct wye_error *error);

/*
 * Removes the route with this method, pattern and host, byte for byte. `route`: name and id are ignored. Returns
 * WYE_OK; WYE_NOT_FOUND if there is no such route; WYE_BAD_ARGUMENT; WYE_NO_MEMORY if the block has no room to read the
 * pattern; after a failure the builder is as it was. The routes after it move up by one index; handler ids stay. Its
 * memory is free again when the builder is moved.
 */
int32_t wye_builder_remove(struct wye_builder *builder, const struct wye_route *route);

/* The number of routes in the builder. */
uint32_t wye_builder_routes(const struct wye_builder *builder);

/*
 * Writes an error as one English sentence, with the pattern that was added and, for a conflict, the other route:
 *
 *     bad pattern "/a/:" at byte 3: a parameter needs a name ...
 *
 * `builder`, `route`: those of the failed call (NULL: the sentence omits them). `buffer`: gets at most `capacity`
 * bytes, a NUL included, as from snprintf; NULL if `capacity` is 0. Returns the length of the whole sentence without
 * the NUL.
 */
size_t wye_error_format(const struct wye_error *error, const struct wye_builder *builder, const struct wye_route *route,
                        char *buffer, size_t capacity);

/*
 * Writes the image of a table of the builder's routes; the builder can be used further. While it works it uses the free
 * part of the builder's block. `image`: `capacity` bytes, aligned to WYE_ALIGNMENT; NULL with `capacity` 0 only asks
 * for the size (WYE_NO_MEMORY). Returns WYE_OK, WYE_NO_MEMORY, WYE_BAD_ARGUMENT or WYE_IMAGE_TOO_LARGE. `*size`: the
 * bytes of the image or, with WYE_NO_MEMORY, those that it needs; 0 if the builder's block is too small, and after
 * other failures. After a failure the bytes at `image` are undefined. The same routes in the same order give the same
 * bytes on every machine.
 */
int32_t wye_builder_build(struct wye_builder *builder, void *image, size_t capacity, size_t *size);

/* ------------------------------------------------------------------ tables */

/* An opened image. It is the image's bytes themselves: it lives as long as they do, and they must not change. */
struct wye_table;

/*
 * Opens an image, after checking every offset, length and link in it: bytes from an untrusted source are refused or
 * harmless. Takes time linear in the size. `image`: `size` bytes, aligned to WYE_ALIGNMENT. `error`: NULL if it is not
 * wanted. Returns WYE_OK, WYE_BAD_ARGUMENT (NULL, not aligned), or WYE_BAD_IMAGE with the byte in `error`; after a
 * failure `*table` is NULL. `*table` points to `image`.
 */
int32_t wye_table_open(const void *image, size_t size, const struct wye_table **table, struct wye_error *error);

/* Bytes of the table's image. */
size_t wye_table_size(const struct wye_table *table);

/* The number of routes. Routes have indexes 0, 1 ... in the order in which they were added. */
uint32_t wye_table_routes(const struct wye_table *table);

/*
 * Gets the route with this index, as it was added. Its texts are in the table. False, with `*route` all zero, if there
 * is none.
 */
bool wye_table_route(const struct wye_table *table, uint32_t index, struct wye_route *route);

/* The number of parameters of the route that has the most. */
uint32_t wye_table_params(const struct wye_table *table);

/* The number of parameters of a route, those of its host included; 0 if there is no such route. */
uint32_t wye_table_param_count(const struct wye_table *table, uint32_t route);

/*
 * The name of a parameter of a route, `*length` bytes in the table. `param`: its position, as in wye_param. NULL, with
 * `*length` 0, if there is none.
 */
const char *wye_table_param_name(const struct wye_table *table, uint32_t route, uint32_t param, size_t *length);

/* Whether a parameter of a route is a catch-all, named or not. False if there is no such parameter. */
bool wye_table_is_catch_all(const struct wye_table *table, uint32_t route, uint32_t param);

/* The index of the first route with a name; WYE_NONE if there is none. Takes time linear in the number of routes. */
uint32_t wye_table_find(const struct wye_table *table, const char *name, size_t length);

/*
 * The number of a method in this table, for wye_match_method; WYE_NO_METHOD if no route names the method (routes for
 * any method still serve it).
 */
uint32_t wye_table_method(const struct wye_table *table, const char *method, size_t length);

#define WYE_NO_METHOD 64u

/* The text of the method with a number, `*length` bytes in the table. NULL, with `*length` 0, if there is none. */
const char *wye_table_method_name(const struct wye_table *table, uint32_t number, size_t *length);

/* ------------------------------------------------------------------ contexts and lookup */

/*
 * What one lookup found, and the memory that it worked in: a block of wye_context_size bytes that the caller provides.
 * It serves one lookup after another; each overwrites the results of the last. Its spans index the text that the lookup
 * was given. It refers to its table, and must not be read after that is gone. One thread at a time.
 *
 * The first 64 bytes, one cache line, may be read directly; further spans follow them.
 */
struct wye_context {
  int32_t outcome;          /* what the last lookup returned */
  uint32_t route;           /* the index of the route; WYE_NONE without a hit */
  uint64_t allow;           /* METHOD_NOT_ALLOWED: a bit for each method, by its number */
  uint32_t path;            /* where the path starts in the text, and */
  uint32_t path_end;        /* where it ends */
  uint8_t params;           /* the number of spans; parameters that the path omits at the end have none */
  uint8_t capacity;         /* room for this many */
  uint8_t escaped;          /* 1: the path has a `%`, so that a value may need wye_decode_param; 0: no value does */
  uint8_t redirect;         /* REDIRECT: which kind, for wye_location; otherwise 0 */
  uint32_t stack;           /* room for this many backtrack points, after the spans */
  struct wye_span param[4]; /* the spans: `capacity` of them */
};

/* Bytes of a context for this table. It also serves any other table that needs no more. */
size_t wye_context_size(const struct wye_table *table);

/*
 * Makes a context for `table`. `block`: `size` bytes, at least wye_context_size, aligned to WYE_ALIGNMENT. Returns
 * WYE_OK, WYE_BAD_ARGUMENT or WYE_NO_MEMORY; after a failure `*context` is NULL.
 */
int32_t wye_context_init(void *block, size_t size, const struct wye_table *table, struct wye_context **context);

/*
 * Looks up a request among the routes without a host. `method`: case matters. `path`: what follows the authority; it
 * ends at the first `?` or `#`, so a query or fragment may follow. Returns the handler id, or WYE_NOT_FOUND,
 * WYE_METHOD_NOT_ALLOWED, WYE_REDIRECT, WYE_PATH_TOO_LONG, WYE_BAD_PATH; WYE_BAD_ARGUMENT if the context has too little
 * room for the table. Fills the context on every exit. WYE_BAD_PATH: the path does not begin with `/`, or it has a raw
 * `\`, which some URL parsers read as `/` (`%5C` is allowed). Of a path that is too long, only the first byte is
 * checked.
 *
 * Bound: a lookup enters each node of the table at most once, below catch-alls in the middle at most once at each slash
 * of the path. In each segment it reads the bytes once for all literals that can follow a parameter, however many, and
 * once for each constraint that can apply, an expression once for each of its states: its steps are at most a small
 * multiple of (nodes, parameters and constraints on the way) x (bytes of the path), whatever the routes and the path.
 * Two things cost more. Where a constraint follows a literal in its segment, the literal is compared at every offset,
 * which takes up to its bytes each time. And a lookup keeps at most 512 KiB of notes on the constraints after one node;
 * those beyond are read from every offset, so the bytes of that segment count squared. No lookup takes exponential
 * time.
 */
int32_t wye_match(const struct wye_table *table, struct wye_context *context, const char *method, size_t method_length,
                  const char *path, size_t length);

/* The same. `method`: a number from wye_table_method. */
int32_t wye_match_method(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                         size_t length);

/*
 * The same among all routes: first those of the most specific host that matches, last those without a host. Each host
 * costs a lookup. `url`: an absolute URL (`https://host/path?query`); without a path it has the path `/`. WYE_BAD_PATH
 * also if it does not begin with `scheme://`, or if its authority is empty or malformed. Spans index the URL.
 */
int32_t wye_match_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                      size_t length);

/*
 * The span of a parameter. `index`: its position; parameters of the host come first, then those of the pattern in their
 * order. Where the path omits an optional segment, the positions of the others stay. { WYE_NONE, 0 } if there is none,
 * or if the path omits it.
 */
struct wye_span wye_param(const struct wye_context *context, uint32_t index);

/*
 * The position of the parameter with a name, in the route that was found; WYE_NONE if there is none. One that the path
 * omits may have a position: see wye_param.
 */
uint32_t wye_param_index(const struct wye_table *table, const struct wye_context *context, const char *name,
                         size_t length);

/*
 * Decodes the value of a parameter. Labels of a host stay as they are. Everything else is percent-decoded as UTF-8;
 * malformed escapes, and escapes that are not valid UTF-8, stay as they are written. In the value of a catch-all `%2F`
 * and `%5C` also stay, in either case of letters: a slash separates segments there, and a decoded one would let `..%2F`
 * climb out of a folder. (So `%252F` and `%2F` have the same value; only the raw text differs.)
 *
 * `route`: its index. `param`: the parameter's position, as in wye_param. `raw`: its span, `length` bytes. `buffer`:
 * gets at most `capacity` bytes, and no NUL; NULL if `capacity` is 0. Returns the bytes of the whole value, at most
 * `length`; 0 if there is no such parameter.
 */
size_t wye_decode_param(const struct wye_table *table, uint32_t route, uint32_t param, const char *raw, size_t length,
                        char *buffer, size_t capacity);

/* Percent-decodes any text in the same way, `%2F` and `%5C` included. `buffer`, result: as wye_decode_param. */
size_t wye_decode(const char *text, size_t length, char *buffer, size_t capacity);

/* Change ASCII letters of a text to lower case, or to upper case. Other bytes stay as they are. */
void wye_lower(char *text, size_t length);
void wye_upper(char *text, size_t length);

/*
 * Writes the methods that the path has routes for, if the last outcome was WYE_METHOD_NOT_ALLOWED: sorted, as
 * `DELETE, GET`. Otherwise writes an empty text. `buffer`, result: as wye_error_format.
 */
size_t wye_allow(const struct wye_table *table, const struct wye_context *context, char *buffer, size_t capacity);

/*
 * Writes where to send the client, if the last outcome was WYE_REDIRECT: a path on the same host, with the query and
 * fragment of the request. Bytes that may not appear raw in a path are escaped; it never begins with `//`. Otherwise
 * writes an empty text. `text`, `length`: what the lookup was given. `buffer`, result: as wye_error_format.
 */
size_t wye_location(const struct wye_table *table, const struct wye_context *context, const char *text, size_t length,
                    char *buffer, size_t capacity);

/* ------------------------------------------------------------------ every route that matches */

/* One of the routes that match a request. */
struct wye_hit {
  uint32_t route;  /* its index */
  int32_t id;      /* its handler id */
  uint32_t params; /* the number of its spans, as in a context, */
  uint32_t spans;  /* and where they begin: bytes from the first hit */
};

/*
 * Finds every route that matches the path and serves the method (its own or `*`), in the order in which they were
 * added, each with its own spans. If a route matches in several ways, its spans are those of the first way in match
 * order. The table's case and WYE_SLASH_IGNORE apply; redirects do not.
 *
 * `context`: the memory to work in. The results of its last lookup are gone; of this one it has `path`, `path_end` and
 * `escaped`, and the outcome WYE_NOT_FOUND or the status. `method`: a number from wye_table_method. `hits`: `capacity`
 * bytes, aligned to WYE_ALIGNMENT; NULL with `capacity` 0 only asks for the size.
 *
 * Returns the number of routes (0: none matches), with as many hits at the start of the buffer and their spans at its
 * end. Or WYE_NO_MEMORY if the buffer is too small; WYE_BAD_PATH, WYE_PATH_TOO_LONG, WYE_BAD_ARGUMENT as wye_match.
 * `*size`: the bytes that all hits take, also with WYE_NO_MEMORY; 0 after any other failure. After a failure the bytes
 * at `hits` are undefined.
 *
 * Bound: for each host that applies and each form of the path (slash), that of a wye_match that finds nothing. Then n
 * hits are sorted in n log n steps.
 */
int32_t wye_match_all(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                      size_t length, struct wye_hit *hits, size_t capacity, size_t *size);

/* The same among all routes whose host matches that of an absolute URL, and those without a host: see wye_match_url. */
int32_t wye_match_all_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                          size_t length, struct wye_hit *hits, size_t capacity, size_t *size);

/* The span of a parameter of hits[hit], as wye_param. `hits`: the first hit. */
struct wye_span wye_hit_param(const struct wye_hit *hits, uint32_t hit, uint32_t param);

/* ------------------------------------------------------------------ reverse routing */

/* A parameter's value: its decoded text. `text` NULL: no value, for the parameter of an optional segment. */
struct wye_value {
  const char *text;
  size_t length;
};

/*
 * Writes the URL of a route: its path or, if it has a host, `//host/path` (RFC 3986 4.2). The URL is verified by
 * matching it: it reaches the route again, with these values.
 *
 * Values are percent-encoded. In a catch-all `/` stays, and so does an escape `%2F` or `%5C`, as wye_decode_param keeps
 * it: a value that was read makes the same path again (except that `%252F` becomes `%2F`). A raw `\` in it is
 * WYE_BAD_VALUE.
 *
 * `context`: the memory to match in; the results of its last lookup are gone. `route`: its index. `values`: `count` of
 * them, one for each parameter in the order of wye_param. `buffer`: gets at most `capacity` bytes, and no NUL; NULL if
 * `capacity` is 0. `error`: NULL if it is not wanted. Returns WYE_OK with the bytes in `*length`, or
 *   WYE_BAD_VALUE     a value is missing, empty, breaks its constraint or would be read differently, or there are too
 *                     many; `error` has the parameter's byte in the pattern (of a host's parameter, in the host)
 *   WYE_CONFLICT      the URL would reach another route: `error` names it
 *   WYE_NO_MEMORY     `capacity` is too small; `*length` has the bytes that the URL takes
 *   WYE_PATH_TOO_LONG, WYE_BAD_ARGUMENT
 * After a failure the bytes in the buffer are undefined.
 */
int32_t wye_url(const struct wye_table *table, struct wye_context *context, uint32_t route,
                const struct wye_value *values, uint32_t count, char *buffer, size_t capacity, size_t *length,
                struct wye_error *error);

/* ------------------------------------------------------------------ analysis */

/*
 * Finds which routes overlap and which can never match, without any request. This is slow, meant for tools, and not
 * part of wye.wasm.
 *
 * A result comes from a search through all paths at once, character by character, and is verified by a lookup in the
 * table. Only paths that are valid UTF-8, raw or in well-formed escapes, are considered, and no policies of the table.
 * Some questions stay undecided: if the search would take more than some thousand states (bounds that count thousands
 * of characters), for a pattern with half a character in it (`/%C3:x`), and if the order of two routes depends on the
 * path (after the same delimited parameter, as in `/:a-:b(.*)` and `/:a-:b`, or the same catch-all in the middle).
 */
struct wye_analysis;

/* A request that proves a result: a path or, if a host is needed, an absolute URL. */
struct wye_witness {
  const char *text; /* in the analysis, valid until the next call with it; NULL: there is none */
  size_t length;
  uint32_t route; /* the index of the route that it reaches */
};

enum wye_reach { WYE_NEVER = 0, WYE_REACHED = 1, WYE_UNDECIDED = 2 };

/* Bytes of an analysis of this table: some hundred for each route, and less than 1 MiB for the search. */
size_t wye_analysis_size(const struct wye_table *table);

/*
 * Makes an analysis of a table. `block`: `size` bytes, at least wye_analysis_size, aligned to WYE_ALIGNMENT. Returns
 * WYE_OK, WYE_BAD_ARGUMENT or WYE_NO_MEMORY; after a failure `*analysis` is NULL. It refers to the table, and cannot be
 * moved.
 */
int32_t wye_analysis_init(void *block, size_t size, const struct wye_table *table, struct wye_analysis **analysis);

/*
 * Finds the first route from the index `from` on that overlaps `route`: both serve one method, and both match one
 * request. Returns its index, with such a request in `*witness`: one with a shortest path, if possible one that reaches
 * one of the two, otherwise one that a third route takes. WYE_NONE, without a witness, if there is no such route.
 */
uint32_t wye_overlap(struct wye_analysis *analysis, uint32_t route, uint32_t from, struct wye_witness *witness);

/*
 * Finds out whether any request reaches the route. Returns WYE_REACHED: `*witness` does. WYE_NEVER: other routes take
 * all requests that it matches, for example `*witness`; without a witness it matches none. WYE_UNDECIDED, without a
 * witness.
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
