// Loads and closes a program of ten instructions as many times as each line of standard input says, and prints the
// nanoseconds per program.
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

int main(void) {
  struct bpf_insn insns[10] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}};
  for (int i = 1; i < 9; i++) insns[i] = (struct bpf_insn){.code = BPF_ALU64 | BPF_ADD | BPF_K, .imm = i};
  insns[9] = (struct bpf_insn){.code = BPF_JMP | BPF_EXIT};
  int count;
  while (scanf("%d", &count) == 1) {
    long start = now();
    for (int i = 0; i < count; i++) {
      int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "bench", "GPL", insns, 10, NULL);
      if (fd < 0) return 1;
      close(fd);
    }
    printf("%f\n", (double)(now() - start) / count);
    fflush(stdout);
  }
  return 0;
}
