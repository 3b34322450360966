// kernels: native
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exampleObject } from "../support/objects.ts";

const dist = join(import.meta.dirname, "../../dist");

/** What a fresh Node prints that runs these lines in the repository, where "ebpf" is the package itself. */
function fresh(lines: string): string {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", lines], {
    cwd: dist,
    encoding: "utf8",
  });
}

test("importing the package loads no native code", () => {
  const addons = `readFileSync("/proc/self/maps", "utf8").split("\\n").filter((line) => line.endsWith(".node")).length > 0`;
  const lines = `import { readFileSync } from "node:fs"; import * as ebpf from "ebpf"; console.log(${addons});`;
  expect(fresh(lines).trim()).toBe("false");
  // It does see an addon that is loaded.
  const object = JSON.stringify(exampleObject("counter"));
  const loading = `${lines} ebpf.CollectionSpec.fromFile(${object}).loadSync().close(); console.log(${addons});`;
  expect(fresh(loading).trim()).toBe("false\ntrue");
});

test("the package is read from a few files, which import nothing but Node's own modules", () => {
  const files = ["./index.js"];
  for (const file of files) {
    const text = readFileSync(join(dist, file), "utf8");
    const imported = [...text.matchAll(/(?:^|;)(?:import|export)\b[\w\s{},$*]*"([^"]+)"/gm)].map(
      (match) => match[1] ?? "",
    );
    for (const name of imported) if (!name.startsWith("node:") && !files.includes(name)) files.push(name);
  }
  const names = files.map((file) => file.replace(/(-[\w-]{8})?\.js$/, ""));
  expect(names.sort()).toEqual([
    "./codec",
    "./core",
    "./index",
    "./objects",
    "./rolldown-runtime",
    "./start",
  ]);
});

test("classes keep their names in the bundle", () => {
  const lines = `import { CollectionSpec } from "ebpf"; try { CollectionSpec.fromFile("none.o"); } catch (e) { console.log(e.name, e.code); }`;
  expect(fresh(lines).trim()).toBe("ObjectFileError ERR_EBPF_OBJECT_FILE");
  const renamed = `import * as ebpf from "ebpf"; const classes = Object.entries(ebpf).filter(([, value]) => /^class /.test(value));
    console.log(JSON.stringify(classes.filter(([name, value]) => value.name !== name).map(([name]) => name)));`;
  // Map is another name of MapBase.
  expect(JSON.parse(fresh(renamed))).toEqual(["BpfMap", "Map"]);
});
