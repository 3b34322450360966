import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { AttachError, InvalidArgumentError, link, type Program, UnknownNameError } from "../../lib/index.ts";
import type { RawTarget } from "../../lib/link/index.ts";
import { type Loaded, loadAlone, ownCgroup, ownNetns, sendDatagrams } from "../support/link.ts";
import { linuxAtLeast, requiresConfig, requiresLinux } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

const egress = (): Loaded => loadAlone("link_cgroup", "skb_egress");
const idOf = (program: Program): number => program.info().id;

test("raw attach: programs of a cgroup run until they are detached, and one replaces another", () => {
  using first = egress();
  using second = egress();
  using third = egress();
  using cgroup = ownCgroup();
  const target: RawTarget = { hook: "cgroup-inet-egress", cgroup: cgroup.path };
  const attached = (): unknown =>
    link.query(target).programs.map(({ programId, linkId }) => [programId, linkId]);
  link.rawAttach(first.program, target, { allow: "multi" });
  link.rawAttach(second.program, target, { allow: "multi" });
  expect(attached()).toEqual([first, second].map(({ program }) => [idOf(program), undefined]));
  sendDatagrams();
  expect(first.hits()).toBeGreaterThan(0n);
  expect(second.hits()).toBe(first.hits());
  link.rawAttach(third.program, target, { allow: "multi", replace: first.program });
  expect(attached()).toEqual([third, second].map(({ program }) => [idOf(program), undefined]));
  link.rawDetach(third.program, target);
  link.rawDetach(second.program, target);
  expect(attached()).toEqual([]);
  expect(() => link.rawDetach(second.program, target)).toThrow(
    expect.objectContaining({ name: "AttachError", errnoName: "ENOENT" }),
  );
});

test("raw attach: a cgroup with one program refuses another without a flag", () => {
  using first = egress();
  using second = egress();
  using cgroup = ownCgroup();
  const target: RawTarget = { hook: "cgroup-inet-egress", cgroup: cgroup.path };
  link.rawAttach(first.program, target, { allow: "override" });
  expect(() => link.rawAttach(second.program, target, { allow: "multi" })).toThrow(AttachError);
  link.rawDetach(first.program, target);
});

test("raw attach: tcx programs have an order, a revision and a program to replace", (context: TestContext) => {
  requiresLinux(context, "6.6", "tcx");
  using first = loadAlone("link_net", "on_tc");
  using second = loadAlone("link_net", "on_tc");
  using third = loadAlone("link_net", "on_tc");
  const target: RawTarget = { hook: "tcx-ingress", interface: "lo" };
  const before = link.query(target).programs.length;
  link.rawAttach(first.program, target);
  try {
    link.rawAttach(second.program, target, { before: first.program });
    try {
      const { programs, revision } = link.query(target);
      const ids = programs.map(({ programId }) => programId);
      expect(ids.indexOf(idOf(second.program))).toBe(ids.indexOf(idOf(first.program)) - 1);
      expect(() => link.rawAttach(third.program, target, { revision: revision + 1n })).toThrow(
        expect.objectContaining({ errnoName: "ESTALE" }),
      );
      link.rawAttach(third.program, target, { replace: second.program });
    } finally {
      link.rawDetach(third.program, target);
    }
  } finally {
    link.rawDetach(first.program, target);
  }
  expect(link.query(target).programs.length).toBe(before);
});

test("raw attach: a sockmap gets a program, and loses it", () => {
  using loaded = loadAlone("link_sockmap", "on_sk_msg");
  const map = loaded.coll.maps["sockets"];
  if (map === undefined) throw new Error("no map");
  const target = { hook: "sk-msg-verdict", map } as const;
  link.rawAttach(loaded.program, target);
  if (linuxAtLeast("5.18"))
    expect(link.query(target).programs).toMatchObject([{ programId: idOf(loaded.program) }]);
  link.rawDetach(loaded.program, target);
  expect(() => link.rawDetach(loaded.program, target)).toThrow(AttachError);
});

test("raw attach: the two sides of a netkit pair, with an order and a program to replace", (context) => {
  requiresLinux(context, "6.7", "netkit");
  requiresConfig(context, "CONFIG_NETKIT", "netkit");
  using first = loadAlone("link_net", "on_netkit");
  using second = loadAlone("link_net", "on_netkit");
  using third = loadAlone("link_net", "on_netkit");
  const device = `nr${process.pid}`;
  execFileSync("ip", ["link", "add", device, "type", "netkit"]);
  try {
    for (const hook of ["netkit-primary", "netkit-peer"] as const) {
      // Programs of both sides are attached to the primary.
      const target: RawTarget = { hook, interface: device };
      const attached = (): unknown =>
        link.query(target).programs.map(({ programId, linkId }) => [programId, linkId]);
      const ids = (...loaded: Loaded[]): unknown => loaded.map(({ program }) => [idOf(program), undefined]);
      link.rawAttach(first.program, target);
      link.rawAttach(second.program, target, { before: first.program });
      expect(attached()).toEqual(ids(second, first));
      link.rawAttach(third.program, target, { replace: second.program });
      expect(attached()).toEqual(ids(third, first));
      const { revision } = link.query(target);
      expect(() => link.rawDetach(third.program, target, { revision: revision + 1n })).toThrow(
        expect.objectContaining({ errnoName: "ESTALE" }),
      );
      link.rawDetach(third.program, target);
      link.rawDetach(first.program, target);
      expect(attached()).toEqual([]);
    }
  } finally {
    execFileSync("ip", ["link", "delete", device]);
  }
});

test("raw attach: a flow dissector of the own network namespace is replaced and detached", () => {
  using netns = ownNetns();
  const child = join(import.meta.dirname, "children/raw-flow-dissector.ts");
  const output = netns.run([process.execPath, ...scriptArguments(child)].join(" "));
  expect(JSON.parse(output)).toEqual([
    [["first", null]],
    { name: "AttachError", errnoName: "EINVAL" },
    [["second", null]],
    { name: "AttachError", errnoName: "ENOENT" },
    [],
  ]);
});

test("raw attach: wrong arguments are refused before the kernel sees them", () => {
  using loaded = egress();
  const raw = link.rawAttach as (...args: unknown[]) => void;
  const refused: unknown[][] = [
    [loaded.program, { hook: "cgroup-inet-egress" }],
    [loaded.program, { hook: "xdp", interface: "lo" }],
    [loaded.program, { hook: "cgroup-inet-egress", cgroup: "." }, { allow: "all" }],
    [loaded.program, { hook: "cgroup-inet-egress", cgroup: "." }, { before: 5 }],
    [loaded.program, { hook: "cgroup-inet-egress", cgroup: "." }, { replace: loaded.coll.maps }],
    [{}, { hook: "cgroup-inet-egress", cgroup: "." }],
    [loaded.program],
  ];
  for (const each of refused) expect(() => raw(...each)).toThrow(InvalidArgumentError);
  expect(() => raw(loaded.program, { hook: "nowhere", cgroup: "." })).toThrow(UnknownNameError);
});
