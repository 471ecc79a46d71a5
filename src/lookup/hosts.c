#include "lookup/request.h"

#include "language/host.h"
#include "lookup/location.h"
#include "language/encoding.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ hosts */

/* How far a request's hosts have been gone through: stages are tried in this order. */
enum stage { EXACT, MASKED, SUFFIX, NO_HOST, DONE };

struct turn {
  enum stage stage;
  uint32_t next;   /* MASKED: the mask; SUFFIX: where the search for the next dot begins */
  uint32_t end;    /* of the host, without its last dot */
  uint32_t labels; /* 0: an address in brackets, which only matches exactly */
};

static struct turn first_turn(const struct wye__request *r) {
  struct turn turn = {.stage = NO_HOST, .end = r->host_end};
  if (turn.end > r->host && r->url[turn.end - 1] == '.') turn.end--;
  if (turn.end == r->host || wye__hosts(r->table) == 0) return turn;
  turn.stage = EXACT;
  if (r->url[r->host] == '[') return turn;
  turn.labels = 1;
  for (uint32_t i = r->host; i < turn.end; i++) turn.labels += r->url[i] == '.';
  return turn;
}

/*
 * The root of the host with this hash that the text is, read with the mask; 0: there is none. `suffix`: the text is
 * what follows the `*` of a host's shape.
 */
static uint32_t find_host(const struct wye_table *table, uint32_t hash, const uint8_t *text, uint32_t length,
                          uint32_t mask, bool suffix) {
  const struct wye__host_record *hosts = wye__section(table, WYE__HOSTS);
  const uint32_t *places = wye__section(table, WYE__PLACES);
  for (uint32_t at = hash;; at++) {
    uint32_t root = places[at & (table->sections[WYE__PLACES].count - 1)];
    if (root == 0) return 0;
    struct wye_span span = hosts[root - 1].text;
    const uint8_t *shape = wye__text(table) + span.offset;
    if (suffix != (shape[0] == '*')) continue;
    if (wye__host_same(text, length, mask, shape + suffix, span.length - suffix)) return root;
  }
}

static uint32_t find_masked(const struct wye__request *r, struct turn *turn) {
  const struct wye__mask *masks = wye__section(r->table, WYE__MASKS);
  const uint8_t *host = r->url + r->host;
  uint32_t length = turn->end - r->host, root = 0;
  for (; !root && turn->next < r->table->sections[WYE__MASKS].count; turn->next++) {
    struct wye__mask mask = masks[turn->next];
    if (mask.labels != turn->labels) continue;
    root = find_host(r->table, wye__host_hash(host, length, mask.mask), host, length, mask.mask, false);
    if (root) wye__host_params(r->url, r->host, length, mask.mask, r->context->param);
  }
  return root;
}

/* The longest suffix first: from each dot on that has something in front of it, up to the longest that a host has. */
static uint32_t find_suffix(const struct wye__request *r, struct turn *turn) {
  uint32_t at = turn->next > r->host ? turn->next : r->host + 1, root = 0;
  if (turn->end - at >= WYE_MAX_HOST && turn->end > at) at = turn->end - (WYE_MAX_HOST - 1);
  for (; !root && at < turn->end; at++) {
    if (r->url[at] != '.') continue;
    const uint8_t *suffix = r->url + at;
    root = find_host(r->table, wye__host_hash_suffix(suffix, turn->end - at), suffix, turn->end - at, 0, true);
  }
  turn->next = at;
  return root;
}

/* The next root to be tried; number 0, of routes without a host, is the last one. */
static uint32_t next_root(const struct wye__request *r, struct turn *turn) {
  uint32_t length = turn->end - r->host, root = 0;
  if (turn->stage == EXACT) {
    const uint8_t *host = r->url + r->host;
    root = find_host(r->table, wye__host_hash(host, length, 0), host, length, 0, false);
    turn->stage = turn->labels ? MASKED : NO_HOST;
    if (root) return root;
  }
  if (turn->stage == MASKED) {
    root = find_masked(r, turn);
    if (root) return root;
    turn->stage = SUFFIX;
    turn->next = 0;
  }
  if (turn->stage == SUFFIX) {
    root = find_suffix(r, turn);
    if (root) return root;
  }
  turn->stage = DONE;
  return 0;
}

/* Which path is looked for: the request's as it is, or the other form [start, end) of it. */
struct form {
  const uint8_t *text; /* NULL: as it is */
  uint32_t start, end;
  bool add_slash;
  bool folded; /* letters in any case */
};

static int32_t match_form(const struct wye__request *r, const struct form *form, uint32_t root) {
  if (!form->text) return wye__match(r->table, r->context, root, r->method, r->text, r->path, r->length);
  uint32_t set = form->folded ? 1 + wye__hosts(r->table) : 0;
  return wye__match_other(r->table, r->context, set + root, r->method, form->text, form->start, form->end,
                          form->add_slash);
}

static int32_t through_hosts(const struct wye__request *r, const struct form *form) {
  struct turn turn = first_turn(r);
  uint32_t allow = 0;
  int32_t outcome;
  do {
    outcome = match_form(r, form, next_root(r, &turn));
    allow |= r->context->allow;
  } while (wye__is_miss(outcome) && turn.stage != DONE);
  if (!wye__is_miss(outcome) || !allow) return outcome;
  r->context->allow = allow;
  return r->context->outcome = WYE_METHOD_NOT_ALLOWED;
}

