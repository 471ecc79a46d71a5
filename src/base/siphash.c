#include "base/siphash.h"

struct state {
  uint64_t a, b, c, d; /* v0 to v3 of the paper */
};

static uint64_t rotate(uint64_t x, uint32_t by) { return x << by | x >> (64 - by); }

static void round_of(struct state *s) {
  s->a += s->b;
  s->c += s->d;
  s->b = rotate(s->b, 13) ^ s->a;
  s->d = rotate(s->d, 16) ^ s->c;
  s->a = rotate(s->a, 32) + s->d;
  s->c += s->b;
  s->b = rotate(s->b, 17) ^ s->c;
  s->d = rotate(s->d, 21) ^ s->a;
  s->c = rotate(s->c, 32);
}

static void take(struct state *s, uint64_t word) {
  s->d ^= word;
  round_of(s);
  s->a ^= word;
}

uint64_t wye__siphash(const uint64_t key[2], const uint8_t *text, size_t length) {
  struct state s = {key[0] ^ 0x736F6D6570736575u, key[1] ^ 0x646F72616E646F6Du,  /* "somepseudorandomly" */
                    key[0] ^ 0x6C7967656E657261u, key[1] ^ 0x7465646279746573u}; /* "generatedbytes" */
  uint64_t last = (uint64_t)length << 56;
  size_t i = 0;
  for (; length - i >= 8; i += 8) take(&s, wye__load64(text + i));
  for (uint32_t shift = 0; i < length; i++, shift += 8) last |= (uint64_t)text[i] << shift;
  take(&s, last);
  s.c ^= 0xFF;
  for (uint32_t round = 0; round < 3; round++) round_of(&s);
  return s.a ^ s.b ^ s.c ^ s.d;
}
