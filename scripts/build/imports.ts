import { readFileSync } from "node:fs";
import path from "node:path";

/** The modules that a module needs when it is read, itself and those of its imports included. */
export function importsOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const source = readFileSync(file, "utf8");
  for (const [, name = ""] of source.matchAll(/^(?:import|export)(?! type\b)[^;]*?\bfrom "(\.[^"]+)";/gm))
    importsOf(path.resolve(path.dirname(file), name), found);
  return found;
}
