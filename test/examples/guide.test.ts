import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { asm, features, link, Program } from "ebpf";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../.build/examples/guide");

/** What a script prints. */
// biome-ignore lint/suspicious/noExplicitAny: what it prints as JSON.
async function printedBy(name: string, ...args: string[]): Promise<any[]> {
  const command = [join(folder, `${name}.js`), "--json", ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 16 * 1024 * 1024 });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("safe-lookup distinguishes a missing key, an invalid key, and a closed map", async () => {
  const results = await printedBy("safe-lookup", "--", "2", "7", "-1", "apple");
  expect(results).toEqual([
    { key: "2", ok: true, value: 200 },
    { key: "7", ok: false, code: "ERR_EBPF_KEY_NOT_EXIST", reason: "the map has no key 7" },
    { key: "-1", ok: false, code: "ERR_EBPF_ENCODE", reason: expect.stringContaining("received -1") },
    { key: "apple", ok: false, code: "ERR_EBPF_ENCODE", reason: expect.stringContaining('received "apple"') },
    { key: "2", ok: false, code: "ERR_EBPF_CLOSED", reason: "the map was closed" },
  ]);
});

test("kernel-support checks every type of program, map and attachment", async () => {
  const all = await printedBy("kernel-support", "--all");
  const names = (wanted: string) => all.filter(({ group }) => group === wanted).map(({ name }) => name);
  expect(names("program")).toEqual(features.programTypes);
  expect(names("map")).toEqual(features.mapTypes);
  expect(names("attach")).toEqual(features.attachFeatures);
  expect(all).toContainEqual(expect.objectContaining({ group: "map", name: "hash", supported: true }));
  const missing = all.filter(({ supported }) => supported === false);
  for (const { reason } of missing) expect(reason).toBeTypeOf("string");
  expect(all.at(-1)).toMatchObject({ group: "summary", missing: missing.length });
});

test("map-types measures each type, and reads every record that was written", async () => {
  const rows = await printedBy("map-types");
  expect(rows.map(({ type }) => type)).toEqual([
    "-",
    "array",
    "percpu-array",
    "hash",
    "percpu-hash",
    "lru-hash",
    "ringbuf",
    "perf-event-array",
  ]);
  for (const { write, read, memory } of rows.slice(1)) {
    expect(write).toBeGreaterThan(0);
    expect(read).toBeGreaterThan(0);
    expect(memory).toBeGreaterThan(1000);
  }
});

test("debugging shows a program that runs, its map, and why another one is refused", async () => {
  using program = Program.create({
    type: "tracepoint",
    license: "GPL",
    name: "debug_example",
    instructions: [asm.mov(asm.r0, 0), asm.exit()],
  });
  using _ = link.tracepoint(program, { group: "syscalls", name: "sys_enter_write" });
  const records = await printedBy("debugging", "--seconds", "0.2");
  expect(records).toContainEqual(
    expect.objectContaining({ kind: "program", name: "debug_example", id: program.info().id }),
  );
  const { runCount } = records.find(({ name }) => name === "debug_example");
  expect(runCount).toBeGreaterThan(0);
  expect(records.filter(({ kind }) => kind === "map").every(({ memory }) => memory > 0)).toBe(true);
  expect(records.at(-1)).toMatchObject({
    kind: "refused",
    code: "ERR_EBPF_VERIFIER",
    id: "null-check-missing",
  });
});
