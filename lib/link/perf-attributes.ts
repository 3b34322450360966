import {
  checkName,
  checkU64,
  invalidArgument,
  optional,
  optionsOf,
  type Schema,
  wordOf,
} from "../arguments/index.ts";
import { NotSupportedError } from "../errors/index.ts";
import { pmuType } from "../kernel/pmu.ts";

/** PERF_COUNT_SW_* */
export const softwareEvents = [
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
export const hardwareEvents = [
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

/** Events that the kernel counts. */
export type SoftwareEvent = (typeof softwareEvents)[number];
/** Events that the processor counts. */
export type HardwareEvent = (typeof hardwareEvents)[number];

const caches = ["l1d", "l1i", "ll", "dtlb", "itlb", "bpu", "node"] as const;
const cacheOperations = ["read", "write", "prefetch"] as const;
const cacheResults = ["access", "miss"] as const;

/** A perf event: what the kernel or the processor counts or samples. */
export type PerfEventSource =
  | {
      /** An event that the kernel counts. */
      type: "software";
      /** The name of the event. */
      name: SoftwareEvent;
    }
  | {
      /** An event that the processor counts. Virtual machines often have none. */
      type: "hardware";
      /** The name of the event. */
      name: HardwareEvent;
    }
  | {
      /** An access to a cache of the processor. Virtual machines often count none. */
      type: "cache";
      /** The cache: `ll` is the last level, `bpu` the branch predictor. */
      cache: (typeof caches)[number];
      /** The kind of access. */
      operation: (typeof cacheOperations)[number];
      /** Whether to count all accesses or only misses. */
      result: (typeof cacheResults)[number];
    }
  | {
      /** An event that the processor counts, by its event selector. */
      type: "raw";
      /** The raw value of the event selector. */
      config: bigint;
    }
  | {
      /** An event of any PMU in /sys/bus/event_source/devices. */
      type: "pmu";
      /** The name of the PMU. */
      pmu: string;
      /** The event, in the format of the PMU. */
      config: bigint;
      /** Further bits of the event, in the format of the PMU. Default 0n. */
      config1?: bigint;
      /** Further bits of the event, in the format of the PMU. Default 0n. */
      config2?: bigint;
    }
  | {
      /** An access to a memory address. */
      type: "breakpoint";
      /** The virtual address. */
      address: bigint;
      /** The size of the watched memory in bytes. */
      length: 1 | 2 | 4 | 8;
      /** The kind of access. */
      access: "read-write" | "write" | "execute";
    };

/** The fields of an event in `struct perf_event_attr`. */
export interface PerfAttributes {
  type: number;
  config: bigint;
  config1?: bigint;
  config2?: bigint;
  breakpointType?: number;
}

type Type = PerfEventSource["type"];
type Of<T extends Type> = Extract<PerfEventSource, { type: T }>;

interface Kind<T extends Type> {
  schema: Schema<Omit<Of<T>, "type">>;
  encode(event: Of<T>): PerfAttributes;
}

const lengths = [1, 2, 4, 8] as const;
const breakpointTypes = { "read-write": 3, write: 2, execute: 4 } as const;

// PERF_TYPE_* are 0 to 5, in this order.
const kinds: { readonly [T in Type]: Kind<T> } = {
  hardware: {
    schema: { name: wordOf(hardwareEvents) },
    encode: ({ name }) => ({ type: 0, config: BigInt(hardwareEvents.indexOf(name)) }),
  },
  software: {
    schema: { name: wordOf(softwareEvents) },
    encode: ({ name }) => ({ type: 1, config: BigInt(softwareEvents.indexOf(name)) }),
  },
  cache: {
    schema: { cache: wordOf(caches), operation: wordOf(cacheOperations), result: wordOf(cacheResults) },
    encode: ({ cache, operation, result }) => ({
      type: 3,
      config: BigInt(
        caches.indexOf(cache) |
          (cacheOperations.indexOf(operation) << 8) |
          (cacheResults.indexOf(result) << 16),
      ),
    }),
  },
  raw: { schema: { config: checkU64 }, encode: ({ config }) => ({ type: 4, config }) },
  breakpoint: {
    schema: { address: checkU64, length: checkLength, access: wordOf(["read-write", "write", "execute"]) },
    encode: ({ address, length, access }) => ({
      type: 5,
      config: 0n,
      config1: address,
      config2: BigInt(length),
      breakpointType: breakpointTypes[access],
    }),
  },
  pmu: {
    schema: { pmu: checkPmu, config: checkU64, config1: optional(checkU64), config2: optional(checkU64) },
    encode: ({ pmu, config, config1 = 0n, config2 = 0n }) => {
      const type = pmuType(pmu);
      if (type === undefined)
        throw new NotSupportedError(`this machine has no PMU "${pmu}"`, {
          operation: "attach",
          remedy: "See /sys/bus/event_source/devices",
        });
      return { type, config, config1, config2 };
    },
  },
};

const checkType = wordOf(Object.keys(kinds) as Type[]);

/**
 * Checks a perf event and returns its fields for the kernel.
 *
 * @param subject - The subject of error messages, for example `event of link.perfEvent`.
 * @throws {@link InvalidArgumentError}; {@link NotSupportedError} when this machine has no such PMU.
 */
export function perfAttributes(event: PerfEventSource, subject: string): PerfAttributes {
  const { type, ...rest } = event;
  const { schema, encode } = kinds[checkType(type, `type of ${subject}`)] as Kind<Type>;
  return encode({ type, ...optionsOf(schema)(rest, subject) } as PerfEventSource);
}

/** The description of a perf event in messages. */
export function describeEvent(event: PerfEventSource): string {
  return event.type === "software" || event.type === "hardware"
    ? `"${event.name}"`
    : `of type "${event.type}"`;
}

function checkLength(value: unknown, subject: string): 1 | 2 | 4 | 8 {
  const length = lengths.find((each) => each === value);
  if (length === undefined) throw invalidArgument(subject, "1, 2, 4 or 8", value);
  return length;
}

/** The name of a folder in /sys/bus/event_source/devices. */
function checkPmu(value: unknown, subject: string): string {
  const name = checkName(value, subject);
  if (name.includes("/")) throw invalidArgument(subject, "a name without a slash", value);
  return name;
}
