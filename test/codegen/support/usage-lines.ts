/** Programs that tsc accepts, and statements that it rejects, each for itself. */
export interface Line {
  readonly accepts?: string;
  readonly rejects?: readonly string[];
}

/** "Types that lie or let go": each promise about types, and what shows it. The names are those of usage-types.test.ts. */
export const typesThatHold: Readonly<Record<string, Line>> = {
  "coll.attach() requires the interface of an XDP program": {
    accepts: 'xdp.attach({ xdp_drop_program: { interface: "lo" } });',
    rejects: ["xdp.attach();", "xdp.attach({});"],
  },
  "link.xdp(tracepointProgram) does not compile": {
    accepts: 'link.xdp(xdp.programs.xdp_drop_program, { interface: "lo" });',
    rejects: ['link.xdp(counter.programs.trace_execve, { interface: "lo" });'],
  },
  "uprobeProgram.attach({ symbol }) requires a binary, and has no options of a kprobe": {
    accepts: 'user.programs.on_uprobe.attach({ binary: "libc.so.6", symbol: "malloc" });',
    rejects: [
      'user.programs.on_uprobe.attach({ symbol: "malloc" });',
      'user.programs.on_uprobe.attach({ binary: "libc.so.6", symbol: "malloc", syscall: "read" });',
    ],
  },
  "link.tcx requires a direction": {
    accepts: 'link.tcx(net.programs.on_tc, { interface: "lo", direction: "ingress" });',
    rejects: ['link.tcx(net.programs.on_tc, { interface: "lo" });'],
  },
  "new RingBuf(perfMap) does not compile": {
    accepts: "new RingBuf(records.maps.events); new PerfBuf(perf.maps.samples);",
    rejects: ["new RingBuf(perf.maps.events);", "new RingBuf(counter.maps.counter_map);"],
  },
  "Map.create of a hash requires its value, and of an array no key of 64 bits": {
    accepts: 'Map.create({ type: "hash", key: "u32", value: "u32", maxEntries: 1 }).set(1, 1);',
    rejects: [
      'Map.create({ type: "hash", key: "u32", maxEntries: 1 });',
      'Map.create({ type: "array", key: "u64", value: "u32", maxEntries: 1 });',
    ],
  },
  "testRun({ context: { knd: 1 } }) knows the struct of the context": {
    accepts: 'run.programs.double_it.testRunSync({ context: { in: 1, out: 0, name: "" } });',
    rejects: [
      'run.programs.double_it.testRunSync({ context: { inn: 1, out: 0, name: "" } });',
      "xdp.programs.xdp_drop_program.testRunSync({ context: { ingress_ifidx: 1 } });",
    ],
  },
  "an unknown option does not compile": {
    rejects: [
      'counter.programs.trace_execve.attach({ interface: "lo" });',
      'xdp.programs.xdp_drop_program.attach({ interface: "lo", mod: "generic" });',
    ],
  },
  "a helper (coll: Collection) => … takes a generated collection, and (spec: CollectionSpec) => … its spec": {
    accepts: `
      const names = (coll: Collection): string[] => Object.keys(coll.maps);
      const grow = (spec: CollectionSpec): void => void Object.keys(spec.maps);
      for (const coll of [counter, types, xdp]) names(coll);
      grow(loadCounterSpec());
    `,
  },
  "new RingBuf(typedMap, { types, kind }) yields { kind, value }": {
    accepts: `
      for await (const { kind, value } of new RingBuf(records.maps.events, { types: { number: typesNumberCodec }, kind: () => "number" })) {
        const all: ["number", TypesNumber] = [kind, value];
        console.log(all);
      }
    `,
    rejects: [
      'for await (const { pid } of new RingBuf(records.maps.events, { types: { number: typesNumberCodec }, kind: () => "number" })) console.log(pid);',
    ],
  },
  'coll.maps[".bss"] compiles': {
    accepts: 'const bytes: Uint8Array = types.maps[".bss"].lookup(0); console.log(bytes);',
    rejects: ['types.maps[".bsss"];'],
  },
  "Map is BpfMap, the class of every map": {
    accepts: `
      const map: BpfMap = counter.maps.counter_map;
      const same: typeof Map = BpfMap;
      console.log(map instanceof BpfMap, map instanceof same);
    `,
  },
  "flags have names in a spec, in a map and in Map.create": {
    accepts: `
      counterSpec.maps.counter_map.flags = counter.maps.counter_map.flags;
      Map.create({ type: "array", value: "u64", maxEntries: 1, flags: counterSpec.maps.counter_map.flags });
    `,
    rejects: ["counterSpec.maps.counter_map.flags = 1024;"],
  },
  "replaceWith is a map and attachProgram a program": {
    accepts: `
      counterSpec.maps.counter_map.replaceWith = counter.maps.counter_map;
      counterSpec.programs.trace_execve.attachProgram = xdp.programs.xdp_drop_program;
    `,
    rejects: [
      "counterSpec.maps.counter_map.replaceWith = {};",
      "counterSpec.programs.trace_execve.attachProgram = {};",
    ],
  },
  "generated names keep the words of the file: AttachUntargeted of attach_untargeted": {
    accepts: "const one: Promise<Collection> = loadAttachUntargeted(); console.log(one);",
  },
  "without generated types, the kind of a map is asked for": {
    accepts: 'untyped.map("jobs", Queue).push(1n); untyped.map("counts", HashMap).get(1);',
    rejects: ['untyped.map("jobs").push(1);', 'untyped.map("jobs").pop();'],
  },
  "without generated types, a program is not possibly undefined": {
    accepts: 'untyped.program("on_event").attach();',
  },
};

