// Writes the screenshot in the README of bpf-examples/dashboard. As root, after scripts/setup --for test:
//   node --import tsx scripts/dashboard-screenshot.ts
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Browser } from "../test/support/browser.ts";
import { root } from "./root.ts";

const [
  width = "1100",
  height = "1060",
  scheme = "light",
  file = "bpf-examples/dashboard/dashboard.webp",
  seconds = "130",
] = process.argv.slice(2);

const program = path.join(root, ".build/examples/dashboard/dashboard.js");
const server = spawn(process.execPath, [program, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const [url] = (await once(createInterface(server.stdout), "line")) as [string];
const echo = createServer((socket) => void socket.pipe(socket)).listen(0, "127.0.0.1");

{
  await using browser = await Browser.start();
  await browser.emulate(Number(width), Number(height), scheme as "light" | "dark");
  await browser.open(url);
  const commands = [
    "ls /; grep -c processor /proc/cpuinfo; uname -r",
    "git log --oneline -n 3; git status --short",
    "sleep 0.03; ls /nowhere; sort scripts/setup | uniq -c | wc -l",
    "timeout 0.1 sleep 1; hostname; id -un; find lib/map -name '*.ts' | xargs wc -l",
    "test -f /nowhere; date; awk 'END { print NR }' package.json",
  ];
  for (let second = 0; second < Number(seconds); second++) {
    const wave = 1 + Math.sin(second / 9);
    for (let i = 0; i <= 3 * wave + 2 * Math.random(); i++) {
      const command = commands[(second + i) % commands.length] as string;
      await promisify(execFile)("sh", ["-c", `${command}; true`], { cwd: root });
    }
    const other = 1 + Math.sin(second / 5);
    await Promise.all([sendOverUdp(20 + 60 * other), sendOverTcp(2 + 6 * wave)]);
    await setTimeout(500);
  }
  writeFileSync(
    path.resolve(root, file),
    await browser.screenshot(file.endsWith("png") ? "png" : "webp", 80),
  );
  for (const error of browser.errors) console.error(error);
}
echo.close();
server.kill("SIGINT");
await once(server, "exit");

/** Sends a process that is this one itself datagrams of several sizes. */
async function sendOverUdp(count: number): Promise<void> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  for (let i = 0; i < count; i++)
    socket.send(Buffer.alloc(2 ** (4 + (i % 7))), socket.address().port, "127.0.0.1");
  await setTimeout(20);
  socket.close();
}

async function sendOverTcp(connections: number): Promise<void> {
  for (let i = 0; i < connections; i++) {
    const socket = connect((echo.address() as AddressInfo).port, "127.0.0.1");
    socket.end(Buffer.alloc(200 * (i + 1))).resume();
    await once(socket, "close");
  }
}
