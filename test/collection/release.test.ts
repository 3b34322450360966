import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Arena, CollectionSpec, type Link, link, type Program, RingBuf } from "../../lib/index.ts";
import { Sender } from "../events/sender.ts";
import { loadAlone } from "../support/link.ts";
import { exampleObject, testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

const execve = { group: "syscalls", name: "sys_enter_execve" };

test("a map, a program and a link outlive the collection that they are released from", (context) => {
  requiresLinux(context, "5.15", "bpf_link of tracepoints");
  const coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  using map = coll.release(coll.map("counter_map"));
  using program = coll.release(coll.program("trace_execve"));
  const links = coll.attach();
  using attached = coll.release(links["trace_execve"] as Link);
  coll.close();
  expect([map.closed, program.closed, attached.closed]).toEqual([false, false, false]);
  const before = map.get(0);
  spawnSync("true");
  expect(map.get(0)).toBeGreaterThan(before);
  expect(attached.info().programId).toBe(program.info().id);
});

test("only what the collection owns can be released", () => {
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  using other = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  using clone = coll.map("counter_map").clone();
  for (const foreign of [other.map("counter_map"), other.program("trace_execve"), clone])
    expect(() => coll.release(foreign)).toThrow(
      /release of collection "counter": expected a map, program or link/,
    );
});

test("a clone has its own descriptor and types", (context) => {
  requiresLinux(context, "5.15", "bpf_link of tracepoints");
  const coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  using map = coll.map("counter_map").clone();
  using raw = map.raw.clone();
  using program = coll.program("trace_execve").clone();
  const first = program.attach();
  using second = first.clone();
  expect(map.fd).not.toBe(coll.map("counter_map").fd);
  expect([program.name, program.section]).toEqual(["trace_execve", "tracepoint/syscalls/sys_enter_execve"]);
  expect(second.id).toBe(first.id);
  first.close();
  coll.close();
  const before: bigint = map.lookup(0);
  spawnSync("true");
  expect(map.lookup(0)).toBeGreaterThan(before);
  expect(raw.lookup(new Uint8Array(4))).toHaveLength(8);
  expect(() => coll.map("counter_map").clone()).toThrow(expect.objectContaining({ code: "ERR_EBPF_CLOSED" }));
});

test("a clone of a ring buffer keeps the types of its records", (context) => {
  requiresLinux(context, "5.17", "the sender of records, which loops");
  using sender = new Sender();
  using clone = sender.map().clone();
  using ring = new RingBuf(clone, { type: "event" });
  sender.send(1);
  expect(ring.consume()).toMatchObject([{ sequence: 0n }]);
});

test("a clone of an arena has the same memory", (context) => {
  requiresLinux(context, "6.9", "arenas");
  using coll = CollectionSpec.fromFile(testObject("program_arena")).loadSync();
  const arena = Object.values(coll.maps).find((map) => (map as unknown) instanceof Arena) as unknown as Arena;
  using clone = arena.clone();
  expect(clone.memory().byteLength).toBe(arena.memory().byteLength);
});

test("a child process inherits a link and opens it by its descriptor", (context) => {
  requiresLinux(context, "5.15", "bpf_link of tracepoints");
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  using attached = link.tracepoint(coll.program("trace_execve") as Program, execve);
  const file = fileURLToPath(new URL("children/inherit.ts", import.meta.url));
  const { fd } = attached;
  const { stdout, stderr } = spawnSync(process.execPath, scriptArguments(file), {
    stdio: ["ignore", "pipe", "pipe", fd, coll.map("counter_map").fd, coll.program("trace_execve").fd],
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    link: attached.id,
    map: coll.map("counter_map").id,
    program: coll.program("trace_execve").info().id,
    refused: "ERR_EBPF_INVALID_ARGUMENT",
  });
  // The child has closed what it took over, and that detached nothing.
  expect(attached.info().programId).toBe(coll.program("trace_execve").info().id);
});

test("an attachment without bpf_link has no descriptor to share", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  const options = { interface: "lo", mode: "generic", via: "netlink" } as const;
  using attached = link.xdp(loaded.program as Program<"xdp">, options);
  for (const ask of [() => attached.fd, () => attached.clone()])
    expect(ask).toThrow(expect.objectContaining({ code: "ERR_EBPF_NOT_SUPPORTED" }));
});

test("the kernel returns what a descriptor is attached to", () => {
  using loaded = loadAlone("link_trace", "on_raw_tp");
  const { program } = loaded;
  using attached = link.rawTracepoint(program, { name: "sys_enter" });
  expect(link.queryFd(process.pid, attached.fd)).toEqual({
    programId: program.info().id,
    type: "raw-tracepoint",
    name: "sys_enter",
    offset: 0n,
    address: 0n,
  });
  expect(() => link.queryFd(process.pid, 0)).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_INVALID_ARGUMENT",
      message: expect.stringContaining("attaches no program"),
    }),
  );
  expect(() => link.queryFd(process.pid, 1_000_000)).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_NOT_EXIST" }),
  );
});
