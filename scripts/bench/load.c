// What loading an object and attaching all its programs costs through libbpf in C: load OBJECT. Closing is not
// counted, since the kernel spends it waiting for whoever may still run the program. Each line read from standard
// input is a round; it answers with the nanoseconds of the best of TIMES.
#include <bpf/libbpf.h>

#include "peer.h"

enum { MOST_PROGRAMS = 64, TIMES = 20 };

// Answers nanoseconds.
static double load_and_attach(const char* path) {
  struct bpf_link* links[MOST_PROGRAMS];
  int count = 0;
  uint64_t start = now();
  struct bpf_object* object = bpf_object__open_file(path, NULL);
  check(!object, "open");
  check(bpf_object__load(object), "load");
  struct bpf_program* program;
  bpf_object__for_each_program(program, object) {
    check(count == MOST_PROGRAMS, "too many programs");
    links[count] = bpf_program__attach(program);
    check(!links[count++], "attach");
  }
  double cost = (double)(now() - start);
  while (count > 0) bpf_link__destroy(links[--count]);
  bpf_object__close(object);
  return cost;
}

int main(int argc, char** argv) {
  check(argc != 2, "usage: load OBJECT");
  libbpf_set_print(NULL);
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    double best = 1e18;
    for (int i = 0; i < TIMES; i++) {
      double cost = load_and_attach(argv[1]);
      if (cost < best) best = cost;
    }
    printf("%g\n", best);
    fflush(stdout);
  }
  return 0;
}
