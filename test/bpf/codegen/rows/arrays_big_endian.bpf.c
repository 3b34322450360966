// clang: -target bpfeb -Wno-gnu-variable-sized-type-not-at-end
#include "arrays.bpf.c"
