import { expect, test } from "vitest";
import {
  CollectionSpec,
  type Program,
  ProgramArray,
  type ProgramSpec,
  StackTraceMap,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

test("programs use tail calls and a stack-trace map", () => {
  const spec = CollectionSpec.fromFile(testObject("map_programs"));
  (spec.programs.landing as ProgramSpec).autoload = true;
  using coll = spec.loadSync();
  const jumps = coll.maps.jumps as unknown as ProgramArray;
  const stacks = coll.maps.stacks as unknown as StackTraceMap;
  expect(jumps).toBeInstanceOf(ProgramArray);
  expect(stacks).toBeInstanceOf(StackTraceMap);
  const { entry, landing } = coll.programs as Record<"entry" | "landing", Program>;
  const { pid, jumped, stack_id } = coll.variables;
  jumps.set(1, landing);
  using found = jumps.get(1);
  expect(found?.name).toBe("landing");
  expect(jumps.getId(1)).toBe(landing.info().id);
  expect([...jumps.keys()]).toEqual([1]);
  expect(jumps.nextKey()).toBe(1);
  expect(jumps.nextKey(1)).toBeUndefined();
  if (pid) pid.value = process.pid;
  using link = entry.attach();
  process.getuid?.();
  link.close();
  expect(jumped?.value).toBeGreaterThan(0);
  const frames = stacks.symbolize(Number(stack_id?.value));
  expect(frames?.length).toBeGreaterThan(0);
  expect(frames?.some(({ symbol }) => /syscall|entry|trace|getuid|bpf/.test(symbol?.name ?? ""))).toBe(true);
  expect([...stacks.keys()]).toContain(stack_id?.value);
});
