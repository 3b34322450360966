import { EINVAL, ENOENT, EOPNOTSUPP, ESRCH } from "../errno.ts";
import { type EbpfError, InvalidArgumentError, NoSymbolError, NotSupportedError } from "../errors.ts";
import { isFunction, matchingFunctions, nearestFunctions } from "../kernel/functions.ts";
import type { NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attachTypeNumber } from "../spec/index.ts";
import { attached, type Hook } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { oneForEach } from "./choice.ts";
import { kernelLacks } from "./kernel.ts";
import type { Link } from "./link.ts";

/** One of `pattern`, `symbols` and `addresses` says where. */
export interface KprobeMultiOptions {
  /** A glob over the functions that can be probed, with `*` and `?`: `tcp_*`. */
  pattern?: string;
  /** Functions by name. */
  symbols?: readonly string[];
  /** Functions by address in the kernel. */
  addresses?: readonly bigint[] | BigUint64Array;
  /** One for each symbol or address: what bpf_get_attach_cookie answers there. */
  cookies?: readonly bigint[] | BigUint64Array;
  /** Attach to the returns. Default: what the SEC name says, else false. */
  retprobe?: boolean;
  /**
   * Attach to entry and return, with the program's answer at the entry deciding about the return. The program must be
   * loaded for it: SEC("kprobe.session"). Default: what the program was loaded for. Linux 6.10.
   */
  session?: boolean;
}

const BPF_F_KPROBE_MULTI_RETURN = 1;

/**
 * Attaches a program to many kernel functions in one call and one link.
 *
 * @returns A link that the caller closes.
 * @throws NoSymbolError when a symbol does not exist or nothing matches the pattern.
 * @throws NotSupportedError when the kernel cannot: it needs CONFIG_FPROBE.
 * @throws InvalidArgumentError, ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 5.18.
 */
export function kprobeMulti(program: Attachable, options: KprobeMultiOptions): Link {
  const handle = program[handleOf];
  const session = options.session ?? program.attachType === "trace-kprobe-session";
  const retprobe = options.retprobe ?? program.section.startsWith("kretprobe.multi");
  const given = [options.pattern, options.symbols, options.addresses].filter((way) => way !== undefined);
  if (given.length !== 1)
    throw new InvalidArgumentError("kprobe.multi takes one of pattern, symbols and addresses");
  if (session && retprobe)
    throw new InvalidArgumentError("a session has no retprobe: it sees the returns anyway");
  const { pattern } = options;
  if (pattern !== undefined && options.cookies !== undefined)
    throw new InvalidArgumentError("cookies go with symbols or addresses, whose number is known");
  oneForEach((options.symbols ?? options.addresses)?.length ?? 0, options.cookies, "cookies");
  const where =
    pattern ?? options.symbols?.slice(0, 3).join(", ") ?? `${options.addresses?.length} addresses`;
  const hook: Hook = {
    where: `${session ? "kprobe.session" : "kprobe.multi"} "${where}"`,
    types: ["kprobe"],
    since: session ? "6.10" : "5.18",
    config: "CONFIG_FPROBE",
    capability: "perfmon",
    explain: (error) => explain(program, options, error),
  };
  return attached(program, hook, () => {
    const functions =
      pattern === undefined
        ? {
            ...(options.symbols && { symbols: [...options.symbols] }),
            ...(options.addresses && { addresses: BigUint64Array.from(options.addresses) }),
          }
        : matchingFunctions(pattern);
    if ((functions.symbols ?? functions.addresses)?.length === 0)
      throw nothingMatches(program, pattern ?? "");
    return native().linkCreate(handle, {
      attachType: attachTypeNumber(session ? "trace-kprobe-session" : "trace-kprobe-multi"),
      ...functions,
      ...(options.cookies && { cookies: BigUint64Array.from(options.cookies) }),
      multiFlags: retprobe ? BPF_F_KPROBE_MULTI_RETURN : 0,
    });
  });
}

function nothingMatches(program: Attachable, pattern: string): EbpfError {
  const lack = kernelLacks("5.18", "CONFIG_FPROBE");
  const message = `cannot attach program "${program.name}" to kprobe.multi "${pattern}"`;
  if (lack !== undefined) return new NotSupportedError(message, { operation: "attach", remedy: lack });
  return new NoSymbolError(program.name, `no function that can be probed matches "${pattern}"`, pattern, [], {
    errno: ENOENT,
    remedy: "See /sys/kernel/tracing/available_filter_functions",
  });
}

function explain(
  program: Attachable,
  options: KprobeMultiOptions,
  error: NativeError,
): EbpfError | undefined {
  const { errno } = error;
  const message = `cannot attach program "${program.name}" to kprobe.multi`;
  const unknown = options.symbols?.find((symbol) => !isFunction(symbol));
  if ((errno === ESRCH || errno === ENOENT || errno === EINVAL) && unknown !== undefined)
    return new NoSymbolError(
      program.name,
      `no such function in this kernel, "${unknown}"`,
      unknown,
      nearestFunctions(unknown),
      { errno, cause: error, remedy: "See /proc/kallsyms" },
    );
  // Without CONFIG_FPROBE, as on arm64 for long, the kernel says EOPNOTSUPP.
  if (errno === EOPNOTSUPP)
    return new NotSupportedError(message, {
      operation: "attach",
      errno,
      cause: error,
      remedy: kernelLacks("5.18", "CONFIG_FPROBE") ?? "This kernel is built without CONFIG_FPROBE",
    });
  return undefined;
}
