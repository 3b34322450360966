import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

const { EMFILE, ENFILE } = constants.errno;

export interface EbpfErrorOptions {
  /** What was attempted: `load`, `attach`, `lookup`, … */
  operation?: string | undefined;
  /** The positive error number of the kernel or of libbpf. */
  errno?: number | undefined;
  /** What the reader can do about it. It is appended to the message. */
  remedy?: string | undefined;
  cause?: unknown;
}

/**
 * The root of every error that this package throws.
 *
 * Tell errors apart by `code`: it is stable across releases and across two copies of the package in one process,
 * where `instanceof` is not.
 */
export class EbpfError extends Error {
  /** Written out in each class, since a bundler that shortens names would change what errors are called. */
  static override readonly name: string = "EbpfError";
  /** Stable; begins with `ERR_EBPF_`. */
  readonly code: string;
  // Declared only, and set where there is something to say: an error that is printed shows what it has.
  declare readonly operation: string | undefined;
  /** The positive error number of the kernel or of libbpf; undefined when no system call was involved. */
  declare readonly errno: number | undefined;
  /** `EPERM`, `ENOENT`, …; undefined when no system call was involved. */
  declare readonly errnoName: string | undefined;
  /** What the reader can do about it, as the message says too. */
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

  // The class name, without an own property on each instance.
  override get name(): string {
    return this.constructor.name;
  }
}

/** These two have one cause, whatever was attempted and whatever libbpf said. */
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
  // After a message of several lines the remedy has one of its own.
  if (message.includes("\n")) return "\n  ";
  return message.endsWith("?") ? " " : ". ";
}

// libuv's table leaves some of the system's numbers out, as ESTALE.
const systemNames = new globalThis.Map(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);

// ENOTSUPP never leaves the kernel by the rules, and does all the same from BPF; 4000 and up are libbpf's own.
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

/** The symbolic name of a positive error number: `ENOENT` for 2. */
export function errnoName(errno: number): string {
  return (
    ownNames.get(errno) ?? getSystemErrorMap().get(-errno)?.[0] ?? systemNames.get(errno) ?? `errno ${errno}`
  );
}
