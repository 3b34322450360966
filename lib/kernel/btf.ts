import { existsSync } from "node:fs";

/** Whether the kernel brings its own BTF, which CO-RE, fentry, LSM programs and iterators need: CONFIG_DEBUG_INFO_BTF. */
export function kernelBtf(): boolean {
  return existsSync("/sys/kernel/btf/vmlinux");
}
