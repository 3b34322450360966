import { EbpfError, type EbpfErrorOptions } from "./base.ts";

/** A C source could not be compiled; what the compiler said is on stderr. */
export class CompileError extends EbpfError {
  static override readonly name: string = "CompileError";
  readonly source: string;
  constructor(source: string, problem: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_COMPILE", `cannot compile ${source}: ${problem}`, { operation: "compile", ...options });
    this.source = source;
  }
}

/** Objects could not be made into one: a name is defined twice, or the same name is of different types. */
export class LinkObjectsError extends EbpfError {
  static override readonly name: string = "LinkObjectsError";
  /** What libbpf's linker said. */
  readonly log: string;
  constructor(count: number, errno: number, log: string) {
    const said = log.trim() === "" ? "" : `:\n${log.trim()}`;
    super("ERR_EBPF_LINK_OBJECTS", `cannot link ${count} objects${said}`, { operation: "link", errno });
    this.log = log;
  }
}