/** "What people write by hand every time": each help, and what shows its type. */
export const handsFree: Readonly<Record<string, Line>> = {
  "a collection and a link hold the process: ref and unref": {
    accepts: "counter.unref().ref(); counter.programs.trace_execve.attach().unref().ref();",
  },
  "untilInterrupted() is a signal that ends loops": {
    accepts: `
      const signal: AbortSignal = untilInterrupted();
      for await (const { pid } of new RingBuf(records.maps.events, { signal })) console.log(pid);
      for await (const tick of every(1000, { signal })) console.log(tick);
    `,
  },
  "a syscall has a name": {
    accepts: "const name: string | undefined = syscallName(59); console.log(name);",
    rejects: ['syscallName("execve");'],
  },
  "using links = coll.attach() detaches, and has a link for each program": {
    accepts: "using links = counter.attach(); links.trace_execve.unref();",
    rejects: ["using links = counter.attach(); links.trace;"],
  },
  "u8 comm[16] is text by cString": {
    accepts: "const text: string = cString(new Uint8Array(16)); console.log(text);",
    rejects: ['cString("text");'],
  },
  "a word in the spec makes a field text, an address, big-endian or a time": {
    accepts: `
      const value = fields.maps.connections.lookup("10.0.0.1");
      const all: [string, Date, bigint, string[]] = [value.comm, value.at, value.at.ns, value.peers];
      fields.programs.copy.testRunSync({ context: { address: "10.0.0.1", port: 443 } });
      console.log(all);
    `,
    rejects: ["fields.maps.connections.lookup(167772161);"],
  },
  "a map of Map.create is found by its ID with its types": {
    accepts: 'BpfMap.fromId(1, { type: "hash", key: "u32", value: "u64" }).set(1, 2n);',
  },
  "records of a PERF_EVENT_ARRAY are typed": {
    accepts:
      'for await (const event of new PerfBuf(kinds.maps.perf_by_size)) if (event.type === "sample") console.log(event.value.kind);',
    rejects: ["for await (const event of new PerfBuf(kinds.maps.perf_by_size)) console.log(event.value);"],
  },
  "live frames take an interface by name": {
    accepts:
      'xdp.programs.xdp_drop_program.testRunSync({ data: new Uint8Array(64), liveFrames: true, interface: "lo" });',
    rejects: ["xdp.programs.xdp_drop_program.testRunSync({ liveFrames: 1 });"],
  },
  'CgroupArray.set(0, ".") takes what link.cgroup takes': {
    accepts: 'Map.create({ type: "cgroup-array", maxEntries: 1 }).set(0, ".");',
    rejects: ['Map.create({ type: "cgroup-array", maxEntries: 1 }).set(0, {});'],
  },
};

/** What tsc is to check for a list: the programs by a title that begins with that of the line. */
export function programsOf(lines: Readonly<Record<string, Line>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lines).flatMap(([title, { accepts, rejects = [] }]) => [
      ...(accepts === undefined ? [] : [[title, accepts]]),
      ...rejects.map((text, i) => [`${title} (${i})`, text]),
    ]),
  );
}