int32_t wye__through_hosts(const struct wye__request *request) {
  static const struct form as_written;
  return through_hosts(request, &as_written);
}

/* ------------------------------------------------------------------ policies */

/* The form with one slash more or less at its end; false for `/`, which has none. */
static bool other_slash(struct form *form) {
  form->add_slash = form->text[form->end - 1] != '/';
  if (!form->add_slash) form->end--;
  return form->end > form->start;
}

/*
 * Looks for the other form, if the table's policy knows one. `flags` gets what a redirect to it is, of enum
 * wye__redirect.
 */
static int32_t by_slash(const struct wye__request *r, struct form form, uint32_t *flags) {
  uint32_t policy = r->table->trailing_slash;
  if (policy == WYE_SLASH_STRICT || !other_slash(&form)) return WYE_NOT_FOUND;
  if (policy == WYE_SLASH_REDIRECT) {
    if (!wye__is_redirectable(form.text + form.start, form.end - form.start)) return WYE_NOT_FOUND;
    *flags |= form.add_slash ? WYE__ADD_SLASH : WYE__DROP_SLASH;
  }
  return through_hosts(r, &form);
}

/* Gives the cleaned path the letters of the pattern that it hit. */
static void recase(const struct wye__request *r, struct wye__cleaned *cleaned) {
  uint8_t shape[WYE_MAX_PATTERN * WYE__SHAPE_FACTOR];
  struct wye__pattern pattern = {.shape = shape};
  const struct wye_context *context = r->context;
  const struct wye__route_record *route = wye__route_at_index(r->table, context->route);
  const char *text = (const char *)wye__text(r->table) + route->pattern.offset;
  if (wye__pattern_parse(text, route->pattern.length, false, &pattern, NULL) < 0) return; /* a forged image's */
  wye__recase(shape, pattern.length, cleaned->path, cleaned->length, context->param + route->host_params,
              context->params - route->host_params);
}

/* Looks for the cleaned path, under the slash policy. */
static int32_t by_cleaning(const struct wye__request *r, uint32_t start, uint32_t end, bool folded, uint32_t *flags) {
  struct wye__cleaned *cleaned = wye__cleaned(r->table, r->context);
  wye__claim(r->table, r->context);
  cleaned->length = wye__clean(r->text + start, end - start, cleaned->path);
  struct form form = {.text = cleaned->path, .end = cleaned->length, .folded = folded};
  *flags = WYE__CLEANED;
  int32_t outcome = through_hosts(r, &form);
  if (outcome < 0) outcome = by_slash(r, form, flags);
  if (outcome >= 0) recase(r, cleaned);
  return outcome;
}

/* Ends a lookup without a hit. */
static int32_t finish(struct wye_context *context, int32_t outcome, uint32_t allow, uint32_t redirect) {
  context->route = WYE_NONE;
  context->params = 0;
  context->allow = allow;
  context->redirect = (uint8_t)redirect;
  return context->outcome = outcome;
}

int32_t wye__retry(const struct wye__request *r) {
  const struct wye_table *table = r->table;
  struct wye_context *context = r->context;
  uint32_t start = context->path, end = context->path_end, allow = context->allow, flags = 0;
  bool ignore = table->trailing_slash == WYE_SLASH_IGNORE;
  int32_t outcome = by_slash(r, (struct form){.text = r->text, .start = start, .end = end}, &flags);
  if (ignore) allow |= context->allow;
  bool found = outcome >= 0;
  for (uint32_t set = 0; outcome < 0 && table->clean_path && set <= wye__has_folded(table); set++)
    outcome = by_cleaning(r, start, end, set, &flags);
  context->path = start;
  context->path_end = end;
  if (found && ignore) return outcome;
  if (outcome >= 0) return finish(context, WYE_REDIRECT, 0, flags);
  return finish(context, allow ? WYE_METHOD_NOT_ALLOWED : WYE_NOT_FOUND, allow, 0);
}

/* ------------------------------------------------------------------ all hits */

static void collect_form(const struct wye__request *r, const struct wye__path *path, struct wye__hits *hits) {
  struct turn turn = first_turn(r);
  do wye__match_all(r->table, r->context, next_root(r, &turn), r->method, path, hits);
  while (turn.stage != DONE);
}

int32_t wye__collect(const struct wye__request *r, struct wye__hits *hits) {
  struct wye__path path;
  struct wye_context *context = r->context;
  int32_t status = wye__read_path(r->text, r->path, r->length, &path);
  if (status == WYE_OK) {
    struct form other = {.text = path.text, .start = path.start, .end = path.end};
    collect_form(r, &path, hits);
    if (r->table->trailing_slash == WYE_SLASH_IGNORE && other_slash(&other)) {
      struct wye__path changed = {path.text, other.start, other.end, other.add_slash, path.escaped};
      collect_form(r, &changed, hits);
    }
  }
  wye__context_clear(context);
  context->path = path.start;
  context->path_end = path.end;
  context->escaped = path.escaped;
  if (status < 0) context->outcome = status;
  return status;
}
