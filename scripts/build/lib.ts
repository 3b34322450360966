import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transform } from "esbuild";
import { rolldown } from "rolldown";
import { minifySync } from "rolldown/utils";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../root.ts";
import { filesBelow } from "./files.ts";
import { importsOf } from "./imports.ts";
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
 * The files that share the modules of lib/index.ts, each with what another entry needs of them, so that this entry reads no
 * more. The first one takes its modules first.
 */
const shared = {
  start: "lib/cli/ebpf/main.ts",
  codec: "lib/codec/generated.ts",
  objects: "lib/codegen/index.ts",
  core: "lib/index.ts",
};

/**
 * The package's JavaScript and types: dist. The JavaScript is bundled, because Node takes half a millisecond to find, link and
 * start a module; the types are not.
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
    "scripts/build/imports.ts",
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
  const source = (file: string) => file.replace(/^dist/, "lib").replace(/\.js$/, ".ts");
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((entry) => [entry.replace(/^dist\/|\.js$/g, ""), source(entry)])),
    external: (id) => !/^[./\0]|^@oxc-project\//.test(id),
    platform: "node",
    transform: { target },
    checks: { circularDependency: true },
  });
  const { output } = await build.generate({
    dir: path.join(root, "dist"),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: { groups: groups() },
  });
  for (const item of output) {
    if (item.type !== "chunk") throw new Error(`${item.fileName} is no JavaScript`);
    const file = path.join(root, "dist", item.fileName);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, withAddonPaths(file, await minified(file, item.code)));
  }
}

function groups(): { name: string; priority: number; test(id: string): boolean }[] {
  const everything = importsOf(path.join(root, shared.core));
  const names = Object.entries(shared);
  return names.map(([name, entry], at) => {
    const needed = importsOf(path.join(root, entry));
    return { name, priority: names.length - at, test: (id) => everything.has(id) && needed.has(id) };
  });
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
  return withClassNames(withoutBrokenStrings(short.code));
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
 * Gives classes their names back, which users see on errors and in logs: esbuild writes `class Name2` in `var Name = class Name`,
 * and Rolldown `var Name$1 = class` for the second one of two variables of one name.
 */
function withClassNames(code: string): string {
  let text = code.replaceAll(/\bvar (\w+)\$\d+=class(?= extends\b|\{)/g, "$& $1");
  for (const [, name = "", renamed = ""] of code.matchAll(/\bvar (\w+)=class (\1\d+)\b/g))
    text = text.replaceAll(new RegExp(`(?<![\\w$#.])${renamed}\\b`, "g"), name);
  return text;
}
