import { NoSymbolError, nearestNames, PermissionError } from "../errors.ts";
import { listTracefs, readTracefs } from "../kernel/tracefs.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attached } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { requiredName } from "./target/required.ts";

export interface TracepointOptions {
  /** The tracepoint's group: `syscalls`, a folder of /sys/kernel/tracing/events. */
  group: string;
  /** Its name in the group: `sys_enter_execve`. */
  name: string;
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 5.15. */
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
  const handle = program[handleOf];
  const group = requiredName(options.group, "the tracepoint's group");
  const name = requiredName(options.name, "the tracepoint's name");
  const hook = {
    where: `tracepoint "${group}/${name}"`,
    types: ["tracepoint"],
    since: options.cookie === undefined ? "4.7" : "5.15",
    config: "CONFIG_TRACEPOINTS CONFIG_PERF_EVENTS",
    capability: "perfmon",
  } as const;
  return attached(program, hook, () =>
    native().attachPerfEvent(handle, {
      type: PERF_TYPE_TRACEPOINT,
      config: tracepointId(program, group, name),
      period: 1n,
      pid: -1,
      cpu: 0,
      ...(options.cookie !== undefined && { cookie: options.cookie }),
    }),
  );
}

/** The number of a tracepoint in this kernel. */
export function tracepointId(program: Attachable, group: string, name: string): bigint {
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
