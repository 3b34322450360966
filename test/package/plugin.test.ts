// kernels: native
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exampleObject } from "../support/objects.ts";

const root = join(import.meta.dirname, "../..");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebpf-plugin-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  execFileSync("mkdir", ["node_modules"], { cwd: folder });
  symlinkSync(root, join(folder, "node_modules/ebpf"));
  cpSync(join(root, "bpf-examples/counter/counter.bpf.c"), join(folder, "counter.bpf.c"));
  cpSync(exampleObject("counter"), join(folder, "counter.bpf.o"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function program(source: string): string {
  const file = join(folder, "main.mjs");
  writeFileSync(
    file,
    `import { loadCounterSync } from "./${source}";
    const counter = loadCounterSync();
    console.log(counter.maps.counter_map.get(0));
    counter.close();`,
  );
  return file;
}

function run(...args: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return `${stdout}${stderr}`;
}

for (const source of ["counter.bpf.c", "counter.bpf.o"]) {
  test(`node --import ebpf/register imports ${source} and writes its types`, () => {
    expect(run("--import", "ebpf/register", program(source))).toBe("0n\n");
    const declarations = join(folder, source.replace(/\.(\w)$/, ".d.$1.ts"));
    expect(readFileSync(declarations, "utf8")).toContain("loadCounterSync(");
  });
}

test("TypeScript checks an import of a C file by the types that the plugin wrote", () => {
  run("--import", "ebpf/register", program("counter.bpf.c"));
  writeFileSync(
    join(folder, "typed.ts"),
    `import { loadCounterSync } from "./counter.bpf.c";
    export const value: string = loadCounterSync().maps.counter_map.get(0);`,
  );
  const { stdout } = spawnSync(
    join(root, "node_modules/.bin/tsc"),
    [
      ...["--noEmit", "--strict", "--skipLibCheck", "--allowArbitraryExtensions", "--module", "nodenext"],
      ...["--target", "es2022", "--lib", "es2023,esnext.disposable", "--types", "node"],
      ...["--typeRoots", join(root, "node_modules/@types"), "typed.ts"],
    ],
    { cwd: folder, encoding: "utf8" },
  );
  expect(stdout.trim().split("\n")[0]).toMatch(/^typed.ts\(2,18\): error TS2322: Type 'bigint/);
  expect(stdout.match(/error TS/g)).toHaveLength(1);
});

test("a C file that does not compile is an error of the import, with the message of clang", () => {
  writeFileSync(join(folder, "counter.bpf.c"), "int broken(");
  const output = run("--import", "ebpf/register", program("counter.bpf.c"));
  expect(output).toContain("counter.bpf.c:1:");
  expect(output).toContain("CompileError");
});

test("the plugin for esbuild bundles a C file and copies the addon next to the bundle", async () => {
  const { esbuild } = (await import(
    join(root, "dist/plugin/index.js")
  )) as typeof import("../../lib/plugin/index.ts");
  program("counter.bpf.c");
  await build({
    absWorkingDir: folder,
    entryPoints: ["main.mjs"],
    outfile: "out/main.mjs",
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    plugins: [esbuild({ declarations: false })],
  });
  expect(existsSync(join(folder, `out/prebuilds/linux-${process.arch}/ebpf.glibc.node`))).toBe(true);
  expect(existsSync(join(folder, "counter.bpf.d.c.ts"))).toBe(false);
  rmSync(join(folder, "node_modules"), { recursive: true });
  expect(run("out/main.mjs")).toBe("0n\n");
});
