import { spawnSync } from "node:child_process";
import { root } from "../root.ts";

/** The output of a git command in the checkout. */
export function git(...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`git ${args.join(" ")} failed: ${stderr.trim()}`);
  return stdout.trimEnd();
}

/** The lines of the output of a git command. */
export function gitLines(...args: readonly string[]): string[] {
  return git(...args)
    .split("\n")
    .filter((line) => line !== "");
}
