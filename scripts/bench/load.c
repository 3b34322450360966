// The cost of loading an object and attaching all its programs through libbpf in C: load OBJECT. Closing is not counted,
// because the kernel then waits for running programs. Each line of standard input starts a turn, which prints its
// nanoseconds. The turn after "hot" is not counted.
#include "load.h"

int main(int argc, char** argv) {
  check(argc != 2, "usage: load OBJECT");
  libbpf_set_print(NULL);
  char line[16];
  struct attached all;
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'h') warm(argv[1]);
    uint64_t start = now();
    load_and_attach(&all, argv[1]);
    double cost = (double)(now() - start);
    undo(&all);
    printf("%g\n", cost);
    fflush(stdout);
  }
  return 0;
}
