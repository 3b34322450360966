import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { Map as BpfMap, CollectionSpec, InvalidArgumentError, link } from "../../lib/index.ts";
import type { QueryTarget } from "../../lib/link/index.ts";
import { registered, useCongestionControl } from "../support/congestion-control.ts";
import { type Loaded, loadAlone } from "../support/link.ts";
import { testObject } from "../support/objects.ts";
import { linuxAtLeast, requiresLinux } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

test("socket filter: fires for what a socket receives, and ends with the link", async () => {
  using loaded = loadAlone("link_net", "on_socket");
  const socket = createSocket("udp4");
  try {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    {
      using attached = link.socketFilter(loaded.program, { socket });
      expect(attached.nature).toBe("socket");
      for (let i = 0; i < 3; i++) {
        socket.send("x", socket.address().port, "127.0.0.1");
        await once(socket, "message");
      }
      expect(loaded.hits()).toBe(3n);
    }
    socket.send("x", socket.address().port, "127.0.0.1");
    await once(socket, "message");
    expect(loaded.hits()).toBe(3n);
  } finally {
    socket.close();
  }
});

test("socket filter: a socket that is not open is refused", () => {
  using loaded = loadAlone("link_net", "on_socket");
  expect(() => loaded.program.attach({ socket: createServer() })).toThrow(InvalidArgumentError);
});

test("sk_reuseport: fires for datagrams to the port of a group", { timeout: 240_000 }, () => {
  // Node before 23 cannot set SO_REUSEPORT: the socket is handed to a child that attaches.
  const child = scriptArguments(join(import.meta.dirname, "children/reuseport.ts"));
  const python = `
import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
s.bind(("127.0.0.1", 0))
s.set_inheritable(True)
os.execv("${process.execPath}", ["node", *${JSON.stringify(child)}, str(s.fileno()), str(s.getsockname()[1])])`;
  const hits = execFileSync("python3", ["-c", python], { encoding: "utf8" });
  expect(JSON.parse(hits)).toEqual({ nature: "socket", attached: 3, detached: 0 });
});

