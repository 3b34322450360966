import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { flameGraph, foldStacks, InvalidArgumentError } from "../../lib/index.ts";

const stacks = [
  { frames: ["main", "read", "vfs_read_[k]"], count: 3 },
  { frames: ["main", "operator<", 'a&"b"\0'], count: 5 },
  { frames: ["main", "read", "vfs_read_[k]"], count: 1 },
  { frames: ["main"], count: 1 },
];

test("equal stacks are folded into one line, which can be parsed again", () => {
  expect(foldStacks(stacks)).toBe(
    ["main 1", 'main;operator<;a&"b"\0 5', "main;read;vfs_read_[k] 4", ""].join("\n"),
  );
  expect(foldStacks([{ frames: ["a;b\nc", "d"], count: 2 }])).toBe("a:b c;d 2\n");
  expect(foldStacks([])).toBe("");
});

test("a flame graph is well-formed, and the width of a function is its share", () => {
  const svg = flameGraph(stacks, { title: "<title>", width: 1020 });
  // A parser for XML without HTML entities.
  const parsed = execFileSync(
    "python3",
    [
      "-c",
      `import sys, json, xml.etree.ElementTree as E
ns = "{http://www.w3.org/2000/svg}"
print(json.dumps([(g[0].text, float(g[1].get("x")), float(g[1].get("y")), float(g[1].get("width"))) for g in E.fromstring(sys.stdin.read()).iter(ns + "g") if g[0].tag == ns + "title"]))`,
    ],
    { input: svg, encoding: "utf8" },
  );
  const boxes = JSON.parse(parsed) as [string, number, number, number][];
  const at = (name: string) => boxes.find(([title]) => title.startsWith(name));
  expect(at("all")).toEqual(["all (100.0%, 10 samples)", 10, 0, 999.5]);
  expect(at("main")).toEqual(["main (100.0%, 10 samples)", 10, -18, 999.5]);
  expect(at("operator<")).toEqual(["operator< (50.0%, 5 samples)", 10, -36, 499.5]);
  expect(at("read")).toEqual(["read (40.0%, 4 samples)", 510, -36, 399.5]);
  expect(at('a&"b"')).toBeDefined();
  expect(boxes).toHaveLength(6);
});

test("empty and very deep graphs are drawn, and invalid options are refused", () => {
  expect(flameGraph([])).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(flameGraph([{ frames: new Array(50_000).fill("f"), count: 1 }])).toContain("f (100.0%, 1 samples)");
  expect(() => flameGraph([], { width: 1 })).toThrow(InvalidArgumentError);
});
