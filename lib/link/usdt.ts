import { existsSync } from "node:fs";
import { EOPNOTSUPP } from "../errno.ts";
import { AttachError, type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors.ts";
import { needsLinux } from "../kernel/version.ts";
import type { NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { binaryPath } from "./target/binary.ts";
import { requireUsdtProbe } from "./target/binary-usdt.ts";

export interface UsdtOptions {
  /** The binary, as for {@link uprobe}. */
  binary: string;
  /** The probe's provider: `libc`. */
  provider: string;
  /** Its name: `setjmp`. */
  name: string;
  /** Only this process. Default: all. Before Linux 6.6 a library's probes need it. */
  pid?: number;
  /** What bpf_usdt_cookie answers in the program. Default 0. Linux 5.15. */
  cookie?: bigint;
}

/**
 * Attaches a program to a statically defined probe of a program or library, in every place that it stands.
 *
 * One uprobe.multi link from Linux 6.6, a uprobe for each place before. The attachment is no bpf_link of its own.
 *
 * @returns A link that the caller closes.
 * @throws NoSymbolError when the binary has no such probe.
 * @throws NotSupportedError for a program that came from a pin or an id: the arguments' places are told to the program
 * in maps of the object.
 * @throws InvalidArgumentError, ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 4.1; 4.20 for probes with a semaphore.
 */
export function usdt(program: Attachable, options: UsdtOptions): Link {
  const attempted = attempt("usdt", program, options);
  const { binary, provider, name, pid, cookie } = attempted.options;
  const path = binaryPath(binary, pid);
  const place: Place = {
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
  const message = `cannot attach program "${program.name}" to USDT probe "${options.provider}:${options.name}"`;
  const cause = { operation: "attach", errno, cause: error };
  if (errno === EOPNOTSUPP && program.section === "")
    return new NotSupportedError(message, {
      ...cause,
      remedy: "A program for USDT is attached by the process that loaded its object",
    });
  if (/semaphore refcounting/.test(log))
    return new NotSupportedError(`${message}: the probe has a semaphore`, {
      ...cause,
      remedy: needsLinux("4.20"),
    });
  if (/did you forget to include/.test(log))
    return new AttachError(
      program.name,
      `${message}: its object has no maps for the arguments of probes`,
      log,
      {
        ...cause,
        remedy: "Include bpf/usdt.bpf.h in its C source",
      },
    );
  if (options.pid !== undefined && options.pid > 0 && !existsSync(`/proc/${options.pid}`))
    return new InvalidArgumentError(`${message}: there is no process ${options.pid}`);
  if (/ within PID \d+ memory mappings/.test(log))
    return new InvalidArgumentError(`${message}: process ${options.pid} has not mapped ${path}`);
  // Without cookies the program finds its arguments by the address in memory.
  if (/without specific PID/.test(log))
    return new InvalidArgumentError(
      `${message}: before Linux 5.15 the probes of a library are attached for one process`,
      "Give the pid of a process that has the library loaded",
    );
  return undefined;
}
