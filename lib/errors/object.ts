import { EbpfError, type EbpfErrorOptions } from "./base.ts";

/** The object file could not be read: it does not exist, is a directory, or may not be opened. Its `cause` is Node's error. */
export class ObjectFileError extends EbpfError {
  static override readonly name: string = "ObjectFileError";
  readonly path: string;
  constructor(path: string, cause: Error & { code?: string | undefined; errno?: number | undefined }) {
    super("ERR_EBPF_OBJECT_FILE", `cannot read "${path}": ${cause.code ?? cause.message}`, {
      operation: "read",
      errno: cause.errno === undefined ? undefined : Math.abs(cause.errno),
      cause,
    });
    this.path = path;
  }
}

/** The bytes are no ELF file, or one that is cut short or contradicts itself. */
export class ElfError extends EbpfError {
  static override readonly name: string = "ElfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_ELF", message, { operation: "read", ...options });
  }
}

/** An ELF file, but not one for the BPF machine. */
export class NotBpfError extends EbpfError {
  static override readonly name: string = "NotBpfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_NOT_BPF", message, { operation: "read", ...options });
  }
}

/** The object holds no BTF, and something was asked that only BTF can answer. */
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

/** The BTF is cut short, refers to types that it does not have, or is of a kind unknown here. */
export class BtfError extends EbpfError {
  static override readonly name: string = "BtfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_BTF", message, { operation: "read", ...options });
  }
}

/** A section of the object (maps, data, license, …) makes no sense. */
export class ObjectFormatError extends EbpfError {
  static override readonly name: string = "ObjectFormatError";
  /** The section's name. */
  readonly section: string;
  constructor(section: string, message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_OBJECT_FORMAT", `section "${section}": ${message}`, { operation: "read", ...options });
    this.section = section;
  }
}

/** The debugger's information (DWARF) is cut short, contradicts itself, or is of a form unknown here. */
export class DwarfError extends EbpfError {
  static override readonly name: string = "DwarfError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_DWARF", message, { operation: "read", ...options });
  }
}
