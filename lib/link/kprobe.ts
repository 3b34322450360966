import { cannotAttach } from "../errors/cannot-attach.ts";
import { EACCES, EADDRNOTAVAIL, EILSEQ, EINVAL, ENOENT, EPERM } from "../errors/errno.ts";
import { AttachError, type EbpfError } from "../errors/index.ts";
import { runsAtReturn } from "../hooks/index.ts";
import { pmuType, retprobeBit } from "../kernel/pmu.ts";
import { functionNames, syscallFunctions } from "../kernel/syscalls.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import { type AttachPlace, type Attempt, attached, attempt, noCookieInTracefs } from "./attach.ts";
import type { AttachableTo, SingleProbe } from "./attachable.ts";
import type { Link } from "./link.ts";
import type { OneOf } from "./one-of.ts";
import {
  ambiguousFunction,
  moduleFunctionAddress,
  noFunction,
  refuseAmbiguous,
} from "./target/kernel-function.ts";
import { withoutPmu } from "./without-pmu.ts";

/** Options of {@link kprobe}. Exactly one of `symbol` and `address` selects the function. */
export interface KprobeOptions {
  /**
   * A kernel function, for example `do_unlinkat`. A function of a module is given as `nf_nat:nf_nat_setup_info`. The
   * architecture prefix of a syscall function can be omitted (`sys_execve`) or be that of another architecture.
   */
  symbol?: string;
  /** Offset in bytes from the start of the function to an instruction. Default 0. Not for return probes. */
  offset?: number;
  /** A kernel address, instead of `symbol`. */
  address?: bigint;
  /** The value that bpf_get_attach_cookie returns in the program. Default 0. @since Linux 5.15 */
  cookie?: bigint;
  /**
   * How the kprobe is created:
   *
   * - `auto`: a bpf_link; a perf event before Linux 5.15; an event in tracefs before 4.17.
   * - `perf`: a perf event without a bpf_link.
   * - `legacy`: an event in tracefs, which remains if the process is killed. Only for programs that this process loaded
   *   from an object.
   *
   * Default `auto`.
   */
  mode?: "auto" | "perf" | "legacy";
}

/**
 * Attaches a program to the entry of a kernel function, or to an instruction in the function.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when the kernel has no such function.
 * @throws {@link AmbiguousSymbolError} when several functions have the name. Select one of them by its address.
 * @throws {@link AttachError} when the kernel does not allow a probe there.
 * @throws {@link NotSupportedError} when the kernel has no kprobes.
 * @throws {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError} (CAP_PERFMON),
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * using probe = link.kprobe(program, { symbol: "do_unlinkat" });
 * ```
 *
 * @since Linux 4.1
 */
export function kprobe(
  program: AttachableTo<SingleProbe>,
  options: OneOf<KprobeOptions, "symbol" | "address">,
): Link {
  return attach(attempt<KprobeOptions>("kprobe", program, options), options.symbol);
}

/** Options of {@link kretprobe}. */
export type KretprobeOptions = Omit<KprobeOptions, "offset">;

/**
 * Attaches a program to the return of a kernel function. It otherwise works like {@link kprobe}.
 *
 * The kernel tracks a limited number of concurrent calls (twice the number of CPUs) and misses the returns of the other
 * calls. fexit and kprobe.multi have no such limit.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link kprobe}.
 *
 * @example
 * ```ts
 * using probe = link.kretprobe(program, { symbol: "do_unlinkat" });
 * ```
 *
 * @since Linux 4.1
 */
export function kretprobe(
  program: AttachableTo<SingleProbe>,
  options: OneOf<KretprobeOptions, "symbol" | "address">,
): Link {
  return attach(attempt<KretprobeOptions>("kretprobe", program, options), options.symbol, true);
}

/** Options of {@link ksyscall}. */
export interface KsyscallOptions extends Pick<KprobeOptions, "cookie" | "mode"> {
  /** The name of the syscall as in the man pages, for example `execve`. */
  syscall: string;
  /** Attach to the return of the syscall. Default: according to the SEC name, else false. */
  retprobe?: boolean;
}

/**
 * Attaches a program to the kernel function of a syscall. The name of that function depends on the kernel and the
 * architecture: `__x64_sys_execve`, `__arm64_sys_execve`, `__se_sys_execve` or `sys_execve`. The program does not run
 * for syscalls of 32-bit processes on a 64-bit kernel.
 *
 * The program reads the arguments with the macro BPF_KSYSCALL, which uses `.kconfig` variables of libbpf.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link kprobe}.
 *
 * @example
 * ```ts
 * using probe = link.ksyscall(program, { syscall: "execve" });
 * ```
 *
 * @since Linux 4.1
 */
export function ksyscall(program: AttachableTo<SingleProbe>, options: KsyscallOptions): Link {
  const attempted = attempt("ksyscall", program, options);
  const { syscall, retprobe = runsAtReturn(program.section) } = attempted.options;
  return attach(attempted, syscall, retprobe, syscallFunctions(syscall));
}

/** Attaches to the first of several possible names of a function that the kernel has. */
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
  const place: AttachPlace = {
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

// Reads the symbols of the kernel only where the error depends on them: programs attach to see whether a function
// exists, so failures must be cheap.
function explain(
  { program, options }: Attempt<KprobeOptions>,
  { where }: AttachPlace,
  symbol: string | undefined,
  error: NativeError,
): EbpfError | undefined {
  const { errno, log } = error;
  const cause = { operation: "attach", errno, cause: error };
  const message = `${cannotAttach(program.name)} to ${where}`;
  if (pmuType("kprobe") === undefined && errno !== EPERM && errno !== EACCES)
    return withoutPmu(message, error, "CONFIG_KPROBE_EVENTS");
  if (symbol !== undefined && errno === ENOENT) return noFunction(program, symbol, error);
  // Linux 6.6 and stable kernels since: several functions have the name.
  if (symbol !== undefined && errno === EADDRNOTAVAIL) return ambiguousFunction(program, symbol, error);
  if (errno === EILSEQ)
    return new AttachError(`${message}: no instruction begins there`, {
      program: program.name,
      log,
      ...cause,
      remedy:
        options.offset === undefined ? undefined : "List the instructions with objdump -d, or omit offset",
    });
  if (errno === EINVAL)
    return new AttachError(`${message}: the kernel does not allow a probe there`, {
      program: program.name,
      log,
      ...cause,
      remedy: "See /sys/kernel/debug/kprobes/blacklist; an offset must lie within its function",
    });
  return undefined;
}
