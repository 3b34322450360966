/* Wraps libbpf's header of this name where no CPU is named (bpf2ts --target bpfel). The headers of the C library need
 * the macro of some CPU. libbpf's header would take that CPU for the target, and read a function's arguments from its
 * registers. Without the macro it reports that the target's CPU has to be named.
 */
#pragma push_macro("__x86_64__")
#pragma push_macro("__aarch64__")
#pragma push_macro("__riscv")
#pragma push_macro("__loongarch__")
#pragma push_macro("__mips__")
#pragma push_macro("__powerpc__")
#pragma push_macro("__s390__")
#undef __x86_64__
#undef __aarch64__
#undef __riscv
#undef __loongarch__
#undef __mips__
#undef __powerpc__
#undef __s390__
#include_next <bpf/bpf_tracing.h>
#pragma pop_macro("__x86_64__")
#pragma pop_macro("__aarch64__")
#pragma pop_macro("__riscv")
#pragma pop_macro("__loongarch__")
#pragma pop_macro("__mips__")
#pragma pop_macro("__powerpc__")
#pragma pop_macro("__s390__")
