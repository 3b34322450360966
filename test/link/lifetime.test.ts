// kernels: native
// In an emulator each of the processes that it starts takes a minute to read its modules.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { link } from "../../lib/index.ts";

const script = join(import.meta.dirname, "../support/attached-child.ts");
const timeout = 90_000;

interface Child {
  process: ChildProcess;
  line(): Promise<string>;
}

async function start(how: string, netlink = "netlink"): Promise<Child> {
  const child = spawn(process.execPath, ["--import", "tsx", script, how, netlink], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  if (child.stdout === null) throw new Error("no output");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value as string;
  expect(await line()).toBe("attached");
  return { process: child, line };
}

function attached(): { xdp: number; filters: number } {
  const filters = link.query({ hook: "tc-ingress", interface: "lo" }).programs;
  return {
    xdp: link.query({ hook: "xdp", interface: "lo" }).programs.length,
    filters: filters.filter(({ priority }) => priority === 77).length,
  };
}

const none = { xdp: 0, filters: 0 };

for (const how of ["exit", "throw", "end"]) {
  test(`nothing stays attached when the process ends by "${how}"`, { timeout }, async () => {
    const child = await start(how);
    expect(attached()).toEqual({ xdp: 1, filters: 1 });
    child.process.stdin?.write("go\n");
    await once(child.process, "exit");
    expect(attached()).toEqual(none);
  });
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`nothing stays attached when the process ends by ${signal}, which still ends it`, {
    timeout,
  }, async () => {
    const child = await start("signal");
    child.process.kill(signal);
    const [, by] = await once(child.process, "exit");
    expect(by).toBe(signal);
    expect(attached()).toEqual(none);
  });
}

test("no link stays attached when the process is killed", { timeout }, async () => {
  const child = await start("signal", "links");
  expect(attached()).toEqual({ xdp: 1, filters: 0 });
  child.process.kill("SIGKILL");
  await once(child.process, "exit");
  expect(attached()).toEqual(none);
});

test("nothing stays attached when a worker is terminated", { timeout }, async () => {
  const child = await start("worker");
  expect(attached()).toEqual({ xdp: 1, filters: 1 });
  child.process.stdin?.write("go\n");
  expect(await child.line()).toBe("terminated");
  expect(attached()).toEqual(none);
  child.process.stdin?.write("go\n");
  await once(child.process, "exit");
});
