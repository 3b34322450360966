import { checkName } from "../arguments/index.ts";
import { BtfBuilder } from "../btf/index.ts";
import { UnknownNameError } from "../errors/index.ts";
import { pageSize } from "../kernel/page-size.ts";
import { native } from "../native/addon.ts";
import { isNativeError, type Status } from "../native/handle.ts";
import type { NativeMapOptions } from "../native/map.ts";
import { type MapFlag, type MapType, mapFlags, mapTypeNumber } from "../spec/index.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { question } from "./question.ts";

interface Row {
  readonly since: string;
  /** The type of the map that is created with the flag. */
  readonly type: MapType;
  readonly keySize?: number;
  readonly valueSize?: number;
  readonly maxEntries?: number;
  /** Further flags that the type needs. */
  readonly with?: readonly MapFlag[];
}

const struct_ops = { type: "struct-ops" } as const;

// Flags of Linux 4.6 to 4.9 have no version, because versions before 4.10 are not distinguished.
const rows = {
  "no-prealloc": { since: "4.6", type: "hash" },
  "no-common-lru": { since: "4.10", type: "lru-hash" },
  "numa-node": { since: "4.14", type: "hash" },
  rdonly: { since: "4.15", type: "array" },
  wronly: { since: "4.15", type: "array" },
  // A value is at least one struct bpf_stack_build_id.
  "stack-build-id": { since: "4.17", type: "stack-trace", valueSize: 32 },
  "zero-seed": { since: "5.0", type: "hash" },
  "rdonly-prog": { since: "5.2", type: "array" },
  "wronly-prog": { since: "5.2", type: "array" },
  clone: { since: "5.4", type: "sk-storage", maxEntries: 0, with: ["no-prealloc"] },
  mmapable: { since: "5.5", type: "array" },
  "preserve-elems": { since: "5.10", type: "perf-event-array" },
  "inner-map": { since: "5.10", type: "array" },
  link: { since: "6.4", ...struct_ops },
  "segv-on-fault": { since: "6.9", type: "arena", keySize: 0, valueSize: 0, with: ["mmapable"] },
  "no-user-conv": { since: "6.9", type: "arena", keySize: 0, valueSize: 0, with: ["mmapable"] },
  "rb-overwrite": { since: "6.19", type: "ringbuf", keySize: 0, valueSize: 0 },
} as const satisfies Partial<Record<MapFlag, Row>>;

/** A flag of maps that can be probed. The other flags do not apply to creation, or belong to BPF tokens. */
export type ProbedMapFlag = keyof typeof rows;

/** The flags that `mapFlag` probes. */
export const probedMapFlags = Object.keys(rows) as ProbedMapFlag[];

/**
 * Whether this kernel creates maps with a flag, tried with a type of map that has it.
 *
 * @throws {@link UnknownNameError} when no flag has that name.
 * @throws {@link PermissionError}, {@link SystemError} as `mapType` does.
 */
export function mapFlag(flag: ProbedMapFlag): boolean {
  const row = rowOf(flag);
  return question(`map flag "${flag}"`, capabilitiesFor({ maps: [row.type] }), () =>
    row.type === "struct-ops" ? native().probeStructOpsFlags(mapFlags[flag]) : create(flag, row),
  );
}

/** The first Linux with a flag of maps. */
export function mapFlagSince(flag: ProbedMapFlag): string {
  return rowOf(flag).since;
}

function rowOf(flag: ProbedMapFlag): Row {
  checkName(flag, "map flag");
  if (!Object.hasOwn(rows, flag))
    throw new UnknownNameError({ what: "map flag", wanted: flag, known: probedMapFlags });
  return rows[flag];
}

function create(
  flag: MapFlag,
  { type, keySize = 4, valueSize = 4, maxEntries = 1, with: more = [] }: Row,
): Status {
  const options: NativeMapOptions = {
    type: mapTypeNumber(type),
    name: "",
    keySize,
    valueSize,
    maxEntries: type === "ringbuf" ? pageSize() : maxEntries,
    flags: more.reduce((all, other) => all | mapFlags[other], mapFlags[flag]),
    ...(flag === "numa-node" && { numaNode: 0 }),
    ...(type === "sk-storage" && typesOfInts()),
  };
  try {
    native().mapClose(native().mapCreate(options));
    return 1;
  } catch (error) {
    if (!isNativeError(error)) throw error;
    return -error.errno;
  }
}

/** Storage maps need the types of the key and the value. */
function typesOfInts(): Pick<NativeMapOptions, "btf" | "btfKeyType" | "btfValueType" | "btfRequired"> {
  const builder = new BtfBuilder();
  const int = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  return { btf: builder.encode(), btfKeyType: int, btfValueType: int, btfRequired: true };
}
