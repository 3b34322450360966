import { copyFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { gypEnvironment, nativeIdentity, nativeInputs } from "./native.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";
import { vendor } from "./vendor.ts";

/** The oldest Node that package.json's engines allow. */
const target = "20.19.0";

const prebuilt = `prebuilds/${process.platform}-${process.arch}/ebpf.glibc.node`;

/** The addon that goes into the package, stripped. */
export const prebuild: Step = {
  name: "prebuild",
  needs: [vendor],
  inputs: nativeInputs,
  identity: nativeIdentity,
  outputs: () => [prebuilt],
  async run() {
    // prebuildify begins by deleting `build`, where the addon that a developer works with is: give it a
    // folder of its own.
    const cwd = path.join(root, ".build", "prebuild");
    mkdirSync(cwd, { recursive: true });
    for (const shared of ["native", "node_modules", "package.json"]) {
      if (!existsSync(path.join(cwd, shared))) symlinkSync(path.join(root, shared), path.join(cwd, shared));
    }
    copyFileSync(path.join(root, "binding.gyp"), path.join(cwd, "binding.gyp"));
    await run(tool("prebuildify"), ["-t", target, "--napi", "--strip", "--tag-libc", "--out", root], {
      cwd,
      env: gypEnvironment(),
      log: "prebuild",
    });
    await run("scripts/check-addon", [prebuilt]);
  },
};
