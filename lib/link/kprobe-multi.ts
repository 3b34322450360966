import { cannotAttach } from "../errors/cannot-attach.ts";
import { EINVAL, ENOENT, EOPNOTSUPP, ESRCH } from "../errors/errno.ts";
import { type EbpfError, InvalidArgumentError, NoSymbolError, NotSupportedError } from "../errors/index.ts";
import { attachTypeNumber, runsAtReturn } from "../hooks/index.ts";
import { type Functions, functionsNamed, matchingFunctions } from "../kernel/functions.ts";
import { native } from "../native/addon.ts";
import type { NativeError } from "../native/handle.ts";
import { type AttachPlace, type Attempt, attached, attempt, lacking } from "./attach.ts";
import type { AttachableTo } from "./attachable.ts";
import type { Link } from "./link.ts";
import type { OneOf } from "./one-of.ts";
import { namedFunctions, noneOfFunctions, refuseAmbiguousAmong } from "./target/kernel-function.ts";

/** Options of {@link kprobeMulti}. Exactly one of `pattern`, `symbols` and `addresses` selects the functions. */
export interface KprobeMultiOptions {
  /** A glob with `*` and `?` that selects functions by name, for example `tcp_*`. */
  pattern?: string;
  /** Function names. A function of a module is given as `module:function`. */
  symbols?: readonly string[];
  /** Kernel addresses of functions. */
  addresses?: readonly bigint[] | BigUint64Array;
  /** The values that bpf_get_attach_cookie returns, one for each symbol or address. Default 0 for each. */
  cookies?: readonly bigint[] | BigUint64Array;
  /** Attach to the returns of the functions. Default: according to the SEC name, else false. */
  retprobe?: boolean;
  /**
   * Attach to both entry and return. The return value of the program at the entry decides whether the program also runs
   * at the return. The program must be loaded for sessions: SEC("kprobe.session"). Default: as the program was loaded.
   * @since Linux 6.10
   */
  session?: boolean;
}

const BPF_F_KPROBE_MULTI_RETURN = 1;

/**
 * Attaches a program to many kernel functions with one system call and one link.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when a symbol does not exist or no function matches the pattern.
 * @throws {@link AmbiguousSymbolError} when several functions have the name of a symbol. A pattern selects all of them.
 * @throws {@link NotSupportedError} when the kernel is too old or built without CONFIG_FPROBE.
 * @throws {@link AttachError}, {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError}
 * (CAP_PERFMON), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using probes = link.kprobeMulti(program, { pattern: "tcp_v4_*" });
 * ```
 *
 * @since Linux 5.18
 */
export function kprobeMulti(
  program: AttachableTo<"kprobe-multi">,
  options: OneOf<KprobeMultiOptions, "pattern" | "symbols" | "addresses">,
): Link {
  const attempted = attempt<KprobeMultiOptions>("kprobe-multi", program, options);
  const { pattern, symbols, addresses, cookies } = attempted.options;
  const session = attempted.options.session ?? program.attachType === "trace-kprobe-session";
  const retprobe = attempted.options.retprobe ?? runsAtReturn(program.section);
  if (session && retprobe)
    throw new InvalidArgumentError(
      "options of link.kprobeMulti: expected session or retprobe, not both: a session sees the returns",
    );
  const attachType = session ? "trace-kprobe-session" : "trace-kprobe-multi";
  const what = pattern ?? symbols?.slice(0, 3).join(", ") ?? `${addresses?.length} addresses`;
  const place: AttachPlace = {
    where: `${session ? "kprobe.session" : "kprobe.multi"} "${what}"`,
    attachType,
    explain: (error) => explain(attempted, place, error),
  };
  return attached(attempted, place, () => {
    const functions =
      pattern !== undefined
        ? functionsOf(attempted, place, pattern)
        : symbols !== undefined
          ? namedFunctions(program, symbols)
          : { ...(addresses && { addresses }) };
    if ((functions.symbols ?? functions.addresses)?.length === 0)
      throw nothingMatches(attempted, place, pattern ?? "");
    const link = native().linkCreate(attempted.handle, {
      attachType: attachTypeNumber(attachType),
      ...functions,
      ...(cookies && { cookies }),
      multiFlags: retprobe ? BPF_F_KPROBE_MULTI_RETURN : 0,
    });
    return symbols === undefined || functions.symbols === undefined
      ? link
      : refuseAmbiguousAmong(program, symbols, link);
  });
}

/** The functions that match a pattern. A lack of the kernel comes before an error from reading the list of functions. */
function functionsOf(attempted: Attempt<object>, place: AttachPlace, pattern: string): Functions {
  try {
    return matchingFunctions(pattern);
  } catch (error) {
    throw notSupported(attempted, place) ?? error;
  }
}

function notSupported(attempted: Attempt<object>, place: AttachPlace): NotSupportedError | undefined {
  const lack = lacking(attempted, place);
  if (lack === undefined) return undefined;
  return new NotSupportedError(`${cannotAttach(attempted.program.name)} to ${place.where}`, {
    operation: "attach",
    remedy: lack,
  });
}

function nothingMatches(attempted: Attempt<object>, place: AttachPlace, pattern: string): EbpfError {
  const { program } = attempted;
  const unsupported = notSupported(attempted, place);
  if (unsupported !== undefined) return unsupported;
  return new NoSymbolError(`no function that can be probed matches "${pattern}"`, {
    program: program.name,
    symbol: pattern,
    nearest: [],
    errno: ENOENT,
    remedy: "See /sys/kernel/tracing/available_filter_functions",
  });
}

function explain(
  attempted: Attempt<KprobeMultiOptions>,
  place: AttachPlace,
  error: NativeError,
): EbpfError | undefined {
  const { program, options } = attempted;
  const { errno } = error;
  const { symbols } = options;
  // The kernel does not report which symbol is missing. Linux 5.18 returns EINVAL, as for other invalid arguments.
  const missing = errno === ESRCH || errno === ENOENT;
  if (symbols !== undefined && (missing || (errno === EINVAL && symbols.some(isUnknown))))
    return noneOfFunctions(program, symbols, error);
  // Without CONFIG_FPROBE, for example on older arm64 kernels, the kernel returns EOPNOTSUPP.
  if (errno === EOPNOTSUPP && lacking(attempted, place) === undefined)
    return new NotSupportedError(`${cannotAttach(program.name)} to ${place.where}`, {
      operation: "attach",
      errno,
      cause: error,
      remedy: "This kernel is built without CONFIG_FPROBE",
    });
  return undefined;
}

function isUnknown(symbol: string): boolean {
  return functionsNamed(symbol).length === 0;
}
