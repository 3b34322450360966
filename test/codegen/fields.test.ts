// kernels: native
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BtfBuilder } from "../../lib/btf/index.ts";
import {
  Map as BpfMap,
  type Collection,
  CollectionSpec,
  codecOf,
  EncodeError,
  type FieldMeanings,
  InvalidArgumentError,
  ipv4,
  ipv6,
  KernelTime,
  mac,
  RingBuf,
  struct,
  UnknownNameError,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { loaderOf, textOf } from "./support/loaders.ts";
import { withModule } from "./support/modules.ts";

const object = testObject("codegen/fields");
const plainFields: FieldMeanings = {
  "plain.saddr": "ipv4",
  "plain.saddr6": "ipv6",
  "plain.port": "be",
  "plain.at": "ktime",
  "plain.device.mac": "mac",
  "plain.device.names": "text",
  "plains.key": "ipv4",
  gateway: "ipv4",
};
const plain = {
  saddr: "10.1.2.3",
  saddr6: "fe80::1",
  port: 443,
  at: new KernelTime(1_000_000_001n),
  device: { mac: "02:42:ac:11:00:02", names: ["lo", "eth0"] },
};

async function checkLive(coll: Collection<never>): Promise<void> {
  // The names are those of the object, and the generated types are checked below.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const { maps, programs, variables } = coll as any;
  using ring = new RingBuf(maps.events, { type: "connection" });
  expect(variables.server.value).toBe("0.0.0.0");
  variables.server.value = "192.168.0.1";
  const run = programs.copy.testRunSync({ context: { address: "10.0.0.1", port: 443 } });
  expect(run.returnValue).toBe(0);
  expect(variables.server.value).toBe("10.0.0.1");
  expect(variables.port.value).toBe(443);
  const stored = maps.connections.get("10.0.0.1");
  expect(stored).toMatchObject({
    saddr: "10.0.0.1",
    saddr6: "::",
    sport: 443,
    dport: 443,
    host_order: 0xbb01,
    peers: ["192.168.0.1", "0.0.0.0"],
    mac: "00:00:00:00:00:00",
    raw: new Uint8Array(4),
  });
  expect(stored.comm).toBe(readFileSync("/proc/thread-self/comm", "utf8").trimEnd());
  expect(Math.abs(stored.at.getTime() - Date.now())).toBeLessThan(60_000);
  expect([...maps.connections.raw.keys()].map((key: Uint8Array) => [...key])).toEqual([[10, 0, 0, 1]]);

  // What was read is stored as it was, to the nanosecond.
  const before = maps.connections.raw.get(Uint8Array.of(10, 0, 0, 1));
  maps.connections.set("10.0.0.2", { ...stored });
  expect(maps.connections.raw.get(Uint8Array.of(10, 0, 0, 2))).toEqual(before);
  const records: unknown[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: see above
  ring.drain(({ saddr, sport, peers, at }: any) => records.push({ saddr, sport, peers, at: at.ns }));
  expect(records).toEqual([{ saddr: "10.0.0.1", sport: 443, peers: stored.peers, at: stored.at.ns }]);
}

test("decl tags define the meaning of fields in keys, values, variables, contexts and records", async () => {
  using coll = await CollectionSpec.fromFile(object).load();
  await checkLive(coll as never);
});

test("a generated loader reads and stores fields with a meaning like a spec", async () => {
  const loader = loaderOf(object);
  await withModule<{ loadFields(): Promise<Collection<never>> }>(loader, async ({ loadFields }) => {
    using coll = await loadFields();
    await checkLive(coll);
  });
});

test('the option "fields" defines the meaning of fields in specs, live maps and generated loaders', async () => {
  const spec = CollectionSpec.fromFile(object, { fields: plainFields });
  const gateway = spec.variables["gateway"];
  if (gateway === undefined) throw new Error("no variable");
  gateway.value = "10.9.9.9";
  expect([...gateway.bytes]).toEqual([10, 9, 9, 9]);
  const check = (coll: Collection<never>): void => {
    // biome-ignore lint/suspicious/noExplicitAny: the generated types are checked below
    const { maps, variables } = coll as any;
    maps.plains.set("127.0.0.1", plain);
    const bytes = Buffer.from(maps.plains.raw.get(Uint8Array.of(127, 0, 0, 1)));
    expect(bytes.subarray(0, 22).toString("hex")).toBe("0a010203fe80000000000000000000000000000101bb");
    expect(bytes.readBigUInt64LE(24)).toBe(1_000_000_001n);
    expect(bytes.subarray(32, 54).toString("latin1")).toBe(
      "\x02\x42\xac\x11\0\x02lo\0\0\0\0\0\0eth0\0\0\0\0",
    );
    const back = maps.plains.get("127.0.0.1");
    expect({ ...back, at: back.at.ns }).toEqual({ ...plain, at: 1_000_000_001n });
    variables.last.value = back;
    expect(variables.last.value.saddr6).toBe("fe80::1");
  };
  using coll = await spec.copy().load();
  check(coll as never);
  expect(coll.variable("gateway").value).toBe("10.9.9.9");
  const loader = loaderOf(object, { fields: plainFields });
  await withModule<{ loadFields(): Promise<Collection<never>> }>(loader, async ({ loadFields }) => {
    using generated = await loadFields();
    check(generated);
  });
});

test("generated types and comments contain the meaning of fields", () => {
  const text = textOf(loaderOf(object, { fields: plainFields }));
  for (const line of [
    "/** `__be32`, an IPv4 address */\n  saddr: string;",
    "/** `__be16`, big-endian */\n  sport: number;",
    "/** `__u16`, big-endian */\n  dport: number;",
    "/** `__u64`, nanoseconds of the clock of bpf_ktime_get_ns() */\n  at: KernelTime;",
    "/** `__be16` */\n  host_order: number;",
    "gateway: Variable<string>;",
  ])
    expect(text).toContain(line);
});

test("a value that is not an address or a time is refused, with the name of the field", () => {
  const codec = struct({ from: "ipv4", six: "ipv6", mac: "mac", at: "ktime" }, "event");
  const view = new DataView(new ArrayBuffer(codec.size));
  const good = { from: "1.2.3.4", six: "::1", mac: "00:00:00:00:00:01", at: new KernelTime(5n) };
  codec.write(view, 0, good);
  expect(codec.read(view, 0)).toMatchObject({ from: "1.2.3.4", six: "::1", mac: "00:00:00:00:00:01" });
  const bad = {
    from: ["1.2.3", "1.2.3.256", 7, "::1"],
    six: ["1.2.3.4", "fe80::1%eth0"],
    mac: ["01:02"],
    at: [5, new Date(Number.NaN), -1n],
  };
  for (const [field, values] of Object.entries(bad))
    for (const value of values) {
      const write = () => codec.write(view, 0, { ...good, [field]: value } as never);
      expect(write, `${field} ${value}`).toThrow(EncodeError);
      expect(write).toThrow(`event.${field}: expected`);
    }
});

test("a Date is stored as the time of the kernel's clock", () => {
  const codec = struct({ at: "ktime" });
  const view = new DataView(new ArrayBuffer(8));
  codec.write(view, 0, { at: new Date(Date.now() - 1000) } as never);
  const before = process.hrtime.bigint() - 1_000_000_000n;
  expect(Number(before - codec.read(view, 0).at.ns) / 1e6).toBeLessThan(500);
});

test("a created map stores the meaning of its keys for other readers", () => {
  using map = BpfMap.create({
    type: "hash",
    key: ipv4,
    value: struct({ to: "ipv6", via: "mac" }),
    maxEntries: 1,
  });
  map.set("10.0.0.1", { to: "fe80::2", via: "02:00:00:00:00:01" });
  // biome-ignore lint/suspicious/noExplicitAny: the types are those that the kernel has
  using again = BpfMap.fromId(map.id) as any;
  expect([...again.entries()]).toEqual([["10.0.0.1", { to: "fe80::2", via: "02:00:00:00:00:01" }]]);
  const view = new DataView(new ArrayBuffer(16));
  ipv6.write(view, 0, "::ffff:10.0.0.1");
  expect(ipv6.read(view, 0)).toBe("::ffff:10.0.0.1");
  mac.write(view, 0, "AA:bb:00:00:00:01");
  expect(mac.read(view, 0)).toBe("aa:bb:00:00:00:01");
});

test("times and addresses of big-endian objects are read and stored", () => {
  const builder = new BtfBuilder({ littleEndian: false });
  const u64 = builder.add({ kind: "int", name: "u64", size: 8 });
  const u32 = builder.add({ kind: "int", name: "u32", size: 4 });
  const members = [
    { name: "at", type: u64, bitOffset: 0 },
    { name: "from", type: u32, bitOffset: 64 },
    { name: "id", type: u32, bitOffset: 96 },
  ];
  const id = builder.add({ kind: "struct", name: "event", size: 16, members });
  const codec = codecOf(builder.build(), id, {
    fields: { "event.at": "ktime", "event.from": "ipv4", "event.id": "le" },
  });
  const view = new DataView(new ArrayBuffer(16));
  codec.write(view, 0, { at: 7n, from: "10.0.0.1", id: 1 } as never);
  expect([...new Uint8Array(view.buffer)]).toEqual([0, 0, 0, 0, 0, 0, 0, 7, 10, 0, 0, 1, 1, 0, 0, 0]);
});

test("a field that does not exist, an unknown meaning and a type that cannot have it are refused", () => {
  const read = (fields: object) => () => CollectionSpec.fromFile(object, { fields: fields as FieldMeanings });
  expect(read({ "plain.sadr": "ipv4" })).toThrow(UnknownNameError);
  expect(read({ "plain.sadr": "ipv4" })).toThrow('no field is called "plain.sadr"');
  expect(read({ "plain.mac": "mac" })).toThrow(UnknownNameError);
  expect(read({ constructor: "ipv4" })).toThrow(UnknownNameError);
  expect(read({ "plain.saddr": "ip" })).toThrow('meaning of field "plain.saddr": expected text, bytes,');
  expect(read({ "plain.at": "ipv4" })).toThrow(InvalidArgumentError);
  expect(read({ "plain.at": "ipv4" })).toThrow(
    'field "plain.at": expected 4 bytes for "ipv4", received __u64 (8 bytes)',
  );
  expect(read({ "plains.key": "mac" })).toThrow('key of map "plains": expected 6 bytes');
  expect(
    read({ "plain.port": "host", "connection.saddr": "host", "connection.comm": "bytes" }),
  ).not.toThrow();
});
