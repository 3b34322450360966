import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { filesBelow } from "./files.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";
import { vendor } from "./vendor.ts";

/** What goes into the addon, by whichever way it is built. */
export function nativeInputs(): string[] {
  const own = filesBelow("native", ".c", ".cc", ".h", ".cjs", ".map", ".gypi").filter(
    (file) => !/^native\/(vendor|bpf-include)\//.test(file),
  );
  return ["binding.gyp", "package-lock.json", ...own];
}

export function nativeIdentity(): string {
  return `${process.arch} ${process.versions.modules}`;
}

/** The addon for this machine: build/Release/ebpf.node. */
export const native: Step = {
  name: "native",
  needs: [vendor],
  inputs: nativeInputs,
  identity: nativeIdentity,
  outputs: () => ["build/Release/ebpf.node"],
  async run() {
    // configure as well: it is what sees that a source file was added.
    const output = await run(tool("node-gyp"), ["configure", "build"], {
      env: gypEnvironment(),
      log: "native",
    });
    // The linker accepts undefined symbols in a shared object, which would fail only when it is loaded.
    await run("scripts/check-addon", ["build/Release/ebpf.node"]);
    for (const line of output.split("\n"))
      if (/^\.\.\/native\/[^/]+: .*warning:/.test(line)) console.warn(line);
  },
};

/** Uses Node's headers where they came with Node: node-gyp would download them else. */
export function gypEnvironment(): Record<string, string> {
  const prefix = path.dirname(path.dirname(process.execPath));
  const version = path.join(prefix, "include", "node", "node_version.h");
  const major = existsSync(version) && /NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(version, "utf8"))?.[1];
  const own = major === process.versions.node.split(".")[0];
  return {
    npm_config_jobs: String(availableParallelism()),
    ...(own ? { npm_config_nodedir: prefix } : {}),
  };
}
