// clang: -target bpfeb
#include "globals.bpf.c"
