import { once } from "node:events";
import { mkdirSync, rmdirSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Map as BpfMap,
  CgroupArray,
  CpuMap,
  DevMap,
  EncodeError,
  MapFullError,
  PerfEventArray,
  ReuseportSockArray,
  SockHash,
  SockMap,
  XskMap,
} from "../../lib/index.ts";
import { cgroup2 } from "../support/cgroup2.ts";

let server: Server;
let client: Socket;
beforeAll(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  client = connect((server.address() as { port: number }).port, "127.0.0.1");
  await once(client, "connect");
});
afterAll(() => {
  client.destroy();
  server.close();
});

describe("sockmap and sockhash", () => {
  test("accept sockets of Node, return their cookies, and drop closed sockets", async () => {
    using map = BpfMap.create({ type: "sockmap", maxEntries: 4 });
    using hash = BpfMap.create({ type: "sockhash", key: { port: "u16" }, maxEntries: 4 });
    expect(map).toBeInstanceOf(SockMap);
    expect(hash).toBeInstanceOf(SockHash);
    const socket = connect((server.address() as { port: number }).port, "127.0.0.1");
    await once(socket, "connect");
    map.set(1, socket);
    hash.set({ port: 80 }, socket);
    const cookie = map.lookup(1);
    expect(cookie).toBeGreaterThan(0n);
    expect(hash.get({ port: 80 })).toBe(cookie);
    expect(map.get(2)).toBeUndefined();
    expect([...hash.keys()]).toEqual([{ port: 80 }]);
    expect(map.delete(1)).toBe(true);
    expect(map.get(1)).toBeUndefined();
    socket.destroy();
    await once(socket, "close");
    for (let i = 0; i < 100 && hash.has({ port: 80 }); i++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(hash.has({ port: 80 })).toBe(false);
    expect(() => map.set(1, socket)).toThrow(EncodeError);
    expect(() => map.set(1, {})).toThrow(EncodeError);
    expect(() => map.set(1, null as never)).toThrow(EncodeError);
    expect(() => map.set(4, client)).toThrow(MapFullError);
  });
});

test("a reuseport-sockarray rejects a socket without a shared port", () => {
  using map = BpfMap.create({ type: "reuseport-sockarray", maxEntries: 4 });
  expect(map).toBeInstanceOf(ReuseportSockArray);
  expect(map.get(0)).toBeUndefined();
  expect(() => map.set(0, server)).toThrow();
});

describe("devmap, devmap-hash and cpumap", () => {
  for (const type of ["devmap", "devmap-hash"] as const) {
    test(`a ${type} accepts interfaces by name and index`, () => {
      using map = BpfMap.create({ type, name: "out", maxEntries: 4 });
      expect(map).toBeInstanceOf(DevMap);
      map.set(0, "lo").set(1, 1).set(2, { interface: "lo" });
      expect(map.get(0)).toEqual({ ifindex: 1, programId: 0 });
      expect(map.get(1)).toEqual({ ifindex: 1, programId: 0 });
      expect([...map.keys()].length).toBeGreaterThanOrEqual(3);
      expect(() => map.set(0, "no-such-device")).toThrow(
        /interface in the value of map "out": expected .* network device .*, received "no-such-device"/,
      );
      expect(() => map.set(0, { interface: "lo", program: 5 as never })).toThrow(EncodeError);
      expect(() => map.set(0, { interface: "lo", progam: 5 } as never)).toThrow(
        /value of map "out": expected the field "program", received "progam"/,
      );
      expect(() => map.set(0, null as never)).toThrow(EncodeError);
      expect(map.delete(0)).toBe(true);
    });
  }

  test("a cpumap accepts the size of the queue", () => {
    using map = BpfMap.create({ type: "cpumap" });
    expect(map).toBeInstanceOf(CpuMap);
    map.set(0, 192);
    expect(map.get(0)).toEqual({ queueSize: 192, programId: 0 });
    map.set(0, { queueSize: 64 });
    expect(map.lookup(0).queueSize).toBe(64);
    for (const value of [undefined, null, "64", {}, { queueSize: 64, progam: 5 }])
      expect(() => map.set(0, value as never)).toThrow(EncodeError);
    expect(map.delete(0)).toBe(true);
  });
});

test("an xskmap accepts AF_XDP sockets only", () => {
  using map = BpfMap.create({ type: "xskmap", maxEntries: 4 });
  expect(map).toBeInstanceOf(XskMap);
  expect(() => map.set(0, client)).toThrow();
  // The kernel does not say whether there was one.
  expect(map.delete(0)).toBeTypeOf("boolean");
});

test("a cgroup-array accepts cgroups by path", () => {
  const path = `${cgroup2()}/maps-test-${process.pid}`;
  mkdirSync(path);
  try {
    using map = BpfMap.create({ type: "cgroup-array", maxEntries: 2 });
    expect(map).toBeInstanceOf(CgroupArray);
    map.set(0, path);
    expect(map.delete(0)).toBe(true);
    expect(map.delete(0)).toBe(false);
    expect(() => map.set(0, `${cgroup2()}/no-such-group`)).toThrow(/there is no cgroup ".*ENOENT/);
    // As link.cgroup takes them: below the mount, and the mount itself.
    map.set(0, basename(path)).set(1, ".");
    expect([map.delete(0), map.delete(1)]).toEqual([true, true]);
    expect(() => map.set(0, "/tmp")).toThrow();
    expect(() => map.set(2, path)).toThrow(MapFullError);
  } finally {
    rmdirSync(path);
  }
});

test("a perf-event-array has an entry for each CPU", () => {
  using map = BpfMap.create({ type: "perf-event-array" });
  expect(map).toBeInstanceOf(PerfEventArray);
  expect(map.maxEntries).toBeGreaterThan(0);
  expect(() => map.set(0, -1)).toThrow(EncodeError);
  expect(map.delete(0)).toBe(false);
});
