/** Programs that tsc accepts, by what they are. The names are those of usage-types.test.ts. */
export const accepted = {
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
