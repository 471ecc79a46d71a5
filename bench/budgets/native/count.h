/*
 * Every call of the allocator, told by the function of wye that was under way.
 *
 *     int32_t id = CALL(wye_match, table, context, "GET", 3, path, length);
 *     CALL_VOID(wye_lower, text, length);
 *
 * The linker leads the allocator's functions through count.c (--wrap), whoever calls them: this program or libwye.a.
 */
#ifndef COUNT_H
#define COUNT_H

#include <stddef.h>

/* One place in the program where a function is called. */
struct counter {
  const char *function;
  unsigned long operations; /* calls of the function */
  unsigned long calls;      /* of the allocator meanwhile, and the bytes that it was asked for */
  unsigned long bytes;
  struct counter *next;
};

/* The function under way is this one; returns the one that it was called from. */
struct counter *enter(struct counter *counter);
void leave(struct counter *outer);

/* Memory for the program itself: not counted, and never NULL. */
void *reserve(size_t size);

#define CALL(name, ...) \
  __extension__({ \
    static struct counter counter = {.function = #name}; \
    struct counter *outer = enter(&counter); \
    __auto_type result = name(__VA_ARGS__); \
    leave(outer); \
    result; \
  })

#define CALL_VOID(name, ...) \
  do { \
    static struct counter counter = {.function = #name}; \
    struct counter *outer = enter(&counter); \
    name(__VA_ARGS__); \
    leave(outer); \
  } while (0)

/* Calls each function of the allocator once: what is counted shows that the counter works. */
void count_control(void);

/* Prints what was counted, an array of JSON: a member for each place. */
void print_counters(void);

#endif
