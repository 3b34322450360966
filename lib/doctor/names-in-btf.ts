import type { Btf } from "../btf/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";

/** The names of the types of a kind that begin with a prefix, without it. */
export function* namesIn(btf: Btf, prefix: string, kind: "func" | "var" | "typedef"): Iterable<string> {
  for (const type of btf.types())
    if (type.kind === kind && type.name.startsWith(prefix)) yield type.name.slice(prefix.length);
}

/** `; it has task_struct, task_group`, to follow the name that is missing. */
export function nearestText(wanted: string, names: Iterable<string>): string {
  const near = nearestNames(wanted, names);
  return near.length > 0 ? `; it has ${near.join(", ")}` : "";
}
