// Two programs of one section that jump by `gotox` (Linux 6.19), written as assembler: clang 19 does not emit it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

// Calls `name` with entry 1 of a table of two places, which return `first` and `second`.
#define JUMPS(name, first, second)                                                                                     \
  SEC("xdp") __attribute__((naked)) int name(void) {                                                                   \
    asm volatile(".pushsection .jumptables,\"\",@progbits\n"                                                           \
                 #name "_table:\n"                                                                                     \
                 ".quad " #name "_first - xdp\n"                                                                       \
                 ".quad " #name "_second - xdp\n"                                                                      \
                 ".size " #name "_table, 16\n"                                                                         \
                 ".global " #name "_table\n"                                                                           \
                 ".popsection\n"                                                                                       \
                 "r1 = " #name "_table ll\n"                                                                           \
                 "r1 = *(u64 *)(r1 + 8)\n"                                                                             \
                 ".8byte 0x000000000000010d\n" /* gotox r1 */                                                          \
                 #name "_first:\n"                                                                                     \
                 "r0 = " #first "\n"                                                                                   \
                 "exit\n"                                                                                              \
                 #name "_second:\n"                                                                                    \
                 "r0 = " #second "\n"                                                                                  \
                 "exit\n" ::                                                                                           \
                     : "memory");                                                                                      \
  }

JUMPS(one, 1, 2)
JUMPS(other, 3, 4)
