import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../root.ts";
import { filesBelow } from "./files.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";

const commands = Object.values(manifest.bin);
const modules = [manifest.exports["."], manifest.exports["./generated"]];
const entries = [...modules.map((module) => module.default.replace(/^\.\//, "")), ...commands];

/**
 * The package's JavaScript and types: dist. The JavaScript is bundled, since to find and compile two hundred small
 * modules takes Node 75 ms at every start, and a bundle 15 ms; the types are not.
 */
export const lib: Step = {
  name: "lib",
  needs: [],
  inputs: () => [
    "tsconfig.json",
    "tsconfig.base.json",
    "package.json",
    "package-lock.json",
    "scripts/build/lib.ts",
    ...filesBelow("lib", ".ts"),
  ],
  outputs: () => [
    ...entries,
    ...filesBelow("lib", ".ts").map((file) => file.replace(/^lib/, "dist").replace(/\.ts$/, ".d.ts")),
  ],
  async run() {
    // What a deleted or renamed source left would be packed.
    rmSync(path.join(root, "dist"), { recursive: true, force: true });
    await Promise.all([run(tool("tsc"), ["-p", "tsconfig.json"]), bundle()]);
    for (const command of commands) chmodSync(path.join(root, command), 0o755);
  },
};

async function bundle(): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => entry.replace(/^dist/, "lib").replace(/\.js$/, ".ts")),
    outbase: "lib",
    outdir: "dist",
    chunkNames: "chunk-[hash]",
    bundle: true,
    // What two entries share is in memory once: instanceof holds between them.
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    sourcemap: true,
    logLevel: "error",
    write: false,
  });
  for (const file of outputFiles) {
    mkdirSync(path.dirname(file.path), { recursive: true });
    writeFileSync(
      file.path,
      file.path.endsWith(".js") ? withAddonPaths(file.path, withClassNames(file.text)) : file.contents,
    );
  }
}

/** Adapts the URLs of the prebuilt addons, which are relative to lib/native, to the depth of the file. */
function withAddonPaths(file: string, code: string): string {
  const prebuilds = path.relative(path.dirname(file), path.join(root, "prebuilds"));
  return code.replaceAll('new URL("../../prebuilds/', `new URL("${prebuilds}/`);
}

/**
 * Gives classes that name themselves, which esbuild calls `_Name` within, their names back: users see them on errors
 * and in logs. Its own `keepNames` does that to every function too, each time that it is made.
 */
function withClassNames(code: string): string {
  let text = code;
  for (const [, name = ""] of code.matchAll(/^(?:var|let|const) (\w+) = class _\1\b/gm))
    text = text.replaceAll(new RegExp(`(?<![\\w$#.])_${name}\\b`, "g"), name);
  return text;
}
