import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const lib = join(import.meta.dirname, "../lib");

// From the bottom up. A room can import from itself and from the rooms below it. Rooms of one line do not import each
// other. codegen is above spec and independent of all live objects, because it must run without a kernel.
const floors = [
  ["errors", "files", "memory"],
  ["arguments"],
  ["kernel", "hooks", "format"],
  ["elf"],
  ["btf", "process"],
  ["dwarf", "asm", "verifier"],
  ["records"],
  ["codec"],
  ["spec"],
  ["native"],
  ["interrupt"],
  ["live", "features", "trace"],
  ["explain"],
  ["link", "loaded-btf"],
  ["program"],
  ["map", "variable"],
  ["events", "pins"],
  ["load"],
  ["collection"],
  ["doctor", "upgrade"],
  ["index"],
];
const beside: Record<string, string[]> = {
  codegen: [
    "errors",
    "files",
    "memory",
    "arguments",
    "elf",
    "btf",
    "asm",
    "dwarf",
    "records",
    "codec",
    "hooks",
    "spec",
  ],
  plugin: ["errors", "files", "arguments", "codegen", "native"],
  cli: floors.flat().concat("codegen"),
};

// The templates of ebpf init are files of other projects.
const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.includes("/templates/"),
);

function roomOf(file: string): string {
  return (file.split("/")[0] ?? "").replace(/\.ts$/, "");
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(lib, file), "utf8"), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(lib, join(lib, dirname(file), name)));
}

test("every file is in a room of the plan", () => {
  const known = new Set([...floors.flat(), ...Object.keys(beside)]);
  expect(files.filter((file) => !known.has(roomOf(file)))).toEqual([]);
});

test("imports run downwards only", () => {
  const upward: string[] = [];
  for (const file of files) {
    const room = roomOf(file);
    const floor = floors.findIndex((rooms) => rooms.includes(room));
    const below = beside[room] ?? floors.slice(0, floor).flat();
    for (const target of importsOf(file)) {
      const to = roomOf(target);
      if (to !== room && !below.includes(to)) upward.push(`${file} -> ${target}`);
    }
  }
  expect(upward).toEqual([]);
});

test("imports have no cycle", () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    if (done.has(file)) return;
    for (const target of importsOf(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test("only lib/native finds and loads the addon", () => {
  const loaders = files.filter((file) =>
    /"node-gyp-build"|requireAddon/.test(readFileSync(join(lib, file), "utf8")),
  );
  expect(loaders.filter((file) => !file.startsWith("native/"))).toEqual([]);
  expect(loaders).toContain("native/find-addon.ts");
});

const page = readFileSync(join(lib, "../docs/architecture.md"), "utf8");

test("docs/architecture.md has every room, and names files that exist", () => {
  const rooms = [...floors.flat(), ...Object.keys(beside)].filter((room) => room !== "index");
  expect(rooms.filter((room) => !page.includes(`\`${room}/\``))).toEqual([]);
  const paths = [...page.matchAll(/`((?:lib|native|scripts|test|\.ci)\/[\w./-]+)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(join(lib, "..", path)))).toEqual([]);
});

test("no source file has more than 400 lines", () => {
  const sources = ["lib", "native", "scripts"].flatMap((folder) =>
    readdirSync(join(lib, "..", folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|cc|c|h|go)$/.test(file) && !file.startsWith("vendor"))
      .map((file) => join(folder, file)),
  );
  const long = sources.filter((file) => readFileSync(join(lib, "..", file), "utf8").split("\n").length > 401);
  expect(long).toEqual([]);
});
