// clang: -target bpfeb
#include "map_in_map.bpf.c"
