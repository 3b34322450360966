import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import ts from "typescript";
import { runJob } from "../../../lib/codegen/job.ts";
import { targetOf } from "../../../lib/codegen/targets.ts";
import { Btf, cHeader, linkObjects } from "../../../lib/index.ts";
import type { Block, Page } from "./page.ts";

const root = join(import.meta.dirname, "../../..");

/** The compiled blocks, in the repository: a file there imports `ebpf` as a user's file does, from the built package. */
export const folder = join(root, ".build/snippets");

/** The folder of a page's files. */
export function folderOf({ path }: Page): string {
  return join(folder, path.replace(/\.md$/, ""));
}

/** The name of the file of a block. */
export function fileOf({ language, words, line }: Block): string {
  return words.find((word) => word.endsWith(`.${language}`)) ?? `line-${line}.${language}`;
}

/**
 * Compiles the blocks of all pages, C first, then TypeScript in one program.
 *
 * @returns The messages of TypeScript, each with the page and the line of the block.
 */
export function compileSnippets(pages: readonly Page[]): string[] {
  rmSync(folder, { recursive: true, force: true });
  const places = new Map<string, { page: Page; block: Block; before: number }>();
  for (const page of pages) {
    const target = folderOf(page);
    mkdirSync(target, { recursive: true });
    for (const used of page.uses) addUsed(target, used, pages);
    for (const block of page.blocks) {
      if (block.leftOut !== undefined) continue;
      const file = join(target, fileOf(block));
      if (block.language === "c" && !basename(file).startsWith("line-")) addSource(file, block.text);
      if (block.language !== "ts") continue;
      const { text, before } = moduleOf(block);
      writeFileSync(file, text);
      places.set(file, { page, block, before });
    }
  }
  const program = ts.createProgram([...places.keys()], compilerOptions());
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ file, start, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    if (file === undefined) return text;
    const line = file.getLineAndCharacterOfPosition(start ?? 0).line;
    const place = places.get(file.fileName);
    return place === undefined
      ? `${relative(root, file.fileName)}:${line + 1}: ${text}`
      : `${place.page.path}:${place.block.line + 1 + line - place.before}: ${text}`;
  });
}

/** A block that imports nothing is part of a program: what it uses is declared around it. */
function moduleOf({ text, given }: Block): { text: string; before: number } {
  // Leaves a place for the reader's code: `{ … }`.
  const code = text.replaceAll(/(?<!\/\* )…/g, "/* … */");
  if (/^import /m.test(code)) return { text: code, before: 0 };
  const head = `${given}\n{\n`;
  return { text: `${head}${code}}\nexport {};\n`, before: head.split("\n").length - 1 };
}

/** The options that the README gives to users of Node 20. */
function compilerOptions(): ts.CompilerOptions {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, json] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
  const { options, errors } = ts.parseJsonConfigFileContent(JSON.parse(json ?? ""), ts.sys, root);
  // A block without file names is valid.
  const [error] = errors.filter(({ code }) => code !== 18003);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  return options;
}

/** Adds a file of the repository, `bpf-examples/xdp/xdp.bpf.c`, or a block of another page, `README.md counter.bpf.c`. */
function addUsed(target: string, used: string, pages: readonly Page[]): void {
  const [path = "", name = basename(path)] = used.split(" ");
  const page = pages.find((one) => one.path === path);
  const block = page?.blocks.find((one) => fileOf(one) === name);
  if (page !== undefined && block === undefined) throw new Error(`${path} has no block ${name}`);
  addSource(join(target, name), block?.text ?? readFileSync(join(root, path), "utf8"));
}

type Written = readonly { readonly name: string; readonly contents: string | Uint8Array }[];

/** By name and text: pages share programs. */
const compiled = new Map<string, Written>();

/** Writes a C file; of a program, also the loader that bpf2ts makes. */
function addSource(file: string, text: string): void {
  writeFileSync(file, text);
  if (!file.endsWith(".bpf.c")) return;
  if (text.includes('"vmlinux.h"')) addVmlinux(dirname(file));
  const key = `${basename(file)}\n${text}`;
  const files = compiled.get(key) ?? compile(file);
  compiled.set(key, files);
  for (const { name, contents } of files) writeFileSync(join(dirname(file), name), contents);
}

function compile(file: string): Written {
  const target = targetOf("bpf");
  if (target === undefined) throw new Error("no target bpf");
  const { files } = runJob({
    input: {
      kind: "sources",
      name: undefined,
      suffix: "",
      paths: [file],
      cc: undefined,
      target,
      cflags: [],
    },
    stem: undefined,
    strip: true,
    generate: { types: [], globalTypes: true, object: "embed", js: false },
    link: linkObjects,
  });
  return files;
}

let vmlinux: string | undefined;

function addVmlinux(target: string): void {
  vmlinux ??= cHeader(Btf.kernel());
  writeFileSync(join(target, "vmlinux.h"), vmlinux);
}
