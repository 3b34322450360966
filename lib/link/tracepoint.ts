import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attached } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

export interface TracepointOptions {
  /** The tracepoint's group: `syscalls`, a folder of /sys/kernel/tracing/events. */
  group: string;
  /** Its name in the group: `sys_enter_execve`. */
  name: string;
  /** What bpf_get_attach_cookie answers in the program. Linux 5.15. */
  cookie?: bigint;
}

/**
 * Attaches a tracepoint program.
 *
 * @returns A link that the caller closes.
 * @throws AttachError when this kernel has no such tracepoint.
 * @throws PermissionError without CAP_PERFMON.
 * @throws ClosedError when the program is closed.
 *
 * Linux 4.7; before 5.15 the attachment is no bpf_link, and so cannot be pinned.
 */
export function tracepoint(program: Attachable, options: TracepointOptions): Link {
  const handle = program[handleOf];
  return attached(program, `tracepoint "${options.group}/${options.name}"`, () =>
    native().attachTracepoint(handle, options),
  );
}
