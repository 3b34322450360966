import { EbpfError } from "./ebpf-error.ts";

/** The operating system is not Linux. Reading object files and generating code work everywhere. */
export class PlatformError extends EbpfError {
  static override readonly name: string = "PlatformError";
  /** `process.platform`. */
  readonly platform: string;
  constructor(platform: string) {
    super("ERR_EBPF_PLATFORM", `BPF needs Linux; this operating system is ${platform}`, {
      operation: "load addon",
    });
    this.platform = platform;
  }
}

/** The native addon could not be loaded: no prebuilt binary fits this machine, and none was compiled. */
export class AddonError extends EbpfError {
  static override readonly name: string = "AddonError";
  constructor(cause: unknown) {
    super("ERR_EBPF_ADDON", `cannot load the native addon for ${process.platform}-${process.arch}`, {
      operation: "load addon",
      cause,
      remedy: "Compile it: npm rebuild ebpf --build-from-source (needs a C++ compiler, make and python3)",
    });
  }
}
