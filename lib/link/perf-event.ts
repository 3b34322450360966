import { cannotAttach } from "../errors/cannot-attach.ts";
import { EINVAL, ENODEV, ENOENT, EOPNOTSUPP, ESRCH } from "../errors/errno.ts";
import { type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors/index.ts";
import { onlineCpus } from "../kernel/cpus.ts";
import { native } from "../native/addon.ts";
import type { Handle, NativeError } from "../native/handle.ts";
import { type AttachPlace, attachedHandle, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";
import { describeEvent, type PerfEventSource, perfAttributes } from "./perf-attributes.ts";

export type { HardwareEvent, PerfEventSource, SoftwareEvent } from "./perf-attributes.ts";

/** Options of {@link perfEvent}. */
export interface PerfEventOptions {
  /** The event that triggers samples. */
  event: PerfEventSource;
  /** Samples per second. The kernel adjusts the period to reach it. Default 99. Not together with `period`. */
  frequency?: number;
  /** The number of events between two samples; for clocks, nanoseconds. Default: `frequency` applies. */
  period?: number | bigint;
  /** The ID of the only thread to sample; a process ID selects its main thread. Default: all threads. */
  pid?: number;
  /** The number of the only CPU to sample. Default: all online CPUs. */
  cpu?: number;
  /** Also sample threads and child processes that the thread `pid` creates later. Default false. */
  inherit?: boolean;
  /** Do not count events in kernel mode. Default false. */
  excludeKernel?: boolean;
  /** Do not count events in user mode. Default false. */
  excludeUser?: boolean;
  /** The value that bpf_get_attach_cookie returns in the program. Default 0. @since Linux 5.15 */
  cookie?: bigint;
}

/**
 * Opens a perf event and attaches a program that runs at every sample.
 *
 * Without `pid` and `cpu` it opens one event on each online CPU. All of them form one link of nature `group`.
 *
 * @returns A link that the caller closes. Closing it closes the events. CPUs that come online later are not sampled.
 * @throws {@link NotSupportedError} when this machine has no such event, as with hardware events in virtual machines.
 * @throws {@link InvalidArgumentError} when the process does not exist or the CPU is not online.
 * @throws {@link AttachError}, {@link ProgramTypeError}, {@link PermissionError} (CAP_PERFMON), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using profiler = link.perfEvent(program, { event: { type: "software", name: "cpu-clock" }, frequency: 99 });
 * ```
 *
 * @since Linux 4.9
 */
export function perfEvent(program: Attachable<"perf-event">, options: PerfEventOptions): Link {
  const attempted = attempt("perf-event", program, options);
  const { event, pid, cpu, period, frequency = 99, cookie, ...exclusions } = attempted.options;
  const attributes = perfAttributes(event, "event of link.perfEvent");
  const sampling = period === undefined ? { frequency: BigInt(frequency) } : { period };
  const place: AttachPlace = {
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
  const message = `${cannotAttach(program.name)} to perf event ${describeEvent(options.event)}`;
  if (errno === ESRCH) return new InvalidArgumentError(`${message}: there is no process ${options.pid}`);
  // ENODEV for a CPU that is offline, EINVAL for one that does not exist.
  const refusesCpu = errno === EINVAL || errno === ENODEV;
  if (refusesCpu && options.cpu !== undefined && !onlineCpus().includes(options.cpu))
    return new InvalidArgumentError(`${message}: CPU ${options.cpu} is not online`);
  if (error.step === "open" && (errno === ENOENT || errno === ENODEV || errno === EOPNOTSUPP))
    return new NotSupportedError(message, {
      operation: "attach",
      errno,
      cause: error,
      remedy: 'This machine does not have the event; { type: "software", name: "cpu-clock" } always exists',
    });
  return undefined;
}
