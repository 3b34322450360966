import { EACCES, EADDRNOTAVAIL, EINVAL, ENOENT, EPERM } from "../errno.ts";
import { AttachError, InvalidArgumentError, NoSymbolError, NotSupportedError } from "../errors.ts";
import { runsAtReturn } from "../hooks/index.ts";
import { functionNames, isFunction, nearestFunctions, syscallFunctions } from "../kernel/functions.ts";
import { pmuType, retprobeBit } from "../kernel/pmu.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { type Attempt, attached, attempt, noCookieInTracefs, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

export interface KprobeOptions {
  /**
   * A kernel function: `do_unlinkat`. A syscall's function may be given without the prefix of the architecture
   * (`sys_execve`), or with that of another one.
   */
  symbol?: string;
  /** Bytes from the function's start, where an instruction begins. Default 0. Not for return probes. */
  offset?: number;
  /** Where in the kernel, instead of `symbol`. */
  address?: bigint;
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 5.15. */
  cookie?: bigint;
  /**
   * - `auto`: a bpf_link, before Linux 5.15 a perf event, before 4.17 an event in tracefs.
   * - `perf`: a perf event without a bpf_link.
   * - `legacy`: an event in tracefs, which stays there when the process is killed. Only for programs of an object.
   *
   * Default `auto`.
   */
  mode?: "auto" | "perf" | "legacy";
}

/**
 * Attaches a program to a kernel function's entry, or to an instruction in it.
 *
 * @returns A link that the caller closes.
 * @throws NoSymbolError when there is no such function, AttachError when it cannot be probed.
 * @throws NotSupportedError when the kernel has no kprobes.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 4.1.
 */
export function kprobe(program: Attachable, options: KprobeOptions): Link {
  return attach(attempt("kprobe", program, options), options.symbol);
}

export type KretprobeOptions = Omit<KprobeOptions, "offset">;

/**
 * Attaches a program to a kernel function's return. What {@link kprobe} says holds here.
 *
 * The kernel has room for a limited number of calls that are in progress at once (twice the CPUs), and misses the
 * returns of the others; fexit and kprobe.multi have no such limit.
 *
 * @returns A link that the caller closes.
 * @throws What {@link kprobe} throws.
 *
 * Linux 4.1.
 */
export function kretprobe(program: Attachable, options: KretprobeOptions): Link {
  return attach(attempt("kretprobe", program, options), options.symbol, true);
}

export interface KsyscallOptions extends Pick<KprobeOptions, "cookie" | "mode"> {
  /** As in the man pages: `execve`. */
  syscall: string;
  /** Attach to its return. Default: what the SEC name says, else false. */
  retprobe?: boolean;
}

/**
 * Attaches a program to the kernel's function for a syscall, whatever this kernel calls it: `__x64_sys_execve`,
 * `__arm64_sys_execve`, `__se_sys_execve`, `sys_execve`. Calls of 32-bit processes on a 64-bit kernel are not seen.
 *
 * @returns A link that the caller closes.
 * @throws What {@link kprobe} throws.
 *
 * Linux 4.1. The program finds its arguments with BPF_KSYSCALL, which needs libbpf's `.kconfig`.
 */
export function ksyscall(program: Attachable, options: KsyscallOptions): Link {
  const attempted = attempt("ksyscall", program, options);
  const { syscall, retprobe = runsAtReturn(program.section) } = attempted.options;
  return attach(attempted, syscall, retprobe, syscallFunctions(syscall));
}

/** Attaches to the first of several names under which a function may be known. */
function attach(
  attempted: Attempt<KprobeOptions>,
  symbol: string | undefined,
  retprobe = false,
  candidates?: readonly string[],
): Link {
  const { program, options } = attempted;
  const { address, offset = 0, mode } = options;
  const names = candidates ?? (symbol === undefined ? [] : functionNames(symbol));
  const what = symbol ?? `0x${address?.toString(16)}`;
  const inTracefs = symbol !== undefined && (mode === "legacy" || pmuType("kprobe") === undefined);
  const kind = retprobe ? "kretprobe" : "kprobe";
  const place: Place = {
    where: `${kind} "${what}"${offset === 0 ? "" : `+0x${offset.toString(16)}`}`,
    ...(inTracefs && { nature: "libbpf", outlives: true }),
    explain: (error) => explain(program, what, kind, error),
  };
  return attached(attempted, place, () => {
    if (symbol === undefined) return attachOne(attempted, undefined, retprobe);
    for (const [i, name] of names.entries()) {
      try {
        return attachOne(attempted, name, retprobe);
      } catch (error) {
        if (!isNativeError(error) || !isUnknown(error.errno) || i === names.length - 1) throw error;
      }
    }
    throw new InvalidArgumentError("a kprobe takes a symbol");
  });
}

function isUnknown(errno: number): boolean {
  return errno === ENOENT || errno === EADDRNOTAVAIL;
}

function attachOne(attempted: Attempt<KprobeOptions>, symbol: string | undefined, retprobe: boolean): Handle {
  const { handle, options } = attempted;
  const { offset = 0, mode = "auto", address, cookie } = options;
  const type = pmuType("kprobe");
  if (symbol !== undefined && (mode === "legacy" || type === undefined)) {
    if (cookie !== undefined) throw noCookieInTracefs(attempted);
    return native().attachLegacyKprobe(handle, { symbol, offset, retprobe });
  }
  return native().attachPerfEvent(handle, {
    type: type ?? 0,
    config: retprobe ? retprobeBit("kprobe") : 0n,
    ...(symbol !== undefined && { name: symbol }),
    config2: address ?? BigInt(offset),
    pid: -1,
    cpu: 0,
    ioctl: mode === "perf",
    ...(cookie !== undefined && { cookie }),
  });
}

function explain(program: Attachable, symbol: string, kind: string, error: NativeError) {
  const { errno, log } = error;
  const options = { operation: "attach", errno, cause: error };
  const message = `cannot attach program "${program.name}" to ${kind} "${symbol}"`;
  if (isUnknown(errno) && pmuType("kprobe") !== undefined && !isFunction(symbol))
    return new NoSymbolError(
      program.name,
      `no such function in this kernel, "${symbol}"`,
      symbol,
      nearestFunctions(symbol),
      { errno, cause: error, remedy: "See /proc/kallsyms" },
    );
  if (pmuType("kprobe") === undefined && errno !== EPERM && errno !== EACCES)
    return new NotSupportedError(message, {
      ...options,
      remedy: "This kernel is built without CONFIG_KPROBE_EVENTS",
    });
  if (isUnknown(errno) || errno === EINVAL)
    return new AttachError(program.name, `${message}: the kernel does not let this function be probed`, log, {
      ...options,
      remedy:
        "See /sys/kernel/debug/kprobes/blacklist; inlined functions and odd offsets cannot be probed either",
    });
  return undefined;
}
