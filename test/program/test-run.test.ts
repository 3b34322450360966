import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import {
  type Collection,
  CollectionSpec,
  NoInterfaceError,
  type Program,
  type SkBuffContext,
  type TcAction,
  type TestRunOptions,
  type XdpAction,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

let coll: Collection;
beforeAll(async () => {
  coll = await CollectionSpec.fromFile(testObject("program_run")).load();
});
afterAll(() => coll.close());

const packet = () => Uint8Array.from({ length: 64 }, (_, i) => i + 1);
const xdp = (name = "swap_first_two") => coll.programs[name] as Program<"xdp">;
const runs = () => coll.maps.runs?.get(0);

test("an XDP program reads and changes a packet, and returns its verdict", async () => {
  const sent = packet();
  const result = await xdp().testRun({ data: sent });
  expect(result.returnValue).toBe(2);
  expect(result.action).toBe("pass");
  expect([...result.data.subarray(0, 3)]).toEqual([2, 1, 3]);
  expect(result.data).toHaveLength(64);
  expect(result.context).toBeUndefined();
  expect(sent[0], "what was given stays as it was").toBe(1);
  expectTypeOf(result.action).toEqualTypeOf<XdpAction | undefined>();
});

test("testRunSync returns the same result", () => {
  const data = packet();
  data[1] = 0;
  expect(xdp().testRunSync({ data })).toMatchObject({ returnValue: 1, action: "drop" });
});

test("repeat runs the program several times, and returns the mean duration", async () => {
  const before = runs() as bigint;
  const result = await xdp().testRun({ data: packet(), repeat: 1000 });
  expect((runs() as bigint) - before).toBe(1000n);
  expect(result.duration).toBeGreaterThan(0);
});

test("a DataView is accepted as data, and only its part of the buffer is sent", () => {
  const all = new Uint8Array(100).fill(9);
  const { data } = xdp().testRunSync({ data: new DataView(all.buffer, 10, 20) });
  expect(data).toHaveLength(20);
});

test("a tc program has the context of a socket buffer, typed both ways", async () => {
  const tc = coll.programs.mark_and_count as Program<"sched-cls">;
  const result = await tc.testRun({ data: packet(), context: { mark: 41, cb: [0, 0, 5, 0, 0] } });
  expect(result).toMatchObject({ returnValue: -1, action: "unspec" });
  expect(result.context).toMatchObject({ mark: 41, cb: [42, 0, 5, 0, 0], priority: 7 });
  expectTypeOf(result.action).toEqualTypeOf<TcAction | undefined>();
  expectTypeOf(result.context).toEqualTypeOf<SkBuffContext | undefined>();
});

test("a context in bytes returns a context in bytes", () => {
  const tc = coll.programs.mark_and_count as Program<"sched-cls">;
  const context = new Uint8Array(192);
  context[8] = 1;
  const result = tc.testRunSync({ data: packet(), context });
  expect(result.context).toBeInstanceOf(Uint8Array);
  expect((result.context as unknown as Uint8Array)[48]).toBe(2);
});

test("a raw tracepoint receives its arguments, and runs on the requested CPU", async () => {
  const program = coll.programs.first_and_cpu as Program<"raw-tracepoint">;
  const result = await program.testRun({ context: [0x1234_5678_9abcn, 5n], cpu: 0 });
  expect(result.returnValue).toBe(5);
  expect(coll.variables.first_argument?.value).toBe(0x1234_5678_9abcn);
  expect(coll.variables.cpu?.value).toBe(0);
});

test("live frames follow the verdict of the program, and return no data", async (context) => {
  requiresLinux(context, "5.18", "live frames");
  const before = runs() as bigint;
  const data = packet();
  data[1] = 0;
  const result = await xdp().testRun({ data, liveFrames: true, repeat: 128, batchSize: 64 });
  expect((runs() as bigint) - before).toBe(128n);
  expect(result.data).toHaveLength(0);
  // The kernel does not say what became of the packets.
  expect(result.action).toBeUndefined();
});

test("an XDP program sees the ingress interface of the test run, given by name or index", async (context) => {
  requiresLinux(context, "5.14", "a context for XDP");
  const index = Number(readFileSync("/sys/class/net/lo/ifindex", "utf8"));
  for (const name of ["lo", index]) {
    const data = packet();
    const { context: seen } = await xdp().testRun({ data, interface: name, context: {} });
    expect(seen?.ingress_ifindex).toBe(index);
  }
  const run = (options: TestRunOptions<"xdp">) => () => xdp().testRunSync({ data: packet(), ...options });
  expect(run({ interface: "no-such-device" })).toThrow(NoInterfaceError);
  expect(run({ interface: "lo", context: { ingress_ifindex: 1 } })).toThrow(
    'interface of testRun of program "swap_first_two": the context has an ingress_ifindex already',
  );
  const tc = coll.programs.mark_and_count as Program<"sched-cls">;
  expect(() => tc.testRunSync({ data: packet(), interface: "lo" })).toThrow(
    'interface of testRun of program "mark_and_count": expected an XDP program, received "sched-cls"',
  );
});

test("a syscall program receives and returns a value of its own struct", async (context) => {
  requiresLinux(context, "5.14", "syscall programs");
  using own = await only("double_it");
  const program = own.programs.double_it as Program<"syscall">;
  const result = await program.testRun({ context: { in: 21, out: 0, name: "" } });
  expect(result.returnValue).toBe(-3);
  expect(result.context).toEqual({ in: 21, out: 42, name: "doubled" });
  await expect(program.testRun({ context: { in: -1, out: 0, name: "" } })).rejects.toMatchObject({
    code: "ERR_EBPF_ENCODE",
  });
});

test("sk_lookup runs with a context and no data", async (context) => {
  requiresLinux(context, "5.14", "running sk_lookup programs");
  using own = await only("drop_all");
  const program = own.programs.drop_all as Program<"sk-lookup">;
  const lookup = { family: 2, protocol: 6, local_ip4: 0x0100007f, remote_ip4: 0x0100007f };
  expect((await program.testRun({ context: { ...lookup, local_port: 80 } })).returnValue).toBe(1);
  const dropped = await program.testRun({ context: { ...lookup, local_port: 81 } });
  expect(dropped.returnValue).toBe(0);
  expect(dropped.context?.cookie).toBe(0n);
  await expect(program.testRun()).rejects.toMatchObject({
    remedy: "It needs a context with family and protocol",
  });
});

test("an XDP test run has an ingress interface", async (context) => {
  requiresLinux(context, "5.14", "a context for XDP");
  const data = packet();
  const result = await xdp("queue_and_device").testRun({ data, context: { ingress_ifindex: 1 } });
  expect(result.returnValue).toBe(100);
  expect(result.action).toBeUndefined();
  expect(result.context).toMatchObject({ ingress_ifindex: 1, data: 0, data_end: 64 });
  await expect(
    xdp("queue_and_device").testRun({ data, context: { ingress_ifindex: 99_999 } }),
  ).rejects.toMatchObject({ errnoName: expect.stringMatching(/EINVAL|ENODEV/) });
});

test("a refused input is explained", async (context) => {
  requiresLinux(context, "5.11", "the kernel's check of short packets");
  const program = xdp();
  await expect(program.testRun({ data: new Uint8Array(5) })).rejects.toMatchObject({
    code: "ERR_EBPF_SYSTEM",
    operation: "test run",
    errnoName: "EINVAL",
    remedy: "A packet has at least 14 bytes",
  });
  await expect(program.testRun()).rejects.toMatchObject({ remedy: "It needs a packet: data" });
  expect(() => program.testRunSync({ data: packet(), repeat: -1 })).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_INVALID_ARGUMENT" }),
  );
  expect(() => program.testRunSync({ data: [1, 2] as unknown as Uint8Array })).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_INVALID_ARGUMENT" }),
  );
  const raw = coll.programs.first_and_cpu as Program<"raw-tracepoint">;
  await expect(raw.testRun({ context: [1n, 1n], repeat: 5 })).rejects.toMatchObject({
    remedy: "A raw tracepoint accepts only context and cpu",
  });
});

