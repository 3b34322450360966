import { existsSync, readFileSync } from "node:fs";

/** Returns whether programs are compiled to machine code, as on most kernels. */
export function jit(): boolean {
  try {
    return readFileSync("/proc/sys/net/core/bpf_jit_enable", "utf8").trim() !== "0";
  } catch {
    // Without the file there is no interpreter (CONFIG_BPF_JIT_ALWAYS_ON), or the kernel has no networking.
    return existsSync("/proc/sys/net/core");
  }
}
