/* Tables of routes that unit tests and fuzz targets share. */
#ifndef WYE_TEST_TABLES_H
#define WYE_TEST_TABLES_H

/* For images: a table for each kind of record. */
static const char *const mixed[] = {
    "GET /abc:x/1", "POST /ab:x/2", "* /b:y-:z",  "GET /b:y", "PUT /:p.:q/end", "GET /:p-:q/x", "GET /static",
    "GET /a/:b/c",  "GET /a/*",     "DELETE /:p", NULL,
};
static const char *const chained[] = {
    "GET /organization-settings-1/a",
    "GET /organization-settings-2/b",
    "GET /organization-settings-3/c",
    "PUT /organization-settings-1/a",
    "GET /a/b/c/d/e",
    "GET /a/b/:c/d/f",
    NULL,
};
static const char *const rests[] = {"GET /*", "POST /a/*rest",         "* /a/:b/*", "GET /a/*/c", "GET /",
                                    "GET //", "GET /:a/:b/:c/:d/:e/*", NULL};
static const char *const bounds[] = {
    "GET /:a-:b-:c-x", "GET /:a-:b-y", "GET /:a-z",    "GET /:a%2F:b", "GET /p:a--:b",
    "GET /pp:a--q",    "GET /ppp:a",   "GET /pq:a/:b", NULL,
};
static const char *const typed[] = {
    "GET /:a<int(1..500)>/x",
    "GET /:a<uuid>",
    "GET /:d<date>-:s<slug>/y",
    "PUT /:a(\\d{2})-:b([a-z]+)-:c<int>",
    "GET /q/:y(\xC3\xA9|a+)?",
    "GET /:a<slug>-:b<slug>",
    "GET /:a<slug>-:b",
    "GET /:a<hex>-x",
    "GET /:a(.*)-:b(.*)-:c(\\d+)",
    "GET /:e.:f",
    NULL,
};
static const char *const hosted[] = {
    "GET api.example.com/a/:b",
    "GET :t.example.com/a/:c",
    "GET :t.:u.com/x",
    "PUT *.example.com/a/*rest",
    "* [::1]/a",
    "GET /a/:id?",
    "GET :only/a",
    NULL,
};
static const char *const cleaned[] = {
    "GET /Users/:id?", "PUT h.com/Users/:x/", "GET /a/:b<int>-:c(x+)/", "POST /A/*rest", NULL,
};
static const char *const inner[] = {
    "GET /v2/*name/blobs/:digest",
    "PUT /v2/*a/x/*b/:c-:d<int>/y",
    "GET /:l?/:p/z",
    "* /d/e?/:f?/g/*h",
    "GET :t.com/:l?/:p",
    NULL,
};
static const char *const ignored[] = {"GET /Users/:id/", "GET :a.com/users", "PUT /users/:x(\\d+)?", NULL};

/* For paths: one of each kind of segment. */
#define PATH_ROUTES \
  "GET /", "GET /:x", "GET /a/:b", "GET /:a-:b", "GET /:a.:b/c", "GET /files/*rest", "GET /a/a/:c/a", "GET /a:y", \
      "GET /aa:z/b", "POST /a/*any", "GET /static-segment-of-more-than-16-bytes/:x", "GET /caf\xC3\xA9/:x", \
      "GET /%2F:x", "GET /:a-x", "GET //:x"

#endif
