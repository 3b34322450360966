import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import {
  AttachError,
  BloomFilter,
  ClosedError,
  CollectionSpec,
  type Link,
  link,
  UnknownNameError,
} from "../../lib/index.ts";
import { exampleObject, testObject } from "../support/objects.ts";
import { linuxAtLeast, requiresLinux } from "../support/requires.ts";

test("attach attaches all programs of an object, and close detaches them", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const counter = coll.maps.counter_map;
  execFileSync("true");
  expect(counter?.get(0)).toBe(0n);
  coll.attach();
  for (let i = 0; i < 5; i++) execFileSync("true");
  expect(counter?.get(0)).toBeGreaterThanOrEqual(5n);
});

test("closing one link leaves the others attached", async () => {
  using coll = await CollectionSpec.fromFile(exampleObject("counter")).load();
  const counter = coll.maps.counter_map;
  const { trace_execve } = coll.attach();
  execFileSync("true");
  trace_execve?.close();
  const before = counter?.get(0);
  execFileSync("true");
  expect(counter?.get(0)).toBe(before);
});

test("the end of a block closes its links, and the collection can be attached again", async () => {
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

test("a target that the SEC name lacks comes from the options, or the program is skipped", async () => {
  using coll = await CollectionSpec.fromFile(testObject("attach_options")).load();
  expect(() => coll.attach()).toThrow(/"drop".*does not give the interface/);
  const links = coll.attach({ drop: { interface: "lo", mode: "generic" } });
  expect(Object.keys(links)).toEqual(["count", "drop"]);
  expect(links.drop?.info()).toMatchObject({ type: "xdp" });
  expect(() => links.run).toThrow(expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME" }));
});

test("false skips a program, and an unknown program name is refused", async () => {
  using coll = await CollectionSpec.fromFile(testObject("attach_options")).load();
  expect(() => coll.attach({ dorp: false })).toThrow(/cannot attach "dorp"/);
  expect(() => coll.attach({ run: {} })).toThrow(/cannot attach "run"/);
  expect(Object.keys(coll.attach({ drop: false }))).toEqual(["count"]);
});

test("console.log shows the kind and name of a live object, and its contents up to the depth", () => {
  const coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  coll.attach();
  const { id } = coll.map("counter_map");
  const map = `ArrayMap "counter_map" { type: 'array', keySize: 4, valueSize: 8, maxEntries: 1, id: ${id} }`;
  const text = inspect(coll, { breakLength: Number.POSITIVE_INFINITY, compact: 9 });
  expect(text).toContain(
    `Collection "counter" { maps: { counter_map: ${map} }, programs: { trace_execve: Program`,
  );
  expect(text).toMatch(/type: 'tracepoint', section: 'tracepoint\/syscalls\/sys_enter_execve', .*id: \d+ }/);
  expect(text).toMatch(/links: { trace_execve: Link "trace_execve" { nature: '[a-z-]+'/);
  expect(inspect(coll.map("counter_map"), { breakLength: 200 })).toBe(map);
  expect(inspect([[[coll.maps]]])).toContain("[Object]");
  expect(inspect([coll], { depth: 0 })).toBe('[ [Collection "counter"] ]');
  expect(inspect([coll.program("trace_execve")], { depth: 0 })).toBe('[ [Program "trace_execve"] ]');
  const { programs } = coll;
  coll.close();
  expect(inspect(coll)).toBe('[Collection "counter", closed]');
  expect(inspect(programs)).toBe('{ trace_execve: [Program "trace_execve", closed] }');
});

test("console.log shows the values of variables of a spec and of a collection", () => {
  const spec = CollectionSpec.fromFile(exampleObject("xdp"));
  expect(inspect(spec, { breakLength: Number.POSITIVE_INFINITY, compact: 9 })).toMatch(
    /^CollectionSpec "xdp" { maps: { '.bss': MapSpec ".bss" { type: 'array', .*flags: 'mmapable' } }, programs: { xdp_drop_program: ProgramSpec "xdp_drop_program" { section: 'xdp', type: 'xdp', instructions: \d+ } }, variables: { dropped: 0n, passed: 0n } }$/,
  );
  const coll = spec.loadSync();
  const passed = coll.variable("passed");
  expect(inspect(coll)).toContain("variables: { dropped: 0n, passed: 0n }");
  expect(inspect([passed, spec.variables["passed"]])).toBe(
    `[\n  Variable "passed" { value: 0n },\n  VariableSpec "passed" { section: '.bss', value: 0n }\n]`,
  );
  coll.close();
  expect(inspect(passed)).toBe('[Variable "passed", closed]');
});

test("without generated types, an object is looked up by name and class", () => {
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  const [name = ""] = Object.keys(coll.maps);
  expect(coll.map(name)).toBe(coll.maps[name]);
  expect(() => coll.map(name, BloomFilter)).toThrow(/: expected a BloomFilter, received a \w+ \(/);
  expect(() => coll.map("nothing")).toThrow(expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME" }));
  expect(() => coll.program("nothing")).toThrow(expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME" }));
  expect(() => coll.variable("nothing")).toThrow(expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME" }));
});

test("a link that was closed before its first use is a closed link", () => {
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  const first = coll.attach();
  coll.close();
  expect(first.trace_execve?.closed).toBe(true);
  expect(first.trace_execve?.nature).toBe(linuxAtLeast("5.15") ? "link" : "perf-event");
  expect(() => first.trace_execve?.info()).toThrow(ClosedError);
});

test("the links of an earlier attach stay those of that attach", () => {
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  const first = coll.attach();
  first[Symbol.dispose]();
  const second = coll.attach();
  expect(first.trace_execve?.closed).toBe(true);
  expect(second.trace_execve?.closed).toBe(false);
  expect(() => coll.attach()).toThrow(/attached already/);
  expect(() => coll.attach({ trace_execve: false })).not.toThrow();
});

test("a link that is released stays attached after the collection is closed", (context) => {
  requiresLinux(context, "5.15", "links of tracepoints");
  const coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  const links = coll.attach();
  using link = coll.release(links.trace_execve as Link);
  coll.close();
  expect(link.closed).toBe(false);
  expect(link.info().type).toBe("perf-event");
});

test("the links of an attach are an ordinary object at every first use", () => {
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  const attachAgain = () => {
    for (const link of Object.values(links)) link.close();
    links = coll.attach();
    return links;
  };
  let links = coll.attach();
  expect(Object.keys(links)).toEqual(["trace_execve"]);
  expect("trace_execve" in attachAgain()).toBe(true);
  expect(inspect(attachAgain())).toContain('trace_execve: Link "trace_execve"');
  expect({ ...attachAgain() }).toHaveProperty("trace_execve");
  expect(Object.isFrozen(attachAgain())).toBe(true);
  expect(() => Object.assign(attachAgain(), { other: 1 })).toThrow(UnknownNameError);
  expect(() => Object.assign(attachAgain(), { trace_execve: 1 })).toThrow(TypeError);
  expect(() => Object.setPrototypeOf(attachAgain(), null)).toThrow(TypeError);
  expect(() => attachAgain().trace_exec).toThrow(UnknownNameError);
});
