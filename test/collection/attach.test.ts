import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { AttachError, CollectionSpec, link } from "../../lib/index.ts";
import { exampleObject, testObject } from "../support/objects.ts";

test("the whole object is attached, and detached by closing it", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const counter = coll.maps.counter_map;
  execFileSync("true");
  expect(counter?.get(0)).toBe(0n);
  coll.attach();
  for (let i = 0; i < 5; i++) execFileSync("true");
  expect(counter?.get(0)).toBeGreaterThanOrEqual(5n);
});

test("a link is closed alone", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const counter = coll.maps.counter_map;
  const { trace_execve } = coll.attach();
  execFileSync("true");
  trace_execve?.close();
  const before = counter?.get(0);
  execFileSync("true");
  expect(counter?.get(0)).toBe(before);
});

test("the links of a block are closed with it, and the collection can be attached again", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const counter = coll.maps.counter_map;
  {
    using links = coll.attach();
    expect(Object.keys(links)).toEqual(["trace_execve"]);
    execFileSync("true");
  }
  const before = counter?.get(0);
  expect(before).toBeGreaterThan(0n);
  execFileSync("true");
  expect(counter?.get(0)).toBe(before);
  coll.attach({ trace_execve: false });
  expect(coll.skipped).toHaveProperty("trace_execve");
});

test("a program that is never attached can be set to false", () => {
  using coll = CollectionSpec.fromFile(testObject("attach_untargeted")).loadSync();
  using links = coll.attach({ in_map: false, in_route: false }, { untargeted: "skip" });
  expect(Object.keys(links)).toEqual(["count"]);
});

test("when one program cannot be attached, none stays attached", async () => {
  using coll = await CollectionSpec.fromFile(testObject("attach_fails")).load();
  expect(() => coll.attach()).toThrow(AttachError);
  expect(() => coll.attach()).toThrow(/"second".*no tracepoint/);
  const hits = coll.variables.hits;
  const before = hits?.value;
  process.getgroups?.();
  expect(hits?.value).toBe(before);
});

test("a tracepoint is attached by its name", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const program = coll.programs.trace_execve;
  if (program === undefined) throw new Error("not loaded");
  using _ = link.tracepoint(program, { group: "syscalls", name: "sys_enter_execve" });
  execFileSync("true");
  expect(coll.maps.counter_map?.get(0)).toBeGreaterThan(0n);
});

test("what a SEC name leaves open is said in the options, or passed over", async () => {
  using coll = await CollectionSpec.fromFile(testObject("attach_options")).load();
  expect(() => coll.attach()).toThrow(/"drop".*does not give the interface/);
  const links = coll.attach({ drop: { interface: "lo", mode: "generic" } });
  expect(Object.keys(links)).toEqual(["count", "drop"]);
  expect(links.drop?.info()).toMatchObject({ type: "xdp" });
  expect(() => links.run).toThrow(expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME" }));
});

test("false passes a program over, and a wrong name is told", async () => {
  using coll = await CollectionSpec.fromFile(testObject("attach_options")).load();
  expect(() => coll.attach({ dorp: false })).toThrow(/attaches nothing called "dorp"/);
  expect(() => coll.attach({ run: {} })).toThrow(/attaches nothing called "run"/);
  expect(Object.keys(coll.attach({ drop: false }))).toEqual(["count"]);
});

test("console.log shows what a live object is, in one line", () => {
  const coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  expect(inspect(coll)).toBe('[collection "counter"]');
  expect(inspect(coll.maps.counter_map)).toBe('[map "counter_map"]');
  expect(inspect(coll.programs)).toBe('{ trace_execve: [program "trace_execve"] }');
  expect(inspect(coll.attach())).toContain('trace_execve: [link of program "trace_execve"]');
  coll.close();
  expect(inspect(coll)).toBe('[collection "counter", closed]');
});
