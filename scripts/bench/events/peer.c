// Reads a ring buffer through libbpf in C, controlled by lines of standard input:
//   drain SIZE   fills the ring with records of this size, drains it, and prints the nanoseconds per record
//   follow COUNT prints the ID of the sending program, reads this many records as they arrive, and prints the
//                nanoseconds of processor time per record
//   wait COUNT   prints the ID of the sending program, waits for this many records, and prints the delay of each record
//                in nanoseconds
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>
#include <time.h>

#include "../peer.h"

struct event {
  uint64_t time, sequence;
  char name[16];
  uint32_t pid, cpu;
};

struct order {
  uint32_t count, size;
};

static uint64_t sum;

static uint32_t seen;

static int on_follow(void* context, void* data, size_t size) {
  const struct event* event = data;
  (void)context, (void)size;
  sum += event->pid + event->cpu;
  seen++;
  return 0;
}

static int on_drain(void* context, void* data, size_t size) {
  const struct event* event = data;
  (void)context, (void)size;
  sum += event->pid + event->cpu;
  return 0;
}

static uint64_t late[100000];
static uint32_t waited;

static int on_wait(void* context, void* data, size_t size) {
  const struct event* event = data;
  (void)context, (void)size;
  late[waited++] = now() - event->time;
  return 0;
}

int main(int argc, char** argv) {
  check(argc != 3, "usage: peer OBJECT BYTES");
  struct bpf_object* object = bpf_object__open_file(argv[1], NULL);
  check(!object, "open");
  struct bpf_map* map = bpf_object__find_map_by_name(object, "events");
  uint32_t bytes = (uint32_t)atol(argv[2]);
  check(bpf_map__set_max_entries(map, bytes), "size");
  check(bpf_object__load(object), "load");
  int fill = bpf_program__fd(bpf_object__find_program_by_name(object, "fill"));
  int send = bpf_program__fd(bpf_object__find_program_by_name(object, "send"));
  struct bpf_prog_info info = {}, stream_info = {};
  uint32_t length = sizeof info;
  check(bpf_prog_get_info_by_fd(send, &info, &length), "info");
  int stream = bpf_program__fd(bpf_object__find_program_by_name(object, "stream"));
  check(bpf_prog_get_info_by_fd(stream, &stream_info, &length), "info");
  struct ring_buffer* followed = ring_buffer__new(bpf_map__fd(map), on_follow, NULL, NULL);
  struct ring_buffer* drained = ring_buffer__new(bpf_map__fd(map), on_drain, NULL, NULL);
  struct ring_buffer* awaited = ring_buffer__new(bpf_map__fd(map), on_wait, NULL, NULL);
  check(!drained || !awaited || !followed, "ring");

  char command[16];
  uint32_t number;
  while (scanf("%15s %u", command, &number) == 2) {
    if (strcmp(command, "drain") == 0) {
      struct order order = {.count = bytes / (number + 8), .size = number};
      LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &order, .ctx_size_in = sizeof order);
      check(bpf_prog_test_run_opts(fill, &run), "fill");
      sum = 0;
      uint64_t start = now();
      int count = ring_buffer__consume(drained);
      uint64_t spent = now() - start;
      check((uint32_t)count != order.count, "count");
      check(sum != (uint64_t)order.count * (order.count - 1) / 2 + order.count, "sum");
      printf("%g\n", (double)spent / count);
    } else if (strcmp(command, "follow") == 0) {
      seen = 0;
      printf("%u\n", stream_info.id);
      fflush(stdout);
      clock_t start = clock();
      while (seen < number) check(ring_buffer__poll(followed, -1) < 0, "poll");
      printf("%g\n", (double)(clock() - start) * (1e9 / CLOCKS_PER_SEC) / seen);
    } else {
      check(number > 100000, "count");
      waited = 0;
      printf("%u\n", info.id);
      fflush(stdout);
      while (waited < number) check(ring_buffer__poll(awaited, -1) < 0, "poll");
      for (uint32_t i = 0; i < waited; i++) printf("%llu ", (unsigned long long)late[i]);
      printf("\n");
    }
    fflush(stdout);
  }
  return 0;
}
