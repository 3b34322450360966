import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import { CollectionSpec, type Link, link, NotSupportedError, Program } from "../../lib/index.ts";
import type { CgroupOptions } from "../../lib/link/index.ts";
import { loadAlone, loadTrampoline, ownCgroup, sendDatagrams } from "../support/link.ts";
import { testObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

// Code for a child in the cgroup that triggers every hook.
const everything = `
  require("fs").readFileSync("/proc/sys/kernel/ostype");
  require("fs").openSync("/dev/null", "r+");
  const dgram = require("dgram"), net = require("net");
  const a = dgram.createSocket("udp4"), b = dgram.createSocket("udp4");
  a.bind(0, "127.0.0.1", () => { a.getSendBufferSize(); a.setSendBufferSize(65536); a.send("x", a.address().port, "127.0.0.1"); });
  a.on("message", () => { a.close();
    b.connect(9, "127.0.0.1", () => { b.remoteAddress(); b.close(); }); });
  const server = net.createServer((s) => s.end()).listen(0, "127.0.0.1", () => {
    const c = net.connect(server.address().port, "127.0.0.1", () => { c.setNoDelay(true); c.remoteAddress; c.resume(); });
    c.on("close", () => server.close()); });
  const local = net.createServer((s) => s.end()).listen("\\0ebpf-test-" + process.pid, () => {
    const c = net.connect("\\0ebpf-test-" + process.pid).resume().on("close", () => local.close()); });`;

const hooks: [name: string, hook: string, since: string][] = [
  ["skb_ingress", "cgroup-inet-ingress", "5.7"],
  ["skb_egress", "cgroup-inet-egress", "5.7"],
  ["sock_create", "cgroup-inet-sock-create", "5.7"],
  ["sock_release", "cgroup-inet-sock-release", "5.9"],
  ["bind4", "cgroup-inet4-bind", "5.7"],
  ["post_bind4", "cgroup-inet4-post-bind", "5.7"],
  ["connect4", "cgroup-inet4-connect", "5.7"],
  ["sendmsg4", "cgroup-udp4-sendmsg", "5.7"],
  ["recvmsg4", "cgroup-udp4-recvmsg", "5.7"],
  ["getpeername4", "cgroup-inet4-getpeername", "5.8"],
  ["connect_unix", "cgroup-unix-connect", "6.7"],
  ["sysctl", "cgroup-sysctl", "5.7"],
  ["device", "cgroup-device", "5.7"],
  ["getsockopt", "cgroup-getsockopt", "5.7"],
  ["setsockopt", "cgroup-setsockopt", "5.7"],
  ["sock_ops", "cgroup-sock-ops", "5.7"],
  ["lsm_bind", "lsm-cgroup", "6.0"],
];

for (const [name, hook, since] of hooks) {
  test(`cgroup: ${hook} fires while the link is open`, (context: TestContext) => {
    requiresLinux(context, since, hook);
    using loaded =
      hook === "lsm-cgroup"
        ? loadTrampoline(context, hook, "link_cgroup", name)
        : loadAlone("link_cgroup", name);
    using cgroup = ownCgroup();
    {
      using attached = loaded.program.attach({ cgroup: cgroup.path });
      execFileSync(process.execPath, ["-e", everything]);
      expect(loaded.hits()).toBeGreaterThan(0n);
      expect(attached.info()).toMatchObject(
        name === "lsm_bind" ? { programId: loaded.program.info().id } : { type: "cgroup", attachType: hook },
      );
    }
    const before = loaded.hits();
    execFileSync(process.execPath, ["-e", everything]);
    expect(loaded.hits()).toBe(before);
  });
}

test("cgroup: several programs share a hook, and query lists them", () => {
  using first = loadAlone("link_cgroup", "skb_egress");
  using second = loadAlone("link_cgroup", "skb_egress_next");
  using cgroup = ownCgroup();
  using _first = link.cgroup(first.program, { cgroup: cgroup.path });
  using _second = link.cgroup(second.program, { cgroup: cgroup.path });
  const ids = [first, second].map(({ program }) => program.info().id);
  const found = link.query({ hook: "cgroup-inet-egress", cgroup: cgroup.path });
  expect(found.programs.map(({ programId }) => programId)).toEqual(ids);
  const effective = link.query({ hook: "cgroup-inet-egress", cgroup: cgroup.path, effective: true });
  expect(effective.programs.map(({ programId }) => programId)).toEqual(expect.arrayContaining(ids));
});

/** Two programs in a new cgroup that record which of them ran last. */
function pair(): Disposable & { one: Program; two: Program; path: string; ranLast(): unknown } {
  const spec = CollectionSpec.fromFile(testObject("link_cgroup"));
  for (const program of Object.values(spec.programs))
    program.autoload = program.name.startsWith("skb_egress_told_");
  const coll = spec.loadSync();
  const cgroup = ownCgroup();
  return {
    one: coll.programs["skb_egress_told_1"] as Program,
    two: coll.programs["skb_egress_told_2"] as Program,
    path: cgroup.path,
    ranLast() {
      sendDatagrams(1);
      return coll.variables["last"]?.value;
    },
    [Symbol.dispose]() {
      coll.close();
      cgroup[Symbol.dispose]();
    },
  };
}

function egressRevision(path: string): bigint {
  return link.query({ hook: "cgroup-inet-egress", cgroup: path }).revision;
}

test("cgroup: programs run in the order that anchors give", (context) => {
  using programs = pair();
  const { one, two, path } = programs;
  using first = link.cgroup(one, { cgroup: path });
  requires(context, egressRevision(path) > 0n, "the order of cgroup programs: needs Linux 6.17", "kernel");
  const places: [CgroupOptions, last: number][] = [
    [{ cgroup: path }, 2],
    [{ cgroup: path, before: first }, 1],
    [{ cgroup: path, before: "all" }, 1],
    [{ cgroup: path, before: { linkId: first.id } }, 1],
    [{ cgroup: path, after: first }, 2],
  ];
  for (const [options, last] of places) {
    using _ = link.cgroup(two, options);
    expect(programs.ranLast()).toBe(last);
    const order = link.query({ hook: "cgroup-inet-egress", cgroup: path }).programs;
    const expected = last === 1 ? [two, one] : [one, two];
    expect(order.map(({ programId }) => programId)).toEqual(expected.map((program) => program.info().id));
  }
});

test("cgroup: preorder runs a program before those of child cgroups", (context) => {
  using programs = pair();
  const { one, two, path } = programs;
  using _first = link.cgroup(one, { cgroup: path });
  requires(context, egressRevision(path) > 0n, "preorder of cgroup programs: needs Linux 6.15", "kernel");
  using _ = link.cgroup(two, { cgroup: path, preorder: true });
  expect(programs.ranLast()).toBe(1);
});

test("cgroup: an old revision is refused, and a kernel without revisions is reported", () => {
  using programs = pair();
  const { one, two, path } = programs;
  using _first = link.cgroup(one, { cgroup: path });
  const revision = egressRevision(path);
  const attach = (expected: bigint) => link.cgroup(two, { cgroup: path, revision: expected }).close();
  if (revision === 0n) {
    expect(() => attach(1n)).toThrow(NotSupportedError);
    expect(() => attach(1n)).toThrow(/Needs Linux 6\.17/);
  } else {
    attach(revision);
    expect(() => attach(revision)).toThrow(/ESTALE/);
  }
  expect(programs.ranLast()).toBe(1);
});

test("cgroup: a program as anchor is refused with the reason", (context) => {
  using programs = pair();
  const { one, two, path } = programs;
  using _first = link.cgroup(one, { cgroup: path });
  requires(context, egressRevision(path) > 0n, "the order of cgroup programs: needs Linux 6.17", "kernel");
  for (const before of [one, { programId: one.info().id }]) {
    expect(() => link.cgroup(two, { cgroup: path, before })).toThrow(
      expect.objectContaining({ code: "ERR_EBPF_ATTACH", remedy: expect.stringContaining("{ linkId }") }),
    );
  }
});

test("cgroup: update replaces the program, if the expected one is attached", () => {
  using programs = pair();
  const { one, two, path } = programs;
  using attached = link.cgroup(one, { cgroup: path });
  expect(programs.ranLast()).toBe(1);
  attached.update(two, { expected: one });
  expect(programs.ranLast()).toBe(2);
  expect(() => attached.update(one, { expected: one })).toThrow(/expected one/);
  attached.detach();
  expect(link.query({ hook: "cgroup-inet-egress", cgroup: path }).programs).toEqual([]);
});

test("cgroup: a program opened by ID needs its hook as an option", () => {
  using loaded = loadAlone("link_cgroup", "skb_egress");
  using program = Program.fromId(loaded.program.info().id);
  using cgroup = ownCgroup();
  expect(() => link.cgroup(program, { cgroup: cgroup.path })).toThrow(/hook of link.cgroup is missing/);
  using _ = link.cgroup(program, { cgroup: cgroup.path, hook: "cgroup-inet-egress" });
  execFileSync(process.execPath, ["-e", everything]);
  expect(loaded.hits()).toBeGreaterThan(0n);
});

test("cgroup: a folder that is not a cgroup is refused", () => {
  using loaded = loadAlone("link_cgroup", "skb_egress");
  expect(() => loaded.program.attach({ cgroup: "/tmp" })).toThrow(/not a cgroup of version 2/);
  expect(() => loaded.program.attach({ cgroup: "not/there" })).toThrow(/there is no cgroup/);
  expect(() => loaded.program.attach({ cgroup: "" })).toThrow(/^cgroup of .*: expected .*, received ""/);
  expect(() => loaded.program.attach()).toThrow(/does not give the cgroup/);
});

test("cgroup: a path as in /proc/self/cgroup is below the mount of cgroup2", () => {
  using cgroup = ownCgroup();
  using loaded = loadAlone("link_cgroup", "skb_egress");
  const [, own = ""] = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8")) ?? [];
  expect(cgroup.path.endsWith(own)).toBe(true);
  using byProc = loaded.program.attach({ cgroup: own });
  using other = loadAlone("link_cgroup", "skb_ingress");
  using byPath = other.program.attach({ cgroup: cgroup.path });
  const id = (made: Link) => (made.info() as { cgroupId: bigint }).cgroupId;
  expect(id(byProc)).toBe(id(byPath));
});

test("cgroup: a folder that is not a version 2 cgroup is refused with the mount point of cgroup2", () => {
  using loaded = loadAlone("link_cgroup", "skb_egress");
  for (const cgroup of ["/tmp", "/proc", "/no/such/cgroup"])
    expect(() => loaded.program.attach({ cgroup })).toThrow(
      expect.objectContaining({
        code: "ERR_EBPF_INVALID_ARGUMENT",
        message: expect.stringMatching(/cgroup.*cgroup2 is mounted at \//),
      }),
    );
});
