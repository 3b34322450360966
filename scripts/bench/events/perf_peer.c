// Reads a perf buffer through libbpf in C: perf_peer OBJECT PAGES WAKEUP_EVENTS. Controlled by lines of standard input:
//   drain COUNT  reads this many records that wait in the rings, and prints the nanoseconds per record
//   follow COUNT prints the ID of the sending program, reads this many records as they arrive, and prints the
//                nanoseconds of processor time per record
//   send COUNT SIZE  sends records, at most 1000, and prints their number
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "../peer.h"

struct event {
  uint64_t time, sequence;
  char name[16];
  uint32_t pid, cpu;
};

static uint64_t sum;
static uint32_t seen;

static void on_record(void* context, int cpu, void* data, uint32_t size) {
  const struct event* event = data;
  (void)context, (void)cpu, (void)size;
  sum += event->pid + event->cpu;
  seen++;
}

static void on_lost(void* context, int cpu, unsigned long long count) {
  (void)context, (void)cpu, (void)count;
  check(1, "records were lost");
}

int main(int argc, char** argv) {
  check(argc != 4, "usage: perf_peer OBJECT PAGES WAKEUP_EVENTS");
  struct bpf_object* object = bpf_object__open_file(argv[1], NULL);
  check(!object, "open");
  check(bpf_object__load(object), "load");
  int map = bpf_map__fd(bpf_object__find_map_by_name(object, "events"));
  int send = bpf_program__fd(bpf_object__find_program_by_name(object, "send"));
  struct bpf_prog_info info = {};
  uint32_t length = sizeof info;
  check(bpf_prog_get_info_by_fd(send, &info, &length), "info");
  LIBBPF_OPTS(perf_buffer_opts, options, .sample_period = (uint32_t)atol(argv[3]));
  struct perf_buffer* buffer = perf_buffer__new(map, (size_t)atol(argv[2]), on_record, on_lost, NULL, &options);
  check(!buffer, "perf buffer");

  char command[16];
  uint32_t number;
  while (scanf("%15s %u", command, &number) == 2) {
    if (strcmp(command, "send") == 0) {
      uint32_t size;
      check(scanf("%u", &size) != 1, "size");
      uint64_t order = number | (uint64_t)size << 32;
      LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &order, .ctx_size_in = sizeof order);
      check(bpf_prog_test_run_opts(send, &run), "send");
      printf("%u\n", number);
    } else if (strcmp(command, "drain") == 0) {
      seen = 0;
      sum = 0;
      uint64_t start = now();
      check(perf_buffer__consume(buffer), "consume");
      uint64_t spent = now() - start;
      check(seen != number, "count");
      printf("%g\n", (double)spent / seen);
    } else {
      seen = 0;
      printf("%u\n", info.id);
      fflush(stdout);
      clock_t start = clock();
      while (seen < number) check(perf_buffer__poll(buffer, -1) < 0, "poll");
      printf("%g\n", (double)(clock() - start) * (1e9 / CLOCKS_PER_SEC) / seen);
    }
    fflush(stdout);
  }
  return 0;
}
