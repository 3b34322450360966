import { EACCES, EADDRNOTAVAIL, EILSEQ, EINVAL, ENOENT, EPERM } from "../errno.ts";
import { AttachError, type EbpfError, NotSupportedError } from "../errors.ts";
import { runsAtReturn } from "../hooks/index.ts";
import { pmuType, retprobeBit } from "../kernel/pmu.ts";
import { functionNames, syscallFunctions } from "../kernel/syscalls.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { type Attempt, attached, attempt, noCookieInTracefs, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import {
  ambiguousFunction,
  moduleFunctionAddress,
  noFunction,
  refuseAmbiguous,
} from "./target/kernel-function.ts";

export interface KprobeOptions {
  /**
   * A kernel function: `do_unlinkat`, or `nf_nat:nf_nat_setup_info` for that of a module. A syscall's function may be
   * given without the prefix of the architecture (`sys_execve`), or with that of another one.
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
 * @throws {@link NoSymbolError} when there is no such function, {@link AmbiguousSymbolError} when there are several of
 * that name: one is then attached to by its address.
 * @throws {@link AttachError} when it cannot be probed.
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
  const { options } = attempted;
  const { address, offset = 0, mode } = options;
  const names = candidates ?? (symbol === undefined ? [] : functionNames(symbol));
  const what = symbol ?? `0x${address?.toString(16)}`;
  const inTracefs = symbol !== undefined && (mode === "legacy" || pmuType("kprobe") === undefined);
  const place: Place = {
    where: `${retprobe ? "kretprobe" : "kprobe"} "${what}"${offset === 0 ? "" : `+0x${offset.toString(16)}`}`,
    ...(inTracefs && { nature: "libbpf", outlives: true }),
    explain: (error) => explain(attempted, place, symbol, error),
  };
  return attached(attempted, place, () => {
    let unknown: NativeError | undefined;
    for (const name of names) {
      try {
        return attachOne(attempted, name, retprobe);
      } catch (error) {
        if (!isNativeError(error) || error.errno !== ENOENT) throw error;
        unknown = error;
      }
    }
    if (unknown !== undefined) throw unknown;
    return attachOne(attempted, undefined, retprobe);
  });
}

function attachOne(attempted: Attempt<KprobeOptions>, symbol: string | undefined, retprobe: boolean): Handle {
  const { program, handle, options } = attempted;
  const { offset = 0, mode = "auto", cookie } = options;
  const type = pmuType("kprobe");
  if (symbol !== undefined && (mode === "legacy" || type === undefined)) {
    if (cookie !== undefined) throw noCookieInTracefs(attempted);
    return refuseAmbiguous(
      program,
      symbol,
      native().attachLegacyKprobe(handle, { symbol, offset, retprobe }),
    );
  }
  const start = symbol === undefined ? options.address : moduleFunctionAddress(program, symbol);
  const link = native().attachPerfEvent(handle, {
    type: type ?? 0,
    config: retprobe ? retprobeBit("kprobe") : 0n,
    ...(start === undefined && symbol !== undefined && { name: symbol }),
    config2: (start ?? 0n) + BigInt(offset),
    pid: -1,
    cpu: 0,
    ioctl: mode === "perf",
    ...(cookie !== undefined && { cookie }),
  });
  return symbol === undefined ? link : refuseAmbiguous(program, symbol, link);
}

// Nothing here reads what the kernel has unless the answer depends on it: failing is how programs look for functions.
function explain(
  { program, options }: Attempt<KprobeOptions>,
  { where }: Place,
  symbol: string | undefined,
  error: NativeError,
): EbpfError | undefined {
  const { errno, log } = error;
  const cause = { operation: "attach", errno, cause: error };
  const message = `cannot attach program "${program.name}" to ${where}`;
  if (pmuType("kprobe") === undefined && errno !== EPERM && errno !== EACCES)
    return new NotSupportedError(message, {
      ...cause,
      remedy: "This kernel is built without CONFIG_KPROBE_EVENTS",
    });
  if (symbol !== undefined && errno === ENOENT) return noFunction(program, symbol, error);
  // From 6.6, and in the stable kernels since: the name is that of several functions.
  if (symbol !== undefined && errno === EADDRNOTAVAIL) return ambiguousFunction(program, symbol, error);
  if (errno === EILSEQ)
    return new AttachError(program.name, `${message}: no instruction begins there`, log, {
      ...cause,
      remedy:
        options.offset === undefined
          ? undefined
          : "See where instructions begin with objdump -d, or leave out offset",
    });
  if (errno === EINVAL)
    return new AttachError(program.name, `${message}: the kernel does not let this place be probed`, log, {
      ...cause,
      remedy: "See /sys/kernel/debug/kprobes/blacklist; an offset must lie within its function",
    });
  return undefined;
}
