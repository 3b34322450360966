// clang: -target bpfeb
#include "subprograms.bpf.c"
