import { EbpfError, type EbpfErrorOptions, errnoName } from "./base.ts";

/** The kernel refused a system call for a reason that has no class of its own; `errnoName` says which. */
export class SystemError extends EbpfError {
  static override readonly name: string = "SystemError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_SYSTEM", `${message}: ${errnoName(options.errno)}`, options);
  }
}

/** The kernel has no such object: no program, map or link with that id. */
export class NotExistError extends EbpfError {
  static override readonly name: string = "NotExistError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_NOT_EXIST", `${message}: there is none`, options);
  }
}

/** The process lacks a privilege. */
export class PermissionError extends EbpfError {
  static override readonly name: string = "PermissionError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_PERMISSION", `${message}: ${errnoName(options.errno)}`, options);
  }
}

/** The kernel, as it was built or as old as it is, cannot do this. */
export class NotSupportedError extends EbpfError {
  static override readonly name: string = "NotSupportedError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_NOT_SUPPORTED", message, options);
  }
}

/** The object was closed before; it can be used no more. */
export class ClosedError extends EbpfError {
  static override readonly name: string = "ClosedError";
  constructor(what: string) {
    super("ERR_EBPF_CLOSED", `${what} is closed`);
  }
}
