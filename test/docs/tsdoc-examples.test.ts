import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const root = join(import.meta.dirname, "../..");

interface Example {
  readonly place: string;
  readonly code: string;
}

function examplesOf(file: string): Example[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const found: Example[] = [];
  for (const [start, line] of lines.entries()) {
    if (!/^\s*\* @example\b/.test(line) || !lines[start + 1]?.includes("```ts")) continue;
    const length = lines.slice(start + 2).findIndex((text) => text.includes("```"));
    const code = lines.slice(start + 2, start + 2 + length).map((text) => text.replace(/^\s*\* ?/, ""));
    found.push({ place: `${relative(root, file)}:${start + 1}`, code: code.join("\n") });
  }
  return found;
}

/** What the examples use without declaring it: names of Node and of the package, and objects from elsewhere. */
const prelude = `
import { readFileSync, writeFileSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import * as ebpf from "./lib/index.ts";
import { ${Object.keys(await import("../../lib/index.ts")).join(", ")} } from "./lib/index.ts";
declare const coll: ebpf.Collection, program: ebpf.Program<any>, extension: ebpf.Program<"ext">;
declare const counts: ebpf.HashMap<number, bigint>, map: ebpf.HashMap<number, bigint>, key: number;
declare const perCpuMap: ebpf.PerCpuMap<number, bigint>, arrayMap: ebpf.ArrayMap<bigint>;
declare const sockets: ebpf.SockMap, orders: ebpf.UserRingBuf<any>;
declare const events: ebpf.RingBuf<any>, insert: (record: unknown) => Promise<void>;
declare const event: { pid: number; comm: Uint8Array; family: number; saddr: Uint8Array; ktime: bigint } & {
  args: Uint8Array; args_size: number;
};
declare function loadCounterSpec(): ebpf.CollectionSpec<{
  maps: { counts: ebpf.ArrayMap<bigint> };
  programs: { count: ebpf.Program<"xdp", "xdp"> };
  variables: {};
}>;
declare function looksGood(coll: ebpf.Collection<any>): Promise<boolean>;
declare const slots: bigint[], stack: bigint[], address: bigint, packet: Uint8Array;
declare const server: Server, socket: Socket, oldLink: ebpf.Link;
`;

/** The source of each entry of the package: `ebpf/codegen` is `./lib/codegen/index.ts`. */
const entries: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === "string"
      ? []
      : [[join("ebpf", entry), target.default.replace("dist", "lib").replace(/\.js$/, ".ts")]],
  ),
);

function errorsOf(example: Example, index: number): string[] {
  return diagnostics
    .filter(({ file }) => file?.fileName === fileOf(index))
    .map((diagnostic) => `${example.place}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`);
}

const examples = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort()
  .flatMap((file) => examplesOf(join(root, "lib", file)));
const fileOf = (index: number) => join(root, `example-${index}.ts`);
const sources = new Map(examples.map(({ code }, index) => [fileOf(index), sourceOf(code)]));
/** Imports and a default export stay at the top; code that must not run is in a function. */
function sourceOf(code: string): string {
  if (/^(import|export) /m.test(code))
    return code.replaceAll(/"(ebpf(?:\/\w+)?)"/g, (all, name) =>
      name in entries ? `"${entries[name]}"` : all,
    );
  return `${prelude}\nasync function example() {\n${code}\n}`;
}

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
  ts.sys,
  root,
);
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
host.getSourceFile = (name, ...rest) => {
  const text = sources.get(name);
  return text === undefined
    ? getSourceFile(name, ...rest)
    : ts.createSourceFile(name, text, ts.ScriptTarget.ESNext);
};
host.fileExists = (name) => sources.has(name) || fileExists(name);
const program = ts.createProgram(
  [...sources.keys()],
  // What `strict` alone asks of a reader's program.
  {
    ...options,
    ...{ noEmit: true, noUnusedLocals: false, noUncheckedIndexedAccess: false, skipLibCheck: true },
  },
  host,
);
const diagnostics = [...sources.keys()].flatMap((name) => {
  const source = program.getSourceFile(name);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
});

test("each example of the TSDoc compiles", () => {
  expect(examples.length).toBeGreaterThan(80);
  expect(examples.flatMap(errorsOf)).toEqual([]);
});
