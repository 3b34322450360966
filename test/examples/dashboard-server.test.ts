import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { commandLine } from "../../bpf-examples/dashboard/command-line.ts";
import { dashboardServer } from "../../bpf-examples/dashboard/server.ts";
import { Viewers } from "../../bpf-examples/dashboard/viewers.ts";

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function get(port: number, path: string, options: { method?: string; host?: string } = {}) {
  const { method = "GET", host = `127.0.0.1:${port}` } = options;
  const sent = request({ port, host: "127.0.0.1", path, method, headers: { host } }).end();
  const [response] = await once(sent, "response");
  const { statusCode, headers } = response;
  let body = "";
  for await (const chunk of response) body += chunk;
  return { status: statusCode, headers, body };
}

test("a request needs the token and a local host name", async () => {
  const port = await listening(dashboardServer("the-token", new Viewers(() => ({}))));
  const status = async (...args: [path: string, options?: object]) => (await get(port, ...args)).status;
  for (const path of ["/", "/page.js", "/events", "/the-toke/", "/the-token-/events", "//the-token/", "*"])
    expect(await status(path), path).toBe(403);
  expect(await status("/the-token/")).toBe(200);
  expect(await status("/the-token/page.js")).toBe(200);
  expect(await status("/the-token/nothing")).toBe(404);
  expect(await status("/the-token/..%2fserver.js")).toBe(404);
  expect(await status("/the-token/", { method: "POST" })).toBe(405);
  expect(await status("/the-token/", { host: "localhost:80" })).toBe(200);
  expect(await status("/the-token/", { host: "example.org" })).toBe(403);
});

test("the page takes scripts and styles from its own server alone", async () => {
  const port = await listening(dashboardServer("the-token", new Viewers(() => ({}))));
  const { headers, body } = await get(port, "/the-token/");
  expect(headers["content-security-policy"]).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(body).not.toMatch(/<script>|style=|https?:/);
});

/** A server whose every path is a stream of events, and sockets that ask for it. */
async function streaming(viewers: Viewers) {
  const port = await listening(createServer((_, response) => void viewers.add(response)));
  return async (): Promise<Socket> => {
    const before = viewers.count;
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    socket.write("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await until(() => viewers.count > before);
    return socket;
  };
}

async function until(condition: () => boolean, act: () => void = () => undefined): Promise<void> {
  while (!condition()) {
    act();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a browser that does not read uses no memory, and receives the complete state when it reads again", async () => {
  const held: (() => number)[] = [];
  const viewers = new (class extends Viewers {
    override add(response: Parameters<Viewers["add"]>[0]): boolean {
      held.push(() => response.writableLength);
      return super.add(response);
    }
  })(() => ({ everything: true }));
  const socket = await (await streaming(viewers))();
  socket.pause();
  const sample = { text: "x".repeat(1_000_000) };
  // More than the kernel's buffers hold.
  for (let i = 0; i < 200; i++) {
    viewers.send(sample);
    await new Promise(setImmediate);
  }
  expect(held[0]?.()).toBeLessThan(2_000_000);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  socket.resume();
  const snapshots = () => text.split("event: snapshot\n").length - 1;
  await until(
    () => snapshots() > 1,
    () => viewers.send(sample),
  );
  expect(viewers.count).toBe(1);
});

test("a browser that does not read for a long time is disconnected, and a vanished one is removed", async () => {
  const viewers = new Viewers(() => ({}), { patience: 50 });
  const open = await streaming(viewers);
  const sleeper = await open();
  sleeper.pause();
  const vanished = await open();
  vanished.destroy();
  await until(() => viewers.count === 1);
  const sample = { text: "x".repeat(1_000_000) };
  await until(
    () => viewers.count === 0,
    () => viewers.send(sample),
  );
});

test("more browsers than the limit are refused", async () => {
  const viewers = new Viewers(() => ({}), { limit: 1 });
  const port = await listening(dashboardServer("the-token", viewers));
  const first = request({ port, host: "127.0.0.1", path: "/the-token/events" }).end();
  await once(first, "response");
  expect((await get(port, "/the-token/events")).status).toBe(503);
  viewers.close();
});

test.each([
  ["plain arguments", "ls\0-l\0", "ls -l"],
  ["spaces and quotes", 'sh\0-c\0echo "a b"\0', 'sh -c "echo \\"a b\\""'],
  ["a line break", "a\nb\0", '"a\\nb"'],
  ["characters that turn text around", "a\u202eb\0", '"a\\u{202e}b"'],
  ["no arguments", "", "[comm]"],
  ["a very long argument", `${"a".repeat(2000)}\0`, `${"a".repeat(240)}…`],
])("a command line with %s is one line of text", (_, text, expected) => {
  const args = new TextEncoder().encode(text);
  const record = { time: 0n, pid: 1, ppid: 1, uid: 0, args_size: args.length, comm: "comm", args };
  expect(commandLine(record)).toBe(expected);
});
