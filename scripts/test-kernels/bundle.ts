import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, type Metafile } from "esbuild";
import { bundleOptions, childFiles } from "../../test/support/bundle.ts";
import { root } from "../root.ts";

/** Where the bundled tests are: below it, each file has the path of its source. */
export const folder = path.join(root, ".build/kernels");

/** A test file that has to do with the kernel. */
export interface TestFile {
  /** From the root of the repository. */
  source: string;
  /** What vitest runs. */
  stub: string;
  /**
   * Its first line is "// kernels: native": it takes too long in an emulator, or needs what a VM has not. `npm test`
   * runs it.
   */
  nativeOnly: boolean;
}

/**
 * Bundles every test that uses the addon. On an emulated machine, transforming one module takes a second. vitest
 * therefore gets plain JavaScript there, imported by small files that need no transformation.
 */
export async function bundleTests(): Promise<TestFile[]> {
  rmSync(folder, { recursive: true, force: true });
  const all = readdirSync(path.join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => path.join("test", file));
  const options = bundleOptions(path.join(folder, "bundled"));
  // Setup files of vitest.
  const around = ["test/support/leak-check.ts", "test/support/per-file-check.ts"];
  const { metafile } = await build({ ...options, entryPoints: all, metafile: true, write: false });
  // Tests that use the addon, or start children that do.
  const sources = all.filter((file) =>
    ["lib/native/addon.ts", "test/support/script.ts"].some((to) => reaches(metafile, file, to)),
  );
  await build({ ...options, entryPoints: [...sources, ...around, ...childFiles()] });
  return sources.map(makeStub);
}

function reaches({ inputs }: Metafile, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const file of seen) {
    if (file === to) return true;
    for (const { path: next } of inputs[file]?.imports ?? []) seen.add(next);
  }
  return false;
}

function makeStub(source: string): TestFile {
  const file = source.replace(/\.ts$/, ".mjs");
  const stub = path.join(folder, "stubs", file);
  mkdirSync(path.dirname(stub), { recursive: true });
  writeFileSync(stub, `await import(${JSON.stringify(path.join(folder, "bundled", file))});\n`);
  const [first] = readFileSync(path.join(root, source), "utf8").split("\n", 1);
  return { source, stub, nativeOnly: first === "// kernels: native" };
}

/** The source that a stub replaces. */
export function sourceOf(stub: string): string {
  return path.relative(path.join(folder, "stubs"), stub).replace(/\.mjs$/, ".ts");
}
