import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  AttachError,
  type BpfMap,
  LinkError,
  link,
  NotSupportedError,
  type Program,
} from "../../lib/index.ts";
import { datagrams, loadAlone, ownNetns, veth } from "../support/link.ts";
import { linuxAtLeast, requires, requiresOlder } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

const place = { direction: "ingress", priority: 1, handle: 1 } as const;

function idsAt(hook: "tc-ingress" | "tc-egress" | "xdp", name: string): number[] {
  return link.query({ hook, interface: name }).programs.map(({ programId }) => programId);
}

function tc(...words: string[]): string {
  return execFileSync("tc", words, { encoding: "utf8" });
}

function staleError(call: () => void): void {
  expect(call).toThrow(expect.objectContaining({ code: "ERR_EBPF_LINK", errnoName: "ESTALE" }));
}

test("tc: closing a link leaves the filter that another link put in its place", () => {
  using pair = veth();
  using first = loadAlone("link_net", "on_tc");
  using second = loadAlone("link_net", "on_tc_next");
  const at = { interface: pair.to, ...place };
  const a = link.tc(first.program, at);
  const b = link.tc(second.program, { ...at, replace: true });
  staleError(() => a.update(first.program));
  a.close();
  expect(idsAt("tc-ingress", pair.to)).toEqual([second.program.info().id]);
  b.close();
  expect(tc("qdisc", "show", "dev", pair.to)).not.toContain("clsact");
});

test("tc: closing a link leaves the filter of another link of the same program", () => {
  using pair = veth();
  using loaded = loadAlone("link_net", "on_tc");
  const at = { interface: pair.to, ...place };
  const a = link.tc(loaded.program, at);
  const b = link.tc(loaded.program, { ...at, replace: true });
  a.close();
  expect(idsAt("tc-ingress", pair.to)).toEqual([loaded.program.info().id]);
  b.close();
  expect(idsAt("tc-ingress", pair.to)).toEqual([]);
});

test("tc: closing and updating a link leave the filter of another process", () => {
  using pair = veth();
  using ours = loadAlone("link_net", "on_tc");
  using theirs = loadAlone("link_net", "on_tc_next");
  const pin = `/sys/fs/bpf/ebpf-test-${process.pid}/theirs`;
  mkdirSync(join(pin, ".."), { recursive: true });
  try {
    const attached = link.tc(ours.program, { interface: pair.to, ...place });
    theirs.program.pin(pin);
    const at = ["dev", pair.to, "ingress", "pref", "1", "handle", "1"];
    tc("filter", "replace", ...at, "bpf", "da", "object-pinned", pin);
    staleError(() => attached.update(ours.program));
    staleError(() => attached.detach());
    attached.close();
    expect(idsAt("tc-ingress", pair.to)).toEqual([theirs.program.info().id]);
    tc("filter", "delete", ...at, "bpf");
  } finally {
    rmSync(join(pin, ".."), { recursive: true });
  }
});

test("tc: update compares the program that is attached with the expected one", () => {
  using pair = veth();
  using first = loadAlone("link_net", "on_tc");
  using second = loadAlone("link_net", "on_tc_next");
  using attached = link.tc(first.program, { interface: pair.to, ...place });
  staleError(() => attached.update(second.program, { expected: second.program }));
  expect(idsAt("tc-ingress", pair.to)).toEqual([first.program.info().id]);
  attached.update(second.program, { expected: first.program });
  expect(idsAt("tc-ingress", pair.to)).toEqual([second.program.info().id]);
});

test("tc: a deleted qdisc is created again, and a qdisc of another process stays", () => {
  using pair = veth();
  using loaded = loadAlone("link_net", "on_tc");
  const at = { interface: pair.to, ...place };
  const gone = link.tc(loaded.program, at);
  tc("qdisc", "delete", "dev", pair.to, "clsact");
  const next = link.tc(loaded.program, { ...at, priority: 2 });
  expect(idsAt("tc-ingress", pair.to)).toEqual([loaded.program.info().id]);
  tc("qdisc", "delete", "dev", pair.to, "clsact");
  tc("qdisc", "add", "dev", pair.to, "clsact");
  expect(() => next.update(loaded.program)).toThrow(LinkError);
  next.close();
  gone.close();
  expect(tc("qdisc", "show", "dev", pair.to)).toContain("clsact");
});

test("tc: egress of an interface with an ingress qdisc is refused", () => {
  using pair = veth();
  using loaded = loadAlone("link_net", "on_tc");
  tc("qdisc", "add", "dev", pair.to, "ingress");
  const attach = () => link.tc(loaded.program, { interface: pair.to, direction: "egress" });
  expect(attach).toThrow(AttachError);
  expect(attach).toThrow(`${pair.to} has an ingress qdisc, which does not support egress`);
  using _ = link.tc(loaded.program, { interface: pair.to, direction: "ingress" });
  expect(idsAt("tc-ingress", pair.to)).toEqual([loaded.program.info().id]);
  expect(idsAt("tc-egress", pair.to)).toEqual([]);
});

