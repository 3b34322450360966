import { constants } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  asm,
  type BpfMap,
  type Collection,
  CollectionSpec,
  enableStats,
  type Program,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { linuxAtLeast, requires, requiresLinux, requiresOlder } from "../support/requires.ts";

let coll: Collection;
beforeAll(async () => {
  coll = await CollectionSpec.fromFile(testObject("program_run")).load();
});
afterAll(() => coll.close());

const xdp = () => coll.programs.swap_first_two as Program<"xdp">;

test("info returns the properties of a program", () => {
  const info = xdp().info();
  expect(info).toMatchObject({
    type: "xdp",
    name: "swap_first_two",
    tag: expect.stringMatching(/^[0-9a-f]{16}$/),
    createdByUid: process.getuid?.(),
    gplCompatible: true,
    btfId: expect.any(Number),
    attachBtfId: undefined,
  });
  expect(info.id).toBeGreaterThan(0);
  expect(info.translatedSize % 8).toBe(0);
  expect(info.translatedSize).toBeGreaterThan(0);
  expect(info.verifiedInstructions === undefined).toBe(!linuxAtLeast("5.16"));
  expect(Math.abs(info.loadedAt.getTime() - Date.now())).toBeLessThan(600_000);
  expect(info.mapIds).toHaveLength(1);
});

test("equal instructions have equal tags", async () => {
  using again = await CollectionSpec.fromFile(testObject("program_run")).load();
  expect(again.programs.swap_first_two?.info().tag).toBe(xdp().info().tag);
  expect(again.programs.mark_and_count?.info().tag).not.toBe(xdp().info().tag);
});

test("line info maps instructions to C", () => {
  const lines = xdp().lines();
  expect(lines[0]).toMatchObject({ instruction: 0, file: expect.stringMatching(/program_run\.bpf\.c$/) });
  expect(lines.find(({ text }) => text === "data[0] = data[1];")).toMatchObject({
    line: expect.any(Number),
    column: expect.any(Number),
  });
  expect(lines.map(({ instruction }) => instruction)).toEqual(
    lines.map(({ instruction }) => instruction).sort((a, b) => a - b),
  );
});

test("each line has the address of its machine code, in that of its function", (context) => {
  const functions = xdp().functions();
  requires(context, functions[0]?.address !== undefined, "addresses of machine code");
  const ranges = functions.map(({ address = 0n, jitedSize = 0 }) => [address, address + BigInt(jitedSize)]);
  const lines = xdp().lines();
  for (const { address = 0n, instruction } of lines) {
    const index = functions.findLastIndex((each) => each.instruction <= instruction);
    const [from = 0n, to = 0n] = ranges[index] ?? [];
    expect(address >= from && address < to).toBe(true);
  }
  expect(new Set(lines.map(({ address }) => address)).size).toBeGreaterThan(1);
});

test("functions are those of the program and of its subprograms", () => {
  const functions = xdp().functions();
  expect(functions.map(({ name }) => name)).toEqual(["swap_first_two", "count"]);
  expect(functions[0]?.instruction).toBe(0);
  expect(functions[1]?.instruction).toBeGreaterThan(0);
});

test("instructions and machine code are returned", () => {
  const { translatedSize, jitedSize } = xdp().info();
  expect(xdp().translated()).toHaveLength(translatedSize);
  expect(xdp().jited()).toHaveLength(jitedSize);
  const jited = xdp()
    .functions()
    .map((f) => f.jitedSize ?? 0);
  expect(jited.reduce((a, b) => a + b)).toBe(jitedSize);
  // `exit` ends the program's own function or the one behind it.
  expect(xdp().translated()[translatedSize - 8]).toBe(0x95);
});

test("statistics count runs while they are enabled", async () => {
  const run = () => xdp().testRunSync({ data: new Uint8Array(64), repeat: 10 });
  run();
  const before = xdp().stats();
  {
    using _on = enableStats();
    run();
  }
  const { runCount, runTime, recursionMisses } = xdp().stats();
  expect(runCount - before.runCount).toBe(10n);
  expect(runTime).toBeGreaterThan(before.runTime);
  expect(recursionMisses === undefined).toBe(!linuxAtLeast("5.12"));
  run();
  expect(xdp().stats().runCount, "it is off again").toBe(runCount);
});

test("a map that a program does not use is bound to it", (context) => {
  requiresLinux(context, "5.10", "binding maps");
  const program = coll.programs.queue_and_device as Program;
  expect(program.info().mapIds).toEqual([]);
  const map = coll.maps.runs as BpfMap;
  program.bindMap(map);
  expect(program.info().mapIds).toEqual(xdp().info().mapIds);
  program.bindMap(map);
  expect(program.info().mapIds).toHaveLength(1);
});

test("the output streams of a program are read once", async (context) => {
  requiresLinux(context, "6.17", "streams");
  using own = await CollectionSpec.fromFile(testObject("program_stream")).load();
  const speak = own.programs.speak as Program<"syscall">;
  expect(speak.readStream("stdout")).toBe("");
  const { returnValue } = await speak.testRun();
  requires(
    context,
    returnValue !== -constants.errno.ENOMEM,
    "streams: this kernel has no page to spare for them",
  );
  expect((await speak.testRun()).returnValue).toBe(0);
  expect(speak.readStream("stdout")).toBe("run 1\nrun 2\n");
  expect(speak.readStream("stdout")).toBe("");
  expect(speak.readStream("stderr")).toBe("fault 1\nfault 2\n");
});

test("streams on an older kernel are refused by name", (context) => {
  requiresOlder(context, "6.17", "streams");
  expect(() => xdp().readStream("stdout")).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_NOT_SUPPORTED", remedy: "Needs Linux 6.17" }),
  );
});

test("the instructions of a loaded program name its functions, maps and lines", () => {
  const text = asm.print(xdp().instructions());
  expect(text).toMatch(/^swap_first_two:\n/);
  expect(text).toContain("\ncount:\n");
  expect(text).toMatch(/\n {2}call count\n/);
  expect(text).toMatch(/= map\[\w+\]/);
  expect(text).toMatch(/; data\[0\] = data\[1\]; @ program_run\.bpf\.c:\d+\n/);
});
