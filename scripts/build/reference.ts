import { filesBelow } from "./files.ts";
import { run } from "./process.ts";
import type { Step } from "./step.ts";

/** The API reference, Markdown in docs/reference. A warning of typedoc is an error. */
export const reference: Step = {
  name: "reference",
  needs: [],
  inputs: () => [
    "typedoc.json",
    "tsconfig.json",
    "tsconfig.base.json",
    "package-lock.json",
    "scripts/build/reference.ts",
    ...filesBelow("scripts/reference", ".ts"),
    ...filesBelow("lib", ".ts"),
  ],
  outputs: () => ["docs/reference/index.md", "docs/reference/sidebar.json"],
  async run() {
    await run(process.execPath, ["--import", "tsx", "node_modules/typedoc/bin/typedoc"]);
  },
};
