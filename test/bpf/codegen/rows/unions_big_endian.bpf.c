// clang: -target bpfeb
#include "unions.bpf.c"
