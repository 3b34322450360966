import { relative } from "node:path";
import { InvalidArgumentError } from "../errors.ts";

/** A rule for make: what the targets depend on. Each input stands for itself too, lest make stop when one is gone. */
export function dependencyRule(targets: readonly string[], inputs: readonly string[]): string {
  const names = inputs.map((path) => quote(shortest(path)));
  const phony = names.map((name) => `\n${name}:\n`).join("");
  return `${targets.map(quote).join(" ")}: ${names.join(" \\\n  ")}\n${phony}`;
}

/** As a makefile in the current folder would call it. */
function shortest(path: string): string {
  const below = relative("", path);
  return below.startsWith("..") ? path : below;
}

function quote(path: string): string {
  // What follows would be a line of the makefile, and so a command to run.
  if (/[\n\r]/.test(path))
    throw new InvalidArgumentError(
      `path ${JSON.stringify(path)}: a makefile cannot name a file with a line break`,
    );
  return path.replaceAll("$", "$$$$").replaceAll(/[ #]/g, "\\$&");
}
