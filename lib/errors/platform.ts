import { EbpfError, type EbpfErrorOptions } from "./ebpf-error.ts";

/** The operating system is not Linux. Reading object files and generating code work everywhere. */
export class PlatformError extends EbpfError {
  static override readonly name: string = "PlatformError";
  /** `process.platform`. */
  readonly platform: string;
  constructor({ platform }: { platform: string }) {
    super("ERR_EBPF_PLATFORM", `BPF needs Linux; this operating system is ${platform}`, {
      operation: "load addon",
    });
    this.platform = platform;
  }
}

/**
 * The native addon could not be loaded: no file fits this machine, a bundle lacks it, or the system or the runtime
 * refuses it. The message has the reason and the files that were looked for.
 */
export class AddonError extends EbpfError {
  static override readonly name: string = "AddonError";
  /** The files that were looked for, in order; the file that was refused, if one was found. */
  readonly files: readonly string[];
  /** @internal */
  constructor(message: string, options: EbpfErrorOptions & { files?: readonly string[] } = {}) {
    super("ERR_EBPF_ADDON", message, { operation: "load addon", ...options });
    this.files = options.files ?? [];
  }
}
