import { EINVAL, ENODEV, ENOENT, EOPNOTSUPP, ESRCH } from "../errno.ts";
import { type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors.ts";
import { onlineCpus } from "../kernel/cpus.ts";
import type { Handle, NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { attachedHandle, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";
import { describeEvent, type PerfEventSource, perfAttributes } from "./perf-attributes.ts";

export type { HardwareEvent, PerfEventSource, SoftwareEvent } from "./perf-attributes.ts";

export interface PerfEventOptions {
  event: PerfEventSource;
  /** Samples a second, at most; the kernel adjusts the period. Instead of `period`. */
  frequency?: number;
  /** One sample in so many events (nanoseconds, for clocks). Default: `frequency` 99. */
  period?: number | bigint;
  /** Only this process (thread, to be exact), wherever it runs. Default: all. */
  pid?: number;
  /** Only this CPU. Default: all that are online. With a pid: all. */
  cpu?: number;
  /** With a pid: its threads and children that start later, too. Default false. */
  inherit?: boolean;
  /** Leave out what happens in the kernel. Default false. */
  excludeKernel?: boolean;
  /** Leave out what happens outside of it. Default false. */
  excludeUser?: boolean;
  /** What bpf_get_attach_cookie answers in the program. Default 0. Linux 5.15. */
  cookie?: bigint;
}

/**
 * Opens a perf event and attaches a program to it, to run at every sample.
 *
 * Without `pid` and `cpu`, one event on each CPU, held together as one link of nature `group`.
 *
 * @returns A link that the caller closes, which closes the events too.
 * @throws NotSupportedError when this machine has no such event: hardware counters in virtual machines.
 * @throws InvalidArgumentError for a process or CPU that is not there.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 4.9.
 */
export function perfEvent(program: Attachable, options: PerfEventOptions): Link {
  const attempted = attempt("perf-event", program, options);
  const { event, pid, cpu, period, frequency = 99, cookie, ...exclusions } = attempted.options;
  const attributes = perfAttributes(event, "event of link.perfEvent");
  const sampling = period === undefined ? { frequency: BigInt(frequency) } : { period };
  const place: Place = {
    where: `perf event ${describeEvent(event)}`,
    explain: (error) => explain(program, options, error),
  };
  const open = (onCpu: number): Handle =>
    attachedHandle(attempted, place, () =>
      native().attachPerfEvent(attempted.handle, {
        ...attributes,
        ...sampling,
        ...exclusions,
        pid: pid ?? -1,
        cpu: onCpu,
        ...(cookie !== undefined && { cookie }),
      }),
    );
  if (cpu !== undefined || pid !== undefined) return new Link(open(cpu ?? -1), program.name, "perf-event");
  const handles: Handle[] = [];
  try {
    for (const each of onlineCpus()) handles.push(open(each));
  } catch (error) {
    for (const each of handles) native().linkClose(each);
    throw error;
  }
  return new Link(native().linkGroup(handles), program.name, "group");
}

function explain(program: Attachable, options: PerfEventOptions, error: NativeError): EbpfError | undefined {
  const { errno } = error;
  const message = `cannot attach program "${program.name}" to perf event ${describeEvent(options.event)}`;
  if (errno === ESRCH) return new InvalidArgumentError(`${message}: there is no process ${options.pid}`);
  if (errno === EINVAL && options.cpu !== undefined && !onlineCpus().includes(options.cpu))
    return new InvalidArgumentError(`${message}: CPU ${options.cpu} is not online`);
  if (error.step === "open" && (errno === ENOENT || errno === ENODEV || errno === EOPNOTSUPP))
    return new NotSupportedError(message, {
      operation: "attach",
      errno,
      cause: error,
      remedy: 'This machine does not count it; { type: "software", name: "cpu-clock" } is always there',
    });
  return undefined;
}
