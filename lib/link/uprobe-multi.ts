import { EINVAL, ENOENT, ESRCH } from "../errno.ts";
import { InvalidArgumentError, NoSymbolError } from "../errors.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attachTypeNumber } from "../spec/index.ts";
import { attached, type Hook } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { oneForEach } from "./choice.ts";
import type { Link } from "./link.ts";
import { binaryPath, requireElf } from "./target/binary.ts";
import { matchingOffsets, offsetsByName } from "./target/binary-symbols.ts";
import { noSymbol } from "./uprobe.ts";

/** One of `pattern`, `symbols` and `offsets` says where. */
export interface UprobeMultiOptions {
  /** The binary: a path, or the name of a library (`libc.so.6`) or program (`bash`) that is looked for. */
  binary: string;
  /** A glob over its functions, with `*` and `?`: `pthread_*`. */
  pattern?: string;
  /** Functions by name. */
  symbols?: readonly string[];
  /** Bytes from the start of the file. */
  offsets?: readonly (number | bigint)[] | BigUint64Array;
  /** One for each symbol or offset: what bpf_get_attach_cookie answers there. */
  cookies?: readonly bigint[] | BigUint64Array;
  /** One for each symbol or offset: where its counter stands in the file, 0 for none. */
  refCtrOffsets?: readonly (number | bigint)[] | BigUint64Array;
  /** Only this process. Default: all. */
  pid?: number;
  /** Attach to the returns. Default: what the SEC name says, else false. */
  retprobe?: boolean;
  /**
   * Attach to entry and return, with the program's answer at the entry deciding about the return. The program must be
   * loaded for it: SEC("uprobe.session"). Default: what the program was loaded for. Linux 6.13.
   */
  session?: boolean;
}

const BPF_F_UPROBE_MULTI_RETURN = 1;

/**
 * Attaches a program to many functions of a binary in one call and one link.
 *
 * @returns A link that the caller closes.
 * @throws NoSymbolError when a symbol does not exist or nothing matches the pattern.
 * @throws NotSupportedError when the kernel cannot.
 * @throws InvalidArgumentError, ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 6.6.
 */
export function uprobeMulti(program: Attachable, options: UprobeMultiOptions): Link {
  const handle = program[handleOf];
  const session = options.session ?? program.attachType === "trace-uprobe-session";
  const retprobe = options.retprobe ?? program.section.startsWith("uretprobe.multi");
  const given = [options.pattern, options.symbols, options.offsets].filter((way) => way !== undefined);
  if (given.length !== 1)
    throw new InvalidArgumentError("uprobe.multi takes one of pattern, symbols and offsets");
  if (session && retprobe)
    throw new InvalidArgumentError("a session has no retprobe: it sees the returns anyway");
  if (options.pattern !== undefined && (options.cookies ?? options.refCtrOffsets) !== undefined)
    throw new InvalidArgumentError(
      "cookies and refCtrOffsets go with symbols or offsets, whose number is known",
    );
  const places = (options.symbols ?? options.offsets)?.length ?? 0;
  oneForEach(places, options.cookies, "cookies");
  oneForEach(places, options.refCtrOffsets, "refCtrOffsets");
  const path = binaryPath(options.binary, options.pid);
  if (options.offsets === undefined) requireElf(path);
  const hook: Hook = {
    where: `${session ? "uprobe.session" : "uprobe.multi"} of ${path}`,
    types: ["kprobe"],
    since: session ? "6.13" : "6.6",
    config: "CONFIG_UPROBES",
    capability: "perfmon",
    explain: ({ errno }) => {
      if (errno === EINVAL && program.attachType === undefined && program.section !== "")
        return new InvalidArgumentError(
          `program "${program.name}" was not loaded for uprobe.multi`,
          'Its section is to begin with "uprobe.multi", or attachType of its spec to be "trace-uprobe-multi"',
        );
      if (errno === ESRCH && options.pid !== undefined)
        return new InvalidArgumentError(
          `cannot attach program "${program.name}" to ${path}: there is no process ${options.pid}`,
        );
      return undefined;
    },
  };
  return attached(program, hook, () =>
    native().linkCreate(handle, {
      attachType: attachTypeNumber(session ? "trace-uprobe-session" : "trace-uprobe-multi"),
      path,
      addresses: offsetsOf(program, path, options),
      ...(options.cookies && { cookies: BigUint64Array.from(options.cookies) }),
      ...(options.refCtrOffsets && { refCtrOffsets: BigUint64Array.from(options.refCtrOffsets, BigInt) }),
      ...(options.pid !== undefined && { pid: options.pid }),
      multiFlags: retprobe ? BPF_F_UPROBE_MULTI_RETURN : 0,
    }),
  );
}

function offsetsOf(program: Attachable, path: string, options: UprobeMultiOptions): BigUint64Array {
  const { pattern, symbols = [], offsets } = options;
  if (offsets !== undefined) return BigUint64Array.from(offsets, BigInt);
  if (pattern === undefined)
    return BigUint64Array.from(offsetsByName(path, symbols), (offset, i) => {
      if (offset === undefined) throw noSymbol(program, path, symbols[i] ?? "");
      return offset;
    });
  const found = matchingOffsets(path, pattern);
  if (found.length > 0) return found;
  throw new NoSymbolError(program.name, `no function of ${path} matches "${pattern}"`, pattern, [], {
    errno: ENOENT,
  });
}
