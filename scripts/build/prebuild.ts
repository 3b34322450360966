import path from "node:path";
import { root } from "../root.ts";
import { type Architecture, architectures } from "./architectures.ts";
import { programIdentity } from "./files.ts";
import { gypEnvironment, nativeIdentity, nativeInputs } from "./native.ts";
import { shadowOf } from "./native-variant.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";
import { vendor } from "./vendor.ts";

/** The oldest Node that package.json's engines allow. */
const target = "20.19.0";

/** That of Debian 10, Ubuntu 20.04 and RHEL 8. */
export const newestGlibc = "2.28";

/** The path of the addon for a processor. */
export function prebuilt({ node }: Architecture): string {
  return `prebuilds/linux-${node}/ebpf.glibc.node`;
}

/** The addon that goes into the package for a processor, stripped, built against the libraries of an old distribution. */
export function prebuildFor(architecture: Architecture): Step {
  return {
    name: `prebuild-${architecture.node}`,
    needs: [vendor],
    inputs: () => [
      ...nativeInputs(),
      "scripts/sysroot",
      "scripts/build/architectures.ts",
      "scripts/build/prebuild.ts",
    ],
    identity: () => `${nativeIdentity()} ${compilerIdentity(architecture.triplet)}`,
    outputs: () => [prebuilt(architecture)],
    run: () => build(architecture),
  };
}

/** All of them. */
export const prebuild: Step = {
  name: "prebuild",
  needs: architectures.map(prebuildFor),
  inputs: () => [],
  outputs: () => architectures.map(prebuilt),
  async run() {
    await run("scripts/check-addon", ["--glibc", newestGlibc, ...architectures.map(prebuilt)]);
  },
};

// The build reports a missing compiler. The check for outdated files does not.
function compilerIdentity(triplet: string): string {
  try {
    return programIdentity(`${triplet}-g++`);
  } catch {
    return "missing";
  }
}

async function build(architecture: Architecture): Promise<void> {
  const { node, debian, triplet } = architecture;
  const sysroot = (await run("scripts/sysroot", [debian])).trim().split("\n").at(-1) as string;
  // prebuildify begins by deleting `build`, where the addon that a developer works with is: give it a
  // folder of its own.
  const cwd = shadowOf(path.join(".build", "prebuild", node));
  const options = ["-t", target, "--napi", "--strip", "--tag-libc", "--platform", "linux", "--arch", node];
  await run(tool("prebuildify"), [...options, "--strip-bin", `${triplet}-strip`, "--out", root], {
    cwd,
    env: { ...gypEnvironment(), ...(await compilers(architecture, sysroot)) },
    log: `prebuild-${node}`,
  });
  // Not stripped yet, so that it names the headers that it was built with.
  const unstripped = path.join(cwd, "build/Release/obj.target/ebpf.node");
  await run("scripts/check-addon", ["--glibc", newestGlibc, unstripped]);
}

/**
 * The machine's compiler with nothing of the machine's libraries. A cross compiler looks in its own folders first,
 * --sysroot or not: hence no standard folders at all, and each one named.
 */
async function compilers({ triplet, flags }: Architecture, sysroot: string): Promise<Record<string, string>> {
  const gcc = `${triplet}-gcc`;
  const own = (await run(gcc, ["-print-file-name=include"])).trim();
  const library = `${sysroot}/usr/lib/gcc/${triplet}/10`;
  const cxx = ["", `${triplet}/`].map((part) => `${sysroot}/usr/include/${part}c++/10`);
  const system = [own, `${sysroot}/usr/include/${triplet}`, `${sysroot}/usr/include`];
  const headers = (folders: readonly string[]) => folders.map((folder) => `-isystem ${folder}`).join(" ");
  const libraries = [library, `${sysroot}/usr/lib/${triplet}`, `${sysroot}/lib/${triplet}`];
  const linking = [`--sysroot=${sysroot}`, ...libraries.flatMap((folder) => [`-B${folder}`, `-L${folder}`])];
  return {
    CC: [gcc, ...flags, "-nostdinc", headers(system), ...linking].join(" "),
    CXX: [
      `${triplet}-g++`,
      ...flags,
      "-nostdinc",
      "-nostdinc++",
      headers([...cxx, ...system]),
      ...linking,
    ].join(" "),
    LINK: [`${triplet}-g++`, ...linking].join(" "),
    AR: `${triplet}-ar`,
  };
}
