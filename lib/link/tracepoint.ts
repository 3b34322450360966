import { ENOENT } from "../errno.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { NoSymbolError, PermissionError } from "../errors.ts";
import { listTracefs, readTracefs } from "../kernel/tracefs.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

export interface TracepointOptions {
  /** The tracepoint's group: `syscalls`, a folder of /sys/kernel/tracing/events. */
  group: string;
  /** Its name in the group: `sys_enter_execve`. */
  name: string;
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 5.15. */
  cookie?: bigint;
}

export interface RawTracepointOptions {
  /** Without its group: `sys_enter`, `sched_switch`. */
  name: string;
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 6.10. */
  cookie?: bigint;
}

const PERF_TYPE_TRACEPOINT = 2;

/**
 * Attaches a tracepoint program.
 *
 * Before Linux 5.15 the attachment is no bpf_link, and so cannot be pinned.
 *
 * @returns A link that the caller closes.
 * @throws NoSymbolError when this kernel has no such tracepoint.
 * @throws InvalidArgumentError when the group or the name is missing.
 * @throws ProgramTypeError when the program is none for tracepoints.
 * @throws PermissionError without CAP_PERFMON, or when tracefs cannot be read.
 * @throws ClosedError when the program is closed.
 *
 * Linux 4.7.
 */
export function tracepoint(program: Attachable, options: TracepointOptions): Link {
  const attempted = attempt("tracepoint", program, options);
  const { group, name, cookie } = attempted.options;
  return attached(attempted, { where: `tracepoint "${group}/${name}"` }, () =>
    native().attachPerfEvent(attempted.handle, {
      type: PERF_TYPE_TRACEPOINT,
      config: tracepointId(program, group, name),
      period: 1n,
      pid: -1,
      cpu: 0,
      ...(cookie !== undefined && { cookie }),
    }),
  );
}

/**
 * Attaches a program to a tracepoint's raw arguments.
 *
 * @returns A link that the caller closes.
 * @throws NoSymbolError when this kernel has no such tracepoint.
 * @throws InvalidArgumentError, ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 4.17.
 */
export function rawTracepoint(program: Attachable, options: RawTracepointOptions): Link {
  const attempted = attempt("raw-tracepoint", program, options);
  const { name } = attempted.options;
  const place: Place = {
    where: `raw tracepoint "${name}"`,
    explain: ({ errno }) =>
      errno !== ENOENT
        ? undefined
        : new NoSymbolError(
            program.name,
            `no such tracepoint in this kernel, "${name}"`,
            name,
            nearestNames(name, rawNames()),
            { errno, remedy: "See /sys/kernel/tracing/available_events; the group is left out here" },
          ),
  };
  return attached(attempted, place, () => native().attachRawTracepoint(attempted.handle, attempted.options));
}

/** The number of a tracepoint in this kernel. */
function tracepointId(program: Attachable, group: string, name: string): bigint {
  const id = readTracefs(`events/${group}/${name}/id`);
  if (id !== undefined) return BigInt(id.trim());
  const groups = listTracefs("events");
  if (groups.length === 0)
    throw new PermissionError(`cannot look up tracepoint "${group}/${name}"`, {
      operation: "attach",
      errno: 13,
      remedy: "tracefs cannot be read: run as root, and mount -t tracefs tracefs /sys/kernel/tracing",
    });
  const nearest = groups.includes(group)
    ? nearestNames(name, listTracefs(`events/${group}`)).map((near) => `${group}/${near}`)
    : nearestNames(group, groups).map((near) => `${near}/${name}`);
  throw new NoSymbolError(
    program.name,
    `no such tracepoint in this kernel, "${group}/${name}"`,
    `${group}/${name}`,
    nearest,
    { remedy: "See /sys/kernel/tracing/available_events" },
  );
}

function rawNames(): string[] {
  const events = readTracefs("available_events")?.split("\n") ?? [];
  // One pair of tracepoints serves all syscalls.
  return ["sys_enter", "sys_exit", ...events.map((event) => event.slice(event.indexOf(":") + 1))];
}
