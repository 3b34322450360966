// clang: -target bpfeb
#include "types.bpf.c"
