import { beforeAll, expect, test } from "vitest";
import { exampleObject, testObject } from "../support/objects.ts";
import { compileUnstripped } from "../support/unstripped.ts";
import { loaderOf, loaderOfBytes, textOf } from "./support/loaders.ts";
import { typeErrors } from "./support/type-check.ts";

const rejected = {
  "a string in counter_map": 'counter.maps.counter_map.set(0, "one");',
  "a string as its key": 'counter.maps.counter_map.get("0");',
  "a number where 64 bits are read": "const n: number = counter.maps.counter_map.lookup(0); console.log(n);",
  "a map that is not there": "counter.maps.counter;",
  "a program that is not there": "counter.programs.trace;",
  "a variable that is not there": "counter.variables.total;",
  "a map that is not there, before it is loaded": "loadCounterSpec().maps.counter;",
  "a value that lacks a field": "types.variables.point.value = { x: 1 };",
  "a value with a field of another type": 'types.variables.point.value = { x: 1, y: "2" };',
  "true for a number": "counter.maps.counter_map.set(0, true);",
  "a fraction's text for a number": "counter.maps.counter_map.set(0, Number(1).toFixed(1));",
  "a number for text": "types.maps.anonymous_map.set(7, { first: 1, second: 2 });",
  "text for bytes": 'types.maps.guarded_map.delete({ mac: "aa:bb", port: 1 });',
  "one value for all CPUs": "types.maps.union_map.set(0, { word: 1 });",
  "a typed array for text": "types.variables.names.value = [new Float32Array(1)];",
  "an XDP program without an interface": "xdp.programs.xdp_drop_program.attach();",
  "a tracepoint with an interface": 'counter.programs.trace_execve.attach({ interface: "lo" });',
  "options of a program that is not there": 'xdp.attach({ drop: { interface: "lo" } });',
  "a field that records do not have":
    "for await (const event of new RingBuf(records.maps.events)) console.log(event.uid);",
  "a field that another kind of record has":
    'for await (const event of new RingBuf(kinds.maps.by_value)) if (event.kind === "closed") console.log(event.value.path);',
  "a kind of record that is not sent":
    'for await (const event of new RingBuf(kinds.maps.by_value)) console.log(event.kind === "removed");',
  "a constant, once it is loaded": "types.variables.limit.value = 5n;",
  "a value with a timer that lacks the rest": "kept.maps.timers.set(0, {});",
};

const accepted = {
  "a program that uses the counter as it is meant": `
    const spec = loadCounterSpec();
    spec.maps.counter_map.maxEntries = 2;
    counter.attach();
    const count: bigint | undefined = counter.maps.counter_map.get(0);
    counter.maps.counter_map.set(0, 1n);
    console.log(count);
  `,
  "every kind of type, as the mapping says": `
    type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    function is<A, B>(_: Same<A, B>): void {}
    is<TypesEverything["comm"], string>(true);
    is<TypesEverything["lines"], string[]>(true);
    is<TypesEverything["flag"], boolean>(true);
    is<TypesEverything["huge"], bigint>(true);
    is<TypesEverything["histogram"], bigint[]>(true);
    is<TypesEverything["grid"], number[][]>(true);
    is<TypesEverything["pointer"], bigint>(true);
    is<TypesEverything["function"], bigint>(true);
    is<TypesEverything["number"], TypesNumber>(true);
    is<TypesEverything["v6"], Uint8Array>(true);
    is<TypesEverything["point"], TypesPointType>(true);
    is<"nothing" extends keyof TypesEverything ? true : false, false>(true);
    types.variables.point.value = { x: 1, y: 2 };
  `,
  "values that an enum does not list": `
    const running: TypesState = TypesState.STATE_RUNNING;
    const unheardOf: TypesState = 77;
    const wide: TypesWide = 77n;
    console.log(running, unheardOf, wide);
  `,
  "a constant before it is loaded, and its value afterwards": `
    const spec = loadTypesSpec();
    spec.variables.limit.value = 5n;
    spec.variables.text.value = "abc";
    const limit: bigint = types.variables.limit.value;
    types.variables.hidden_count.value = 6;
    console.log(limit);
  `,
  "programs attached as their kind asks for, and records of the type that they have": `
    counter.programs.trace_execve.attach();
    xdp.programs.xdp_drop_program.attach({ interface: "lo", mode: "generic" });
    xdp.attach({ xdp_drop_program: { interface: "lo" } });
    const ring = new RingBuf(records.maps.events);
    for await (const { pid, comm, time } of ring) {
      const all: [number, string, bigint] = [pid, comm, time];
      console.log(all);
    }
  `,
  "records of several types, told apart": `
    for await (const event of new RingBuf(kinds.maps.by_value)) {
      const text: string = event.kind === "opened" ? event.value.path : String(event.value.fd);
      console.log(text);
    }
    new RingBuf(kinds.maps.by_value).drain((record, kind) => {
      const text: string = kind === "opened" ? record.path : String(record.fd);
      console.log(text);
    });
    for await (const batch of new RingBuf(kinds.maps.by_size).batches())
      for (const { kind, value } of batch) console.log(kind === "large" ? value.at : value.cpu);
    for await (const event of new PerfBuf(kinds.maps.perf_by_size))
      if (event.type === "sample") console.log(event.value.kind === "large" ? event.value.value.at : 0n);
    for await (const bytes of new RingBuf(kinds.maps.alike)) console.log(bytes.byteLength);
  `,
  "whatever says the same, to store it": `
    counter.maps.counter_map.set(0, 1).set(0n, 1n);
    types.maps.anonymous_map.set(Buffer.from("sh"), { first: 1n, second: 2 });
    types.maps.guarded_map.set({ mac: Buffer.alloc(6), port: 1 }, { count: 1 });
    types.maps.guarded_map.set({ mac: [1, 2, 3, 4, 5, 6], port: 1n }, { count: 1n, lock: { val: 0 } });
    types.maps.guarded_map.batch.update([[{ mac: [1, 2, 3, 4, 5, 6], port: 1 }, { count: 1 }]]);
    types.maps.union_map.set(0, [{ word: 1 }, { bytes: new DataView(new ArrayBuffer(4)) }]);
    types.maps.untyped_map.set(new Uint8Array(8), new Uint32Array(4));
    types.variables.names.value = new BigUint64Array(2);
    types.variables.names.value = [1, 2n];
    typesNumberCodec.write(new DataView(new ArrayBuffer(8)), 0, { word: 1 });
  `,
  "values without what the kernel keeps in them": `
    kept.maps.timers.set(0, { runs: 1n });
    kept.maps.works.set(0, { runs: 1 });
    kept.maps.locks.set(0, { runs: kept.maps.works.lookup(0).runs });
    kept.maps.works.set(0, kept.maps.works.lookup(0));
  `,
  "what was read, to store it, of a type that is not known": `
    function copy<K, V>(map: HashMap<K, V>, from: K, to: K): void {
      map.set(to, map.lookup(from));
    }
    copy(types.maps.guarded_map, { mac: new Uint8Array(6), port: 1 }, { mac: new Uint8Array(6), port: 2 });
  `,
  "one member of a union, to store it": `
    const one: Storable<TypesNumber> = { word: 1 };
    const other: Storable<TypesNumber> = { bytes: new Uint8Array(4) };
    const guarded: Storable<TypesGuarded> = { count: 1n };
    console.log(one, other, guarded);
  `,
};

