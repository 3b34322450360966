import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import { link, NotSupportedError } from "../../lib/index.ts";
import { datagrams, loadAlone, ownNetns, sendDatagrams } from "../support/link.ts";
import { requires, requiresConfig, requiresLinux, requiresOlder } from "../support/requires.ts";

const lo = { interface: "lo" } as const;

function qdiscs(): string {
  return execFileSync("tc", ["qdisc", "show", "dev", "lo"], { encoding: "utf8" });
}

for (const direction of ["ingress", "egress"] as const) {
  test(`tc: fires on ${direction} while the link is open, and close removes its qdisc`, (context) => {
    requires(context, !qdiscs().includes("clsact"), "tc: lo has a clsact qdisc of someone else");
    using loaded = loadAlone("link_net", "on_tc");
    using other = loadAlone("link_net", "on_tc_next");
    {
      using attached = link.tc(loaded.program, { ...lo, direction });
      sendDatagrams(5);
      expect(loaded.hits()).toBeGreaterThanOrEqual(5n);
      expect(attached.nature).toBe("netlink");
      const programs = link.query({ hook: `tc-${direction}`, ...lo }).programs;
      expect(programs).toMatchObject([{ programId: loaded.program.info().id }]);
      attached.update(other.program);
      sendDatagrams(1);
      expect(other.hits()).toBeGreaterThan(0n);
    }
    expect(qdiscs()).not.toContain("clsact");
  });
}

test("tc: the qdisc stays until the last filter is gone", (context) => {
  requires(context, !qdiscs().includes("clsact"), "tc: lo has a clsact qdisc of someone else");
  using loaded = loadAlone("link_net", "on_tc");
  using first = loaded.program.attach({ ...lo, direction: "ingress", priority: 1 });
  using second = link.tc(loaded.program, { ...lo, direction: "ingress", priority: 2, handle: 7 });
  const { programs } = link.query({ hook: "tc-ingress", ...lo });
  expect(programs.map(({ priority }) => priority)).toEqual([1, 2]);
  expect(programs[1]?.handle).toBe(7);
  first.close();
  expect(qdiscs()).toContain("clsact");
  second.close();
  expect(qdiscs()).not.toContain("clsact");
});

for (const direction of ["ingress", "egress"] as const) {
  test(`tcx: fires on ${direction} while the link is open`, (context) => {
    requiresLinux(context, "6.6", "tcx");
    using loaded = loadAlone("link_net", `on_tcx_${direction}`);
    using attached = loaded.program.attach(lo);
    sendDatagrams(5);
    expect(loaded.hits()).toBeGreaterThanOrEqual(5n);
    expect(attached.info()).toMatchObject({ type: "tcx", attachType: `tcx-${direction}`, interfaceIndex: 1 });
    using next = loadAlone("link_net", `on_tcx_${direction}`);
    attached.update(next.program);
    const before = loaded.hits();
    sendDatagrams(1);
    expect(next.hits()).toBeGreaterThan(0n);
    expect(loaded.hits()).toBe(before);
  });
}

test("tcx: anchors give the order of the programs", (context: TestContext) => {
  requiresLinux(context, "6.6", "tcx");
  const programs = [1, 2, 3, 4].map(() => loadAlone("link_net", "on_tcx_ingress"));
  try {
    const [a, b, c, d] = programs.map(({ program }) => program);
    if (!a || !b || !c || !d) throw new Error("not loaded");
    using second = link.tcx(b, lo);
    using _first = link.tcx(a, { ...lo, before: second });
    using _last = link.tcx(d, { ...lo, after: "all" });
    using _third = link.tcx(c, { ...lo, after: { programId: b.info().id } });
    const found = link.query({ hook: "tcx-ingress", ...lo });
    expect(found.programs.map(({ programId }) => programId)).toEqual([a, b, c, d].map((p) => p.info().id));
    expect(found.programs[1]?.linkId).toBe(second.id);
    using again = loadAlone("link_net", "on_tcx_ingress");
    expect(() => link.tcx(again.program, { ...lo, revision: found.revision - 1n })).toThrow(/ESTALE/);
    link.tcx(again.program, { ...lo, revision: found.revision }).close();
  } finally {
    for (const loaded of programs) loaded.coll.close();
  }
});

test("tcx: an old kernel is reported", (context) => {
  requiresOlder(context, "6.6", "tcx");
  using loaded = loadAlone("link_net", "on_tcx_ingress");
  expect(() => loaded.program.attach(lo)).toThrow(NotSupportedError);
});

