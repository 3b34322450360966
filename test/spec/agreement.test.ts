// kernels: native
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { native } from "../../lib/native/addon.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { debianObjects } from "../support/debian-objects.ts";
import { builtObjects, testObject } from "../support/objects.ts";
import { requires } from "../support/requires.ts";
import { bothViews } from "./agreement.ts";

const root = join(import.meta.dirname, "../..");

function agrees(bytes: Uint8Array, name: string): void {
  const { theirs, ours } = bothViews(bytes, name);
  expect(ours).toEqual(theirs);
}

// Refused by libbpf since 1.0, read by us all the same.
const legacy = testObject("spec/legacy_maps");
const isLegacy = (path: string) => path.includes("legacy");

const objects = builtObjects()
  .filter((path) => !isLegacy(path))
  .map((path) => ({ path, name: basename(path).replace(/\..*/, "") }));

test.each(objects)("$name: this package and libbpf read the same object", ({ path, name }) => {
  agrees(readFileSync(path), name);
});

test("the file name of an object does not matter", () => {
  const bytes = readFileSync(testObject("spec/globals"));
  for (const name of ["g", "exactly8", "nine_char", "more-than-fifteen-characters", "with space", "ünï"]) {
    agrees(bytes, name);
  }
});

test("legacy maps are read, which libbpf refuses", () => {
  expect(() => native().objectInspect(readFileSync(legacy), "legacy")).toThrow();
  const { maps } = ObjectSpec.fromFile(legacy);
  expect(maps.first).toMatchObject({
    type: "hash",
    keySize: 4,
    valueSize: 8,
    maxEntries: 100,
    flags: ["no-prealloc"],
  });
  expect(maps.first?.valueCodec?.name).toBe("long");
  expect(maps.second).toMatchObject({ type: "perf-event-array", keySize: 4, valueSize: 4, maxEntries: 0 });
});

test.each([
  ["globals", "maps", "map_in_map", "subprograms"],
  ["kconfig", "ksyms", "struct_ops"],
])("%s, %s, %s … linked into one by libbpf", (...names) => {
  const folder = mkdtempSync(join(tmpdir(), "linked-"));
  try {
    const linked = join(folder, "linked.o");
    const parts = names.flatMap((name) => (name === undefined ? [] : testObject(`spec/${name}`)));
    execFileSync("bpftool", ["gen", "object", linked, ...parts], { stdio: "pipe" });
    agrees(readFileSync(linked), "linked");
    // The linker writes the offsets that clang leaves open.
    if (names.includes("globals")) expect(ObjectSpec.fromFile(linked).variables.text?.value).toBe("hello");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const compilers = ["14", "15", "16", "17", "18", "19", "20", "21"].filter((v) =>
  existsSync(`/usr/bin/clang-${v}`),
);
const sources = [
  "maps",
  "globals",
  "map_in_map",
  "kconfig",
  "ksyms",
  "struct_ops",
  "subprograms",
  "sections",
];

test.each(compilers)(
  "objects of clang %s are read like libbpf reads them",
  { timeout: 60_000 },
  async (version) => {
    const compile = promisify(execFile);
    for (const source of sources) {
      const objects = ["-O2", "-O1"].map((level) => {
        const flags = ["-target", "bpf", "-g", level, "-I", join(root, "native/vendor/include")];
        const includes = ["-idirafter", `/usr/include/${triplet()}`];
        const file = join(root, `test/bpf/spec/${source}.bpf.c`);
        const args = [...flags, ...includes, "-c", file, "-o", "-"];
        return compile(`clang-${version}`, args, { encoding: "buffer" });
      });
      for (const { stdout } of await Promise.all(objects)) agrees(stdout, source);
    }
  },
);

function triplet(): string {
  return process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
}

test("this package and libbpf read the same objects of Debian", { timeout: 120_000 }, (context) => {
  // Those of cilium/ebpf are made for that loader, which libbpf is not.
  const shipped = debianObjects().filter((object) => !object.package.includes("cilium"));
  requires(context, shipped.length > 0, "Debian's packages cannot be fetched here");
  expect(shipped.length).toBeGreaterThan(90);
  const refused: string[] = [];
  for (const { name, bytes } of shipped) {
    try {
      native().objectInspect(bytes, name);
    } catch {
      refused.push(name);
      ObjectSpec.fromBytes(bytes, { name });
      continue;
    }
    agrees(bytes, name);
  }
  // The decoders of remote controls have their maps as they were before BTF.
  expect(refused.filter((name) => !name.startsWith("rc_keymaps"))).toEqual([]);
});
