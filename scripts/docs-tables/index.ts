// Writes docs/README.md, and the tables of the documentation that follow from lib/hooks/ and lib/features/. With --check it
// changes nothing, and fails if a page differs.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { contentsPage } from "./contents.ts";
import { attachFacts } from "./facts.ts";
import { hooksTable } from "./hooks.ts";
import { betweenMarkers, withNamedParts } from "./markers.ts";
import { privilegesTable } from "./privileges.ts";

const pages: Record<string, (page: string) => string> = {
  "docs/README.md": contentsPage,
  "docs/attach-support.md": (page) => page.replace(betweenMarkers, hooksTable),
  "docs/privileges.md": (page) => page.replace(betweenMarkers, privilegesTable),
  "docs/guides/attach.md": (page) => withNamedParts(page, attachFacts),
};
const check = process.argv.includes("--check");

for (const [page, written] of Object.entries(pages)) {
  const file = path.join(root, page);
  const text = readFileSync(file, "utf8");
  const next = written(text);
  if (next === text) continue;
  if (check) {
    console.error(`${page} differs from what it is generated from; run npm run format`);
    process.exitCode = 1;
  } else writeFileSync(file, next);
}
