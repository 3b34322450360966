// What loading an object and attaching all its programs costs through libbpf in C: load OBJECT. Closing is not
// counted, since the kernel spends it waiting for whoever may still run the program. Each line read from standard
// input is a turn, answered with nanoseconds; after "hot" comes one that is not counted.
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
