import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { type Architecture, architectures } from "./architectures.ts";
import { bpfFor } from "./bpf.ts";
import { prebuildFor } from "./prebuild.ts";
import { run } from "./process.ts";
import type { Step } from "./step.ts";

/** What lies over the checkout in a guest of another architecture: see `--layer` of scripts/vm. */
export function layerOf({ node }: Architecture): string {
  return path.join(".build", "layers", node);
}

/** All that a guest of an architecture needs for the tests: its addon, BPF objects and compiled npm packages. */
function guestOf(architecture: Architecture): Step {
  const layer = layerOf(architecture);
  const installed = path.join(layer, "node_modules");
  return {
    name: `guest-${architecture.node}`,
    needs: [
      prebuildFor(architecture),
      bpfFor(architecture.node, path.join(layer, ".build", "bpf"), `bpf-${architecture.node}`),
    ],
    inputs: () => ["package-lock.json", "scripts/build/guest.ts"],
    outputs: () => [path.join(installed, ".package-lock.json")],
    async run() {
      const cwd = path.join(root, layer);
      mkdirSync(cwd, { recursive: true });
      const manifests = ["package.json", "package-lock.json"];
      for (const file of manifests) copyFileSync(path.join(root, file), path.join(cwd, file));
      const machine = ["--os=linux", `--cpu=${architecture.node}`, "--libc=glibc"];
      await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", ...machine], { cwd });
      // The guest is to see those of the checkout.
      for (const file of manifests) rmSync(path.join(cwd, file));
    },
  };
}

export const guests: readonly Step[] = architectures.map(guestOf);