async function connected(): Promise<{ client: Socket; peer: Socket; close(): Promise<void> }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const client = connect(address.port, "127.0.0.1");
  const [peer] = (await once(server, "connection")) as [Socket];
  if (client.connecting) await once(client, "connect");
  return {
    client,
    peer,
    async close() {
      client.destroy();
      peer.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function descriptor(socket: Socket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd;
}

type MapHook = Extract<QueryTarget, { map: unknown }>["hook"];

const programs: [kind: string, name: string, since: string, hook: MapHook][] = [
  ["sk_msg", "on_sk_msg", "4.17", "sk-msg-verdict"],
  ["sk_skb stream_verdict", "on_stream_verdict", "4.14", "sk-skb-stream-verdict"],
  ["sk_skb verdict", "on_verdict", "5.13", "sk-skb-verdict"],
];

for (const [kind, name, since, hook] of programs) {
  test(`${kind}: fires for the sockets in a map`, async (context: TestContext) => {
    requiresLinux(context, since, kind);
    using loaded = loadAlone("link_sockmap", name);
    const map = loaded.coll.maps["sockets"];
    if (map === undefined) throw new Error("no map");
    using attached = loaded.program.attach({ map });
    expect(attached.nature).toBe(linuxAtLeast("6.10") ? "link" : "map");
    const pair = await connected();
    try {
      map.set(0, descriptor(pair.client));
      map.set(1, descriptor(pair.peer));
      pair.client.write("hello");
      await once(pair.peer, "data");
      expect(loaded.hits()).toBeGreaterThan(0n);
      if (linuxAtLeast("5.18"))
        expect(link.query({ hook, map }).programs).toMatchObject([{ programId: loaded.program.info().id }]);
      using next = loadAlone("link_sockmap", name);
      attached.update(next.program);
      // A socket keeps the programs that it found when it came into the map.
      for (const [i, socket] of [pair.client, pair.peer].entries()) {
        map.delete(i);
        map.set(i, descriptor(socket));
      }
      pair.client.write("again");
      await once(pair.peer, "data");
      expect(next.hits()).toBeGreaterThan(0n);
      map.delete(0);
      map.delete(1);
    } finally {
      await pair.close();
    }
  });
}

test("sk_msg: a map without sockets is refused", () => {
  using loaded = loadAlone("link_sockmap", "on_sk_msg");
  const map = loaded.coll.maps[".bss"];
  if (map === undefined) throw new Error("no map");
  expect(() => loaded.program.attach({ map })).toThrow();
});

/** Loads the functions for one of the two maps. */
function congestionControl(name: string): Loaded {
  return loadAlone("link_struct_ops", "init", (spec) => {
    for (const program of Object.values(spec.programs)) program.autoload = true;
    for (const map of Object.values(spec.maps))
      if (map.type === "struct-ops") map.autocreate = map.name === name;
  });
}

const structOps: [kind: string, map: string, since: string, nature: string][] = [
  ["struct_ops", "without_link", "5.6", "struct-ops"],
  ["struct_ops.link", "by_link", "6.4", "link"],
];

for (const [kind, name, since, nature] of structOps) {
  test(`${kind}: a congestion control is used while its link is open`, (context: TestContext) => {
    requiresLinux(context, since, kind);
    using loaded = congestionControl(name);
    const map = loaded.coll.maps[name];
    if (map === undefined) throw new Error("no map");
    const algorithm = name === "by_link" ? "ebpf_test_link" : "ebpf_test_map";
    {
      using attached = link.structOps(map);
      expect(registered()).toContain(algorithm);
      expect(attached.nature).toBe(nature);
      if (nature === "link")
        expect(attached.info()).toMatchObject({ type: "struct-ops", mapId: map.info().id });
      useCongestionControl(algorithm);
      expect(loaded.hits()).toBeGreaterThan(0n);
    }
    expect(registered()).not.toContain(algorithm);
  });
}

test("struct_ops.link: update replaces the registered functions with those of another map", (context) => {
  requiresLinux(context, "6.4", "struct_ops.link");
  using first = congestionControl("by_link");
  using second = congestionControl("by_link");
  const [map, next] = [first, second].map(({ coll }) => coll.maps["by_link"]);
  if (map === undefined || next === undefined) throw new Error("no map");
  using attached = link.structOps(map);
  attached.updateMap(next);
  useCongestionControl("ebpf_test_link");
  expect(first.hits()).toBe(0n);
  expect(second.hits()).toBeGreaterThan(0n);
  expect(attached.info()).toMatchObject({ type: "struct-ops", mapId: next.info().id });
});

test("struct_ops: a struct for test runs is not registered, and the error has the reason", (context) => {
  requiresLinux(context, "5.17", "struct bpf_dummy_ops");
  using coll = CollectionSpec.fromFile(testObject("struct_ops_dummy")).loadSync();
  // It has a member that no kernel knows. libbpf's message about it needs no action.
  expect(coll.log).toBe("");
  using verbose = CollectionSpec.fromFile(testObject("struct_ops_dummy")).loadSync({ logLevel: "brief" });
  expect(verbose.log).toContain("member test_of_tomorrow not found in kernel, skipping");
  expect(() => coll.attach()).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_NOT_SUPPORTED",
      message: expect.stringMatching(/"dummy": the kernel does not register structs of this type.*testRun/),
    }),
  );
});

test("struct_ops: a map opened by ID must be registered by the process that loaded it", (context) => {
  requiresLinux(context, "6.4", "struct_ops.link");
  using loaded = congestionControl("by_link");
  using same = BpfMap.fromId(loaded.coll.maps["by_link"]?.info().id ?? 0);
  expect(() => link.structOps(same)).toThrow(/from an object that this process loaded/);
});

// Node cannot choose the congestion control of a socket.
