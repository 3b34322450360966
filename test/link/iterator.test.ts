import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { link } from "../../lib/index.ts";
import { loadAlone, ownCgroup } from "../support/link.ts";
import { requiresLinux } from "../support/requires.ts";

test("iter/task: is read as text, several times", async () => {
  using loaded = loadAlone("link_iter", "over_tasks");
  using tasks = link.iterator(loaded.program);
  for (let i = 0; i < 2; i++) {
    const pids = (await tasks.text()).trim().split("\n").map(Number);
    expect(pids.length).toBeGreaterThan(1);
  }
  expect(tasks.readSync().toString()).toContain("\n");
  expect(tasks.info()).toMatchObject({ type: "iter", target: "task" });
});

test("iter/task: can be limited to a process", async (context) => {
  requiresLinux(context, "6.1", "parameters of iter/task");
  using loaded = loadAlone("link_iter", "over_tasks");
  using tasks = link.iterator(loaded.program, { process: process.pid });
  const pids = new Set((await tasks.text()).trim().split("\n"));
  expect(pids.size).toBe(1);
});

test("iter/bpf_map: is read as a stream of bytes", async () => {
  using loaded = loadAlone("link_iter", "over_maps");
  using maps = loaded.program.attach() as ReturnType<typeof link.iterator>;
  const stream = maps.stream();
  const ids: number[] = [];
  stream.on("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += 4) ids.push(chunk.readUInt32LE(at));
  });
  await once(stream, "close");
  expect(ids).toContain(loaded.coll.maps["numbers"]?.info().id);
});

test("iter/bpf_map_elem: runs over the elements of a map", async () => {
  using loaded = loadAlone("link_iter", "over_elements");
  const map = loaded.coll.maps["numbers"];
  if (map === undefined) throw new Error("no map");
  map.set(3, 30n);
  map.set(5, 50n);
  using elements = link.iterator(loaded.program, { map });
  const bytes = await elements.read();
  expect([bytes.readUInt32LE(0), bytes.readUInt32LE(4)].sort()).toEqual([3, 5]);
  expect(() => link.iterator(loaded.program)).toThrow(/needs a map/);
});

test("iter/cgroup: runs over a cgroup", async (context) => {
  requiresLinux(context, "6.1", "iter/cgroup");
  using loaded = loadAlone("link_iter", "over_cgroups");
  using cgroup = ownCgroup();
  using cgroups = link.iterator(loaded.program, { cgroup: cgroup.path, order: "self" });
  expect(await cgroups.text()).toBe(".");
});

const others: [target: string, since: string][] = [
  ["task_file", "5.8"],
  ["task_vma", "5.12"],
  ["tcp", "5.9"],
  ["udp", "5.9"],
  ["bpf_link", "5.19"],
];

for (const [target, since] of others) {
  test(`iter/${target}: runs over all objects`, async (context) => {
    requiresLinux(context, since, `iter/${target}`);
    const server = createServer().listen(0, "127.0.0.1");
    const socket = createSocket("udp4");
    try {
      await once(server, "listening");
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
      using loaded = loadAlone("link_iter", `over_${target}`);
      using over = link.iterator(loaded.program);
      await over.read();
      expect(loaded.hits()).toBeGreaterThan(0n);
      expect(over.info()).toMatchObject({ type: "iter", target });
    } finally {
      server.close();
      socket.close();
    }
  });
}
