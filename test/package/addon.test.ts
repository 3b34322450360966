// kernels: native
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Format } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const addon = join(root, "build/Release/ebpf.node");
const prebuilt = `prebuilds/linux-${process.arch}/ebpf.glibc.node`;

// Creates a map, and prints its ID or the error.
const program = `
import { BpfMap } from "ebpf";
try {
  const map = BpfMap.create({ type: "array", value: "u64", maxEntries: 1 });
  console.log(JSON.stringify({ created: map.info().id > 0 }));
  map.close();
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message, files: error.files, remedy: error.remedy }));
}`;

interface Printed {
  created?: boolean;
  code?: string;
  message: string;
  files: string[];
  remedy?: string;
}

// No package.json is above it.
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebpf-bundle-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function bundle(format: Format): Promise<string> {
  const outfile = join(folder, format === "cjs" ? "app.cjs" : "app.mjs");
  await build({
    stdin: { contents: program, resolveDir: join(root, "dist") },
    outfile,
    format,
    bundle: true,
    platform: "node",
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  return outfile;
}

function run(file: string, ...flags: string[]): Printed {
  const { stdout, stderr, error } = spawnSync(process.execPath, [...flags, file], {
    cwd: folder,
    encoding: "utf8",
    timeout: 20_000,
  });
  if (error !== undefined) throw error;
  expect(stderr.replaceAll(/^.*(ExperimentalWarning|--trace-warnings).*\n/gm, "")).toBe("");
  return JSON.parse(stdout);
}

function putAddonBeside(): string {
  const target = join(folder, prebuilt);
  mkdirSync(join(target, ".."), { recursive: true });
  cpSync(addon, target);
  return target;
}

for (const format of ["esm", "cjs"] as const) {
  test(`the error of a bundle (${format}) without the addon lists the tried paths and what to copy`, async () => {
    const printed = run(await bundle(format));
    expect(printed.code).toBe("ERR_EBPF_ADDON");
    expect(printed.files).toContain(join(folder, prebuilt));
    expect(printed.message).toContain(join(folder, prebuilt));
    expect(printed.remedy).toMatch(
      /^Copy the folder node_modules\/ebpf\/prebuilds into the folder of the bundle/,
    );
  });

  test(`a bundle (${format}) loads the addon from a folder next to the bundle`, async () => {
    const file = await bundle(format);
    putAddonBeside();
    expect(run(file)).toEqual({ created: true });
  });
}

test("a bundle ignores the manifest of the application around it", async () => {
  writeFileSync(join(folder, "package.json"), '{ "name": "application" }');
  const printed = run(await bundle("esm"));
  expect(printed.remedy).toMatch(/^Copy the folder/);
});

test("a damaged addon is reported with its remedy", async () => {
  const file = await bundle("esm");
  const target = putAddonBeside();
  writeFileSync(target, "no ELF file, but long enough for a header: ".padEnd(5000, "x"));
  const printed = run(file);
  expect(printed.files).toEqual([target]);
  expect(printed.message).toContain(`cannot load the native addon ${target}: `);
  expect(printed.remedy).toMatch(/damaged or for another processor/);
});

test("Node's permission model is named when it forbids addons", async () => {
  const file = await bundle("esm");
  putAddonBeside();
  const flag = ["--permission", "--experimental-permission"].find((name) =>
    process.allowedNodeEnvironmentFlags.has(name),
  );
  if (flag === undefined) throw new Error("this Node has no permission model");
  expect(run(file, flag, "--allow-fs-read=*").remedy).toBe("Pass --allow-addons to node");
  const narrow = run(file, flag, `--allow-fs-read=${file}`);
  expect(narrow.message).toMatch(/permission model denied the search for the native addon/);
});

test("an unknown C library is reported with the command that compiles the addon", async () => {
  const file = await bundle("esm");
  putAddonBeside();
  const { stdout } = spawnSync(process.execPath, [file], {
    encoding: "utf8",
    env: { ...process.env, LIBC: "musl" },
  });
  const printed = JSON.parse(stdout) as Printed;
  expect(printed.message).toContain(`linux-${process.arch}-musl is not part of the package`);
  expect(printed.remedy).toMatch(/^Compile it: npx ebpf build-addon .*Node\.js for musl was never tried/);
});
