import { EbpfError, type EbpfErrorOptions, errnoName } from "./ebpf-error.ts";

/** A C source could not be compiled. The compiler's messages are on stderr. */
export class CompileError extends EbpfError {
  static override readonly name: string = "CompileError";
  /** Path of the source file. */
  readonly source: string;
  constructor(problem: string, options: EbpfErrorOptions & { source: string }) {
    super("ERR_EBPF_COMPILE", `cannot compile ${options.source}: ${problem}`, {
      operation: "compile",
      ...options,
    });
    this.source = options.source;
  }
}

/** Object files could not be linked: a name is defined twice or has different types. */
export class LinkObjectsError extends EbpfError {
  static override readonly name: string = "LinkObjectsError";
  /** The messages of libbpf's linker. */
  readonly log: string;
  constructor(options: { count: number; errno: number; log: string; problem: string }) {
    const { count, errno, log, problem } = options;
    const what = `cannot link ${count} ${count === 1 ? "object" : "objects"}`;
    const between = problem.includes("\n") ? "\n" : " ";
    super("ERR_EBPF_LINK_OBJECTS", `${what}:${between}${problem || errnoName(errno)}`, {
      operation: "link",
      errno,
    });
    this.log = log;
  }
}
