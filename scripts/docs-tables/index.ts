// Writes the tables of the documentation that follow from lib/hooks/ and lib/features/. With --check it changes nothing,
// and fails if a page differs.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { hooksTable } from "./hooks.ts";
import { betweenMarkers } from "./markers.ts";
import { privilegesTable } from "./privileges.ts";

const pages = { "docs/attach.md": hooksTable, "docs/privileges.md": privilegesTable };
const check = process.argv.includes("--check");

for (const [page, table] of Object.entries(pages)) {
  const file = path.join(root, page);
  const text = readFileSync(file, "utf8");
  const next = text.replace(betweenMarkers, () => table());
  if (!betweenMarkers.test(text)) throw new Error(`${page} has no markers for the generated part`);
  if (next === text) continue;
  if (check) {
    console.error(`${page} differs from the tables of lib/; run npm run format`);
    process.exitCode = 1;
  } else writeFileSync(file, next);
}
