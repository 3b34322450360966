import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, transform } from "esbuild";
import { minifySync } from "rolldown/utils";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../root.ts";
import { filesBelow } from "./files.ts";
import { run, tool } from "./process.ts";
import type { Step } from "./step.ts";
import { trimTypes } from "./types.ts";

const commands = Object.values(manifest.bin);
const modules = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === "string" ? [] : entry.default.replace(/^\.\//, ""),
);
// Files that runtimes and bundlers load by path.
const loaders = ["dist/plugin/hooks.js", "dist/plugin/webpack-loader.js"];
// Folders of files that the commands read: the scripts of ebpf check, and the projects of ebpf init.
const data = [
  { from: "lib/cli/ebpf/check/vm", to: "dist/cli/vm" },
  { from: "lib/cli/ebpf/init/templates", to: "dist/cli/templates" },
];
const entries = [...modules, ...loaders, ...commands];
const target = "node20.19";

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
    "scripts/build/types.ts",
    ...filesBelow("lib", ".ts"),
    ...data.flatMap(({ from }) => filesBelow(from, "")),
  ],
  outputs: () => [...entries, ...modules.map(typesOf)],
  async run() {
    // Output of deleted or renamed sources would otherwise be packed.
    rmSync(path.join(root, "dist"), { recursive: true, force: true });
    await Promise.all([run(tool("tsc"), ["-p", "tsconfig.json"]), bundle()]);
    trimTypes(modules.map(typesOf));
    for (const { from, to } of data) cpSync(path.join(root, from), path.join(root, to), { recursive: true });
    for (const command of commands) chmodSync(path.join(root, command), 0o755);
  },
};

function typesOf(module: string): string {
  return module.replace(/\.js$/, ".d.ts");
}

async function bundle(): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => entry.replace(/^dist/, "lib").replace(/\.js$/, ".ts")),
    outbase: "lib",
    outdir: "dist",
    chunkNames: "chunk-[hash]",
    bundle: true,
    // Shared code of two entries is loaded once, so that instanceof works between them.
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target,
    logLevel: "error",
    write: false,
  });
  for (const file of outputFiles) {
    mkdirSync(path.dirname(file.path), { recursive: true });
    const code = await minified(file.path, file.text);
    writeFileSync(file.path, withAddonPaths(file.path, withClassNames(code)));
  }
}

/**
 * Shortens the names of local variables and parameters, and removes whitespace: a quarter of the compressed size. The names
 * of functions and classes stay, and lines are short enough for stack traces.
 */
async function minified(file: string, bundled: string): Promise<string> {
  const { code, errors } = minifySync(file, bundled, {
    module: true,
    compress: false,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: false },
  });
  if (errors.length > 0) throw new Error(`${file} cannot be minified: ${errors[0]?.message}`);
  const short = await transform(code, { minifyWhitespace: true, lineLimit: 120, target });
  return withoutBrokenStrings(short.code);
}

/** Joins the string literals that esbuild broke to keep the limit of lines. */
function withoutBrokenStrings(code: string): string {
  return code.replaceAll(/(?<!\\)((?:\\\\)*)\\\n/g, "$1");
}

/** Adapts the URLs of the prebuilt addons, which are relative to lib/native, to the depth of the file. */
function withAddonPaths(file: string, code: string): string {
  const prebuilds = path.relative(path.dirname(file), path.join(root, "prebuilds"));
  return code.replaceAll('new URL("../../prebuilds/', `new URL("${prebuilds}/`);
}

/**
 * Gives classes that name themselves, which esbuild calls `_Name` within, their names back: users see them on errors
 * and in logs. Its own `keepNames` does that to every function too, each time that it is made. This is the last step,
 * since esbuild gives a class that has the name of its variable another one.
 */
function withClassNames(code: string): string {
  let text = code;
  for (const [, name = ""] of code.matchAll(/\b(?:var|let|const) (\w+)\s*=\s*class _\1\b/g))
    text = text.replaceAll(new RegExp(`(?<![\\w$#.])_${name}\\b`, "g"), name);
  return text;
}
