import type { LogLevel } from "../verifier/log-level.ts";

/** Options of a load. Options of one map, program or variable are edits of the spec. */
export interface LoadOptions {
  /** Directory of maps that are pinned by name. Default `/sys/fs/bpf`. */
  pinRoot?: string;
  /**
   * Path of a BTF file of the running kernel, for kernels without BTF. CO-RE then takes all types from this file, and
   * none from the BTF of modules. Default `/sys/kernel/btf/vmlinux` and the BTF of the loaded modules.
   */
  kernelBtf?: string;
  /** Lines such as `CONFIG_HZ=250` that override the configuration of the running kernel. Default: none. */
  kconfig?: string;
  /**
   * The bpffs mount whose delegated rights are used.
   *
   * @since Linux 6.9
   */
  tokenPath?: string;
  /**
   * Verbosity of the verifier log of accepted programs, for `collection.log`. A rejected program always has the full
   * log. `ProgramSpec.logLevel` has another one for one program. Default `none`.
   */
  logLevel?: LogLevel;
}
