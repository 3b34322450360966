import { existsSync } from "node:fs";
import { kernelConfig } from "./config.ts";
import { sysfsRemedy } from "./sysfs.ts";

/** Returns whether the kernel has BTF (CONFIG_DEBUG_INFO_BTF). CO-RE, fentry, LSM programs and iterators need it. */
export function kernelBtf(): boolean {
  return existsSync("/sys/kernel/btf/vmlinux");
}

/** Why this process finds no BTF of a kernel that may have it; undefined when the kernel may have none. */
export function hiddenBtfRemedy(): string | undefined {
  return (
    sysfsRemedy() ??
    (kernelConfig("DEBUG_INFO_BTF") === "y"
      ? "The kernel is built with it (CONFIG_DEBUG_INFO_BTF), and something hides /sys/kernel/btf, such as a container or a mount"
      : undefined)
  );
}
