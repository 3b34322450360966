import { EbpfError, type EbpfErrorOptions, errnoName } from "./ebpf-error.ts";

/** A system call failed for a reason without a class of its own. See `errnoName`. */
export class SystemError extends EbpfError {
  static override readonly name: string = "SystemError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_SYSTEM", `${message}: ${errnoName(options.errno)}`, options);
  }
}

/** The kernel has no program, map, link or BTF object with the requested ID. */
export class NotExistError extends EbpfError {
  static override readonly name: string = "NotExistError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_NOT_EXIST", message, options);
  }
}

/** The process lacks a privilege. */
export class PermissionError extends EbpfError {
  static override readonly name: string = "PermissionError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_PERMISSION", `${message}: ${errnoName(options.errno)}`, options);
  }
}

/** This kernel does not support the operation: it is too old or was built without it. */
export class NotSupportedError extends EbpfError {
  static override readonly name: string = "NotSupportedError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_NOT_SUPPORTED", message, options);
  }
}

/** The object is closed. */
export class ClosedError extends EbpfError {
  static override readonly name: string = "ClosedError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_CLOSED", message, options);
  }
}
