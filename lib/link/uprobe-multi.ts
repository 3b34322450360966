import { EINVAL, ESRCH } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import { attachTypeNumber, runsAtReturn } from "../hooks/index.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import type { Checked } from "./options.ts";
import { binaryPath } from "./target/binary.ts";
import { functionOffsets, matchingOffsets } from "./target/binary-symbols.ts";

/** One of `pattern`, `symbols` and `offsets` says where. */
export interface UprobeMultiOptions {
  /** The binary, as for {@link uprobe}. */
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
 * @throws {@link NoSymbolError} when a symbol does not exist or nothing matches the pattern.
 * @throws {@link AmbiguousSymbolError} when a symbol is that of several functions; a pattern takes all of them.
 * @throws {@link ElfError} when the binary is malformed.
 * @throws NotSupportedError when the kernel cannot.
 * @throws InvalidArgumentError, ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 6.6.
 */
export function uprobeMulti(program: Attachable, options: UprobeMultiOptions): Link {
  const attempted = attempt("uprobe-multi", program, options);
  const { binary, cookies, refCtrOffsets, pid } = attempted.options;
  const session = attempted.options.session ?? program.attachType === "trace-uprobe-session";
  const retprobe = attempted.options.retprobe ?? runsAtReturn(program.section);
  if (session && retprobe)
    throw new InvalidArgumentError(
      "options of link.uprobeMulti: expected session or retprobe, not both: a session sees the returns",
    );
  const path = binaryPath(binary, pid);
  const attachType = session ? "trace-uprobe-session" : "trace-uprobe-multi";
  const place: Place = {
    where: `${session ? "uprobe.session" : "uprobe.multi"} of ${path}`,
    attachType,
    explain: ({ errno }) => {
      if (errno === EINVAL && program.attachType === undefined && program.section !== "")
        return new InvalidArgumentError(
          `program "${program.name}" was not loaded for uprobe.multi`,
          'Its section must begin with "uprobe.multi", or attachType of its spec must be "trace-uprobe-multi"',
        );
      if (errno === ESRCH && pid !== undefined)
        return new InvalidArgumentError(
          `cannot attach program "${program.name}" to ${path}: there is no process ${pid}`,
        );
      return undefined;
    },
  };
  return attached(attempted, place, () =>
    native().linkCreate(attempted.handle, {
      attachType: attachTypeNumber(attachType),
      path,
      addresses: offsetsOf(program, path, attempted.options),
      ...(cookies && { cookies }),
      ...(refCtrOffsets && { refCtrOffsets }),
      ...(pid !== undefined && { pid }),
      multiFlags: retprobe ? BPF_F_UPROBE_MULTI_RETURN : 0,
    }),
  );
}

function offsetsOf(program: Attachable, path: string, options: Checked<UprobeMultiOptions>): BigUint64Array {
  const { pattern, symbols = [], offsets } = options;
  if (offsets !== undefined) return offsets;
  return pattern === undefined
    ? functionOffsets(program, path, symbols)
    : matchingOffsets(program, path, pattern);
}
