import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";

const root = resolve(import.meta.dirname, "../../..");

/** As strict as a user's project can be; this package is seen as its sources. */
export const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  strict: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: false,
  paths: {
    ebpf: [join(root, "lib/index.ts")],
    "ebpf/generated": [join(root, "lib/codec/generated.ts")],
  },
};

/** The files of this package and of TypeScript, which each program needs. */
const onDisk = new Map<string, ts.SourceFile | undefined>();

/**
 * The diagnostics of tsc for files that need not exist. Their paths are relative to the checkout.
 *
 * One program for all of them: to check this package's own sources again for each would take minutes.
 */
export function typeErrors(files: Readonly<Record<string, string>>): string[] {
  const texts = new Map(Object.entries(files).map(([path, text]) => [join(root, path), text]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.directoryExists = (path) =>
    existsSync(path) || [...texts.keys()].some((file) => file.startsWith(`${path}/`));
  host.getSourceFile = (path, ...rest) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, rest[0], true);
    if (!onDisk.has(path)) onDisk.set(path, getSourceFile(path, ...rest));
    return onDisk.get(path);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const own = [...texts.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  return [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...own].map(describe);
}

function describe({ file, start, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  if (file === undefined || start === undefined) return text;
  const line = file.getLineAndCharacterOfPosition(start).line;
  return `${file.fileName.slice(root.length + 1)}:${line + 1}: ${text}\n    ${file.text.split("\n")[line]}`;
}
