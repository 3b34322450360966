// kernels: native
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kill } from "../../support/link.ts";
import { compiled, leftInKernel, RunningCommand } from "./command.ts";

let object: ReturnType<typeof compiled>;
beforeAll(() => {
  object = compiled("flood");
});
afterAll(() => object[Symbol.dispose]());

/** A call of kill() sends as many. */
const RECORDS = 100;

function run(bytes: number): RunningCommand {
  const size = `flood_events=${bytes}`;
  return new RunningCommand([
    "run",
    "--json",
    "--set",
    `only_pid=${process.pid}`,
    "--size",
    size,
    object.path,
  ]);
}

function megabytes({ child }: RunningCommand): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

test("all records of a flood arrive in order, and memory does not grow", async () => {
  using command = run(16 * 1024 * 1024);
  await sleep(1500);
  const burst = async () => {
    for (let i = 0; i < 100; i++) {
      kill(20);
      await sleep(5);
    }
  };
  await burst();
  const before = megabytes(command);
  await burst();
  expect(megabytes(command) - before).toBeLessThan(30);
  expect(await command.end("SIGTERM")).toBe(0);
  const lines = command.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const numbers = lines.filter(({ kind }) => kind === "record").map(({ value }) => value.number);
  // The signal was a call, too.
  expect(numbers.length).toBe(RECORDS * 4001);
  expect(numbers.every((number, i) => number === i)).toBe(true);
  expect(lines.at(-1)).toMatchObject({
    kind: "summary",
    buffers: { flood_events: { records: RECORDS * 4001, lost: 0, errors: 0 } },
  });
}, 30_000);

test("with a reader that does not read, lost records are counted and memory does not grow", async () => {
  using command = run(256 * 1024);
  await sleep(1500);
  command.child.stdout?.pause();
  kill(100);
  await sleep(300);
  const before = megabytes(command);
  for (let i = 0; i < 20; i++) {
    kill(200);
    await sleep(20);
  }
  expect(megabytes(command) - before).toBeLessThan(30);
  command.child.stdout?.resume();
  await command.until(() => command.stdout.includes('"kind":"lost"'));
  expect(await command.end("SIGTERM")).toBe(0);
  const summary = JSON.parse(command.stdout.trimEnd().split("\n").at(-1) as string);
  const { records, lost } = summary.buffers.flood_events;
  expect(lost).toBeGreaterThan(1000);
  expect(records + lost).toBe(RECORDS * (100 + 20 * 200 + 1));
  expect(await leftInKernel("flood_on_kill", "flood_events")).toEqual([]);
}, 30_000);
