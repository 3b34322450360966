import { expect, test } from "vitest";
import { CollectionSpec, type MapSpec, type Program } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

test("maps are created and filled before the programs that use them are loaded", async () => {
  const spec = CollectionSpec.fromFile(testObject("events/log"));
  const later = spec.copy();
  for (const program of Object.values(spec.programs)) program.autoload = false;
  using maps = await spec.load();
  expect(Object.keys(maps.programs)).toEqual([]);
  (later.maps["ebpf_logs"] as MapSpec).replaceWith = maps.map("ebpf_logs");
  using programs = await later.load();
  (programs.programs["levels"] as Program<"xdp">).testRunSync({ data: new Uint8Array(14) });
  expect(programs.map("ebpf_logs").info().id).toBe(maps.map("ebpf_logs").info().id);
});
