import { expect, test } from "vitest";
import {
  asm,
  Btf,
  bpfLogs,
  CollectionSpec,
  cHeader,
  codecOf,
  cString,
  cStrings,
  EbpfError,
  features,
  flameGraph,
  foldStacks,
  Histogram,
  Link,
  mergeBtf,
  minimalBtf,
  type Program,
  printC,
  struct,
} from "../../lib/index.ts";

import { testObject } from "../support/objects.ts";

const junk = [undefined, null, 5, "x", {}, [], [5], true, 5n, () => 1];

const calls: Record<string, (value: never) => unknown> = {
  cString,
  cStrings,
  "Btf.parse": (value) => Btf.parse(value),
  "Histogram.log2": (value) => Histogram.log2(value),
  "Histogram.linear": (value) => Histogram.linear(value),
  "Link.fromPin": (value) => Link.fromPin(value),
  "asm.decode": (value) => asm.decode(value),
  "asm.encode": (value: object) => asm.encode((Array.isArray(value) ? [] : value) as never),
  "asm.print": (value: object) => asm.print((Array.isArray(value) ? [] : value) as never),
  "asm.parse": (value) => asm.parse(value),
  "asm.helperNumber": (value) => asm.helperNumber(value),
  cHeader: (value) => cHeader(value),
  printC: (value) => printC(value),
  mergeBtf: (value) => mergeBtf(value),
  minimalBtf: (value) => minimalBtf(value),
  codecOf: (value) => codecOf(value, 1),
  "features.attachingSince": (value) => features.attachingSince(value),
  "features.helperSince": (value) => features.helperSince(value),
  "features.kernelConfig": (value) => features.kernelConfig(value),
  foldStacks: (value: object) => foldStacks((Array.isArray(value) ? [] : value) as never),
  flameGraph: (value: object) => flameGraph((Array.isArray(value) ? [] : value) as never),
  struct: (value) => struct(value),
};

test.each(Object.entries(calls))("%s throws no error of the engine", (_, call) => {
  for (const value of junk) {
    try {
      call(value as never);
    } catch (error) {
      expect(error).toBeInstanceOf(EbpfError);
    }
  }
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
