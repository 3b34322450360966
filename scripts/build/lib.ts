import { chmodSync, existsSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { filesBelow } from "./files.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";

/** The package's JavaScript and types: dist. */
export const lib: Step = {
  name: "lib",
  needs: [],
  inputs: () => ["tsconfig.json", "tsconfig.base.json", "package-lock.json", ...filesBelow("lib", ".ts")],
  outputs: () => filesBelow("lib", ".ts").map((file) => file.replace(/^lib/, "dist").replace(/\.ts$/, ".js")),
  async run() {
    await run(tool("tsc"), ["-p", "tsconfig.json"]);
    removeOrphans();
    for (const command of filesBelow("dist/cli", ".js")) chmodSync(path.join(root, command), 0o755);
  },
};

/** What a deleted or renamed source left in dist would be packed. */
function removeOrphans(): void {
  for (const file of filesBelow("dist", ".js", ".d.ts", ".map")) {
    const source = file.replace(/^dist/, "lib").replace(/(\.js|\.d\.ts)(\.map)?$/, ".ts");
    if (!existsSync(path.join(root, source))) rmSync(path.join(root, file));
  }
}
