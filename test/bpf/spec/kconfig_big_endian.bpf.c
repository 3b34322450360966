// clang: -target bpfeb
#include "kconfig.bpf.c"
