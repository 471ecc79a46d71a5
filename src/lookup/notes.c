#include "lookup/notes.h"

#include "language/expression.h"

/* Where the segment begins that `at` is in. */
static uint32_t segment_begin(const struct wye__search *s, uint32_t at) {
  while (s->text[at - 1] != '/') at--;
  return at;
}

static void *notes_at(const struct wye__search *s, uint32_t visited) {
  return wye__note_at(s->table, s->context, visited - 1);
}

struct wye__point_notes *wye__notes_on_point(const struct wye__search *s, uint32_t point, uint32_t at, uint32_t stop) {
  const struct wye__vertex *vertex = wye__vertices_of(s->table) + point;
  struct wye__point_notes *notes = notes_at(s, vertex->visited);
  if (notes->serial == s->serial && notes->point == point && notes->stop == stop) return notes;
  notes->serial = s->serial;
  notes->point = point;
  notes->stop = stop;
  notes->entered = WYE_NONE;
  if ((vertex->shift & WYE__MANY) && (vertex->shift & WYE__CONSTRAINED)) {
    uint32_t first = (segment_begin(s, at) - s->start) / 64, last = (stop - s->start) / 64;
    memset(wye__offsets_at(notes, vertex) + first, 0, (last - first + 1) * sizeof(uint64_t));
  }
  return notes;
}

/* How many states the parameter's automaton has; 0: it has none. */
static uint32_t states_of(const struct wye__search *s, const struct wye__delimited *d) {
  const struct wye__constraint *c = wye__constraint_at(s->table, d->constraint);
  if (c->kind != WYE__AUTOMATON) return 0;
  const struct wye__automaton *automaton = wye__automaton_of(s->table, c);
  return automaton->states;
}

struct wye__value_notes *wye__notes_on_value(const struct wye__search *s, const struct wye__delimited *d, uint32_t at,
                                             uint32_t stop) {
  if (!d->visited) return NULL;
  struct wye__value_notes *notes = notes_at(s, d->visited);
  const struct wye__delimited *all = wye__section_of(s->table, WYE__DELIMITED);
  uint32_t number = (uint32_t)(d - all);
  if (notes->serial == s->serial && notes->delimited == number && notes->stop == stop) return notes;
  size_t words = wye__state_words(states_of(s, d));
  *notes = (struct wye__value_notes){.serial = s->serial, .delimited = number, .stop = stop, .begin = at, .end = at};
  if (words) {
    size_t first = wye__piece(s, segment_begin(s, at)), count = wye__piece(s, stop) - first + 1;
    memset(notes->pieces + first * words, 0, count * words * sizeof(uint64_t));
  }
  return notes;
}

uint32_t wye__next_noted(const uint64_t *bits, uint32_t from, uint32_t count) {
  while (from < count) {
    uint64_t rest = bits[from / 64] >> from % 64;
    WYE__STEPS(1);
    if (rest) return from + (uint32_t)__builtin_ctzll(rest);
    from = (from | 63) + 1;
  }
  return count;
}

bool wye__enters_piece_again(const struct wye__search *s, struct wye__value_notes *notes, uint32_t states,
                             uint32_t state, uint32_t at) {
  uint32_t words = wye__state_words(states), offset = (at - s->start) % WYE__PIECE;
  uint64_t *piece = notes->pieces + (size_t)wye__piece(s, at) * words;
  if (*piece % (1 << WYE__OFFSET_IN_PIECE_BITS) != offset) {
    memset(piece, 0, words * sizeof *piece);
    *piece = offset;
  }
  uint32_t bit = WYE__OFFSET_IN_PIECE_BITS + state;
  bool again = wye__is_noted(piece, bit);
  wye__note(piece, bit);
  return again;
}
