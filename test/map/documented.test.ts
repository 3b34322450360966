import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as ebpf from "../../lib/index.ts";
import { knownMapTypes } from "../../lib/map/kinds.ts";

const root = join(import.meta.dirname, "../..");
const rows = readFileSync(join(root, "docs/maps.md"), "utf8").matchAll(
  /^\| `([\w-]+)` \| `(\w+)[^|]*\| (\d+\.\d+) \|/gm,
);
const documented = Array.from(rows, ([, type = "", name = "", linux = ""]) => ({ type, name, linux }));

// libbpf's own, out of the sources that the addon is built from: a new type comes with a new libbpf.
const header = readFileSync(join(root, "native/vendor/libbpf/include/uapi/linux/bpf.h"), "utf8");
const list = /enum bpf_map_type \{(.*?)\n\};/s.exec(header)?.[1] ?? "";
const ofKernel = Array.from(list.matchAll(/^\tBPF_MAP_TYPE_(\w+)/gm), ([, name = ""]) => name)
  .filter((name) => name !== "UNSPEC" && !name.endsWith("_DEPRECATED"))
  .map((name) => name.toLowerCase().replaceAll("_", "-"));

test("every map type of libbpf has a class and is documented", () => {
  expect(ofKernel.length).toBeGreaterThan(30);
  expect([...knownMapTypes].sort()).toEqual([...new Set(ofKernel)].sort());
  expect(documented.map(({ type }) => type).sort()).toEqual([...knownMapTypes].sort());
});

test("the documented classes are exported", () => {
  for (const { name } of documented) expect(ebpf, name).toHaveProperty(name);
});

test("the documented Linux versions are sorted", () => {
  const numbers = documented.map(
    ({ linux }) => Number(linux.split(".")[0]) * 100 + Number(linux.split(".")[1]),
  );
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});
