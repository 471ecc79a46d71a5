/* The allocator, counted. JavaScript (bench/budgets/native.mjs) has the list of what the linker wraps. */
#define _GNU_SOURCE
#include "count.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct counter *counters;

/* Volatile, since a compiler knows that malloc changes no variable of the program's. */
static struct counter *volatile under_way;

struct counter *enter(struct counter *counter) {
  struct counter *outer = under_way;
  if (counter->operations++ == 0) {
    counter->next = counters;
    counters = counter;
  }
  under_way = counter;
  return outer;
}

void leave(struct counter *outer) { under_way = outer; }

void *reserve(size_t size) {
  struct counter *outer = under_way;
  under_way = NULL;
  void *block = malloc(size ? size : 1);
  if (!block) abort();
  under_way = outer;
  return block;
}

static void note(size_t size) {
  if (!under_way) return;
  under_way->calls++;
  under_way->bytes += size;
}

/* ------------------------------------------------------------------ the allocator's functions */

/* WRAP(what it returns, its name, its parameters, what they are handed on as, the bytes that it is asked for). */
#define WRAP(type, name, parameters, arguments, size) \
  type __real_##name parameters; \
  type __wrap_##name parameters; \
  type __wrap_##name parameters { \
    note(size); \
    return __real_##name arguments; \
  }

WRAP(void *, malloc, (size_t size), (size), size)
WRAP(void *, calloc, (size_t count, size_t each), (count, each), count *each)
WRAP(void *, realloc, (void *block, size_t size), (block, size), size)
WRAP(void *, reallocarray, (void *block, size_t count, size_t each), (block, count, each), count *each)
WRAP(void *, aligned_alloc, (size_t alignment, size_t size), (alignment, size), size)
WRAP(void *, memalign, (size_t alignment, size_t size), (alignment, size), size)
WRAP(int, posix_memalign, (void **block, size_t alignment, size_t size), (block, alignment, size), size)
WRAP(char *, strdup, (const char *text), (text), strlen(text))
WRAP(void *, mmap, (void *at, size_t size, int protection, int flags, int file, off_t from),
     (at, size, protection, flags, file, from), size)
WRAP(void *, sbrk, (intptr_t bytes), (bytes), (size_t)bytes)
WRAP(int, brk, (void *end), (end), 0)

static void use_allocator(void) {
  void *volatile block = malloc(16);
  block = realloc(block, 32);
  block = reallocarray(block, 3, 16);
  free(block);
  free((block = calloc(2, 16)));
  free((block = aligned_alloc(64, 64)));
  free((block = memalign(64, 64)));
  void *aligned = NULL;
  if (posix_memalign(&aligned, 64, 64) == 0) free(aligned);
  free((block = strdup("text")));
  block = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(block, 4096);
  if (brk(sbrk(0)) != 0) abort();
}

void count_control(void) { CALL_VOID(use_allocator); }

/* ------------------------------------------------------------------ what was counted */

void print_counters(void) {
  printf("[");
  for (struct counter *c = counters; c; c = c->next) {
    printf("{\"function\":\"%s\",\"operations\":%lu,\"calls\":%lu,\"bytes\":%lu}%s", c->function, c->operations,
           c->calls, c->bytes, c->next ? "," : "");
  }
  printf("]");
}
