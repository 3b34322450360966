import { cannotAttach } from "../errors/cannot-attach.ts";
import { EINVAL, ESRCH } from "../errors/errno.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { attachTypeNumber, runsAtReturn } from "../hooks/index.ts";
import { native } from "../native/addon.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable, AttachableTo } from "./attachable.ts";
import type { Link } from "./link.ts";
import type { OneOf } from "./one-of.ts";
import type { Checked } from "./options.ts";
import { binaryPath } from "./target/binary.ts";
import { functionOffsets, matchingOffsets } from "./target/binary-symbols.ts";

/** Options of {@link uprobeMulti}. Exactly one of `pattern`, `symbols` and `offsets` selects the places. */
export interface UprobeMultiOptions {
  /** The binary, as for {@link uprobe}. */
  binary: string;
  /** A glob with `*` and `?` that selects functions by name, for example `pthread_*`. */
  pattern?: string;
  /** Function names. */
  symbols?: readonly string[];
  /** Offsets in bytes from the start of the file. */
  offsets?: readonly (number | bigint)[] | BigUint64Array;
  /** The values that bpf_get_attach_cookie returns, one for each symbol or offset. Default 0 for each. */
  cookies?: readonly bigint[] | BigUint64Array;
  /**
   * One for each symbol or offset: the file offset, in bytes, of the reference counter of the probe (the semaphore of a
   * USDT probe). 0 for none. Default: none.
   */
  refCtrOffsets?: readonly (number | bigint)[] | BigUint64Array;
  /** The ID of the only process whose calls the program sees. Default: all processes. */
  pid?: number;
  /** Attach to the returns of the functions. Default: according to the SEC name, else false. */
  retprobe?: boolean;
  /**
   * Attach to both entry and return. The return value of the program at the entry decides whether the program also runs
   * at the return. The program must be loaded for sessions: SEC("uprobe.session"). Default: as the program was loaded.
   * @since Linux 6.13
   */
  session?: boolean;
}

const BPF_F_UPROBE_MULTI_RETURN = 1;

/**
 * Attaches a program to many functions of a binary with one system call and one link.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when a symbol does not exist or no function matches the pattern.
 * @throws {@link AmbiguousSymbolError} when several functions have the name of a symbol. A pattern selects all of them.
 * @throws {@link ElfError} when the binary is malformed.
 * @throws {@link NotSupportedError} before Linux 6.6.
 * @throws {@link AttachError}, {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError}
 * (CAP_PERFMON), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using probes = link.uprobeMulti(program, { binary: "libc.so.6", pattern: "pthread_mutex_*" });
 * ```
 *
 * @since Linux 6.6
 */
export function uprobeMulti(
  program: AttachableTo<"uprobe-multi">,
  options: OneOf<UprobeMultiOptions, "pattern" | "symbols" | "offsets">,
): Link {
  const attempted = attempt<UprobeMultiOptions>("uprobe-multi", program, options);
  const { binary, cookies, refCtrOffsets, pid } = attempted.options;
  const session = attempted.options.session ?? program.attachType === "trace-uprobe-session";
  const retprobe = attempted.options.retprobe ?? runsAtReturn(program.section);
  if (session && retprobe)
    throw new InvalidArgumentError(
      "options of link.uprobeMulti: expected session or retprobe, not both: a session sees the returns",
    );
  const path = binaryPath(binary, pid);
  const attachType = session ? "trace-uprobe-session" : "trace-uprobe-multi";
  const place: AttachPlace = {
    where: `${session ? "uprobe.session" : "uprobe.multi"} of ${path}`,
    attachType,
    explain: ({ errno }) => {
      if (errno === EINVAL && program.attachType === undefined && program.section !== "")
        return new InvalidArgumentError(`program "${program.name}" was not loaded for uprobe.multi`, {
          remedy:
            'Its section must begin with "uprobe.multi", or the attachType of its spec must be "trace-uprobe-multi"',
        });
      if (errno === ESRCH && pid !== undefined)
        return new InvalidArgumentError(
          `${cannotAttach(program.name)} to ${path}: there is no process ${pid}`,
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