test("xdp over netlink: closing and updating a link leave the program that took its place", () => {
  using pair = veth();
  using first = loadAlone("link_net", "on_xdp");
  using second = loadAlone("link_net", "on_xdp_next");
  const at = { interface: pair.to, mode: "generic", via: "netlink" } as const;
  const a = link.xdp(first.program, at);
  staleError(() => a.update(second.program, { expected: second.program }));
  const b = link.xdp(second.program, { ...at, replace: true });
  staleError(() => a.update(first.program));
  a.close();
  expect(idsAt("xdp", pair.to)).toEqual([second.program.info().id]);
  const c = link.xdp(second.program, { ...at, replace: true });
  b.close();
  expect(idsAt("xdp", pair.to)).toEqual([second.program.info().id]);
  c.close();
  expect(idsAt("xdp", pair.to)).toEqual([]);
});

test("socket filter: closing and updating a link leave the filter that took its place", async () => {
  using first = loadAlone("link_net", "on_socket");
  using second = loadAlone("link_net", "on_socket");
  const socket = createSocket("udp4");
  try {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const receive = async () => {
      socket.send("x", socket.address().port, "127.0.0.1");
      await once(socket, "message");
      return [first.hits(), second.hits()];
    };
    const a = link.socketFilter(first.program, { socket });
    const b = link.socketFilter(second.program, { socket });
    staleError(() => a.update(first.program));
    a.close();
    expect(await receive()).toEqual([0n, 1n]);
    expect(() => b.update(first.program, { expected: second.program })).toThrow(NotSupportedError);
    b.update(first.program);
    expect(await receive()).toEqual([1n, 1n]);
    b.close();
    expect(await receive()).toEqual([1n, 1n]);
  } finally {
    socket.close();
  }
});

test("socket filter: closing a link leaves a classic filter that took its place", () => {
  // Node cannot set a classic filter: Python sets one on the socket that it shares with the child.
  const child = scriptArguments(join(import.meta.dirname, "children/classic-filter.ts"));
  const python = `
import ctypes, socket, struct, subprocess
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.set_inheritable(True)
child = subprocess.Popen(["${process.execPath}", *${JSON.stringify(child)}, str(s.fileno())], pass_fds=[s.fileno()],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
assert child.stdout.readline() == "attached\\n"
drop = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
s.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HL", 1, ctypes.addressof(drop)))
child.communicate("close\\n")
print("closed" if child.returncode == 0 else "failed", end="")
s.bind(("127.0.0.1", 0))
t = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
t.sendto(b"x", s.getsockname())
s.settimeout(0.2)
try:
    s.recv(1)
    print(": passes")
except TimeoutError:
    print(": drops")`;
  expect(execFileSync("python3", ["-c", python], { encoding: "utf8" }).trim()).toBe("closed: drops");
});

test("sk_reuseport: closing a link leaves the program that another socket of the group put in its place", () => {
  const child = scriptArguments(join(import.meta.dirname, "children/reuseport-group.ts"));
  const python = `
import os, socket
def member(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind(("127.0.0.1", port))
    s.set_inheritable(True)
    return s
a = member(0)
port = a.getsockname()[1]
b = member(port)
os.execv("${process.execPath}", ["node", *${JSON.stringify(child)}, str(a.fileno()), str(b.fileno()), str(port)])`;
  const hits = execFileSync("python3", ["-c", python], { encoding: "utf8" });
  expect(JSON.parse(hits)).toEqual({ first: 0, second: 1 });
});

test("sockmap before Linux 6.10: closing and updating a link leave the program that took its place", (context) => {
  requiresOlder(context, "6.10", "links of sockmaps");
  const name = "on_sk_msg";
  using first = loadAlone("link_sockmap", name);
  using second = loadAlone("link_sockmap", name);
  const map = first.coll.maps["sockets"] as BpfMap;
  const attached = (program: Program) => {
    if (!linuxAtLeast("5.18")) return;
    const { programs } = link.query({ hook: "sk-msg-verdict", map });
    expect(programs).toMatchObject([{ programId: program.info().id }]);
  };
  const a = first.program.attach({ map });
  const b = second.program.attach({ map });
  staleError(() => a.update(first.program));
  a.close();
  attached(second.program);
  if (linuxAtLeast("5.18")) staleError(() => b.update(first.program, { expected: first.program }));
  else expect(() => b.update(first.program, { expected: first.program })).toThrow(NotSupportedError);
  const c = second.program.attach({ map });
  b.close();
  attached(second.program);
  c.close();
});

test("sk_lookup: update compares the attached program with the expected one", (context) => {
  requires(context, linuxAtLeast("5.9"), "sk_lookup: needs Linux 5.9", "kernel");
  using netns = ownNetns();
  using first = loadAlone("link_net", "on_sk_lookup");
  using second = loadAlone("link_net", "on_sk_lookup");
  using attached = first.program.attach({ netns: netns.path });
  staleError(() => attached.update(second.program, { expected: second.program }));
  attached.update(second.program, { expected: first.program });
  netns.run(`${process.execPath} -e '${datagrams(1)}'`);
  expect(second.hits()).toBeGreaterThan(0n);
});
