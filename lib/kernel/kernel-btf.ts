import { existsSync } from "node:fs";

/** Returns whether the kernel has BTF (CONFIG_DEBUG_INFO_BTF). CO-RE, fentry, LSM programs and iterators need it. */
export function kernelBtf(): boolean {
  return existsSync("/sys/kernel/btf/vmlinux");
}
