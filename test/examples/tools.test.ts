import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { allPrintedBy, printedBy, toolProgram } from "./tool.ts";

const run = promisify(execFile);
const timeout = 240_000;

test("execsnoop prints a program with its arguments and its parent", { timeout }, async () => {
  const args = ["-c", "true", "a b", "", "ü"];
  const record = await printedBy(
    "execsnoop",
    [],
    () => run("sh", args),
    ({ comm, ppid }) => comm === "sh" && ppid === process.pid,
  );
  expect(record.arguments).toEqual(["sh", ...args]);
  expect(record.uid).toBe(process.getuid?.());
  expect(Math.abs(Date.parse(record.time) - Date.now())).toBeLessThan(30_000);
});

test("execsnoop says that it cut arguments", { timeout }, async () => {
  const long = "x".repeat(5000);
  const record = await printedBy(
    "execsnoop",
    [],
    () => run("true", [long]),
    ({ comm, ppid }) => comm === "true" && ppid === process.pid,
  );
  expect(record.arguments).toEqual(["true", "x".repeat(2048 - "true\0".length)]);
});

test("opensnoop prints what was opened and what was not found", { timeout }, async () => {
  const missing = `/tmp/no-such-file-${process.pid}`;
  const open = () => {
    existsSync(missing);
    execFileSync("cat", ["/proc/self/comm"]);
    spawnSync("cat", [missing]);
  };
  const failed = await printedBy("opensnoop", ["--failed"], open, ({ path }) => path === missing);
  expect(failed).toMatchObject({ comm: "cat", result: -2, error: "ENOENT" });
  const opened = await printedBy("opensnoop", [], open, ({ path }) => path === "/proc/self/comm");
  expect(opened.comm).toBe("cat");
  expect(opened.result).toBeGreaterThan(2);
});

test("exitsnoop prints the status or the signal that ended a process", { timeout }, async () => {
  const own = ({ ppid, comm }: { ppid: number; comm: string }) => ppid === process.pid && comm === "sh";
  const status = await printedBy(
    "exitsnoop",
    ["--failed"],
    () => spawnSync("sh", ["-c", "sleep 0.1; exit 3"]),
    own,
  );
  expect(status).toMatchObject({ status: 3 });
  expect(status.seconds).toBeGreaterThan(0.1);
  expect(status.seconds).toBeLessThan(30);
  const killed = await printedBy("exitsnoop", [], () => spawnSync("sh", ["-c", "kill -TERM $$"]), own);
  expect(killed.signal).toBe("SIGTERM");
});

test("syscount counts the calls of a process", { timeout }, async () => {
  let calls = 0;
  const rows = await allPrintedBy("syscount", ["--pid", `${process.pid}`, "--top", "100"], () => {
    for (let i = 0; i < 100; i++) process.getgroups?.();
    calls += 100;
  });
  const row = rows.find(({ call }) => call === "getgroups");
  expect(row.calls).toBeGreaterThan(100);
  // The C library asks twice: for the number, and for the groups.
  expect(row.calls).toBeLessThanOrEqual(2 * calls);
  expect(row.microseconds).toBeGreaterThan(0);
});

for (const [host, family] of [
  ["127.0.0.1", "IPv4"],
  ["::1", "IPv6"],
] as const) {
  /** A connection to this process on which four bytes go there and six come back. */
  async function converse(port: number): Promise<void> {
    const socket = createConnection({ host, port });
    socket.write("ping");
    await once(socket, "data");
    socket.end();
    await once(socket, "close");
  }

  async function listening() {
    const server = createServer((socket) => socket.once("data", () => socket.end("answer")));
    server.listen(0, host);
    await once(server, "listening");
    return { port: (server.address() as { port: number }).port, [Symbol.dispose]: () => server.close() };
  }

  test(`tcpconnect prints a connection over ${family}`, { timeout }, async () => {
    using server = await listening();
    const isIt = ({ port }: { port: number }) => port === server.port;
    const record = await printedBy("tcpconnect", [], () => converse(server.port), isIt);
    expect(record).toMatchObject({ pid: process.pid, from: host, to: host });
  });

  test(`tcplife prints both ends of a connection over ${family}`, { timeout }, async () => {
    using server = await listening();
    const client = await printedBy(
      "tcplife",
      [],
      () => converse(server.port),
      ({ remote_port }) => remote_port === server.port,
    );
    expect(client).toMatchObject({ pid: process.pid, local: host, remote: host });
    // The packets that open and close a connection can count as a byte each.
    expect([6, 7]).toContain(client.received);
    expect(client.sent).toBeGreaterThanOrEqual(4);
    const other = await printedBy(
      "tcplife",
      [],
      () => converse(server.port),
      ({ local_port }) => local_port === server.port,
    );
    expect(other).toMatchObject({ pid: process.pid, local: host });
    expect([4, 5]).toContain(other.received);
  });
}

test("a tool prints help, refuses wrong usage, and ends when its output pipe is closed", {
  timeout,
}, () => {
  const help = spawnSync(process.execPath, [toolProgram("opensnoop"), "--help"], { encoding: "utf8" });
  expect(help.status).toBe(0);
  expect(help.stdout).toMatch(/^Usage: opensnoop.*--pid PID.*--json.*--seconds/s);
  const wrong = spawnSync(process.execPath, [toolProgram("opensnoop"), "--nonsense"], { encoding: "utf8" });
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("--nonsense")]);
  const script = `set -o pipefail; "$NODE" "$TOOL" | head -n 2 >/dev/null; echo $?`;
  const piped = spawnSync("bash", ["-c", script], {
    env: { ...process.env, NODE: process.execPath, TOOL: toolProgram("opensnoop") },
    encoding: "utf8",
    timeout: 30_000,
  });
  expect([piped.stdout.trim(), piped.stderr]).toEqual(["0", ""]);
});

test("a tool whose output is not read prints the number of lost events", { timeout }, async () => {
  const child = spawn(process.execPath, [toolProgram("opensnoop"), "--json"]);
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  await once(child.stderr, "data");
  for (let i = 0; i < 30_000; i++) closeSync(openSync(import.meta.filename, "r"));
  child.kill("SIGINT");
  child.stdout.resume();
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  expect(Number(/^lost (\d+) events/m.exec(errors)?.[1])).toBeGreaterThan(1000);
});

test("a tool whose output is read slowly prints each event or counts it as lost", { timeout }, async () => {
  const child = spawn(process.execPath, [toolProgram("opensnoop"), "--json", "--pid", `${process.pid}`]);
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  await once(child.stderr, "data");
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), 5);
  });
  const opened = 20_000;
  for (let i = 0; i < opened; i++) closeSync(openSync(import.meta.filename, "r"));
  const printed = () => text.split(`"path":${JSON.stringify(import.meta.filename)}`).length - 1;
  const lost = () =>
    [...errors.matchAll(/^lost (\d+) events/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  await expect
    .poll(() => printed() + lost(), { timeout: 60_000, interval: 100 })
    .toBeGreaterThanOrEqual(opened);
  expect(printed()).toBeLessThanOrEqual(opened);
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  expect(code).toBe(0);
});
