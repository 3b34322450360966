// usage: producer PROGRAM_ID TIMES COUNT MICROSECONDS SIZE
// Has a program send COUNT records of SIZE bytes, TIMES times, MICROSECONDS apart; catches up when it could not run in time.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  int program = bpf_prog_get_fd_by_id((uint32_t)atol(argv[1]));
  if (program < 0) return 1;
  long times = atol(argv[2]);
  struct {
    uint32_t count, size;
  } order = {.count = (uint32_t)atol(argv[3]), .size = (uint32_t)atol(argv[5])};
  long apart = atol(argv[4]) * 1000;
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  for (long i = 0; i < times; i++) {
    at.tv_nsec += apart;
    while (at.tv_nsec >= 1000000000) {
      at.tv_nsec -= 1000000000;
      at.tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &order, .ctx_size_in = sizeof order);
    if (bpf_prog_test_run_opts(program, &run) != 0) return 1;
  }
  return 0;
}
