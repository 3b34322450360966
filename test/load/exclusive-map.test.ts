import { expect, test } from "vitest";
import { asm, BpfMap, CollectionSpec, type MapSpec, Program, UnknownNameError } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux, requiresOlder } from "../support/requires.ts";

/** An object of programs that all write to one ring buffer. */
function exclusive(to: string): CollectionSpec {
  const spec = CollectionSpec.fromFile(testObject("events/log"));
  (spec.maps["ebpf_logs"] as MapSpec).exclusiveProgram = to;
  return spec;
}

function only(spec: CollectionSpec, name: string): CollectionSpec {
  for (const program of Object.values(spec.programs)) program.autoload = program.name === name;
  return spec;
}

test("an exclusive map is used by its program, and by no other", async (context) => {
  requiresLinux(context, "6.18", "exclusive maps");
  using coll = await only(exclusive("levels"), "levels").load();
  expect(Object.keys(coll.programs)).toEqual(["levels"]);
  await expect(only(exclusive("levels"), "target").load()).rejects.toMatchObject({
    errnoName: "EACCES",
    log: expect.stringContaining("hash doesn't match"),
  });
  const other = only(CollectionSpec.fromFile(testObject("events/log")), "target");
  (other.maps["ebpf_logs"] as MapSpec).replaceWith = coll.map("ebpf_logs");
  await expect(other.load()).rejects.toMatchObject({ errnoName: "EACCES" });
});

test("the program of an exclusive map must be one of the object", () => {
  expect(() => exclusive("levls").loadSync()).toThrow(UnknownNameError);
  expect(() => exclusive("").loadSync()).toThrow(/^exclusiveProgram of map "ebpf_logs": expected/);
  expect((exclusive("levels").copy().maps["ebpf_logs"] as MapSpec).exclusiveProgram).toBe("levels");
});

test("a map that is created without an object is exclusive to given instructions", (context) => {
  requiresLinux(context, "6.18", "exclusive maps");
  const program = (map: BpfMap | string, answer: number) => [
    asm.loadMap(asm.r1, map),
    asm.mov(asm.r0, answer),
    asm.exit(),
  ];
  const options = { type: "array", value: "u64", maxEntries: 1 } as const;
  using map = BpfMap.create({ ...options, exclusiveProgram: program("itself", 1) });
  using owner = Program.create({ type: "xdp", instructions: program(map, 1) });
  expect(owner.testRunSync({ data: new Uint8Array(64) }).returnValue).toBe(1);
  expect(() => Program.create({ type: "xdp", instructions: program(map, 2) })).toThrow(
    expect.objectContaining({ log: expect.stringContaining("hash doesn't match") }),
  );
});

test("an older kernel is named as the reason", (context) => {
  requiresOlder(context, "6.18", "refuses exclusive maps");
  expect(() => exclusive("levels").loadSync()).toThrow(/exclusiveProgram: Needs Linux 6\.18/);
  expect(() =>
    BpfMap.create({ type: "array", value: "u32", maxEntries: 1, exclusiveProgram: [asm.exit()] }),
  ).toThrow(/exclusiveProgram: Needs Linux 6\.18/);
});
