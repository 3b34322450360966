import { existsSync, readFileSync } from "node:fs";

/** Whether programs are compiled to machine code: always, on most kernels. */
export function jit(): boolean {
  try {
    return readFileSync("/proc/sys/net/core/bpf_jit_enable", "utf8").trim() !== "0";
  } catch {
    // Without the file there is no interpreter to fall back to (CONFIG_BPF_JIT_ALWAYS_ON), or no network at all.
    return existsSync("/proc/sys/net/core");
  }
}
