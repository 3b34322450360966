import { existsSync, readdirSync, rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { Link, LinkError, link, NotExistError, NotSupportedError, PinError } from "../../lib/index.ts";
import { kill, loadAlone } from "../support/link.ts";
import { linuxAtLeast, requiresLinux } from "../support/requires.ts";

const folder = `/sys/fs/bpf/ebpf-test-links-${process.pid}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const where = { group: "syscalls", name: "sys_enter_kill" };

test("a pinned link stays attached after close, and is detached when the pin is removed", async (context) => {
  requiresLinux(context, "5.15", "links of tracepoints");
  const path = `${folder}/deeper/kill`;
  using loaded = loadAlone("link_trace", "on_tp");
  {
    using attached = link.tracepoint(loaded.program, where);
    attached.pin(path);
    expect(attached.pinPath).toBe(path);
    expect(() => attached.pin(path)).toThrow(PinError);
  }
  const before = loaded.hits();
  kill(1);
  expect(loaded.hits()).toBe(before + 1n);
  let id: number;
  {
    using again = Link.fromPin(path);
    expect(again.info()).toMatchObject({ type: "perf-event", programId: loaded.program.info().id });
    id = again.id;
    again.unpin();
    expect(existsSync(path)).toBe(false);
  }
  // The kernel lets go of a removed pin a moment later, when no one can be looking at it any more.
  await expect.poll(() => [...Link.ids()]).not.toContain(id);
  // Its id goes first, the attachment right after.
  await expect
    .poll(() => {
      const hits = loaded.hits();
      kill(1);
      return loaded.hits() - hits;
    })
    .toBe(0n);
});

test("a link is found by its ID and in the list of all links", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  using attached = link.xdp(loaded.program, { interface: "lo" });
  expect([...Link.ids()]).toContain(attached.id);
  using same = Link.fromId(attached.id);
  expect(same.info()).toEqual(attached.info());
  expect(() => Link.fromId(0x7fffffff)).toThrow(NotExistError);
});

test("detach ends a link that others hold open", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  using attached = link.xdp(loaded.program, { interface: "lo" });
  using same = Link.fromId(attached.id);
  same.detach();
  expect(link.query({ hook: "xdp", interface: "lo" }).programs).toEqual([]);
  expect(attached.info()).toMatchObject({ interfaceIndex: 0 });
});

test("an unsupported operation of a link is refused with the reason", () => {
  using loaded = loadAlone("link_trace", "on_raw_tp");
  using other = loadAlone("link_trace", "on_raw_tp");
  using attached = link.rawTracepoint(loaded.program, { name: "sys_enter" });
  expect(() => attached.update(other.program)).toThrow(NotSupportedError);
  expect(() => attached.update(other.program)).toThrow(/Attach the next one/);
  expect(() => attached.detach()).toThrow(NotSupportedError);
  expect(() => attached.unpin()).toThrow(/is not pinned/);
  expect(() => attached.pin("/tmp/no-bpffs")).toThrow(PinError);
});

test("update refuses a program of another type", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  using other = loadAlone("link_net", "on_tc");
  using attached = link.xdp(loaded.program, { interface: "lo" });
  expect(() => attached.update(other.program)).toThrow(LinkError);
});

test("a closed link throws ClosedError, and a second close does nothing", () => {
  using loaded = loadAlone("link_trace", "on_tp");
  const attached = link.tracepoint(loaded.program, where);
  attached.close();
  attached.close();
  expect(attached.closed).toBe(true);
  expect(() => attached.info()).toThrow(/is closed/);
  expect(() => attached.detach()).toThrow(/is closed/);
  loaded.program.close();
  expect(() => link.tracepoint(loaded.program, where)).toThrow(/is closed/);
  expect(() => loaded.program.attach()).toThrow(/is closed/);
});

test("a link outlives its program and its collection", () => {
  const loaded = loadAlone("link_trace", "on_tp");
  using attached = link.tracepoint(loaded.program, where);
  loaded.coll.close();
  kill(1);
  expect(attached.closed).toBe(false);
  if (linuxAtLeast("5.15")) expect(attached.info().type).toBe("perf-event");
});

test("attaching fifty times leaves no descriptor open", () => {
  using loaded = loadAlone("link_trace", "on_tp");
  const open = () => readdirSync("/proc/self/fd").length;
  link.tracepoint(loaded.program, where).close();
  const before = open();
  for (let i = 0; i < 50; i++) link.tracepoint(loaded.program, where).close();
  for (let i = 0; i < 5; i++) {
    expect(() => link.tracepoint(loaded.program, { group: "syscalls", name: "none" })).toThrow();
  }
  expect(open()).toBe(before);
});

test("a link lists every pin that it made, and unpin removes them", () => {
  const paths = [`${folder}/first`, `${folder}/second`];
  using loaded = loadAlone("link_net", "on_xdp");
  using attached = link.xdp(loaded.program, { interface: "lo" });
  for (const path of paths) attached.pin(path);
  expect(attached.pinPaths).toEqual(paths);
  expect(attached.pinPath).toBe(paths[1]);
  attached.unpin(paths[0]);
  expect(paths.map((path) => existsSync(path))).toEqual([false, true]);
  attached.pin(`${folder}/third`);
  attached.unpin();
  expect(readdirSync(folder)).not.toContain("second");
  expect(readdirSync(folder)).not.toContain("third");
  expect(attached.pinPath).toBeUndefined();
});

test("the arguments of update are checked", () => {
  using loaded = loadAlone("link_net", "on_xdp");
  using attached = link.xdp(loaded.program, { interface: "lo" });
  const update = attached.update.bind(attached) as (...given: unknown[]) => void;
  for (const given of [[undefined], [attached], [loaded.program, { expected: attached }]])
    expect(() => update(...given)).toThrow(/expected a program of this package, received/);
  expect(() => update(loaded.program, { expect: loaded.program })).toThrow(/Did you mean "expected"/);
});

test("update of a group of links is refused without a change", (context) => {
  requiresLinux(context, "4.9", "perf events");
  using loaded = loadAlone("link_user", "on_perf_event");
  using next = loadAlone("link_user", "on_perf_event");
  using group = link.perfEvent(loaded.program, { event: { type: "software", name: "cpu-clock" } });
  expect(group.nature).toBe("group");
  expect(() => group.update(next.program)).toThrow(NotSupportedError);
  expect(next.hits()).toBe(0n);
});

test.each([
  [{ hook: "xdp", interface: 2 ** 32 + 1 }, /interface of link\.query: expected an integer/],
  [{ hook: "xdp", interface: "lo\0x" }, /interface of link\.query: expected a name without NUL/],
  [{ hook: "xdp", interfaces: "lo" }, /Did you mean "interface"/],
  [{ hook: "sk-lookup", netns: 1.5 }, /netns of link\.query/],
  [{ hook: "sk-msg-verdict", map: {} }, /map of link\.query: expected a map/],
  [{ hook: "cgroup-device", cgroup: "/", effective: 1 }, /effective of link\.query: expected true or false/],
])("query refuses %o", (target, message) => {
  expect(() => link.query(target as never)).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_INVALID_ARGUMENT", message: expect.stringMatching(message) }),
  );
});
