import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { bpf, debugObjectOf } from "./bpf.ts";
import { filesBelow } from "./files.ts";
import { lib } from "./lib.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";

function programs(): string[] {
  return filesBelow("bpf-examples", ".bpf.c");
}

function loaderOf(program: string): string {
  return program.replace(/\.c$/, ".ts");
}

/** The examples' loaders, NAME.bpf.ts next to NAME.bpf.c. They are committed, so that readers see them. */
export const loaders: Step = {
  name: "loaders",
  needs: [lib, bpf],
  inputs: () => [],
  outputs: () => programs().map(loaderOf),
  async run() {
    for (const program of programs()) {
      await run(process.execPath, [
        "dist/cli/bpf2ts.js",
        debugObjectOf(program),
        "--output",
        loaderOf(program),
      ]);
    }
  },
};

/** The examples as JavaScript, for Node 20, which runs no TypeScript, and the pages that they serve: .build/examples. */
export const examples: Step = {
  name: "examples",
  needs: [loaders],
  inputs: () => ["tsconfig.base.json", ...filesBelow("bpf-examples", ".ts", ".json"), ...pages()],
  outputs: () => [...compiled(), ...pages().map(builtFrom)],
  async run() {
    await run(tool("tsc"), ["-p", "bpf-examples/tsconfig.json"]);
    for (const file of pages()) {
      const copy = path.join(root, builtFrom(file));
      mkdirSync(path.dirname(copy), { recursive: true });
      copyFileSync(path.join(root, file), copy);
    }
    const wanted = new Set([...compiled(), ...pages().map(builtFrom)]);
    for (const file of filesBelow(".build/examples", ".js")) {
      if (!wanted.has(file)) rmSync(path.join(root, file));
    }
  },
};

function compiled(): string[] {
  return filesBelow("bpf-examples", ".ts").map((file) => builtFrom(file).replace(/\.ts$/, ".js"));
}

/** What a browser reads needs no build. */
function pages(): string[] {
  return filesBelow("bpf-examples", ".html", ".css", ".js", ".svg");
}

function builtFrom(file: string): string {
  return file.replace(/^bpf-examples/, ".build/examples");
}
