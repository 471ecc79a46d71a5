/*
 * Where a lookup's time goes in C: `native LOAD TABLE MILLISECONDS`. Does what a host does for each request of the
 * load that goes to the table, again and again, while a timer interrupts it and notes where it is. Prints the time of a
 * request and the addresses, as JSON; profile.mjs makes names and stages of them.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>

#include "count.h"
#include "load.h"

enum { MAX_SAMPLES = 1 << 16, EVERY_NS = 200000 };

static uintptr_t samples[MAX_SAMPLES];
static volatile uint32_t sample_count;

static uintptr_t interrupted_at(const ucontext_t *context) {
#if defined(__x86_64__)
  return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
  return (uintptr_t)context->uc_mcontext.pc;
#else
#error "where is the program counter on this machine?"
#endif
}

static void note_sample(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)info;
  if (sample_count < MAX_SAMPLES) samples[sample_count++] = interrupted_at(context);
}

static void start_timer(void) {
  timer_t timer;
  struct sigaction action = {.sa_sigaction = note_sample, .sa_flags = SA_SIGINFO | SA_RESTART};
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPROF};
  struct itimerspec every = {{0, EVERY_NS}, {0, EVERY_NS}};
  must(sigaction(SIGPROF, &action, NULL) == 0, "no signal");
  must(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0, "no timer");
  must(timer_settime(timer, 0, &every, NULL) == 0, "the timer does not start");
}

/* ------------------------------------------------------------------ what a host does */

static char input[65536];

static __attribute__((noinline)) void copy_text(const char *text, uint32_t length) { memcpy(input, text, length); }

static __attribute__((noinline)) uint32_t read_spans(const struct wye_context *context) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < context->params; i++) sum += wye_param(context, i).length;
  return sum;
}

static uint32_t serve(const struct load_request *r) {
  const struct wye_table *table = r->table->table;
  copy_text(r->url, r->length);
  uint32_t method = wye_table_method(table, r->method, r->method_length);
  return (uint32_t)wye_match_url(table, r->table->context, method, input, r->length) + read_spans(r->table->context);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static volatile uint32_t sink;

/* Returns nanoseconds a request, of the processor's time. */
static double run(const struct load_table *table, double ns) {
  double start = now(), spent = 0;
  unsigned long served = 0;
  while (spent < ns) {
    for (uint32_t i = 0; i < load_request_count; i++)
      if (load_requests[i].table == table) sink = serve(&load_requests[i]), served++;
    spent = now() - start;
  }
  return spent / (double)served;
}

int main(int argc, char **argv) {
  if (argc != 4) fail("usage: native LOAD TABLE MILLISECONDS");
  read_load(argv[1]);
  const struct load_table *table = load_table_named(argv[2]);
  run(table, 1e8);
  start_timer();
  double ns = run(table, atof(argv[3]) * 1e6);
  uint32_t count = sample_count;
  printf("{\"ns\":%.1f,\"samples\":[", ns);
  for (uint32_t i = 0; i < count; i++) printf("%s\"%#lx\"", i ? "," : "", (unsigned long)samples[i]);
  printf("]}\n");
  return 0;
}
