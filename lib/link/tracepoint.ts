import { EBADMSG, ENOENT } from "../errors/errno.ts";
import { NoSymbolError, PermissionError, SystemError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { lockdown } from "../kernel/lockdown.ts";
import { listTracefs, readTracefs } from "../kernel/tracefs.ts";
import { native } from "../native/addon.ts";
import { environmentRemedy } from "../native/environment.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable, TypesOf } from "./attachable.ts";
import type { Link } from "./link.ts";

/** Options of {@link tracepoint}. */
export interface TracepointOptions {
  /** The group of the tracepoint, which is a folder of /sys/kernel/tracing/events, for example `syscalls`. */
  group: string;
  /** The name of the tracepoint in its group, for example `sys_enter_execve`. */
  name: string;
  /** The value that bpf_get_attach_cookie returns in the program. Default 0. @since Linux 5.15 */
  cookie?: bigint;
}

/** Options of {@link rawTracepoint}. */
export interface RawTracepointOptions {
  /** The name of the tracepoint without its group, for example `sys_enter` or `sched_switch`. */
  name: string;
  /** The value that bpf_get_attach_cookie returns in the program. Default 0. @since Linux 6.10 */
  cookie?: bigint;
}

const PERF_TYPE_TRACEPOINT = 2;

/**
 * Attaches a program to a tracepoint.
 *
 * Before Linux 5.15 the attachment is not a bpf_link and cannot be pinned.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when this kernel has no such tracepoint.
 * @throws {@link PermissionError} without CAP_PERFMON, or when tracefs cannot be read.
 * @throws {@link AttachError}, {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link NotSupportedError},
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * using calls = link.tracepoint(program, { group: "syscalls", name: "sys_enter_execve" });
 * ```
 *
 * @since Linux 4.7
 */
export function tracepoint(program: Attachable<"tracepoint">, options: TracepointOptions): Link {
  const attempted = attempt("tracepoint", program, options);
  const { group, name, cookie } = attempted.options;
  return attached(attempted, { where: `tracepoint "${group}/${name}"` }, () => {
    // The addon bypasses the permission model of Node for files.
    const handle =
      process.permission === undefined ? quickly(attempted.handle, group, name, cookie) : undefined;
    return (
      handle ??
      native().attachPerfEvent(attempted.handle, {
        type: PERF_TYPE_TRACEPOINT,
        config: tracepointId(program, group, name),
        period: 1n,
        pid: -1,
        cpu: 0,
        ...(cookie !== undefined && { cookie }),
      })
    );
  });
}

/** Undefined if the addon cannot read the ID of the tracepoint. */
function quickly(
  handle: Handle,
  group: string,
  name: string,
  cookie: bigint | undefined,
): Handle | undefined {
  try {
    return native().attachTracepoint(handle, `/sys/kernel/tracing/events/${group}/${name}/id`, cookie);
  } catch (error) {
    if (isNativeError(error) && error.step === "id") return undefined;
    throw error;
  }
}

/**
 * Attaches a program to a raw tracepoint. The program receives the arguments of the tracepoint as the kernel passes
 * them.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoSymbolError} when this kernel has no such tracepoint.
 * @throws {@link AttachError}, {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link NotSupportedError},
 * {@link PermissionError} (CAP_PERFMON), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using switches = link.rawTracepoint(program, { name: "sched_switch" });
 * ```
 *
 * @since Linux 4.17
 */
export function rawTracepoint(
  program: Attachable<TypesOf<"raw-tracepoint">>,
  options: RawTracepointOptions,
): Link {
  const attempted = attempt("raw-tracepoint", program, options);
  const { name } = attempted.options;
  const place: AttachPlace = {
    where: `raw tracepoint "${name}"`,
    explain: ({ errno }) => (errno === ENOENT ? noRawTracepoint(program, name) : undefined),
  };
  return attached(attempted, place, () => native().attachRawTracepoint(attempted.handle, attempted.options));
}

/**
 * The ID of a tracepoint in this kernel.
 *
 * @throws {@link NoSymbolError}, {@link PermissionError} when tracefs cannot be read, or the runtime denies it,
 * {@link SystemError} when the file does not contain a number.
 */
export function tracepointId(program: Attachable, group: string, name: string): bigint {
  const id = readTracefs(`events/${group}/${name}/id`);
  if (id !== undefined && /^\d{1,10}\s*$/.test(id)) return BigInt(id.trim());
  if (id !== undefined)
    throw new SystemError(
      `ID of tracepoint "${group}/${name}": expected a number, received ${JSON.stringify(id.slice(0, 80))}`,
      { operation: "attach", errno: EBADMSG },
    );
  const groups = listTracefs("events");
  if (groups.length === 0)
    throw new PermissionError(`cannot look up tracepoint "${group}/${name}"`, {
      operation: "attach",
      errno: 13,
      remedy:
        lockdown() === "confidentiality"
          ? environmentRemedy()
          : "tracefs cannot be read: run as root, and mount -t tracefs tracefs /sys/kernel/tracing",
    });
  const nearest = groups.includes(group)
    ? nearestNames(name, listTracefs(`events/${group}`)).map((near) => `${group}/${near}`)
    : nearestNames(group, groups).map((near) => `${near}/${name}`);
  throw new NoSymbolError(`this kernel has no tracepoint "${group}/${name}"`, {
    program: program.name,
    symbol: `${group}/${name}`,
    nearest,
    remedy: "See /sys/kernel/tracing/available_events",
  });
}

/** The error for a raw tracepoint that this kernel does not have. */
export function noRawTracepoint(program: Attachable, name: string): NoSymbolError {
  return new NoSymbolError(`this kernel has no raw tracepoint "${name}"`, {
    program: program.name,
    symbol: name,
    nearest: nearestNames(name, rawNames()),
    errno: ENOENT,
    remedy: "See /sys/kernel/tracing/available_events; pass the name without its group",
  });
}

/** The names of raw tracepoints that have events in tracefs. Empty if tracefs cannot be read. */
export function rawNames(): string[] {
  const events = readTracefs("available_events")?.split("\n");
  if (events === undefined) return [];
  // All syscalls share the raw tracepoints sys_enter and sys_exit.
  return ["sys_enter", "sys_exit", ...events.map((event) => event.slice(event.indexOf(":") + 1))];
}
