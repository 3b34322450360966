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
  "a kind of record that is not among those given":
    'for await (const event of new RingBuf(records.maps.events, { types: { number: typesNumberCodec }, kind: () => "number" })) console.log(event.kind === "text");',
  "the records of given types as those of the map":
    'for await (const event of new RingBuf(records.maps.events, { types: { number: typesNumberCodec }, kind: () => "number" })) console.log(event.pid);',
  "the number of an address whose meaning is known": "fields.maps.connections.get(167772161);",
  "a number for a time":
    "fields.maps.connections.set('10.0.0.1', { ...fields.maps.connections.lookup(''), at: 5 });",
  "a method of a queue on a map that is asked for without its class": 'untyped.map("jobs").push(1);',
  "a program in place of a map": "counterSpec.maps.counter_map.replaceWith = counter.programs.trace_execve;",
  "any object in place of a map": "counterSpec.maps.counter_map.replaceWith = {};",
  "a map where a program is traced":
    "counterSpec.programs.trace_execve.attachProgram = counter.maps.counter_map;",
  "a flag of maps that does not exist": 'counterSpec.maps.counter_map.flags = ["mapable"];',
  "a flag of maps as a number": "counterSpec.maps.counter_map.flags = 1024;",
  "a constant, once it is loaded": "types.variables.limit.value = 5n;",
  "a value with a timer that lacks the rest": "kept.maps.timers.set(0, {});",
  "a collection with an XDP program, attached without an interface": "xdp.attach();",
  "the interface left out among others": "net.attach({ on_xdp: {} }, {});",
  "a tracepoint program where XDP is attached":
    'link.xdp(counter.programs.trace_execve, { interface: "lo" });',
  "a tc program where XDP is attached": 'link.xdp(net.programs.on_tc, { interface: "lo" });',
  "a uprobe without its binary": 'user.programs.on_uprobe.attach({ symbol: "malloc" });',
  "a uprobe without a place in its binary": 'user.programs.on_uprobe.attach({ binary: "libc.so.6" });',
  "an option of a kprobe for a uprobe":
    'user.programs.on_uprobe.attach({ binary: "libc.so.6", symbol: "malloc", syscall: "read" });',
  "a uprobe.multi without its binary": 'user.programs.on_uprobe_multi.attach({ pattern: "mall*" });',
  "a perf event without its event": "user.programs.on_perf_event.attach();",
  "a tc program on a tcx hook without direction": 'link.tcx(net.programs.on_tc, { interface: "lo" });',
  "a program in a tc section without direction": 'net.programs.on_tc.attach({ interface: "lo" });',
  "a sk_lookup program without a network namespace": "net.programs.on_sk_lookup.attach();",
  "a perf buffer read as a ring buffer": "new RingBuf(perf.maps.events);",
  "a ring buffer read as a perf buffer": "new PerfBuf(records.maps.events);",
  "a ring buffer that user space is to write to": "new UserRingBuf(records.maps.events);",
  "a hash without the type of its values": 'Map.create({ type: "hash", key: "u32", maxEntries: 1 });',
  "a hash without the type of its keys": 'Map.create({ type: "hash", value: "u32", maxEntries: 1 });',
  "a hash without a size": 'Map.create({ type: "hash", key: "u32", value: "u32" });',
  "an array with keys of 64 bits": 'Map.create({ type: "array", key: "u64", value: "u32", maxEntries: 1 });',
  "a map of maps that is shown none": 'Map.create({ type: "array-of-maps", maxEntries: 1 });',
  "a field that a syscall program's context does not have":
    "run.programs.double_it.testRunSync({ context: { in: 1, out: 2, nam: new Uint8Array(8) } });",
  "the link of a program that is never attached": 'run.attach({}, { untargeted: "skip" }).double_it;',
  "a member that a struct of callbacks does not have": "opsSpec.maps.by_link.members.nam = 'x';",
  "a callback that is no program of the object": "opsSpec.maps.by_link.members.init = 'hit';",
  "a number for text in a struct of callbacks": "opsSpec.maps.by_link.members.name = 1;",
  "a struct within a struct of callbacks that lacks a member":
    "membersSpec.maps.first.members.list = { next: 0n };",
  "members of a map that is no struct of callbacks": "counterSpec.maps.counter_map.members.name;",
  "members of a data section": 'membersSpec.maps[".bss"].members.hits = 1n;',
  "a program that cannot be attached": "run.programs.double_it.attach();",
  "an XDP program of a devmap, attached": "untargeted.programs.in_map.attach();",
  "an XDP program of a devmap on an interface": 'link.xdp(untargeted.programs.in_map, { interface: "lo" });',
  "a program at the entry of a function, attached to its return": "link.fexit(trace.programs.on_fentry);",
  "a program at the entry of a function, attached as an iterator": "link.iterator(trace.programs.on_fentry);",
  "a program of an LSM hook, attached to a cgroup": 'link.lsmCgroup(trace.programs.on_lsm, { cgroup: "." });',
  "a kprobe where kprobe.multi is attached":
    'link.kprobeMulti(trace.programs.on_kprobe, { pattern: "vfs_*" });',
  "a kprobe.multi where a kprobe is attached":
    'link.kprobe(trace.programs.on_kprobe_multi, { symbol: "vfs_read" });',
  "a kprobe of link without a function": "link.kprobe(trace.programs.on_kprobe, { cookie: 1n });",
  "a kprobe of link with two functions":
    'link.kprobe(trace.programs.on_kprobe, { symbol: "vfs_read", address: 1n });',
  "a uprobe of link without a place in its binary":
    'link.uprobe(user.programs.on_uprobe, { binary: "libc.so.6" });',
  "a uprobe.multi of link without functions":
    'link.uprobeMulti(user.programs.on_uprobe_multi, { binary: "libc.so.6" });',
  "a hash read as a ring buffer": "new RingBuf(types.maps.guarded_map);",
  "an array read as a perf buffer": "new PerfBuf(counter.maps.counter_map);",
  "a queue with the type of its keys":
    'Map.create({ type: "queue", key: "u32", value: "u32", maxEntries: 1 });',
  "a ring buffer with the type of its values":
    'Map.create({ type: "ringbuf", value: "u32", maxEntries: 4096 });',
  "a hash that is shown a map":
    'Map.create({ type: "hash", key: "u32", value: "u32", maxEntries: 1, inner: counter.maps.counter_map });',
  "the removal of a value from an array": "counter.maps.counter_map.delete(0);",
  "the removal of all values from an array": "counter.maps.counter_map.clear();",
  "the link of a map that is not registered": "counter.attach().counter_map;",
  "options of a map": "counter.attach({ counter_map: {} });",
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
  "records of several given types, with the type of each": `
    const both = { number: typesNumberCodec, other: "event" };
    const kind = (record: RecordView): string => (record.byteLength === 4 ? "number" : "other");
    for await (const event of new RingBuf(records.maps.events, { types: both, kind })) {
      const word: number = event.kind === "number" ? event.value.word : event.value.anything;
      console.log(word);
    }
    for await (const event of new PerfBuf(perf.maps.samples, { types: both, kind, bytesPerCpu: 4096 }))
      if (event.type === "sample" && event.value.kind === "number") console.log(event.value.value.word + 1);
    for await (const { word } of new RingBuf(records.maps.events, { type: typesNumberCodec })) console.log(word + 1);
    const any: RingBuf = new RingBuf(records.maps.events, { types: both, kind, onError: "yield" });
    const named: RingBuf<{ pid: number }> = new RingBuf<{ pid: number }>(records.maps.events, { type: "event" });
    console.log(any, named);
  `,
  "a data section by its name, and what an object without generated types has": `
    const bytes: Uint8Array = types.maps[".bss"].lookup(0);
    untyped.map("jobs", Queue).push(1n);
    untyped.map("counts").set(1, 2n);
    untyped.map("counts", HashMap).get(1);
    untyped.program("on_event").attach({ cookie: 1n });
    untyped.variable("total").value = 1;
    counter.map("counter_map").get(0)?.toString();
    console.log(bytes);
  `,
  "the members of a struct of callbacks, with generated types and by name": `
    opsSpec.maps.by_link.members.name = "bpf_slow";
    opsSpec.maps.by_link.members.undo_cwnd = "ssthresh";
    opsSpec.maps.by_link.members.init = undefined;
    membersSpec.maps.first.members.list = { next: 0n, prev: 0n };
    const map: StructOpsSpec<{ name: string }> = opsSpec.maps.by_link;
    const all: CollectionSpec = opsSpec;
    const one = all.maps["by_link"] as MapSpec;
    one.members["name"] = map.members.name;
    using ops = opsSpec.loadSync();
    link.structOps(ops.maps.by_link);
  `,
  "flags of maps by name, and what stands for a map or program": `
    counterSpec.maps.counter_map.flags = [...counterSpec.maps.counter_map.flags, "mmapable"];
    counterSpec.maps.counter_map.replaceWith = counter.maps.counter_map;
    counterSpec.programs.trace_execve.attachProgram = xdp.programs.xdp_drop_program;
    Map.create({ type: "array", value: "u64", maxEntries: 1, flags: counter.maps.counter_map.flags });
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
  "a function that takes any collection, and one that takes any spec": `
    const names = (coll: Collection): string[] => Object.keys(coll.maps).concat(Object.keys(coll.programs));
    const grow = (spec: CollectionSpec): void => {
      for (const map of Object.values(spec.maps)) map.maxEntries *= 2;
    };
    for (const coll of [counter, types, xdp, records, user, net, run]) names(coll);
    names(counter);
    names(types);
    grow(loadCounterSpec());
    grow(loadTypesSpec());
    const all: Collection[] = [counter, types, xdp, net];
    console.log(all);
  `,
  "a function that takes any program": `
    const names = (programs: Program[]): string[] => programs.map(({ name }) => name);
    for (const coll of [counter, xdp, user, net, run, fields]) names(Object.values(coll.programs));
    const runs = (program: Program): unknown => program.testRunSync({ context: { in: 1 } }).context.out;
    console.log(runs(run.programs.double_it));
  `,
  "a program whose section is the user's own": `
    ownSpec.programs.unknown_section.type = "xdp";
    link.xdp(own.programs.unknown_section, { interface: "lo" });
    link.kprobe(own.programs.unknown_section, { symbol: "vfs_read" });
  `,
  "a program that several hooks of one function accept": `
    link.uprobe(trace.programs.on_kprobe, { binary: "bash", symbol: "readline" });
    link.kretprobe(user.programs.on_uprobe, { address: 1n });
    link.fentry(trace.programs.on_fentry);
    link.fexit(Program.fromId(1));
    link.fentry(Program.create({ type: "tracing", instructions: [] }));
  `,
  "programs by the options that their section leaves open": `
    user.programs.on_uprobe.attach({ binary: "libc.so.6", symbol: "malloc" });
    user.programs.on_uprobe.attach({ binary: "libc.so.6", offset: 16, pid: 1 });
    user.programs.on_uprobe_multi.attach({ binary: "libc.so.6", pattern: "mall*" });
    net.programs.on_tc.attach({ interface: "lo", direction: "ingress" });
    net.programs.on_tcx_ingress.attach({ interface: "lo" });
    link.tcx(net.programs.on_tcx_ingress, { interface: "lo" });
    link.tcx(net.programs.on_tc, { interface: "lo", direction: "egress" });
    xdp.attach({ xdp_drop_program: false });
    net.attach({ on_xdp: { interface: "lo" } }, { untargeted: "skip" });
    net.attach({}, { untargeted: "skip" }).on_xdp.close();
    link.xdp(xdp.programs.xdp_drop_program, { interface: "lo" });
    link.xdp(Program.fromId(1), { interface: "lo" });
    link.tcx(Program.fromId(1), { interface: "lo" });
    const [any] = Object.values(untyped.programs);
    if (any !== undefined) link.xdp(any, { interface: "lo" });
    untyped.attach();
    counter.attach({ trace_execve: { cookie: 1n } }).trace_execve.close();
    run.programs.first_and_cpu.attach();
    new RingBuf(Object.values(untyped.maps)[0] as AnyMap);
  `,
  "the context of a syscall program, by its struct": `
    const { context } = run.programs.double_it.testRunSync({ context: { in: 1, out: 0, name: "" } });
    console.log(context?.out, context?.name.length);
  `,
  "maps made with what their type asks for": `
    Map.create({ type: "array", value: "u32", maxEntries: 1 }).set(0, 1);
    Map.create({ type: "array", key: "i32", value: "u32", maxEntries: 1 }).set(0, 1);
    Map.create({ type: "queue", value: "u64", maxEntries: 1 }).push(1n);
    Map.create({ type: "perf-event-array" }).close();
    Map.create({ type: "ringbuf", maxEntries: 4096 }).close();
    Map.create({ type: "sk-storage", value: "u32" }).close();
  `,
  "fields by what they mean": `
    const peers: string[] | undefined = fields.maps.connections.get("10.0.0.1")?.peers;
    const value = fields.maps.connections.lookup("10.0.0.1");
    fields.maps.connections.set("10.0.0.2", { ...value, at: new Date(), saddr6: new Uint8Array(16) });
    const at: Date = value.at;
    const [ns, comm, raw]: [bigint, string, Uint8Array] = [value.at.ns, value.comm, value.raw];
    fields.variables.server.value = "10.0.0.1";
    fields.programs.copy.testRunSync({ context: { address: "10.0.0.1", port: 443 } });
    console.log(peers, at, ns, comm, raw);
  `,
  "one member of a union, to store it": `
    const one: Storable<TypesNumber> = { word: 1 };
    const other: Storable<TypesNumber> = { bytes: new Uint8Array(4) };
    const guarded: Storable<TypesGuarded> = { count: 1n };
    console.log(one, other, guarded);
  `,
};

/** The loaders that the programs above use, and the object that each is generated from. */
const loaders = {
  counter: ["Counter", exampleObject("counter")],
  xdp: ["Xdp", exampleObject("xdp")],
  records: ["Records", testObject("codegen/records")],
  map_kept: ["MapKept", testObject("map_kept")],
  types: ["Types", testObject("codegen/types")],
  link_user: ["LinkUser", testObject("link_user")],
  link_net: ["LinkNet", testObject("link_net")],
  program_run: ["ProgramRun", testObject("program_run")],
  perf: ["Perf", testObject("events/perf")],
  fields: ["Fields", testObject("codegen/fields")],
  ops: ["LinkStructOps", testObject("link_struct_ops")],
  members: ["StructOpsMembers", testObject("struct_ops_members")],
  trace: ["LinkTrace", testObject("link_trace")],
  targets: ["AttachUntargeted", testObject("attach_untargeted")],
  own: ["Refusals", testObject("load/refusals")],
} as const;

const imports = `
  import {
    type AnyMap, type Collection, type CollectionSpec, HashMap, link, Map, type MapSpec, PerfBuf, Program, Queue, type RecordView,
    RingBuf, type Storable, type StructOpsSpec, UserRingBuf,
  } from "ebpf";
  ${Object.entries(loaders)
    .map(([file, [name]]) => `import { load${name} } from "./${file}.bpf.ts";`)
    .join("\n")}
  import { loadKinds } from "./kinds.bpf.ts";
  import { loadCounterSpec } from "./counter.bpf.ts";
  import { loadLinkStructOpsSpec } from "./ops.bpf.ts";
  import { loadStructOpsMembersSpec } from "./members.bpf.ts";
  import { loadRefusalsSpec } from "./own.bpf.ts";
  import type { TypesEverything, TypesGuarded, TypesNumber, TypesPointType, TypesWide } from "./types.bpf.ts";
  import { loadTypesSpec, typesNumberCodec, TypesState } from "./types.bpf.ts";
  using counter = await loadCounter();
  using types = await loadTypes();
  using xdp = await loadXdp();
  using records = await loadRecords();
  using kept = await loadMapKept();
  using kinds = await loadKinds();
  using user = await loadLinkUser();
  using net = await loadLinkNet();
  using run = await loadProgramRun();
  using perf = await loadPerf();
  using fields = await loadFields();
  using trace = await loadLinkTrace();
  using untargeted = await loadAttachUntargeted();
  using own = await loadRefusals();
  const ownSpec = loadRefusalsSpec();
  const membersSpec = loadStructOpsMembersSpec();
  const untyped: Collection = counter;
  const counterSpec = loadCounterSpec();
  const opsSpec = loadLinkStructOpsSpec();
  export type Used = [
    typeof untyped, typeof counterSpec, typeof Queue, RecordView,
    Storable<0>, TypesEverything, TypesGuarded, TypesNumber, TypesPointType, TypesWide, TypesState, typeof loadCounterSpec,
    typeof counter, typeof types, typeof loadTypesSpec, typeof xdp, typeof records, typeof kept, typeof kinds, typeof RingBuf, typeof typesNumberCodec, HashMap,
    AnyMap, Collection, CollectionSpec, typeof link, typeof Map, typeof PerfBuf, typeof Program, typeof UserRingBuf,
    typeof user, typeof net, typeof run, typeof perf, typeof fields,
    MapSpec, StructOpsSpec<object>, typeof opsSpec, typeof loadLinkStructOps, typeof loadStructOpsMembers,
    typeof trace, typeof untargeted, typeof own, typeof ownSpec, typeof membersSpec,
  ];
`;

/** What tsc says, by the program. */
const errors = new Map<string, string[]>();

beforeAll(() => {
  const programs = Object.entries({ ...rejected, ...accepted });
  const files = programs.map(([, text], i) => [`.build/usage/program${i}.ts`, imports + text] as const);
  const all = typeErrors({
    ...Object.fromEntries(
      Object.entries(loaders).map(([file, [, object]]) => [
        `.build/usage/${file}.bpf.ts`,
        textOf(loaderOf(object)),
      ]),
    ),
    ".build/usage/kinds.bpf.ts": textOf(loaderOfBytes(compileUnstripped("records/kinds.c").bytes, "kinds.o")),
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
