import type { LogLevel } from "../verifier/log-level.ts";

/** How an object is loaded. What belongs to one map, program or variable is edited in the spec instead. */
export interface LoadOptions {
  /** Where maps that are pinned by name are found and put. Default `/sys/fs/bpf`. */
  pinRoot?: string;
  /** A BTF file of the running kernel, for kernels that bring none. Default `/sys/kernel/btf/vmlinux`. */
  kernelBtf?: string;
  /** Lines such as `CONFIG_HZ=250`, which come before those of the running kernel. */
  kconfig?: string;
  /**
   * The bpffs mount whose delegated rights are used.
   *
   * @since Linux 6.9
   */
  tokenPath?: string;
  /**
   * What the verifier writes about programs that pass, for `collection.log`; one that fails writes all of it anyway.
   * Default `none`.
   */
  logLevel?: LogLevel;
}
