// clang: -target bpfeb
#include "kinds.bpf.c"
