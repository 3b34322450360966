// kernels: native
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kill } from "../../support/link.ts";
import { compiled, ebpf, leftInKernel, RunningCommand, sleep } from "./command.ts";

let object: ReturnType<typeof compiled>;
beforeAll(() => {
  object = compiled("run");
});
afterAll(() => object[Symbol.dispose]());

const ours = ["--only", "run_on_kill", "--set", `only_pid=${process.pid}`];

interface Line {
  kind: string;
  [field: string]: unknown;
}

function lines(text: string): Line[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

test("records of several types, lines of bpf_printk and a summary are JSON lines", async () => {
  using run = new RunningCommand(["run", "--json", "--maps", ...ours, object.path]);
  await run.until(() => run.stdout.includes('"kind":"map"'));
  kill(3);
  await run.until(() => lines(run.stdout).filter(({ kind }) => kind === "record").length === 6);
  await run.until(() => lines(run.stdout).filter(({ kind }) => kind === "print").length === 3);
  expect(await run.end()).toBe(0);
  const all = lines(run.stdout);
  const records = all.filter(({ kind }) => kind === "record");
  expect(records[0]).toMatchObject({
    buffer: "events",
    type: "sent",
    value: { kind: 1, pid: process.pid, ret: -2, ts: expect.any(Number), comm: expect.any(String) },
  });
  expect(records[1]).toEqual({
    kind: "record",
    buffer: "events",
    type: "seen",
    value: { delta_us: 1500, kind: 2, mac: "02005e100001" },
  });
  expect(all.find(({ kind }) => kind === "print")).toMatchObject({
    text: `kill of ${process.pid} by ${process.pid}`,
    pid: expect.any(Number),
  });
  expect(all.findLast(({ map }) => map === "run_by_signal")).toMatchObject({
    entries: expect.arrayContaining([{ key: 0, value: 3 }]),
  });
  // The signal that ended the command is the fourth.
  expect(all.findLast(({ map }) => map === "total")).toMatchObject({ entries: [{ key: 0, value: 4 }] });
  expect(all.at(-1)).toMatchObject({
    kind: "summary",
    buffers: { events: { records: expect.any(Number), full: false, errors: 0 } },
    variables: { calls: 4 },
    programs: { run_on_kill: { runs: expect.any(Number) } },
  });
  expect(await leftInKernel("run_on_kill", "run_by_signal")).toEqual([]);
});

test("an object with a program that cannot be attached runs only with --skip, which says why", async () => {
  const refused = spawnSync(process.execPath, [ebpf, "run", object.path], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('SEC("uprobe") does not give the binary and symbol');
  expect(refused.stderr).toContain("--attach run_on_call=");
  const skipping = spawnSync(
    process.execPath,
    [ebpf, "run", "--json", "--skip", "--duration", "0.5", object.path],
    {
      encoding: "utf8",
      timeout: 20_000,
    },
  );
  expect(skipping.status).toBe(0);
  expect(lines(skipping.stdout).at(-1)).toMatchObject({
    kind: "summary",
    skipped: { run_on_call: expect.stringContaining("does not give the binary") },
  });
});

test("--attach sets options of the hook that the section name does not contain", () => {
  const attach = (text: string) =>
    spawnSync(process.execPath, [ebpf, "run", "--json", "--duration", "0.3", "--attach", text, object.path], {
      encoding: "utf8",
      timeout: 20_000,
    });
  const done = attach(`run_on_call=binary=${process.execPath},symbol=main`);
  expect(done.stderr).toBe("");
  expect(done.status).toBe(0);
  expect(lines(done.stdout).at(-1)).toMatchObject({ skipped: {} });
  expect(attach("run_on_call=binry=/bin/true")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('has no option "binry"; expected one of to, binary, symbol'),
  });
  expect(attach("run_on_kil=interface=lo").stderr).toContain(
    'unknown program "run_on_kil"; expected one of run_on_kill, run_on_call',
  );
});

test("a wrong value, variable, map or type is refused before anything is loaded", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [ebpf, "run", ...args, object.path], { encoding: "utf8", timeout: 20_000 });
  expect(run("--set", "only_pid=many")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('value of "only_pid": expected an integer (__u32), received "many"'),
  });
  expect(run("--set", "only_pid=4294967296").stderr).toContain("4294967296");
  expect(run("--set", "only_pd=1").stderr).toContain('unknown variable "only_pd"; expected one of');
  expect(run("--size", "event=4096").stderr).toContain('unknown map "event"');
  expect(run("--only", "run_on_kil").stderr).toContain('unknown program "run_on_kil"');
  expect(run("--interval", "soon").status).toBe(2);
  expect(
    spawnSync(process.execPath, [ebpf, "run", "no.o"], { encoding: "utf8", timeout: 20_000 }),
  ).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no.o"),
  });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const)(
  "%s leaves nothing in the kernel",
  async (signal) => {
    using run = new RunningCommand(["run", "--json", "--maps", ...ours, object.path]);
    await run.until(() => run.stdout.includes('"kind":"map"'));
    expect(await run.end(signal)).toBe(signal === "SIGKILL" ? null : 0);
    expect(await leftInKernel("run_on_kill", "run_by_signal")).toEqual([]);
  },
);

test("the command ends when its pipe is closed, even without records", async () => {
  const shell = spawn("bash", [
    "-c",
    `"$@" | true`,
    "bash",
    process.execPath,
    ebpf,
    "run",
    ...ours,
    object.path,
  ]);
  const [status] = await once(shell, "close");
  expect(status).toBe(0);
  expect(await leftInKernel("run_on_kill", "run_by_signal")).toEqual([]);
});

test("with a reader that does not read, the command still ends and memory does not grow", async () => {
  const child = spawn(process.execPath, [ebpf, "run", "--json", ...ours, object.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.pause();
  await sleep(1500);
  for (let i = 0; i < 60; i++) {
    kill(100);
    await sleep(5);
  }
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const start = Date.now();
  await ended;
  expect(Date.now() - start).toBeLessThan(4000);
  expect(await leftInKernel("run_on_kill", "run_by_signal")).toEqual([]);
});
