// clang: -DMODERN
#include "load_legacy.bpf.c"
