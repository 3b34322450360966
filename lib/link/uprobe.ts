import { cannotAttach } from "../errors/cannot-attach.ts";
import { EINVAL, ENOENT, ESRCH } from "../errors/errno.ts";
import { type EbpfError, InvalidArgumentError } from "../errors/index.ts";
import { pmuType, retprobeBit } from "../kernel/pmu.ts";
import { native } from "../native/addon.ts";
import type { NativeError } from "../native/handle.ts";
import { type AttachPlace, type Attempt, attached, attempt, noCookieInTracefs } from "./attach.ts";
import type { Attachable, AttachableTo, SingleProbe } from "./attachable.ts";
import type { Link } from "./link.ts";
import type { SomeOf } from "./one-of.ts";
import type { Checked } from "./options.ts";
import { binaryPath } from "./target/binary.ts";
import { functionOffset } from "./target/binary-symbols.ts";
import { withoutPmu } from "./without-pmu.ts";

/** Options of {@link uprobe}. Requires `symbol`, `offset` or both. */
export interface UprobeOptions {
  /**
   * The binary: a path, or the name of a library (`libc.so.6`) or program (`bash`). With `pid`, the path is resolved in
   * the file system of that process, and a name selects a file that the process has mapped.
   */
  binary: string;
  /** A function of the binary: `malloc` for the default version, `memcpy@GLIBC_2.2.5` for another version. */
  symbol?: string;
  /** Offset in bytes from the start of the function, or without `symbol` from the start of the file. Default 0. */
  offset?: number | bigint;
  /** The ID of the only process whose calls the program sees. Default: all processes. */
  pid?: number;
  /** The value that bpf_get_attach_cookie returns in the program. Default 0. @since Linux 5.15 */
  cookie?: bigint;
  /**
   * The file offset, in bytes, of a counter that the kernel increments while the probe is attached (the semaphore of a
   * USDT probe). Default: none. @since Linux 4.20
   */
  refCtrOffset?: number;
  /** How the uprobe is created, as for {@link KprobeOptions.mode}. Default `auto`. */
  mode?: "auto" | "perf" | "legacy";
}

/**
 * Attaches a program to the entry of a function of a program or library, or to an instruction in the function.
 *
 * Before Linux 5.15 the attachment is a perf event, before 4.17 an event in tracefs.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when the binary has no such function.
 * @throws {@link AmbiguousSymbolError} when several functions of the binary have the name.
 * @throws {@link AttachError} for an indirect function (IFUNC), where a probe would not see the calls.
 * @throws {@link ElfError} when the binary is malformed.
 * @throws {@link InvalidArgumentError} when the binary or the process does not exist.
 * @throws {@link NotSupportedError} when the kernel has no uprobes.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_PERFMON), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using probe = link.uprobe(program, { binary: "libc.so.6", symbol: "malloc" });
 * ```
 *
 * @since Linux 4.1
 */
export function uprobe(
  program: AttachableTo<SingleProbe>,
  options: SomeOf<UprobeOptions, "symbol" | "offset">,
): Link {
  return attach(attempt<UprobeOptions>("uprobe", program, options), false);
}

/** Options of {@link uretprobe}. */
export type UretprobeOptions = Omit<UprobeOptions, "refCtrOffset">;

/**
 * Attaches a program to the return of a function of a program or library. It otherwise works like {@link uprobe}.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link uprobe}.
 *
 * @example
 * ```ts
 * using probe = link.uretprobe(program, { binary: "bash", symbol: "readline" });
 * ```
 *
 * @since Linux 4.1
 */
export function uretprobe(
  program: AttachableTo<SingleProbe>,
  options: SomeOf<UretprobeOptions, "symbol" | "offset">,
): Link {
  return attach(attempt<UretprobeOptions>("uretprobe", program, options), true);
}

function attach(attempted: Attempt<UprobeOptions>, retprobe: boolean): Link {
  const { program, handle, options } = attempted;
  const { binary, symbol, offset = 0n, pid, cookie, refCtrOffset = 0, mode = "auto" } = options;
  const path = binaryPath(binary, pid);
  const kind = retprobe ? "uretprobe" : "uprobe";
  const type = pmuType("uprobe");
  const inTracefs = mode === "legacy" || type === undefined;
  const place: AttachPlace = {
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
      // perf_event_open needs a process or a CPU.
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
  const message = `${cannotAttach(program.name)} to ${path}`;
  if (pmuType("uprobe") === undefined && (errno === ENOENT || errno === EINVAL))
    return withoutPmu(message, error, "CONFIG_UPROBE_EVENTS");
  if (errno === ESRCH && options.pid !== undefined)
    return new InvalidArgumentError(`${message}: there is no process ${options.pid}`);
  if (errno === EINVAL && options.offset !== undefined)
    return new InvalidArgumentError(`${message}: no instruction can begin at offset ${options.offset}`);
  return undefined;
}
