/** Statements that tsc rejects, by what they are. The names are those of usage-types.test.ts. */
export const rejected = {
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