const imports = `
  import { type HashMap, PerfBuf, RingBuf, type Storable } from "ebpf";
  import { loadKinds } from "./kinds.bpf.ts";
  import { loadXdp } from "./xdp.bpf.ts";
  import { loadRecords } from "./records.bpf.ts";
  import { loadMapKept } from "./map_kept.bpf.ts";
  import { loadCounter, loadCounterSpec } from "./counter.bpf.ts";
  import type { TypesEverything, TypesGuarded, TypesNumber, TypesPointType, TypesWide } from "./types.bpf.ts";
  import { loadTypes, loadTypesSpec, typesNumberCodec, TypesState } from "./types.bpf.ts";
  using counter = await loadCounter();
  using types = await loadTypes();
  using xdp = await loadXdp();
  using records = await loadRecords();
  using kept = await loadMapKept();
  using kinds = await loadKinds();
  export type Used = [
    Storable<0>, TypesEverything, TypesGuarded, TypesNumber, TypesPointType, TypesWide, TypesState, typeof loadCounterSpec,
    typeof counter, typeof types, typeof loadTypesSpec, typeof xdp, typeof records, typeof kept, typeof kinds, typeof RingBuf, typeof PerfBuf, typeof typesNumberCodec, HashMap,
  ];
`;

/** What tsc says, by the program. */
const errors = new Map<string, string[]>();

beforeAll(() => {
  const programs = Object.entries({ ...rejected, ...accepted });
  const files = programs.map(([, text], i) => [`.build/usage/program${i}.ts`, imports + text] as const);
  const all = typeErrors({
    ".build/usage/counter.bpf.ts": textOf(loaderOf(exampleObject("counter"))),
    ".build/usage/xdp.bpf.ts": textOf(loaderOf(exampleObject("xdp"))),
    ".build/usage/records.bpf.ts": textOf(loaderOf(testObject("codegen/records"))),
    ".build/usage/kinds.bpf.ts": textOf(loaderOfBytes(compileUnstripped("records/kinds.c").bytes, "kinds.o")),
    ".build/usage/map_kept.bpf.ts": textOf(loaderOf(testObject("map_kept"))),
    ".build/usage/types.bpf.ts": textOf(loaderOf(testObject("codegen/types"))),
    ...Object.fromEntries(files),
  });
  programs.forEach(([title], i) => {
    errors.set(
      title,
      all.filter((error) => error.startsWith(`.build/usage/program${i}.ts`)),
    );
  });
}, 120_000);

test.each(Object.keys(rejected))("tsc rejects %s", (title) => {
  expect(errors.get(title)).toHaveLength(1);
});

test.each(Object.keys(accepted))("tsc accepts %s", (title) => {
  expect(errors.get(title)).toEqual([]);
});
