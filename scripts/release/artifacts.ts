import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { architectures } from "../build/architectures.ts";
import { docsArchive } from "../build/docs-archive.ts";
import { lib } from "../build/lib.ts";
import { newestGlibc, prebuild, prebuilt } from "../build/prebuild.ts";
import { sbom } from "../build/sbom.ts";
import { sourceArchive } from "../build/source-archive.ts";
import { outOfDate, type Step } from "../build/step.ts";
import { vendor } from "../build/vendor.ts";
import { root } from "../root.ts";

/** What the package is made of. */
export const parts: readonly Step[] = [vendor, lib, prebuild, sourceArchive, sbom, docsArchive];

/** What is wrong with the built files of the package. */
export function artifactProblems(): string[] {
  const stale = outOfDate(parts);
  return [
    ...(stale.length > 0 ? [`out of date: ${stale.join(", ")}; run npm run build`] : []),
    ...architectures.flatMap((architecture) => {
      const file = prebuilt(architecture);
      if (!existsSync(path.join(root, file))) return [`${file} is missing; run npm run build`];
      return [checkAddon(file), ...(architecture.node === process.arch ? [load(file)] : [])].filter(
        (problem) => problem !== undefined,
      );
    }),
  ];
}

/** The prebuilt addons that this machine cannot load, because they are for another processor. */
export function notLoaded(): string[] {
  return architectures.filter(({ node }) => node !== process.arch).map(prebuilt);
}

function checkAddon(file: string): string | undefined {
  const { status, stderr } = spawnSync("scripts/check-addon", ["--glibc", newestGlibc, file], {
    cwd: root,
    encoding: "utf8",
  });
  return status === 0 ? undefined : stderr.trim();
}

/** Loads the addon in another process, because a damaged one can end it. */
function load(file: string): string | undefined {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["-p", `require(${JSON.stringify(path.join(root, file))}).libbpfVersion()`],
    { encoding: "utf8" },
  );
  if (status === 0 && stdout !== "") return undefined;
  const reason = /^.*Error: .*$/m.exec(stderr)?.[0] ?? `it ended with ${signal ?? status}`;
  return `${file} does not load in Node.js ${process.versions.node}: ${reason}`;
}
