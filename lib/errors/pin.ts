import { EbpfError, type EbpfErrorOptions, errnoName } from "./ebpf-error.ts";

/** An object could not be pinned, unpinned, or opened from a pin. */
export class PinError extends EbpfError {
  static override readonly name: string = "PinError";
  /** Path of the pin. */
  readonly path: string;
  constructor(message: string, options: EbpfErrorOptions & { errno: number; path: string }) {
    super("ERR_EBPF_PIN", `${message} "${options.path}": ${errnoName(options.errno)}`, options);
    this.path = options.path;
  }
}
