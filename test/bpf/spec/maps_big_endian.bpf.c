// clang: -target bpfeb
#include "maps.bpf.c"
