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

/** npm's packages, with what is compiled in them for an architecture. */
function modulesFor(architecture: Architecture): Step {
  const layer = layerOf(architecture);
  return {
    name: `modules-${architecture.node}`,
    needs: [],
    inputs: () => ["package-lock.json", "scripts/build/guest.ts"],
    outputs: () => [path.join(layer, "node_modules", ".package-lock.json")],
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

/** All that a guest of an architecture needs for the tests: its addon, BPF objects and npm packages. */
function guestOf(architecture: Architecture): Step {
  const objects = path.join(layerOf(architecture), ".build", "bpf");
  return {
    name: `guest-${architecture.node}`,
    needs: [
      prebuildFor(architecture),
      bpfFor(architecture.node, objects, `bpf-${architecture.node}`),
      modulesFor(architecture),
    ],
    inputs: () => [],
    outputs: () => [],
    run: async () => undefined,
  };
}

export const guests: readonly Step[] = architectures.map(guestOf);
