#pragma once
// What the C programs of the benchmarks share.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Nanoseconds.
static inline uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static inline void check(int failed, const char* what) {
  if (!failed) return;
  perror(what);
  exit(1);
}
