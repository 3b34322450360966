// clang: -g0
#include "load_legacy.bpf.c"
