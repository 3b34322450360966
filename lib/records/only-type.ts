import type { Btf, TypeId } from "../btf/index.ts";
import type { FoundRecords } from "./find.ts";

/** The type of the records of a buffer, if there is exactly one. */
export function onlyType(
  records: FoundRecords | undefined,
  map: string,
): { btf: Btf; type: TypeId } | undefined {
  const [only, second] = records?.buffers.get(map)?.types ?? [];
  if (records === undefined || only === undefined || second !== undefined) return undefined;
  return { btf: records.btf, type: only.type };
}
