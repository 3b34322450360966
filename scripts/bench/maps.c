// The cost of map operations through libbpf in C. Each line of standard input starts a round, which prints a line of
// nanoseconds per entry: lookup update delete batch. Single operations are timed in groups of a thousand, and the best
// group counts, to reduce the influence of other load.
#include <bpf/bpf.h>

#include "peer.h"

enum { ENTRIES = 10000, CAPACITY = 20000, SLICE = 1000 };

static uint32_t keys[CAPACITY];
static uint64_t values[CAPACITY];

static int map;

static void update(uint32_t key) {
  uint64_t value = key;
  check(bpf_map_update_elem(map, &key, &value, BPF_ANY), "update");
}

static uint64_t sum;

static void lookup(uint32_t key) {
  uint64_t value;
  check(bpf_map_lookup_elem(map, &key, &value), "lookup");
  sum += value;
}

static void delete(uint32_t key) { check(bpf_map_delete_elem(map, &key), "delete"); }

static inline __attribute__((always_inline)) double best_slice(void (*operation)(uint32_t)) {
  double best = 1e18;
  for (uint32_t from = 0; from < ENTRIES; from += SLICE) {
    uint64_t start = now();
    for (uint32_t key = from; key < from + SLICE; key++) operation(key);
    double cost = (double)(now() - start) / SLICE;
    if (cost < best) best = cost;
  }
  return best;
}

int main(void) {
  map = bpf_map_create(BPF_MAP_TYPE_HASH, "bench", 4, 8, CAPACITY, NULL);
  check(map < 0, "create");
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    double update_cost = best_slice(update);
    double lookup_cost = best_slice(lookup);
    uint32_t cursor, count = CAPACITY;
    uint64_t start = now();
    int status = bpf_map_lookup_batch(map, NULL, &cursor, keys, values, &count, NULL);
    double batch_cost = (double)(now() - start) / ENTRIES;
    check(count != ENTRIES && status, "batch");
    double delete_cost = best_slice(delete);
    printf("%g %g %g %g %llu\n", lookup_cost, update_cost, delete_cost, batch_cost, (unsigned long long)sum);
    fflush(stdout);
  }
  return 0;
}
