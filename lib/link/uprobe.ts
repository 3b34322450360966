import { EINVAL, ENOENT, ESRCH } from "../errno.ts";
import { type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors.ts";
import { pmuType, retprobeBit } from "../kernel/pmu.ts";
import type { NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { type Attempt, attached, attempt, noCookieInTracefs, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import type { Checked } from "./options.ts";
import { binaryPath } from "./target/binary.ts";
import { functionOffset } from "./target/binary-symbols.ts";

export interface UprobeOptions {
  /**
   * The binary: a path, or the name of a library (`libc.so.6`) or program (`bash`). With `pid` it is what that process
   * sees at the path, or has mapped under the name.
   */
  binary: string;
  /** A function in it: `malloc`, of which the default version is meant, or `memcpy@GLIBC_2.2.5`. */
  symbol?: string;
  /** Bytes from the function's start, or from that of the file when there is no symbol. Default 0. */
  offset?: number | bigint;
  /** Only this process. Default: all. */
  pid?: number;
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 5.15. */
  cookie?: bigint;
  /** Where in the file a counter stands that is raised while the probe is there: the semaphore of a USDT probe. */
  refCtrOffset?: number;
  /** As with kprobes: a bpf_link, a perf event, or an event in tracefs. Default `auto`. */
  mode?: "auto" | "perf" | "legacy";
}

/**
 * Attaches a program to a function's entry in a program or library, or to an instruction in it.
 *
 * Before Linux 5.15 the attachment is a perf event, before 4.17 an event in tracefs.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when the binary has no such function, {@link AmbiguousSymbolError} when it has several.
 * @throws {@link AttachError} for an IFUNC, on which a probe would not see the calls.
 * @throws {@link ElfError} when the binary is malformed, {@link InvalidArgumentError} when there is none.
 * @throws NotSupportedError when the kernel has no uprobes.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 4.1.
 */
export function uprobe(program: Attachable, options: UprobeOptions): Link {
  return attach(attempt("uprobe", program, options), false);
}

export type UretprobeOptions = Omit<UprobeOptions, "refCtrOffset">;

/**
 * Attaches a program to a function's return in a program or library. What {@link uprobe} says holds here.
 *
 * @returns A link that the caller closes.
 * @throws What {@link uprobe} throws.
 *
 * Linux 4.1.
 */
export function uretprobe(program: Attachable, options: UretprobeOptions): Link {
  return attach(attempt("uretprobe", program, options), true);
}

function attach(attempted: Attempt<UprobeOptions>, retprobe: boolean): Link {
  const { program, handle, options } = attempted;
  const { binary, symbol, offset = 0n, pid, cookie, refCtrOffset = 0, mode = "auto" } = options;
  const path = binaryPath(binary, pid);
  const kind = retprobe ? "uretprobe" : "uprobe";
  const type = pmuType("uprobe");
  const inTracefs = mode === "legacy" || type === undefined;
  const place: Place = {
    where: `${kind} "${symbol ?? `+0x${offset.toString(16)}`}" of ${path}`,
    ...(inTracefs && { nature: "libbpf", outlives: true }),
    explain: (error) => explain(program, options, path, error),
  };
  return attached(attempted, place, () => {
    const start = symbol === undefined ? 0n : functionOffset(program, path, symbol);
    const at = start + offset;
    if (inTracefs) {
      if (cookie !== undefined) throw noCookieInTracefs(attempted);
      return native().attachLegacyUprobe(handle, { path, offset: at, retprobe, pid: pid ?? -1 });
    }
    return native().attachPerfEvent(handle, {
      type,
      config: (BigInt(refCtrOffset) << 32n) | (retprobe ? retprobeBit("uprobe") : 0n),
      name: path,
      config2: at,
      pid: pid ?? -1,
      // The kernel wants one of the two.
      cpu: pid === undefined ? 0 : -1,
      ioctl: mode === "perf",
      ...(cookie !== undefined && { cookie }),
    });
  });
}

function explain(
  program: Attachable,
  options: Checked<UprobeOptions>,
  path: string,
  error: NativeError,
): EbpfError | undefined {
  const { errno } = error;
  const message = `cannot attach program "${program.name}" to ${path}`;
  if (pmuType("uprobe") === undefined && (errno === ENOENT || errno === EINVAL))
    return new NotSupportedError(message, {
      operation: "attach",
      errno,
      cause: error,
      remedy: "This kernel is built without CONFIG_UPROBE_EVENTS",
    });
  if (errno === ESRCH && options.pid !== undefined)
    return new InvalidArgumentError(`${message}: there is no process ${options.pid}`);
  if (errno === EINVAL && options.offset !== undefined)
    return new InvalidArgumentError(`${message}: no instruction can begin at offset ${options.offset}`);
  return undefined;
}
