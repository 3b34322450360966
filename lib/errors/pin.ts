import { EbpfError, type EbpfErrorOptions, errnoName } from "./ebpf-error.ts";

/** An object could not be pinned, unpinned, or opened from a pin. */
export class PinError extends EbpfError {
  static override readonly name: string = "PinError";
  /** Path of the pin. */
  readonly path: string;
  constructor(path: string, message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_PIN", `${message} "${path}": ${errnoName(options.errno)}`, options);
    this.path = path;
  }
}
