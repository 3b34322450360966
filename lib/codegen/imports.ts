import type { Names } from "./names.ts";

interface Imported {
  local: string;
  isType: boolean;
}

/** The import statements of a module. */
export class Imports {
  readonly #names: Names;
  readonly #modules = new Map<string, Map<string, Imported>>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** Imports a value. Returns its local name. */
  value(module: string, name: string): string {
    return this.#add(module, name, false);
  }

  type(module: string, name: string): string {
    return this.#add(module, name, true);
  }

  #add(module: string, name: string, isType: boolean): string {
    const imported = this.#modules.get(module) ?? new Map<string, Imported>();
    this.#modules.set(module, imported);
    const known = imported.get(name);
    if (known === undefined) {
      const local = this.#names.claim(name);
      imported.set(name, { local, isType });
      return local;
    }
    known.isType &&= isType;
    return known.local;
  }

  /** @param select - Selects the imports. JavaScript omits types. */
  toString(select: "all" | "values" = "all"): string {
    const statements = Array.from(this.#modules, ([module, imported]) => {
      const wanted = [...imported].filter(([, { isType }]) => select === "all" || !isType);
      if (wanted.length === 0) return "";
      // Compared by code units, because an order by locale would differ between machines.
      const sorted = wanted.sort(([a], [b]) => (a < b ? -1 : 1));
      const allTypes = sorted.every(([, { isType }]) => isType);
      const specifiers = sorted.map(([name, { local, isType }]) => {
        const renamed = local === name ? name : `${name} as ${local}`;
        return isType && !allTypes ? `type ${renamed}` : renamed;
      });
      const keyword = allTypes ? "import type" : "import";
      const line = `${keyword} { ${specifiers.join(", ")} } from "${module}";\n`;
      if (line.length <= 110) return line;
      return `${keyword} {\n${specifiers.map((specifier) => `  ${specifier},\n`).join("")}} from "${module}";\n`;
    });
    return statements.join("");
  }
}
