// Packs the package, and tries it with each runtime, package manager and bundler, each in an empty folder:
//   npm run test:packaging -- [--short] [--write] [WORD...]
// --short: those that CI tries. --write: puts the table into docs/packaging.md. WORD: only cases whose tool has the word.
// As root, after `npm run build`.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { objectOf } from "../build/bpf.ts";
import { root } from "../root.ts";
import { bundlers } from "./bundlers.ts";
import { type Case, Lab } from "./case.ts";
import { managers, runtimes } from "./managers.ts";

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const short = process.argv.includes("--short");
const write = process.argv.includes("--write");
const page = path.join(root, "docs/packaging.md");

const cases = [...runtimes, ...managers, ...bundlers].filter(
  (one) =>
    (!short || one.short === true) &&
    (words.length === 0 || words.some((word) => one.tool.toLowerCase().includes(word.toLowerCase()))),
);
if (write && (short || words.length > 0)) throw new Error("--write is for all cases");

const results = new Map<Case, string | undefined>();
const scratch = mkdtempSync(path.join(tmpdir(), "ebpf-pack-"));
try {
  const tarball = pack();
  cpSync(path.join(root, objectOf("test/bpf/runtime_smoke.bpf.c")), path.join(scratch, "smoke.bpf.o"));
  for (const one of cases) results.set(one, attempt(one, tarball));
} finally {
  rmSync(scratch, { recursive: true });
}
if (write) writeFileSync(page, withTable(readFileSync(page, "utf8")));
const failed = [...results.values()].filter((message) => message !== undefined).length;
console.log(`packaging: ${results.size - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function pack(): string {
  const packed = spawnSync("npm", ["pack", "--silent", "--pack-destination", scratch], {
    cwd: root,
    encoding: "utf8",
  });
  const name = readdirSync(scratch).find((file) => file.endsWith(".tgz"));
  if (packed.status !== 0 || name === undefined) throw new Error(`npm pack failed: ${packed.stderr}`);
  return path.join(scratch, name);
}

/** Returns the reason of a failure. */
function attempt(one: Case, tarball: string): string | undefined {
  const begin = performance.now();
  const lab = new Lab(tarball);
  const seconds = (): string => ((performance.now() - begin) / 1000).toFixed(1);
  try {
    one.run(lab);
    console.log(`packaging: ${one.tool} (${one.how}): ok, ${seconds()} s`);
    return undefined;
  } catch (error) {
    console.error(`packaging: ${one.tool} (${one.how}): failed\n${(error as Error).message}`);
    return (error as Error).message;
  } finally {
    lab.remove();
  }
}

/** The page with a new table between its marks. */
function withTable(text: string): string {
  const rows = [...results].map(
    ([{ group, tool, how }, message]) => `| ${group} | ${tool} | ${how} | ${verdict(message)} |`,
  );
  const table = ["| | tool | how | |", "|---|---|---|---|", ...rows, ""].join("\n");
  const marks = /(<!-- table -->\n).*(<!-- end -->)/s;
  if (!marks.test(text)) throw new Error(`${page} has no marks for the table`);
  return text.replace(marks, (_, begin, end) => begin + table + end);
}

function verdict(message: string | undefined): string {
  if (message === undefined) return "works";
  // deno compile downloads a runtime.
  return /error sending request|EAI_AGAIN|ENOTFOUND/.test(message)
    ? "not tried: it downloads a part that npm does not have"
    : "**fails**";
}
