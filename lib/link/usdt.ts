import { existsSync } from "node:fs";
import { cannotAttach } from "../errors/cannot-attach.ts";
import { EOPNOTSUPP } from "../errors/errno.ts";
import { AttachError, type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors/index.ts";
import { needsLinux } from "../kernel/version.ts";
import { native } from "../native/addon.ts";
import type { NativeError } from "../native/handle.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable, AttachableTo, SingleProbe } from "./attachable.ts";
import type { Link } from "./link.ts";
import { binaryPath } from "./target/binary.ts";
import { requireUsdtProbe } from "./target/binary-usdt.ts";

/** Options of {@link usdt}. */
export interface UsdtOptions {
  /** The binary, as for {@link uprobe}. */
  binary: string;
  /** The provider of the probe, for example `libc`. */
  provider: string;
  /** The name of the probe, for example `setjmp`. */
  name: string;
  /** The ID of the only process to probe. Default: all processes. Required for a library before Linux 5.15. */
  pid?: number;
  /** The value that bpf_usdt_cookie returns in the program. Default 0. @since Linux 5.15 */
  cookie?: bigint;
}

/**
 * Attaches a program to a user statically-defined tracing (USDT) probe of a program or library, at every place of the
 * probe.
 *
 * From Linux 6.6 it uses one uprobe.multi link, and before one uprobe for each place. The returned link itself is not a
 * bpf_link.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when the binary has no such probe.
 * @throws {@link NotSupportedError} for a program from a pin or an ID: the locations of the arguments are stored in
 * maps of the object that contains the program.
 * @throws {@link ElfError} when the binary is malformed.
 * @throws {@link AttachError}, {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError}
 * (CAP_PERFMON), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using probe = link.usdt(program, { binary: "libc.so.6", provider: "libc", name: "setjmp" });
 * ```
 *
 * @since Linux 4.1; 4.20 for probes with a semaphore
 */
export function usdt(program: AttachableTo<SingleProbe | "usdt">, options: UsdtOptions): Link {
  const attempted = attempt("usdt", program, options);
  const { binary, provider, name, pid, cookie } = attempted.options;
  const path = binaryPath(binary, pid);
  const place: AttachPlace = {
    where: `USDT probe "${provider}:${name}" of ${path}`,
    explain: (error) => explain(program, options, path, error),
  };
  return attached(attempted, place, () => {
    requireUsdtProbe(program, path, provider, name);
    return native().attachUsdt(attempted.handle, {
      path,
      provider,
      name,
      pid: pid ?? -1,
      ...(cookie !== undefined && { cookie }),
    });
  });
}

function explain(
  program: Attachable,
  options: UsdtOptions,
  path: string,
  error: NativeError,
): EbpfError | undefined {
  const { errno, log } = error;
  const message = `${cannotAttach(program.name)} to USDT probe "${options.provider}:${options.name}"`;
  const cause = { operation: "attach", errno, cause: error };
  if (errno === EOPNOTSUPP && program.section === "")
    return new NotSupportedError(message, {
      ...cause,
      remedy: "Only the process that loaded the object can attach its USDT programs",
    });
  if (/semaphore refcounting/.test(log))
    return new NotSupportedError(`${message}: the probe has a semaphore`, {
      ...cause,
      remedy: needsLinux("4.20"),
    });
  if (/did you forget to include/.test(log))
    return new AttachError(`${message}: its object has no maps for the arguments of probes`, {
      program: program.name,
      log,
      ...cause,
      remedy: "Include bpf/usdt.bpf.h in its C source",
    });
  if (options.pid !== undefined && options.pid > 0 && !existsSync(`/proc/${options.pid}`))
    return new InvalidArgumentError(`${message}: there is no process ${options.pid}`);
  if (/ within PID \d+ memory mappings/.test(log))
    return new InvalidArgumentError(`${message}: process ${options.pid} has not mapped ${path}`);
  // Without cookies, the program finds its arguments by the memory address of the probe.
  if (/without specific PID/.test(log))
    return new InvalidArgumentError(
      `${message}: before Linux 5.15 the probes of a library can be attached for one process only`,
      { remedy: "Pass the pid of a process that has loaded the library" },
    );
  return undefined;
}
