import { EbpfError, type EbpfErrorOptions } from "./ebpf-error.ts";

/** The object file could not be read: it does not exist, is a directory or is not readable. `cause` is Node's error. */
export class ObjectFileError extends EbpfError {
  static override readonly name: string = "ObjectFileError";
  /** Path of the file. */
  readonly path: string;
  constructor({ path, cause }: { path: string; cause: NodeJS.ErrnoException }) {
    super("ERR_EBPF_OBJECT_FILE", `cannot read "${path}": ${cause.code ?? cause.message}`, {
      operation: "read",
      errno: cause.errno === undefined ? undefined : Math.abs(cause.errno),
      cause,
    });
    this.path = path;
  }
}

/** The bytes are not a valid ELF file. */
export class ElfError extends EbpfError {
  static override readonly name: string = "ElfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_ELF", message, { operation: "read", ...options });
  }
}

/** The ELF file is for a machine other than BPF. */
export class NotBpfError extends EbpfError {
  static override readonly name: string = "NotBpfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_NOT_BPF", message, { operation: "read", ...options });
  }
}

/** The operation needs BTF, and the object has none. */
export class NoBtfError extends EbpfError {
  static override readonly name: string = "NoBtfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_NO_BTF", message, {
      operation: "read",
      remedy: "Compile with clang -g, and do not strip .BTF (llvm-strip -g keeps it)",
      ...options,
    });
  }
}

/** The BTF is truncated, refers to missing types, or has an unknown kind. */
export class BtfError extends EbpfError {
  static override readonly name: string = "BtfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_BTF", message, { operation: "read", ...options });
  }
}

/** A section of the object (maps, data, license, …) is invalid. */
export class ObjectFormatError extends EbpfError {
  static override readonly name: string = "ObjectFormatError";
  /** The section's name. */
  readonly section: string;
  constructor(problem: string, options: EbpfErrorOptions & { section: string }) {
    super("ERR_EBPF_OBJECT_FORMAT", `section "${options.section}": ${problem}`, {
      operation: "read",
      ...options,
    });
    this.section = options.section;
  }
}

/** The debugging information (DWARF) is truncated, inconsistent, or has an unknown form. */
export class DwarfError extends EbpfError {
  static override readonly name: string = "DwarfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_DWARF", message, { operation: "read", ...options });
  }
}
