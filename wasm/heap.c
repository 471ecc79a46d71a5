#include "heap.h"

enum { HEAD = 16, LINE = 64, PAGE = 65536, USED = 1 };

struct block {
  uint32_t size;
  uint32_t before; /* 0: the first block */
  struct block *next, *prev;
};
_Static_assert(sizeof(struct block) == HEAD, "the head keeps the caller's bytes aligned");

extern uint8_t __heap_base; /* the linker's: where data and stack end */

static struct block *free_blocks;
static struct block *last; /* the block at the end of what was taken from memory; NULL: none yet */
static uintptr_t end;      /* where it ends */

static uint32_t size_of(const struct block *block) { return block->size & ~(uint32_t)USED; }

static struct block *after(const struct block *block) { return (struct block *)((uintptr_t)block + size_of(block)); }

static void unlink_free(struct block *block) {
  if (block->prev) block->prev->next = block->next;
  else free_blocks = block->next;
  if (block->next) block->next->prev = block->prev;
}

static void link_free(struct block *block) {
  block->prev = NULL;
  block->next = free_blocks;
  if (free_blocks) free_blocks->prev = block;
  free_blocks = block;
}

/* Sets a block's size, here and in the block after it. */
static void resize(struct block *block, uint32_t size) {
  block->size = size;
  if (block == last || (uintptr_t)block + size == end) last = block;
  else after(block)->before = size;
}

/* Joins a block that is in no list with its free neighbours, and adds the result to the list. */
static void release(struct block *block) {
  block->size = size_of(block);
  if (block != last && !(after(block)->size & USED)) {
    struct block *other = after(block);
    bool at_end = other == last;
    unlink_free(other);
    if (at_end) last = block;
    resize(block, block->size + other->size);
  }
  if (block->before) {
    struct block *other = (struct block *)((uintptr_t)block - block->before);
    if (!(other->size & USED)) {
      bool at_end = block == last;
      unlink_free(other);
      if (at_end) last = other;
      resize(other, other->size + block->size);
      block = other;
    }
  }
  link_free(block);
}

/* Takes at least `need` more bytes of memory as one free block. */
static bool grow(uint32_t need) {
  if (!end) end = (((uintptr_t)&__heap_base + HEAD + LINE - 1) & ~(uintptr_t)(LINE - 1)) - HEAD; /* before a line */
  uint64_t wanted = (uint64_t)end + need;
  uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * PAGE;
  if (wanted > have) {
    if (wanted > (uint64_t)INT32_MAX + 1) return false; /* an offset with the top bit set would be a negative status */
    if (__builtin_wasm_memory_grow(0, (size_t)((wanted - have + PAGE - 1) / PAGE)) == (size_t)-1) return false;
    have = (uint64_t)__builtin_wasm_memory_size(0) * PAGE;
  }
  struct block *block = (struct block *)end;
  uint32_t size = (uint32_t)((have - end) & ~(uint64_t)(LINE - 1));
  block->before = last ? size_of(last) : 0;
  block->size = size;
  end += size;
  last = block;
  release(block);
  return true;
}

/* A free block of at least `need` bytes; NULL if there is none. */
static struct block *find(uint32_t need) {
  for (struct block *block = free_blocks; block; block = block->next)
    if (block->size >= need) return block;
  return NULL;
}

/* Makes a free block of what is not needed of this one, which is in no list. */
static void split(struct block *block, uint32_t need) {
  uint32_t rest = block->size - need;
  if (rest == 0) return;
  struct block *other = (struct block *)((uintptr_t)block + need);
  bool at_end = block == last;
  block->size = need;
  other->before = need;
  if (at_end) last = other;
  resize(other, rest);
  link_free(other);
}

void *heap_alloc(uint32_t length) {
  if (length > UINT32_MAX - 2 * PAGE) return NULL;
  uint32_t need = (length + HEAD + LINE - 1) & ~(uint32_t)(LINE - 1);
  struct block *block = find(need);
  if (!block) block = grow(need) ? find(need) : NULL;
  if (!block) return NULL;
  unlink_free(block);
  split(block, need);
  block->size |= USED;
  return (uint8_t *)block + HEAD;
}

void heap_free(void *bytes) {
  if (bytes) release((struct block *)((uintptr_t)bytes - HEAD));
}
