// What maps cost through libbpf in C. Each line read from standard input is a round; it answers with a line of
// nanoseconds per entry: lookup update delete batch.
#include <bpf/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ENTRIES = 10000, CAPACITY = 20000 };

static uint32_t keys[CAPACITY];
static uint64_t values[CAPACITY];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void check(int failed, const char* what) {
  if (!failed) return;
  perror(what);
  exit(1);
}

int main(void) {
  int map = bpf_map_create(BPF_MAP_TYPE_HASH, "bench", 4, 8, CAPACITY, NULL);
  check(map < 0, "create");
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    double start = now();
    for (uint32_t key = 0; key < ENTRIES; key++) {
      uint64_t value = key;
      check(bpf_map_update_elem(map, &key, &value, BPF_ANY), "update");
    }
    double updated = now();
    uint64_t sum = 0;
    for (uint32_t key = 0; key < ENTRIES; key++) {
      uint64_t value;
      check(bpf_map_lookup_elem(map, &key, &value), "lookup");
      sum += value;
    }
    double looked_up = now();
    uint32_t cursor, count = CAPACITY;
    int status = bpf_map_lookup_batch(map, NULL, &cursor, keys, values, &count, NULL);
    check(count != ENTRIES && status, "batch");
    double batched = now();
    for (uint32_t key = 0; key < ENTRIES; key++) check(bpf_map_delete_elem(map, &key), "delete");
    double deleted = now();
    printf("%g %g %g %g %llu\n", (looked_up - updated) / ENTRIES, (updated - start) / ENTRIES,
           (deleted - batched) / ENTRIES, (batched - looked_up) / ENTRIES, (unsigned long long)sum);
    fflush(stdout);
  }
  return 0;
}
