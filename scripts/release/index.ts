// Makes a release: checks everything, then sets the version, dates the changelog, builds, packs, commits and tags.
//   npm run release -- VERSION [--dry-run]   publishes nothing: the release workflow does, when the tag is pushed
//   npm run release -- --verify [TAG]        checks the built package, and that TAG is its release
// It changes nothing when something is missing, and lists what. After a failure on the way it restores the files.
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { run } from "../build/process.ts";
import { bring } from "../build/step.ts";
import { root } from "../root.ts";
import { artifactProblems, notLoaded, parts } from "./artifacts.ts";
import { apply, editsFor, revert } from "./files.ts";
import { git } from "./git.ts";
import { consistencyProblems, releaseProblems, tagProblems } from "./problems.ts";

const output = ".build/release";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "dry-run": { type: "boolean" }, verify: { type: "boolean" } },
});
const [word] = positionals;

if (
  positionals.length > 1 ||
  (word === undefined && !values.verify) ||
  (values.verify && values["dry-run"])
) {
  console.error("usage: npm run release -- VERSION [--dry-run]\n       npm run release -- --verify [TAG]");
  process.exitCode = 2;
} else if (values.verify) {
  const problems = [
    ...(word === undefined ? consistencyProblems() : tagProblems(word)),
    ...artifactProblems(),
  ];
  if (accept(problems, word ?? "this package")) console.log("release: the package is complete");
} else {
  const version = word as string;
  const problems = [...releaseProblems(version), ...artifactProblems()];
  if (accept(problems, version)) await (values["dry-run"] ? plan(version) : release(version));
}

/** Lists the problems. */
function accept(problems: readonly string[], subject: string): boolean {
  for (const file of notLoaded())
    console.log(`release: ${file} was not loaded: this machine has another processor`);
  if (problems.length === 0) return true;
  console.error(
    `release: ${subject} is not ready:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
  );
  process.exitCode = 1;
  return false;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function plan(version: string): void {
  const files = editsFor(version, today()).filter(({ before, after }) => before !== after);
  console.log(
    [
      `release: ${version} is ready. Without --dry-run, this would`,
      `  - change ${files.map(({ file }) => file).join(", ")}`,
      `  - build ${parts.map(({ name }) => name).join(", ")}`,
      `  - pack and check the package, and put it with its SBOM into ${output}`,
      `  - commit "Release ${version}", and tag it v${version}`,
    ].join("\n"),
  );
}

async function release(version: string): Promise<void> {
  const edits = editsFor(version, today());
  const folder = path.join(root, output);
  try {
    apply(edits);
    await bring(parts);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    console.log((await run("scripts/check-package", ["--keep", folder])).trim().split("\n").at(-1));
    const problems = [...consistencyProblems(), ...artifactProblems()];
    if (problems.length > 0) throw new Error(problems.join("\n"));
    git("commit", "--all", "--message", `Release ${version}`);
  } catch (error) {
    revert(edits);
    console.error(
      `release: ${(error as Error).message}\nrelease: the files are as they were; nothing was released`,
    );
    process.exitCode = 1;
    return;
  }
  git("tag", "--annotate", `v${version}`, "--message", `Release ${version}`);
  console.log(`release: tagged v${version}; the package and its SBOM are in ${output}`);
  console.log(`release: publish it by git push origin main v${version}, which starts the release workflow`);
}
