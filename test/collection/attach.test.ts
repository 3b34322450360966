import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { AttachError, CollectionSpec, link } from "../../lib/index.ts";
import { exampleObject, testObject } from "../support/objects.ts";

test("the whole object is attached, and detached by closing it", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const counter = coll.maps["counter_map"];
  execFileSync("true");
  expect(counter?.get(0)).toBe(0n);
  coll.attach();
  for (let i = 0; i < 5; i++) execFileSync("true");
  expect(counter?.get(0)).toBeGreaterThanOrEqual(5n);
});

test("a link is closed alone", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const counter = coll.maps["counter_map"];
  const { trace_execve } = coll.attach();
  execFileSync("true");
  trace_execve?.close();
  const before = counter?.get(0);
  execFileSync("true");
  expect(counter?.get(0)).toBe(before);
});

test("when one program cannot be attached, none stays attached", async () => {
  using coll = await CollectionSpec.fromFile(testObject("attach_fails")).load();
  expect(() => coll.attach()).toThrow(AttachError);
  expect(() => coll.attach()).toThrow(/"second".*no such/);
  const hits = coll.variables["hits"];
  const before = hits?.value;
  process.getgroups?.();
  expect(hits?.value).toBe(before);
});

test("a tracepoint is attached by its name", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const program = coll.programs["trace_execve"];
  if (program === undefined) throw new Error("not loaded");
  using _ = link.tracepoint(program, { group: "syscalls", name: "sys_enter_execve" });
  execFileSync("true");
  expect(coll.maps["counter_map"]?.get(0)).toBeGreaterThan(0n);
});
