import { execFileSync } from "node:child_process";
import { architectures } from "../build/architectures.ts";
import { layerOf } from "../build/guest.ts";
import { root } from "../root.ts";

/** The machine that the script runs on, next to the kernels of scripts/vm. */
export const native = "native";

const prefix = /^([a-z]+64)-/;

/** The processor in a kernel's name, `arm64-6.12`, where it is not this machine's. */
function foreign(kernel: string) {
  const debian = prefix.exec(kernel)?.[1];
  if (debian === undefined) return undefined;
  const architecture = architectures.find((known) => known.debian === debian);
  if (architecture === undefined) throw new Error(`there are no kernels for ${debian}`);
  return architecture.node === process.arch ? undefined : architecture;
}

/** Builds what guests of another architecture need. */
export function prepare(kernels: readonly string[]): void {
  const steps = new Set(kernels.map(foreign).flatMap((other) => (other ? [`guest-${other.node}`] : [])));
  if (steps.size > 0)
    execFileSync("scripts/setup", ["--for", "prebuild", ...steps], { cwd: root, stdio: "inherit" });
}

/** Options of scripts/vm for a kernel: `6.12`, or `arm64-6.12`. */
export function vmOptions(kernel: string): string[] {
  // test/support/requires.ts
  const options = ["--kernel", kernel.replace(prefix, ""), "--env", "EBPF_OWN_MACHINE=1"];
  const other = foreign(kernel);
  if (other === undefined) return options;
  // The addon is the one that the package ships: the one in `build` is this machine's.
  return [...options, "--arch", other.debian, "--layer", layerOf(other), "--env", "PREBUILDS_ONLY=1"];
}
