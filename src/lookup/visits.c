#include "lookup/visits.h"

/* Where the segment begins that `at` is in. */
static uint32_t segment_begin(const struct wye__search *s, uint32_t at) {
  while (s->text[at - 1] != '/') at--;
  return at;
}

struct wye__visited_offsets *wye__offsets_at_point(const struct wye__search *s, uint32_t point, uint32_t at,
                                                   uint32_t stop) {
  const struct wye__vertex *vertex = wye__vertices_of(s->table) + point;
  struct wye__visited_offsets *visited = wye__visited_offsets_at(s->table, s->context, vertex->visited - 1);
  if (visited->serial == s->serial && visited->point == point && visited->stop == stop) return visited;
  uint32_t first = (segment_begin(s, at) - s->start) / 64, last = (stop - s->start) / 64;
  visited->serial = s->serial;
  visited->point = point;
  visited->stop = stop;
  visited->first = UINT32_MAX;
  memset(visited->offsets + first, 0, (last - first + 1) * sizeof *visited->offsets);
  return visited;
}

struct wye__visited_states *wye__states_of(const struct wye__search *s, const struct wye__delimited *d, uint32_t at,
                                           uint32_t stop) {
  if (!d->visited) return NULL;
  struct wye__visited_states *visited = wye__visited_states_at(s->table, s->context, d->visited - 1);
  const struct wye__delimited *all = wye__section_of(s->table, WYE__DELIMITED);
  uint32_t number = (uint32_t)(d - all);
  if (visited->serial == s->serial && visited->delimited == number && visited->stop == stop) return visited;
  uint32_t first = wye__piece(s, segment_begin(s, at)), count = wye__piece(s, stop) - first + 1;
  visited->serial = s->serial;
  visited->delimited = number;
  visited->stop = stop;
  memset(visited->states + first, 0, count * sizeof *visited->states);
  memset(wye__others_of(s->table, visited) + first, 0, count * sizeof(uint16_t));
  return visited;
}

enum { OFFSET_BITS = 4, STATES = 64 - OFFSET_BITS, NO_NUMBER = UINT16_MAX >> OFFSET_BITS };

/* A constraint's state as a small number, equal only for states from which the same values are accepted. */
static uint32_t state_number(const struct wye__constraint *c, const struct wye__constraint_state *state) {
  uint64_t value = state->value;
  bool open = (c->kind == WYE__RUN || c->kind == WYE__SLUG) && c->high == UINT64_MAX;
  if (open && value >= c->low) value = 0; /* how many more does not matter */
  if (c->kind == WYE__DATE || value >= NO_NUMBER / 4) return NO_NUMBER;
  return (uint32_t)value * 4 + state->state; /* where a value counts there are at most four states */
}

/* The bits are drawn at struct wye__visited_states. */
bool wye__visit_state_again(const struct wye__search *s, struct wye__visited_states *visited,
                            const struct wye__constraint *c, const struct wye__constraint_state *state, uint32_t at) {
  uint32_t number = state_number(c, state), offset = (at - s->start) % WYE__PIECE;
  if (number < STATES) {
    uint64_t *states = &visited->states[wye__piece(s, at)], bit = (uint64_t)1 << OFFSET_BITS << number;
    if (*states % (1 << OFFSET_BITS) != offset) *states = offset;
    bool again = *states & bit;
    *states |= bit;
    return again;
  }
  uint16_t *other = wye__others_of(s->table, visited) + wye__piece(s, at),
           packed = (uint16_t)(number << OFFSET_BITS | offset);
  bool again = *other == packed && number < NO_NUMBER;
  *other = packed;
  return again;
}
