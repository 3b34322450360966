// clang: -target bpfeb
#include "bitfields.bpf.c"
