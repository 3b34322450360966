import { join } from "node:path";
import type { MapSpec } from "../spec/index.ts";

const bpffs = "/sys/fs/bpf";

/** The folder in which a load pins maps by name. */
export function pinRootOf(root: string | undefined): string {
  return root ?? bpffs;
}

/** The path at which a load pins a map; undefined for a map that it does not pin. */
export function pinPathOf({ name, pinning, pinPath }: MapSpec, pinRoot: string): string | undefined {
  return pinPath ?? (pinning === "by-name" ? join(pinRoot, name) : undefined);
}
