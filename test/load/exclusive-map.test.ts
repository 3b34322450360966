import { expect, test } from "vitest";
import { CollectionSpec, type MapSpec, UnknownNameError } from "../../lib/index.ts";
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

test("an older kernel is named as the reason", (context) => {
  requiresOlder(context, "6.18", "refuses exclusive maps");
  expect(() => exclusive("levels").loadSync()).toThrow(/exclusiveProgram: Needs Linux 6\.18/);
});
