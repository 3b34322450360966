// Brings parts of the build up to date: tsx scripts/build.ts [--check] [STEP...]
// A step is skipped when nothing that goes into it changed. --check builds nothing and fails if anything would be.
import { bpf } from "./build/bpf.ts";
import { docsArchive } from "./build/docs-archive.ts";
import { examples, loaders } from "./build/examples.ts";
import { guests } from "./build/guest.ts";
import { lib } from "./build/lib.ts";
import { native } from "./build/native.ts";
import { asan, checked, nativeVariant } from "./build/native-variant.ts";
import { prebuild } from "./build/prebuild.ts";
import { reference } from "./build/reference.ts";
import { sbom } from "./build/sbom.ts";
import { sourceArchive } from "./build/source-archive.ts";
import { bring, outOfDate, type Step } from "./build/step.ts";
import { vendor } from "./build/vendor.ts";

const variants = [asan, checked].map(nativeVariant);
const steps: readonly Step[] = [
  vendor,
  native,
  ...variants,
  lib,
  bpf,
  loaders,
  examples,
  prebuild,
  sourceArchive,
  sbom,
  docsArchive,
  reference,
  ...guests,
];

/** What the demo and the tests need. */
const usual: readonly Step[] = [vendor, native, lib, bpf, loaders, examples, docsArchive];

const words = process.argv.slice(2);
const check = words[0] === "--check";
const names = check ? words.slice(1) : words;
const unknown = names.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `build: no step ${unknown.join(", ")}; there are ${steps.map((step) => step.name).join(", ")}`,
  );
  process.exit(2);
}
const wanted = names.length > 0 ? steps.filter((step) => names.includes(step.name)) : usual;

if (check) {
  const stale = outOfDate(wanted);
  if (stale.length > 0) {
    console.error(`build: out of date: ${stale.join(", ")}. Run \`npm run build\` first.`);
    process.exit(1);
  }
} else {
  await bring(wanted).catch((error: Error) => {
    console.error(`build: ${error.message}`);
    process.exit(1);
  });
}
