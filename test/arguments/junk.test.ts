import { expect, test } from "vitest";
import * as codegen from "../../lib/codegen/index.ts";
import * as ebpf from "../../lib/index.ts";
import { bpfLogs, CollectionSpec, type Program } from "../../lib/index.ts";
import * as plugin from "../../lib/plugin/index.ts";
import { testObject } from "../support/objects.ts";
import { Walk } from "./walk.ts";

// Not public, or with effects: they read ten megabytes, install handlers of signals, start clang.
const skipped = [
  "codegen.compile",
  "plugin.loaderModule",
  "KernelSymbols.read",
  "Collection.load",
  "Collection.loadSync",
  "Collection.adopt",
  "KernelTime.nanoseconds",
  "Program.withOrigin",
  "untilInterrupted",
];

test("no exported function, static method or constructor throws an error of the engine", async () => {
  const walk = new Walk();
  walk.functionsOf("", ebpf, skipped);
  walk.functionsOf("codegen.", codegen, skipped);
  walk.functionsOf("plugin.", plugin, skipped);
  const { ActivityMeter, BtfBuilder, BtfExt, KernelSymbols, KernelTime } = ebpf;
  const { PerfBuf, RingBuf, UserRingBuf, UserSymbols } = ebpf;
  const Classes = { ActivityMeter, BtfBuilder, BtfExt, KernelSymbols, KernelTime, PerfBuf, RingBuf };
  for (const [name, Class] of Object.entries({ ...Classes, UserRingBuf, UserSymbols }))
    walk.construct(name, Class);
  expect(await walk.settled()).toEqual([]);
});

test("no method of a spec, of BTF or of other values without a kernel throws an error of the engine", async () => {
  const spec = CollectionSpec.fromFile(testObject("spec/globals"));
  const logs = CollectionSpec.fromFile(testObject("events/log"));
  const walk = new Walk();
  walk.methodsOf("spec", spec);
  walk.methodsOf("map of a spec", logs.maps["ebpf_logs"] as object);
  walk.methodsOf("program of a spec", logs.programs["levels"] as object);
  walk.methodsOf("variable of a spec", spec.variables["settings"] as object);
  walk.methodsOf("Btf", spec.btf as object, ["kindOf"]);
  walk.methodsOf("BtfBuilder", new ebpf.BtfBuilder());
  walk.methodsOf("Histogram", ebpf.Histogram.log2([1, 2]));
  walk.methodsOf("Instruction", ebpf.asm.exit());
  walk.methodsOf("KernelTime", new ebpf.KernelTime(5n));
  walk.methodsOf("KernelSymbols", new ebpf.KernelSymbols("ffffffff81000000 T _text\n"));
  walk.methodsOf("UserSymbols", new ebpf.UserSymbols());
  expect(await walk.settled()).toEqual([]);
});

test("a misspelt property of a spec is refused by the load", () => {
  const spec = CollectionSpec.fromFile(testObject("events/log"));
  Object.assign(spec.maps["ebpf_logs"] ?? {}, { maxEntires: 5 });
  expect(() => spec.loadSync()).toThrow(
    'property of map "ebpf_logs": expected a known one, received "maxEntires". Did you mean "maxEntries"?',
  );
  const other = CollectionSpec.fromFile(testObject("events/log"));
  Object.assign(other.programs["levels"] ?? {}, { autolaod: false });
  expect(() => other.loadSync()).toThrow('Did you mean "autoload"?');
});

test("the context of an XDP program is no array", () => {
  using coll = CollectionSpec.fromFile(testObject("events/log")).loadSync();
  const run = (context: unknown) =>
    (coll.programs["levels"] as Program<"xdp">).testRunSync({ data: new Uint8Array(64), context } as never);
  expect(() => run([1])).toThrow('context of testRun of program "levels": expected an object or bytes');
});

test("bpfLogs has no option for the type of the records", () => {
  using coll = CollectionSpec.fromFile(testObject("events/log")).loadSync();
  expect(() => bpfLogs(coll, { type: "u32" } as never)).toThrow(/^option of bpfLogs: .*received "type"/);
});
