import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { root } from "../root.ts";
import { filesBelow } from "./files.ts";

/**
 * Removes from dist the declarations, imports and files of types that no entry of the package leads to: tsc writes all
 * that a module exports to other modules of the package, a third of the compressed types.
 */
export function trimTypes(entries: readonly string[]): void {
  const reached = new ReachedTypes(entries.map((entry) => path.join(root, entry)));
  for (const file of filesBelow("dist", ".d.ts")) {
    const kept = reached.textOf(path.join(root, file));
    if (kept === undefined) rmSync(path.join(root, file));
    else if (kept !== readFileSync(path.join(root, file), "utf8")) writeFileSync(path.join(root, file), kept);
  }
}

type Specifier = ts.ImportSpecifier | ts.ExportSpecifier;

/** What the exports of some modules refer to, and what those declarations refer to in turn. */
class ReachedTypes {
  readonly #entries: ReadonlySet<string>;
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #symbols = new Set<ts.Symbol>();
  /** Statements with a declaration, and the parts of imports and exports. */
  readonly #nodes = new Set<ts.Node>();
  readonly #unread: ts.Node[] = [];

  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries);
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    this.#program = ts.createProgram(entries, { ...options, noEmit: true });
    this.#checker = this.#program.getTypeChecker();
    for (const entry of entries) this.#reachModule(this.#program.getSourceFile(entry) as ts.SourceFile);
    for (let node = this.#unread.pop(); node !== undefined; node = this.#unread.pop()) this.#read(node);
  }

  /** The contents of a file without what is not reached, or undefined if that is all. */
  textOf(name: string): string | undefined {
    const file = this.#program.getSourceFile(name);
    if (file === undefined || !this.#keeps(file)) return undefined;
    const text = file.statements.map((statement) => this.#textOfStatement(statement)).join("");
    // Without an import or export, the file would declare its types for all files.
    return /^(im|ex)port\b/m.test(text) ? `${text}\n` : `${text}\nexport {};\n`;
  }

  #reachModule(file: ts.SourceFile): void {
    const module = this.#checker.getSymbolAtLocation(file);
    // A file without exports is loaded for its effects.
    for (const symbol of module === undefined ? [] : this.#checker.getExportsOfModule(module))
      this.#reach(symbol);
  }

  #reach(symbol: ts.Symbol): void {
    if (this.#symbols.has(symbol)) return;
    this.#symbols.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      if (ts.isSourceFile(declaration)) this.#reachModule(declaration);
      else this.#keep(symbol.flags & ts.SymbolFlags.Alias ? declaration : statementOf(declaration));
    }
    const aliased = symbol.flags & ts.SymbolFlags.Alias && this.#checker.getImmediateAliasedSymbol(symbol);
    if (aliased) this.#reach(aliased);
  }

  #keep(node: ts.Node): void {
    if (this.#nodes.has(node) || !isOurs(node.getSourceFile())) return;
    this.#nodes.add(node);
    this.#unread.push(node);
  }

  #read(node: ts.Node): void {
    if (ts.isIdentifier(node) || (ts.isStringLiteral(node) && ts.isLiteralTypeNode(node.parent))) {
      const symbol = this.#checker.getSymbolAtLocation(node);
      if (symbol !== undefined) this.#reach(symbol);
    }
    ts.forEachChild(node, (child) => this.#read(child));
  }

  #keeps(file: ts.SourceFile): boolean {
    return (
      this.#entries.has(file.fileName) ||
      file.statements.some((statement) => this.#textOfStatement(statement) !== "")
    );
  }

  #textOfStatement(statement: ts.Statement): string {
    const text = statement.getFullText();
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined) return text;
      if (ts.isNamespaceImport(bindings)) return this.#nodes.has(bindings) ? text : "";
      return this.#textOfNames(statement, bindings.elements);
    }
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (exportClause === undefined) {
        const module = moduleSpecifier && this.#checker.getSymbolAtLocation(moduleSpecifier);
        return module?.declarations?.some((file) => ts.isSourceFile(file) && this.#keeps(file)) ? text : "";
      }
      if (ts.isNamespaceExport(exportClause)) return this.#nodes.has(exportClause) ? text : "";
      return this.#textOfNames(statement, exportClause.elements);
    }
    return this.#nodes.has(statement) ? text : "";
  }

  #textOfNames(statement: ts.Statement, all: ts.NodeArray<Specifier>): string {
    const kept = all.filter((specifier) => this.#nodes.has(specifier));
    if (kept.length === 0) return "";
    const text = statement.getFullText();
    const begin = statement.getFullStart();
    const names = kept.map((specifier) => specifier.getText()).join(", ");
    return `${text.slice(0, all.pos - begin)} ${names} ${text.slice(all.end - begin).trimStart()}`;
  }
}

/** Whether a file is of the package's types, not of TypeScript or @types/node. */
function isOurs(file: ts.SourceFile): boolean {
  return file.fileName.startsWith(path.join(root, "dist/"));
}

/** The statement of a file that has the declaration. */
function statementOf(declaration: ts.Node): ts.Node {
  let node = declaration;
  while (!ts.isSourceFile(node.parent)) node = node.parent;
  return node;
}