test("a program type without test run is refused", async () => {
  const program = coll.programs.not_to_be_run as Program<"tracepoint">;
  await expect(program.testRun()).rejects.toMatchObject({ code: "ERR_EBPF_NOT_SUPPORTED" });
});

test("closing a program does not interrupt its test run", async () => {
  const own = await only("swap_first_two");
  const running = (own.programs.swap_first_two as Program<"xdp">).testRun({
    data: packet(),
    repeat: 100_000,
  });
  own.close();
  expect((await running).action).toBe("pass");
});

async function only(name: string): Promise<Collection> {
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === name;
  return await spec.load();
}

// Older kernels invert the result of a flow dissector.
const packets: [type: string, object: string, name: string, returned: unknown][] = [
  ["cgroup-skb", "link_cgroup", "skb_egress", 1],
  ["socket-filter", "link_net", "on_socket", 50],
  ["lwt-xmit", "attach_options", "run", 0],
  ["flow-dissector", "link_net", "on_flow_dissector", expect.any(Number)],
];

for (const [type, object, name, returned] of packets) {
  test(`a program of type ${type} runs on a packet`, async () => {
    const spec = CollectionSpec.fromFile(testObject(object));
    for (const program of Object.values(spec.programs)) program.autoload = program.name === name;
    using own = await spec.load();
    const program = own.programs[name] as Program;
    expect(program.type).toBe(type);
    const run = program.testRun.bind(program) as (options: { data: Uint8Array }) => Promise<object>;
    expect(await run({ data: packet() })).toMatchObject({ returnValue: returned });
    if (type !== "lwt-xmit") expect(own.variables["hits"]?.value).toBe(1n);
  });
}
