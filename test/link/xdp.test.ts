import { expect, type TestContext, test } from "vitest";
import { link, NoInterfaceError, Program } from "../../lib/index.ts";
import { loadAlone, sendDatagrams, veth } from "../support/link.ts";
import { requiresLinux } from "../support/requires.ts";

const lo = { interface: "lo" } as const;
const next = 1_000_000n;

test("xdp: fires while the link is open", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  {
    using attached = link.xdp(loaded.program, { ...lo, mode: "generic" });
    sendDatagrams(5);
    expect(loaded.hits()).toBeGreaterThanOrEqual(5n);
    expect(attached.info()).toMatchObject({ type: "xdp", interfaceIndex: 1 });
    const id = loaded.program.info().id;
    expect(link.query({ hook: "xdp", ...lo }).programs).toMatchObject([{ programId: id, mode: "generic" }]);
  }
  expect(link.query({ hook: "xdp", ...lo }).programs).toEqual([]);
});

test("xdp: attaches from the SEC name and an interface, by name or index", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  for (const where of ["lo", 1]) {
    using _ = loaded.program.attach({ interface: where });
    const before = loaded.hits();
    sendDatagrams(1);
    expect(loaded.hits()).toBeGreaterThan(before);
  }
});

test("xdp: update replaces the program without a gap, if the expected one is attached", () => {
  using first = loadAlone("link_net", "on_xdp");
  using second = loadAlone("link_net", "on_xdp_next");
  using attached = link.xdp(first.program, lo);
  attached.update(second.program, { expected: first.program });
  sendDatagrams(1);
  expect(second.hits()).toBeGreaterThanOrEqual(next);
  expect(() => attached.update(first.program, { expected: first.program })).toThrow(/expected one/);
});

const ways: [
  name: string,
  program: string,
  since: string,
  options: { mode: "native" | "generic"; via?: "netlink" },
][] = [
  ["in the driver", "on_xdp", "5.9", { mode: "native" }],
  ["in the driver over netlink", "on_xdp", "4.19", { mode: "native", via: "netlink" }],
  ["behind the driver", "on_xdp", "5.9", { mode: "generic" }],
  ["with packets in several parts", "on_xdp_frags", "5.18", { mode: "native" }],
];

for (const [name, program, since, options] of ways) {
  test(`xdp: fires on a pair of interfaces, ${name}`, (context: TestContext) => {
    requiresLinux(context, since, program === "on_xdp_frags" ? "xdp.frags" : "xdp");
    using loaded = loadAlone("link_net", program);
    using pair = veth();
    using _ = link.xdp(loaded.program, { interface: pair.to, ...options });
    const [attached] = link.query({ hook: "xdp", interface: pair.to }).programs;
    expect(attached).toMatchObject({ programId: loaded.program.info().id, mode: options.mode });
    pair.send();
    expect(loaded.hits()).toBeGreaterThan(0n);
  });
}

test("xdp: a second program on an interface is refused", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  using _ = link.xdp(loaded.program, lo);
  expect(() => link.xdp(loaded.program, lo)).toThrow(
    /already has an XDP program.*npx ebpf links --detach ID/,
  );
});

test("xdp: over netlink fires, is replaced and removed", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  using second = loadAlone("link_net", "on_xdp_next");
  {
    using attached = link.xdp(loaded.program, { ...lo, mode: "generic", via: "netlink" });
    expect(attached.nature).toBe("netlink");
    sendDatagrams(2);
    expect(loaded.hits()).toBeGreaterThanOrEqual(2n);
    attached.update(second.program);
    sendDatagrams(1);
    expect(second.hits()).toBeGreaterThanOrEqual(next);
    expect(() => attached.pin("/sys/fs/bpf/none")).toThrow(/by netlink cannot be pinned/);
    expect(() => attached.info()).toThrow(/not a bpf_link/);
  }
  expect(link.query({ hook: "xdp", ...lo }).programs).toEqual([]);
});

test("xdp: a program opened by ID attaches", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  using program = Program.fromId(loaded.program.info().id);
  using _ = link.xdp(program, lo);
  sendDatagrams(1);
  expect(loaded.hits()).toBeGreaterThan(0n);
});

test("xdp: the error for an unknown interface lists the interfaces", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  expect(() => link.xdp(loaded.program, { interface: "eth99" })).toThrow(NoInterfaceError);
  expect(() => link.xdp(loaded.program, { interface: 99999 })).toThrow(/has: .*lo/);
  expect(() => loaded.program.attach()).toThrow(/does not give the interface/);
  // @ts-expect-error: no such option
  expect(() => loaded.program.attach({ iface: lo })).toThrow(
    /option of link\.xdp: expected interface, .*, received "iface"/,
  );
});
