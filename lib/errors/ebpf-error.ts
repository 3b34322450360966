import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

const { EMFILE, ENFILE } = constants.errno;

/** The options of the constructors of errors. */
export interface EbpfErrorOptions {
  /** The operation that failed: `load`, `attach`, `lookup`, … */
  operation?: string | undefined;
  /** The positive errno value from the kernel or libbpf. */
  errno?: number | undefined;
  /** Advice to the reader. It is appended to the message. */
  remedy?: string | undefined;
  /** The error that caused this one. */
  cause?: unknown;
}

/**
 * The base class of every error that this package throws.
 *
 * Compare `code` to tell errors apart: it is stable across releases. `instanceof` fails for an error from a second copy
 * of the package in the same process.
 */
export class EbpfError extends Error {
  /** Each class sets its name as text, because a minifier renames classes. */
  static override readonly name: string = "EbpfError";
  /** Stable identifier that begins with `ERR_EBPF_`. */
  readonly code: string;
  // `declare` creates no property. The constructor sets only those with a value, so that a printed error is short.
  /** The operation that failed: `load`, `attach`, `lookup`, … */
  declare readonly operation: string | undefined;
  /** The positive errno value from the kernel or libbpf; undefined when no system call was involved. */
  declare readonly errno: number | undefined;
  /** The symbolic errno: `EPERM`, `ENOENT`, …; undefined when no system call was involved. */
  declare readonly errnoName: string | undefined;
  /** Advice to the reader. The message contains it too. */
  declare readonly remedy: string | undefined;

  constructor(code: string, message: string, options: EbpfErrorOptions = {}) {
    const { operation, errno, cause } = options;
    const remedy = descriptorRemedy(errno) ?? options.remedy;
    super(withRemedy(message, remedy), cause === undefined ? undefined : { cause });
    this.code = code;
    if (operation !== undefined) this.operation = operation;
    if (errno !== undefined) {
      this.errno = errno;
      this.errnoName = errnoName(errno);
    }
    if (remedy !== undefined) this.remedy = remedy;
  }

  // A getter, so that instances have no own `name`.
  /** The name of the class. */
  override get name(): string {
    return this.constructor.name;
  }
}

/** EMFILE and ENFILE have the same remedy for every operation. */
function descriptorRemedy(errno: number | undefined): string | undefined {
  if (errno === EMFILE)
    return "This process has too many open files: raise its limit (ulimit -n, or LimitNOFILE= of a systemd unit)";
  if (errno === ENFILE) return "This machine has too many open files: raise /proc/sys/fs/file-max";
  return undefined;
}

/** @internal */
export function withRemedy(message: string, remedy: string | undefined): string {
  return remedy === undefined ? message : message + between(message) + remedy;
}

function between(message: string): string {
  // After a message of several lines the remedy gets its own line.
  if (message.includes("\n")) return "\n  ";
  return message.endsWith("?") ? " " : ". ";
}

// libuv's table lacks some errno values, such as ESTALE.
const systemNames = new globalThis.Map(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);

// ENOTSUPP is internal to the kernel, but BPF leaks it to user space. libbpf defines 4000 and above.
const ownNames = new globalThis.Map<number, string>([
  [524, "ENOTSUPP"],
  [4000, "LIBBPF_ERRNO__LIBELF"],
  [4001, "LIBBPF_ERRNO__FORMAT"],
  [4002, "LIBBPF_ERRNO__KVERSION"],
  [4003, "LIBBPF_ERRNO__ENDIAN"],
  [4004, "LIBBPF_ERRNO__INTERNAL"],
  [4005, "LIBBPF_ERRNO__RELOC"],
  [4006, "LIBBPF_ERRNO__LOAD"],
  [4007, "LIBBPF_ERRNO__VERIFY"],
  [4008, "LIBBPF_ERRNO__PROG2BIG"],
  [4009, "LIBBPF_ERRNO__KVER"],
  [4010, "LIBBPF_ERRNO__PROGTYPE"],
  [4011, "LIBBPF_ERRNO__WRNGPID"],
  [4012, "LIBBPF_ERRNO__INVSEQ"],
  [4013, "LIBBPF_ERRNO__NLPARSE"],
]);

/** Returns the symbolic name of a positive errno value: `ENOENT` for 2. */
export function errnoName(errno: number): string {
  if (typeof errno !== "number") return "no errno";
  return (
    ownNames.get(errno) ?? getSystemErrorMap().get(-errno)?.[0] ?? systemNames.get(errno) ?? `errno ${errno}`
  );
}
