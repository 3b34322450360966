// kernels: native
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kill } from "../../support/link.ts";
import { Terminal } from "../../support/tmux.ts";
import { compiled, ebpf, leftInKernel } from "./command.ts";

let object: ReturnType<typeof compiled>;
beforeAll(() => {
  object = compiled("run");
});
afterAll(() => object[Symbol.dispose]());

const run = (...options: string[]) =>
  [
    process.execPath,
    ebpf,
    "run",
    "--only",
    "run_on_kill",
    "--set",
    `only_pid=${process.pid}`,
    ...options,
    object.path,
  ].join(" ");

test("records scroll above maps and programs, which are drawn in place, and Ctrl-C prints a summary", async () => {
  using terminal = new Terminal(run("--maps", "--interval", "0.2"), 80, 30);
  await terminal.until((screen) => screen.includes("Ctrl-C ends"));
  kill(2);
  const screen = await terminal.until(
    (text) => /run_by_signal hash, 1 entry/.test(text) && text.includes("seen"),
  );
  for (const line of screen.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  // In human form: the time of day, the errno, the address, a duration and the MAC address.
  expect(screen).toMatch(/sent +TS +KIND +PID +RET +SADDR +COMM/);
  expect(screen).toMatch(/sent +\d\d:\d\d:\d\d\.\d{3} +1 +\d+ +-2 ENOENT +127\.0\.0\.1 +\S+/);
  expect(screen).toMatch(/seen +1\.50 ms +2 +02:00:5e:10:00:01/);
  expect(screen).toContain(`kill of ${process.pid} by ${process.pid}`);
  // A histogram and a counter with its rate.
  expect(screen).toMatch(/2 - 3 +1 +█+/);
  await terminal.until((text) => /calls +2 +0 +[▁█]+/.test(text));
  // One area, however often it was drawn.
  await sleep(700);
  expect(terminal.history().match(/run_by_signal hash/g)).toHaveLength(1);
  expect(terminal.coloured()).toContain("\x1b[1m");
  terminal.keys("C-c");
  const last = await terminal.until((text) => text.includes("status 0"));
  expect(last).toMatch(/PROGRAM +RUNS +RUNS\/S +AVERAGE +CPU/);
  // It runs for every kill on the machine, and counts those of one process.
  expect(Number(/run_on_kill +(\d+)/.exec(last)?.[1])).toBeGreaterThanOrEqual(2);
  expect(last).toContain("events: 4 records");
  expect(last).not.toContain("Ctrl-C ends");
  expect(await leftInKernel("run_on_kill", "run_by_signal")).toEqual([]);
});

test("the screen fits a terminal that changes its size", async () => {
  using terminal = new Terminal(run("--maps", "--interval", "0.3"), 100, 30);
  await terminal.until((screen) => screen.includes("Ctrl-C ends"));
  kill(1);
  await terminal.until((screen) => screen.includes("run_by_signal hash, 1 entry"));
  terminal.resize(50, 16);
  await sleep(1000);
  const small = await terminal.until((screen) => screen.includes("Ctrl-C ends"));
  expect(small.match(/Ctrl-C ends/g)).toHaveLength(1);
  expect(small.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(16);
  terminal.resize(90, 30);
  await sleep(1000);
  expect(terminal.screen().match(/Ctrl-C ends/g)).toHaveLength(1);
  terminal.keys("C-c");
  await terminal.until((screen) => screen.includes("status 0"));
});

test("NO_COLOR and a locale without UTF-8 leave plain text", async () => {
  using terminal = new Terminal(run("--maps", "--interval", "0.2"), 80, 30, { NO_COLOR: "1", LC_ALL: "C" });
  await terminal.until((screen) => screen.includes("Ctrl-C ends"));
  kill(2);
  const screen = await terminal.until((text) => /2 - 3 +1 +\*+/.test(text));
  expect(screen).not.toMatch(/[█▁]/);
  expect(terminal.coloured()).not.toContain("\x1b[");
  terminal.keys("C-c");
  await terminal.until((text) => text.includes("status 0"));
});

test("a terminal that is closed ends the command and leaves nothing in the kernel", async () => {
  {
    using terminal = new Terminal(run("--maps"));
    await terminal.until((screen) => screen.includes("Ctrl-C ends"));
  }
  expect(await leftInKernel("run_on_kill", "run_by_signal")).toEqual([]);
});
