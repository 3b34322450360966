import { relative } from "node:path";
import { InvalidArgumentError } from "../errors/index.ts";

/**
 * A makefile rule with the dependencies of the targets. Each input also has an empty rule, so that make accepts a
 * removed input.
 */
export function dependencyRule(targets: readonly string[], inputs: readonly string[]): string {
  const names = inputs.map((path) => quote(shortest(path)));
  const phony = names.map((name) => `\n${name}:\n`).join("");
  return `${targets.map(quote).join(" ")}: ${names.join(" \\\n  ")}\n${phony}`;
}

/** The path relative to the current folder, escaped for a makefile. */
function shortest(path: string): string {
  const below = relative("", path);
  return below.startsWith("..") ? path : below;
}

function quote(path: string): string {
  // The text after the line break would be a line of the makefile, and possibly a command.
  if (/[\n\r]/.test(path))
    throw new InvalidArgumentError(
      `path ${JSON.stringify(path)}: a makefile cannot name a file with a line break`,
    );
  return path.replaceAll("$", "$$$$").replaceAll(/[ #]/g, "\\$&");
}
