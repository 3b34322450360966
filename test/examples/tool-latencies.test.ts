import { execFile, execFileSync, spawn } from "node:child_process";
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { compileC } from "../support/compile-c.ts";
import { requiresKprobes } from "../support/link.ts";
import { requires } from "../support/requires.ts";
import { allPrintedBy, type Printed, untilEnd } from "./tool.ts";

const run = promisify(execFile);
// Two tools beside a busy program on one emulated CPU need more than a minute.
const timeout = 240_000;

test("runqlat counts the waits of a process for a CPU", { timeout }, async () => {
  using sleeper = compileC("#include <unistd.h>\nint main(void) { for (;;) usleep(1000); }\n");
  const child = spawn(sleeper.path);
  try {
    const [histogram] = await allPrintedBy("runqlat", ["--pid", `${child.pid}`], () => {});
    // It becomes ready a thousand times a second at most, and on a slow machine some dozen times.
    expect(histogram.total).toBeGreaterThan(20);
    expect(histogram.total).toBeLessThan(20_000);
    expect(histogram.slots.reduce((sum: number, { count }: Printed) => sum + count, 0)).toBe(histogram.total);
  } finally {
    child.kill();
  }
});

test("biolatency counts what is written to a disk", { timeout }, async (context) => {
  const path = join("/var/tmp", `ebpf-biolatency-${process.pid}`);
  const fd = openSync(path, "w");
  try {
    const device = statSync(path).dev;
    const onDisk = readFileSync("/proc/self/mountinfo", "utf8").includes(` ${device >> 8}:${device & 0xff} `);
    requires(context, onDisk && device >> 8 !== 0, "block devices: /var/tmp is not on one", "hardware");
    const [histogram] = await allPrintedBy("biolatency", [], () => {
      writeSync(fd, "x".repeat(10_000));
      fsyncSync(fd);
    });
    expect(histogram.total).toBeGreaterThan(3);
    expect(histogram.p50).toBeGreaterThan(0);
  } finally {
    closeSync(fd);
    rmSync(path);
  }
});

test("funclatency measures a function of a program", { timeout }, async () => {
  using program = compileC(`#include <unistd.h>
void __attribute__((noinline)) slow(void) { usleep(2000); }
int main(void) { for (int i = 0; i < 20; i++) slow(); }
`);
  let calls = 0;
  const [histogram] = await allPrintedBy("funclatency", [`${program.path}:slow`], async () => {
    await run(program.path);
    calls += 20;
  });
  expect(histogram.total).toBeGreaterThan(20);
  expect(histogram.total).toBeLessThanOrEqual(calls);
  expect(histogram.p50).toBeGreaterThan(1_500_000);
  // Nothing is faster than it sleeps.
  expect(histogram.slots.slice(0, 20).every(({ count }: Printed) => count === 0)).toBe(true);
});

test("funclatency measures a function of the kernel", { timeout }, async (context) => {
  requiresKprobes(context);
  const [histogram] = await allPrintedBy("funclatency", ["vfs_read"], () =>
    readFileSync(import.meta.filename),
  );
  expect(histogram.total).toBeGreaterThan(10);
});

const burning = `
#include <unistd.h>
static volatile double x;
void __attribute__((noinline)) burn(void) { for (long i = 0; i < 1000000; i++) x += i; }
void __attribute__((noinline)) doze(void) { usleep(20000); }
int main(void) { for (;;) { for (int i = 0; i < 10; i++) burn(); doze(); } }
`;

test("profile names the function that is busy, and draws it", { timeout }, async () => {
  using program = compileC(burning);
  const child = spawn(program.path);
  try {
    const svg = join(tmpdir(), `ebpf-profile-${process.pid}.svg`);
    const args = ["--pid", `${child.pid}`, "--seconds", "0.5", "--frequency", "997"];
    const [stacks] = await Promise.all([
      untilEnd("profile", args),
      untilEnd("profile", [...args, "--svg", svg]),
    ]);
    const busy = stacks.filter(({ frames }) => frames.includes("burn"));
    const samples = (of: Printed[]) => of.reduce((sum, { count }) => sum + count, 0);
    expect(samples(stacks)).toBeGreaterThan(10);
    expect(samples(busy)).toBeGreaterThan(samples(stacks) / 2);
    expect(busy[0].frames.slice(0, 1)).toEqual(["program"]);
    // A function of arm64 that calls none keeps its return address in a register, which the kernel does not read.
    const caller = process.arch === "arm64" ? [] : ["main"];
    expect(busy.some(({ frames }) => frames.join().includes([...caller, "burn"].join()))).toBe(true);
    const text = readFileSync(svg, "utf8");
    rmSync(svg);
    expect(text).toMatch(/<title>burn \(\d+\.\d%, \d+ samples\)<\/title>/);
    execFileSync(
      "python3",
      ["-c", "import sys, xml.etree.ElementTree as E; E.fromstring(sys.stdin.read())"],
      { input: text },
    );
  } finally {
    child.kill();
  }
});

test("offcputime names the function that waits, in the program and in the kernel", { timeout }, async () => {
  using program = compileC(burning);
  const child = spawn(program.path);
  try {
    const stacks = await allPrintedBy("offcputime", ["--pid", `${child.pid}`], () => {});
    const dozing = stacks.filter(({ frames }) =>
      frames.some((name: string) => /nanosleep_\[k\]$/.test(name)),
    );
    expect(dozing.length).toBeGreaterThan(0);
    expect(dozing[0].frames[0]).toBe("program");
    // Each time it sleeps for 20 ms at least.
    expect(dozing.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(20_000);
    expect(dozing.flatMap(({ frames }) => frames).join(" ")).toMatch(/nanosleep|usleep/);
  } finally {
    child.kill();
  }
});
