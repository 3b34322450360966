import { mapType, mapTypeSince } from "../features/index.ts";
import { needsLinux } from "../kernel/version.ts";
import type { MapSpec } from "../spec/index.ts";

/** Returns the feature that the kernel lacks for a map, by probing its type. Undefined if the kernel has it, or if the type is unknown. */
export function mapLack({ type, flags }: Pick<MapSpec, "type" | "flags">): string | undefined {
  if (type.startsWith("unknown-")) return undefined;
  if (mapType(type)) return type === "struct-ops" && flags.includes("link") ? needsLinux("6.4") : undefined;
  return needsLinux(mapTypeSince(type)) ?? `This kernel was built without maps of type "${type}"`;
}
