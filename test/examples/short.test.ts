import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { features } from "../../lib/index.ts";
import { cgroup2 } from "../support/cgroup2.ts";
import { compileC } from "../support/compile-c.ts";
import { ownNetns, requiresKprobes } from "../support/link.ts";
import { kernelHas, requires, requiresLinux } from "../support/requires.ts";
import { converse, sendDatagram } from "../support/traffic.ts";
import { lineOf, shortProgram } from "./short.ts";

const run = promisify(execFile);
const timeout = 240_000;
const folder = join(import.meta.dirname, "../../bpf-examples/short");
const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test("sixteen examples, each of at most 15 lines without the imports, are in the table", () => {
  expect(names).toHaveLength(16);
  const table = readFileSync(join(folder, "README.md"), "utf8");
  for (const { name } of names) {
    const lines = readFileSync(join(folder, name, `${name}.ts`), "utf8")
      .trim()
      .split("\n");
    const own = lines.filter((line) => !/^(import|\/\/)|^$/.test(line));
    expect(own.length, name).toBeLessThanOrEqual(15);
    expect(table).toContain(`[${name}](${name}/README.md)`);
  }
});

const startProgram = () => run("true");
const connection = /127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+/;

test("cgroup_skb counts what a cgroup sends", { timeout }, async () => {
  const [, packets] = await lineOf("cgroup_skb", {
    args: [cgroup2()],
    cause: sendDatagram,
    line: /^packets: ([1-9]\d*)$/,
  });
  expect(Number(packets)).toBeGreaterThan(0);
});

test("fentry prints a connection with its process", { timeout }, async (context) => {
  requires(context, features.attaching("fentry"), "fentry: this kernel refuses it");
  const [line] = await lineOf("fentry", { cause: converse, line: connection });
  expect(line).toMatch(connection);
});

for (const [name, line] of [
  ["kprobe", /^calls: [1-9]\d*$/],
  ["kprobe_percpu", /^calls: [1-9]\d*, by CPU: \d+(,\d+)*$/],
] as const) {
  test(`${name} sees programs that are started`, { timeout }, async (context) => {
    requiresKprobes(context);
    const [found] = await lineOf(name, { cause: startProgram, line });
    expect(found).toMatch(line);
  });
}

test("ringbuffer sees programs that are started, without kprobes", { timeout }, async () => {
  const line = /^\d+ \S+/;
  expect((await lineOf("ringbuffer", { cause: startProgram, line }))[0]).toMatch(line);
});

test("kprobepin continues where the last run ended", { timeout }, async (context) => {
  requiresKprobes(context);
  const pins = `/sys/fs/bpf/ebpf-short-${process.pid}`;
  mkdirSync(pins);
  try {
    const count = async () => {
      const found = await lineOf("kprobepin", {
        args: [pins],
        cause: startProgram,
        line: /^calls: ([1-9]\d*)$/,
      });
      return Number(found[1]);
    };
    const first = await count();
    expect(await count()).toBeGreaterThan(first);
  } finally {
    rmSync(join(pins, "kprobepin_calls"), { force: true });
    rmdirSync(pins);
  }
});

test("map_in_map reads back what it put into the maps", () => {
  const lines = execFileSync(process.execPath, [shortProgram("map_in_map")], { encoding: "utf8" }).trim();
  expect(lines.replace(/map \d+/g, "map")).toBe(
    [0, 1, 2, 3, 4].map((index) => `${index}: map with ${index + 1} entries`).join("\n"),
  );
});

test("sched_ext schedules the machine until it ends", { timeout }, async (context) => {
  requires(context, kernelHas("CONFIG_SCHED_CLASS_EXT"), "sched_ext: CONFIG_SCHED_CLASS_EXT", "kernel");
  const state = () => readFileSync("/sys/kernel/sched_ext/state", "utf8").trim();
  await lineOf("sched_ext", {
    cause: () => expect(state()).toBe("enabled"),
    line: /^The scheduler is minimal/,
  });
  await expect.poll(state).toBe("disabled");
});

test("tcprtt prints a connection that was closed", { timeout }, async (context) => {
  requires(context, features.attaching("fentry"), "fentry: this kernel refuses it");
  const [line] = await lineOf("tcprtt", { cause: converse, line: connection });
  expect(line).toMatch(connection);
});

test("tcprtt_sockops prints a round-trip time", { timeout }, async () => {
  const line = /^127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+ (\d+) us$/;
  const [, microseconds] = await lineOf("tcprtt_sockops", { args: [cgroup2()], cause: converse, line });
  expect(Number(microseconds)).toBeLessThan(1_000_000);
});

test("tcx counts the packets of an interface", { timeout }, async (context) => {
  requiresLinux(context, "6.6", "tcx");
  const line = /^received: [1-9]\d*, sent: [1-9]\d*$/;
  expect((await lineOf("tcx", { cause: sendDatagram, line }))[0]).toMatch(line);
});

test("tracepoint_in_c counts pages", { timeout }, async () => {
  const line = /^allocations: ([1-9]\d*), pages: (\d+)$/;
  const [, allocations, pages] = await lineOf("tracepoint_in_c", { cause: startProgram, line });
  expect(Number(pages)).toBeGreaterThanOrEqual(Number(allocations));
});

test("tracepoint_in_typescript sends its number for a file that is opened", { timeout }, async () => {
  const line = /^CPU \d+ sent 123$/;
  const cause = () => readFileSync("/proc/self/comm");
  expect((await lineOf("tracepoint_in_typescript", { cause, line }))[0]).toMatch(line);
});

test("uretprobe prints what a function of a program returns", { timeout }, async () => {
  using program = compileC(`
char line[] = "? line";
char *__attribute__((noinline)) ask(void) { return line; }
// Writes to the page, so that it is in memory: the program cannot wait for it.
int main(void) { line[0] = 'a'; return ask()[0] != 'a'; }
`);
  const args = [program.path, "ask"];
  const [line] = await lineOf("uretprobe", { args, cause: () => run(program.path), line: /^\d+ a line$/ });
  expect(line).toMatch(/a line/);
});

test("xdp counts packets by their sender", { timeout }, async () => {
  const line = /^127\.0\.0\.1: [1-9]\d*$/;
  expect((await lineOf("xdp", { args: ["lo"], cause: sendDatagram, line }))[0]).toMatch(line);
});

test("xdp_live_frame sends a packet many times, and xdp counts it at the other end", {
  timeout,
}, async (context) => {
  requiresLinux(context, "5.18", "live frames");
  using namespace = ownNetns();
  namespace.run(`ip link add left type veth peer name right
    ip link set left address 02:00:00:00:00:01 && ip link set right address 02:00:00:00:00:02
    ip link set left up && ip link set right up`);
  const under = ["nsenter", `--net=${namespace.path}`];
  const [command = "", ...rest] = [...under, process.execPath, shortProgram("xdp_live_frame")];
  const [, packets] = await lineOf("xdp", {
    under,
    args: ["right"],
    cause: () => run(command, [...rest, "left", "02:00:00:00:00:02", "500"]),
    line: /^10\.9\.0\.1: ([1-9]\d*)$/,
  });
  expect(Number(packets)).toBeGreaterThanOrEqual(500);
});
