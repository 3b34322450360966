import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { filesBelow } from "../build/files.ts";
import { root } from "../root.ts";

/** As many tests as are run for a file that no test is next to. */
const most = 8;

/**
 * The tests to run after an edit, the nearest first.
 *
 * Nearly every test reaches nearly every file through lib/index.ts, so imports alone select too much. Nearest is the test
 * that is named as the file is, then the tests of its room, then those that import it over the fewest files.
 *
 * @param file - Relative to the checkout.
 */
export function nearestTests(file: string): string[] {
  const tests = filesBelow("test", ".test.ts");
  if (tests.includes(file)) return [file];
  if (/\.[ch]$/.test(file) && !file.startsWith("native/"))
    return mentioning(tests, path.basename(file).split(".")[0] ?? "");
  const { room, name } = placeOf(file);
  const named = tests.filter((test) => test === `test/${room}/${name}.test.ts`);
  if (named.length > 0) return named;
  const ofRoom = tests.filter((test) => test.startsWith(`test/${room}/`));
  return ofRoom.length > 0 ? ofRoom : importing(file, tests);
}

/** lib/link/tc.ts and native/link_tc.cc are both of the room link, and named tc. */
function placeOf(file: string): { room: string; name: string } {
  const { dir, name } = path.parse(file);
  const [top, room = ""] = dir.split("/");
  if (top !== "native") return { room, name };
  const [first = "", ...rest] = name.split("_");
  return existsSync(path.join(root, "test", first))
    ? { room: first, name: rest.join("-") }
    : { room: "native", name };
}

/** Tests that name a BPF program or a header. */
function mentioning(tests: readonly string[], name: string): string[] {
  const whole = new RegExp(`\\b${name}\\b`);
  return tests.filter((test) => whole.test(readFileSync(path.join(root, test), "utf8")));
}

/** Tests that import a file over the fewest files between. */
function importing(file: string, tests: readonly string[]): string[] {
  const importers = new Map<string, string[]>();
  for (const source of [...filesBelow("lib", ".ts"), ...filesBelow("test", ".ts")]) {
    const text = readFileSync(path.join(root, source), "utf8");
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      const target = path.posix.join(path.posix.dirname(source), fileName);
      importers.set(target, [...(importers.get(target) ?? []), source]);
    }
  }
  const seen = new Set([file]);
  let level = [file];
  while (level.length > 0) {
    level = level.flatMap((each) => importers.get(each) ?? []).filter((each) => !seen.has(each));
    for (const each of level) seen.add(each);
    const found = tests.filter((test) => level.includes(test));
    if (found.length > 0) return found.slice(0, most);
  }
  return [];
}
