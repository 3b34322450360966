import { EACCES, EADDRNOTAVAIL, EINVAL, ENOENT, EPERM } from "../errno.ts";
import { AttachError, InvalidArgumentError, NoSymbolError, NotSupportedError } from "../errors.ts";
import { functionNames, isFunction, nearestFunctions } from "../kernel/functions.ts";
import { pmuType, retprobeBit } from "../kernel/pmu.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attached, type Hook } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { kernelLacks } from "./kernel.ts";
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
  return attachKprobe(program, options, false);
}

/** Attaches to the first of several names under which a function may be known. */
export function attachKprobe(
  program: Attachable,
  options: KprobeOptions,
  retprobe: boolean,
  candidates?: readonly string[],
): Link {
  const handle = program[handleOf];
  const { symbol, address, offset = 0 } = options;
  if ((symbol === undefined) === (address === undefined))
    throw new InvalidArgumentError("a kprobe takes either a symbol or an address");
  if (retprobe && offset !== 0) throw new InvalidArgumentError("a return probe has no offset");
  const names = candidates ?? (symbol === undefined ? [] : functionNames(symbol));
  const what = symbol ?? `0x${address?.toString(16)}`;
  const inTracefs = symbol !== undefined && (options.mode === "legacy" || pmuType("kprobe") === undefined);
  const kind = retprobe ? "kretprobe" : "kprobe";
  const hook: Hook = {
    where: `${kind} "${what}"${offset === 0 ? "" : `+0x${offset.toString(16)}`}`,
    types: ["kprobe"],
    since: options.cookie === undefined ? "4.1" : "5.15",
    config: probeConfig,
    capability: "perfmon",
    ...(inTracefs && { nature: "libbpf", outlives: true }),
    explain: (error) => explainKprobe(program, what, kind, error),
  };
  return attached(program, hook, () => {
    if (symbol === undefined) return attachOne(handle, undefined, options, retprobe);
    for (const [i, name] of names.entries()) {
      try {
        return attachOne(handle, name, options, retprobe);
      } catch (error) {
        if (!isNativeError(error) || !isUnknown(error.errno) || i === names.length - 1) throw error;
      }
    }
    throw new InvalidArgumentError("a kprobe takes a symbol");
  });
}

const probeConfig = "CONFIG_KPROBES CONFIG_KPROBE_EVENTS";

function isUnknown(errno: number): boolean {
  return errno === ENOENT || errno === EADDRNOTAVAIL;
}

function attachOne(
  program: Handle,
  symbol: string | undefined,
  options: KprobeOptions,
  retprobe: boolean,
): Handle {
  const { offset = 0, mode = "auto", address, cookie } = options;
  const type = pmuType("kprobe");
  if (symbol !== undefined && (mode === "legacy" || type === undefined)) {
    if (cookie !== undefined)
      throw new NotSupportedError("the program of a probe in tracefs sees no cookie", {
        operation: "attach",
        remedy: kernelLacks("5.15", probeConfig),
      });
    return native().attachLegacyKprobe(program, { symbol, offset, retprobe });
  }
  return native().attachPerfEvent(program, {
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

function explainKprobe(program: Attachable, symbol: string, kind: string, error: NativeError) {
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
