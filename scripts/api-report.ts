// Writes what the package exports into docs/api-report.md: every public name with its signature and nothing else, so
// that a review shows each change of it. From the declarations in dist/. With --check it changes nothing and fails
// when the report is not what the declarations make.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import manifest from "../package.json" with { type: "json" };
import { root } from "./root.ts";

const report = path.join(root, "docs", "api-report.md");
const printer = ts.createPrinter({ removeComments: true });

const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string"
    ? []
    : [{ name: path.posix.join("ebpf", subpath), file: path.join(root, target.types) }],
);
const program = ts.createProgram(
  entries.map(({ file }) => file),
  {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: ["node"],
    lib: ["lib.es2023.d.ts"],
  },
);
const checker = program.getTypeChecker();

function exportsOf(module: ts.Symbol): ts.Symbol[] {
  return checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function meant(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The signature of a declaration, without its comments, `export` and `declare`. */
function signature(declaration: ts.Declaration): string {
  // A union made from a list that is not exported is written out, since the list's changes are the union's.
  if (ts.isTypeAliasDeclaration(declaration) && declaration.type.getText().includes("typeof ")) {
    const type = checker.getTypeAtLocation(declaration.name);
    const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
    return `type ${declaration.name.text} = ${checker.typeToString(type, declaration, flags)};`;
  }
  // A variable has its keyword two nodes above.
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
  return text.replace(/^(?:export )?(?:default )?(?:declare )?/, "");
}

/** The class that a type alias gives its name to, such as `type RingBuf<T> = RingBufReader<T>`. */
function namedClass(declaration: ts.Declaration): ts.Declaration[] {
  if (!ts.isTypeAliasDeclaration(declaration) || !ts.isTypeReferenceNode(declaration.type)) return [];
  const symbol = checker.getSymbolAtLocation(declaration.type.typeName);
  return (symbol ? meant(symbol).declarations : undefined)?.filter(ts.isClassDeclaration) ?? [];
}

/** What a module exports, in the order of the names; `as` is the path to it of a namespace. */
function lines(module: ts.Symbol, as: string): string[] {
  return exportsOf(module).flatMap((symbol) => {
    const target = meant(symbol);
    const name = `${as}${symbol.name}`;
    const declarations = target.declarations ?? [];
    const first = declarations[0];
    if (first === undefined) throw new Error(`${name} is exported, and has no declaration in dist`);
    if (ts.isSourceFile(first)) return [`// ${name}`, "", ...lines(target, `${name}.`)];
    const renamed = symbol.name === target.name ? "" : ` = ${target.name}`;
    if (renamed !== "" && exportsOf(module).some((other) => other.name === target.name))
      return [`// ${name}${renamed}`, ""];
    return [
      ...(as || renamed ? [`// ${name}${renamed}`] : []),
      ...declarations.concat(declarations.flatMap(namedClass)).map(signature),
      "",
    ];
  });
}

const text = [
  "# API report",
  "",
  "Every name that the package exports, with its signature. Made by `scripts/api-report.ts`; do not edit: run",
  "`npm run api-report` after a change of the public API and commit the result. A line that goes or changes here is a",
  "breaking change for somebody, and belongs in CHANGELOG.md.",
  "",
  ...entries.flatMap(({ name, file }) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is missing: run scripts/setup`);
    return [`## \`${name}\``, "", "```ts", ...lines(module, "").slice(0, -1), "```", ""];
  }),
].join("\n");

const made = `${text.trimEnd()}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(report, "utf8") !== made) {
    console.error(
      "docs/api-report.md is not up to date; run `npm run api-report` and commit what it changes",
    );
    process.exit(1);
  }
} else {
  writeFileSync(report, made);
}
