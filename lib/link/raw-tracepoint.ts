import { ENOENT } from "../errno.ts";
import { NoSymbolError, nearestNames } from "../errors.ts";
import { readTracefs } from "../kernel/tracefs.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attached } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { requiredName } from "./target/required.ts";

export interface RawTracepointOptions {
  /** Without its group: `sys_enter`, `sched_switch`. */
  name: string;
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 6.10. */
  cookie?: bigint;
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
  const handle = program[handleOf];
  requiredName(options.name, "the tracepoint's name");
  const hook = {
    where: `raw tracepoint "${options.name}"`,
    types: ["raw-tracepoint", "raw-tracepoint-writable"],
    since: options.cookie === undefined ? "4.17" : "6.10",
    config: "CONFIG_TRACEPOINTS",
    capability: "perfmon",
    explain: ({ errno }: { errno: number }) =>
      errno !== ENOENT
        ? undefined
        : new NoSymbolError(
            program.name,
            `no such tracepoint in this kernel, "${options.name}"`,
            options.name,
            nearestNames(options.name, rawNames()),
            { errno, remedy: "See /sys/kernel/tracing/available_events; the group is left out here" },
          ),
  } as const;
  return attached(program, hook, () => native().attachRawTracepoint(handle, options));
}

function rawNames(): string[] {
  const events = readTracefs("available_events")?.split("\n") ?? [];
  // One pair of tracepoints serves all syscalls.
  return ["sys_enter", "sys_exit", ...events.map((event) => event.slice(event.indexOf(":") + 1))];
}
