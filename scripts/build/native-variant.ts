import { copyFileSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { programIdentity } from "./files.ts";
import { gypEnvironment, nativeIdentity, nativeInputs } from "./native.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";
import { vendor } from "./vendor.ts";

/** The addon built with other flags, in a folder of its own. */
export interface NativeVariant {
  /** `asan`; the step is `native-asan`. */
  readonly name: string;
  /** Added to the compiler's flags for C and for C++. */
  readonly flags: readonly string[];
  /** Added to the linker's flags. */
  readonly linking?: readonly string[];
}

/** The value of `EBPF_PREBUILD` that makes node-gyp-build load the variant instead of the usual addon. */
export function folderOf({ name }: NativeVariant): string {
  return path.join(root, ".build", "native", name);
}

/** AddressSanitizer and UndefinedBehaviorSanitizer: a fault of either ends the process. */
export const asan: NativeVariant = {
  name: "asan",
  flags: [
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
    "-fno-omit-frame-pointer",
    "-D_GLIBCXX_ASSERTIONS",
  ],
  // Node unloads an addon with the last worker that uses it: leaks of it would then have no name.
  linking: ["-fsanitize=address,undefined", "-Wl,-z,nodelete"],
};

/** Checks rules of threads and lifetimes, and aborts with a stack where one is broken: native/rules.h. */
export const checked: NativeVariant = {
  name: "checked",
  flags: ["-DEBPF_CHECKS", "-D_GLIBCXX_ASSERTIONS", "-O1", "-fno-omit-frame-pointer"],
};

/** Builds a variant: .build/native/NAME/build/Release/ebpf.node. */
export function nativeVariant(variant: NativeVariant): Step {
  const folder = path.relative(root, folderOf(variant));
  return {
    name: `native-${variant.name}`,
    needs: [vendor],
    inputs: () => [...nativeInputs(), "scripts/build/native-variant.ts"],
    identity: () => `${nativeIdentity()} ${programIdentity("g++")}`,
    outputs: () => [path.join(folder, "build/Release/ebpf.node")],
    async run() {
      const cwd = shadowOf(folder);
      const flags = variant.flags.join(" ");
      await run(tool("node-gyp"), ["configure", "build"], {
        cwd,
        env: {
          ...gypEnvironment(),
          CFLAGS: flags,
          CXXFLAGS: flags,
          LDFLAGS: (variant.linking ?? []).join(" "),
        },
        log: `native-${variant.name}`,
      });
    },
  };
}

/** A folder that gyp takes for the checkout, so that a build in it leaves `build` of the checkout alone. */
export function shadowOf(folder: string): string {
  const cwd = path.join(root, folder);
  mkdirSync(cwd, { recursive: true });
  for (const shared of ["native", "node_modules", "package.json"]) {
    // Relative and made anew, so that the folder works in a checkout that was moved or copied.
    const link = path.join(cwd, shared);
    rmSync(link, { force: true });
    symlinkSync(path.relative(cwd, path.join(root, shared)), link);
  }
  copyFileSync(path.join(root, "binding.gyp"), path.join(cwd, "binding.gyp"));
  return cwd;
}
