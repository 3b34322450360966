import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");

test("docs/security.md names each environment variable that decides which addon is loaded", () => {
  const file = createRequire(import.meta.url).resolve("node-gyp-build/node-gyp-build.js");
  const sources = [file, path.join(root, "lib/native/find-addon.ts")].map((name) =>
    readFileSync(name, "utf8"),
  );
  const found = sources.flatMap((text) => Array.from(text.matchAll(/process\.env(?:\.(\w+)|\[([^\]]+)\])/g)));
  // The only one whose name is composed is that of the package.
  const names = found.map(
    ([, name, composed]) => name ?? (composed?.includes("PREBUILD") ? "EBPF_PREBUILD" : composed),
  );
  expect(names).toContain("EBPF_PREBUILD");
  const page = readFileSync(path.join(root, "docs/security.md"), "utf8");
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
