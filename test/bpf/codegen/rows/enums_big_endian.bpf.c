// clang: -target bpfeb
#include "enums.bpf.c"