test("netkit: fires while the link is open", (context) => {
  requiresLinux(context, "6.7", "netkit");
  requiresConfig(context, "CONFIG_NETKIT", "netkit");
  const name = `nk${process.pid}`;
  const others = readdirSync("/sys/class/net");
  execFileSync("ip", ["link", "add", name, "type", "netkit"]);
  const peer = readdirSync("/sys/class/net").find((found) => found !== name && !others.includes(found));
  try {
    using loaded = loadAlone("link_net", "on_netkit");
    using attached = loaded.program.attach({ interface: name });
    // A packet to a peer that is down is dropped before a program runs.
    execFileSync("ip", ["link", "set", String(peer), "up"]);
    execFileSync("ip", ["link", "set", name, "up"]);
    execFileSync("ip", ["address", "add", "10.231.77.1/24", "dev", name]);
    execFileSync("ip", ["neigh", "add", "10.231.77.2", "lladdr", "02:00:00:00:00:02", "dev", name]);
    execFileSync(process.execPath, [
      "-e",
      `const s = require("dgram").createSocket("udp4"); s.send("x", 9, "10.231.77.2", () => s.close())`,
    ]);
    expect(loaded.hits()).toBeGreaterThan(0n);
    expect(attached.info()).toMatchObject({ type: "netkit", attachType: "netkit-primary" });
    const { programs } = link.query({ hook: "netkit-primary", interface: name });
    expect(programs).toEqual([{ programId: loaded.program.info().id, linkId: attached.id }]);
  } finally {
    execFileSync("ip", ["link", "delete", name]);
  }
});

test("netkit: another interface is refused by name", (context) => {
  requiresLinux(context, "6.7", "netkit");
  requiresConfig(context, "CONFIG_NETKIT", "netkit");
  using loaded = loadAlone("link_net", "on_netkit");
  expect(() => loaded.program.attach(lo)).toThrow(/"lo" is not the primary of a netkit pair/);
});

test("netfilter: fires while the link is open, and no other program has its priority", (context) => {
  requiresLinux(context, "6.4", "netfilter");
  using loaded = loadAlone("link_net", "on_netfilter");
  const where = { family: "ipv4", hook: "input", priority: -200 } as const;
  {
    using attached = loaded.program.attach(where);
    sendDatagrams(5);
    expect(loaded.hits()).toBeGreaterThanOrEqual(5n);
    expect(attached.info()).toMatchObject({ type: "netfilter", family: "ipv4", hook: 1, priority: -200 });
    expect(() => link.netfilter(loaded.program, where)).toThrow(/another BPF program has priority -200/);
  }
  const before = loaded.hits();
  sendDatagrams(1);
  expect(loaded.hits()).toBe(before);
});

test("sk_lookup: fires in the network namespace it is attached to", (context) => {
  requiresLinux(context, "5.9", "sk_lookup");
  using netns = ownNetns();
  using loaded = loadAlone("link_net", "on_sk_lookup");
  using attached = loaded.program.attach({ netns: netns.path });
  netns.run(`${process.execPath} -e '${datagrams(3)}'`);
  expect(loaded.hits()).toBeGreaterThan(0n);
  expect(attached.info()).toMatchObject({ type: "netns", attachType: "sk-lookup" });
  const { programs } = link.query({ hook: "sk-lookup", netns: netns.path });
  expect(programs.map(({ programId }) => programId)).toEqual([loaded.program.info().id]);
  expect(() => loaded.program.attach({ netns: "/run/netns/nobody" })).toThrow(/no network namespace/);
  using next = loadAlone("link_net", "on_sk_lookup");
  attached.update(next.program, { expected: loaded.program });
  netns.run(`${process.execPath} -e '${datagrams(1)}'`);
  expect(next.hits()).toBeGreaterThan(0n);
});

test("flow_dissector: attaches to a network namespace, once", () => {
  using netns = ownNetns();
  using loaded = loadAlone("link_net", "on_flow_dissector");
  using attached = loaded.program.attach({ netns: netns.path });
  expect(attached.info()).toMatchObject({ type: "netns", attachType: "flow-dissector" });
  const { programs } = link.query({ hook: "flow-dissector", netns: netns.path });
  expect(programs.map(({ programId }) => programId)).toEqual([loaded.program.info().id]);
  expect(() => loaded.program.attach({ netns: netns.path })).toThrow(
    /already has a program at "flow-dissector" and can have only one/,
  );
});
