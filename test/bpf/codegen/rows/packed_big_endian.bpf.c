// clang: -target bpfeb
#include "packed.bpf.c"
