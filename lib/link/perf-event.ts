import { EINVAL, ENODEV, ENOENT, EOPNOTSUPP, ESRCH } from "../errno.ts";
import { type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors.ts";
import { onlineCpus } from "../kernel/cpus.ts";
import { pmuType } from "../kernel/pmu.ts";
import type { Handle, NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attachedHandle, type Hook } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";
import { requiredObject } from "./target/required.ts";

/** PERF_COUNT_SW_* */
const software = [
  "cpu-clock",
  "task-clock",
  "page-faults",
  "context-switches",
  "cpu-migrations",
  "page-faults-min",
  "page-faults-maj",
  "alignment-faults",
  "emulation-faults",
  "dummy",
  "bpf-output",
  "cgroup-switches",
] as const;

/** PERF_COUNT_HW_* */
const hardware = [
  "cpu-cycles",
  "instructions",
  "cache-references",
  "cache-misses",
  "branch-instructions",
  "branch-misses",
  "bus-cycles",
  "stalled-cycles-frontend",
  "stalled-cycles-backend",
  "ref-cpu-cycles",
] as const;

export type SoftwareEvent = (typeof software)[number];
export type HardwareEvent = (typeof hardware)[number];

const caches = ["l1d", "l1i", "ll", "dtlb", "itlb", "bpu", "node"] as const;
const cacheOperations = ["read", "write", "prefetch"] as const;
const cacheResults = ["access", "miss"] as const;

/** What is counted or sampled. */
export type PerfEvent =
  | { type: "software"; name: SoftwareEvent }
  /** Counted by the processor. Virtual machines often have none. */
  | { type: "hardware"; name: HardwareEvent }
  | {
      type: "cache";
      cache: (typeof caches)[number];
      operation: (typeof cacheOperations)[number];
      result: (typeof cacheResults)[number];
    }
  /** An event of the processor by its own number. */
  | { type: "raw"; config: bigint }
  /** An event of any PMU in /sys/bus/event_source/devices. */
  | { type: "pmu"; pmu: string; config: bigint; config1?: bigint; config2?: bigint }
  /** Access to memory. */
  | {
      type: "breakpoint";
      address: bigint;
      length: 1 | 2 | 4 | 8;
      access: "read-write" | "write" | "execute";
    };

export interface PerfEventOptions {
  event: PerfEvent;
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
  const handle = program[handleOf];
  const { event, pid, cpu, period, frequency, cookie } = options;
  requiredObject(event, "the event");
  if (period !== undefined && frequency !== undefined)
    throw new InvalidArgumentError("a perf event is sampled by period or by frequency, not both");
  const hook: Hook = {
    where: `perf event ${describe(event)}`,
    types: ["perf-event"],
    since: cookie === undefined ? "4.9" : "5.15",
    config: "CONFIG_PERF_EVENTS",
    capability: "perfmon",
    explain: (error) => explain(program, options, error),
  };
  const attr = encode(event);
  const sampling = period === undefined ? { frequency: BigInt(frequency ?? 99) } : { period: BigInt(period) };
  const open = (onCpu: number): Handle =>
    attachedHandle(program, hook, () =>
      native().attachPerfEvent(handle, {
        ...attr,
        ...sampling,
        pid: pid ?? -1,
        cpu: onCpu,
        inherit: options.inherit ?? false,
        excludeKernel: options.excludeKernel ?? false,
        excludeUser: options.excludeUser ?? false,
        ...(cookie !== undefined && { cookie }),
      }),
    );
  if (cpu !== undefined || pid !== undefined) return new Link(open(cpu ?? -1), program.name);
  const handles: Handle[] = [];
  try {
    for (const each of onlineCpus()) handles.push(open(each));
  } catch (error) {
    for (const each of handles) native().linkClose(each);
    throw error;
  }
  return new Link(native().linkGroup(handles), program.name, "group");
}

interface EventAttributes {
  type: number;
  config: bigint;
  config1?: bigint;
  config2?: bigint;
  breakpointType?: number;
}

function encode(event: PerfEvent): EventAttributes {
  switch (event.type) {
    case "hardware":
      return { type: 0, config: BigInt(indexIn(hardware, event.name, "hardware event")) };
    case "software":
      return { type: 1, config: BigInt(indexIn(software, event.name, "software event")) };
    case "cache": {
      const cache = indexIn(caches, event.cache, "cache");
      const operation = indexIn(cacheOperations, event.operation, "cache operation");
      const result = indexIn(cacheResults, event.result, "cache result");
      return { type: 3, config: BigInt(cache | (operation << 8) | (result << 16)) };
    }
    case "raw":
      return { type: 4, config: event.config };
    case "breakpoint": {
      const breakpointType = { "read-write": 3, write: 2, execute: 4 }[event.access];
      return { type: 5, config: 0n, config1: event.address, config2: BigInt(event.length), breakpointType };
    }
    case "pmu": {
      const type = pmuType(event.pmu);
      if (type === undefined)
        throw new NotSupportedError(`this machine has no PMU "${event.pmu}"`, {
          operation: "attach",
          remedy: "See /sys/bus/event_source/devices",
        });
      const { config, config1 = 0n, config2 = 0n } = event;
      return { type, config, config1, config2 };
    }
  }
}

function indexIn(names: readonly string[], name: string, what: string): number {
  const index = names.indexOf(name);
  if (index < 0)
    throw new InvalidArgumentError(`no ${what} is called "${name}"`, `There are ${names.join(", ")}`);
  return index;
}

function describe(event: PerfEvent): string {
  switch (event.type) {
    case "software":
    case "hardware":
      return `"${event.name}"`;
    default:
      return `of type "${event.type}"`;
  }
}

function explain(program: Attachable, options: PerfEventOptions, error: NativeError): EbpfError | undefined {
  const { errno } = error;
  const message = `cannot attach program "${program.name}" to perf event ${describe(options.event)}`;
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
