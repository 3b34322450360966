import type { Btf, TypeId } from "../btf/index.ts";
import { carriesRecords, type MapType } from "./map-types.ts";

/** The ring of native/bpf-include/ebpf/log.bpf.h, whose records `bpfLogs` reads. */
export const LOGS = "ebpf_logs";

/** The type of the records that the definition of a map names. */
export function recordType(
  { type, value }: { readonly type: MapType; readonly value: TypeId | undefined },
  btf: Btf | undefined,
): TypeId | undefined {
  if (!carriesRecords(type) || value === undefined || btf === undefined) return undefined;
  if (type !== "perf-event-array") return value;
  const { kind } = btf.resolve(value);
  return kind === "struct" || kind === "union" ? value : undefined;
}
