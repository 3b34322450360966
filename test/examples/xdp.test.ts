import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const program = join(import.meta.dirname, "../../.build/examples/xdp/xdp.js");

// A pair of interfaces in a namespace of its own: what goes in on the left comes out on the right.
const script = `
ip link add left type veth peer name right
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip address add 10.9.0.1/24 dev left
ip link set left up && ip link set right up
ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev left
"$NODE" "$PROGRAM" right &
read go
# ARP is not IPv4.
"$NODE" -e 'const s = require("dgram").createSocket("udp4"); const to = [...Array(7).fill(2), 3, 4, 5];
  const send = () => to.length > 0 ? s.send("x", 9, "10.9.0." + to.shift(), send) : s.close(); send()'
read end
kill $!
wait $!
ip link show right`;

test("packets are passed and dropped by their type", { timeout: 90_000 }, async () => {
  const child = spawn("unshare", ["--net", "sh", "-c", script], {
    env: { ...process.env, NODE: process.execPath, PROGRAM: program },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("Dropping")) child.stdin.write("go\n");
    // These three addresses have no neighbour entry: their packets wait for an ARP reply, which is dropped.
    if (/^passed: 7, dropped: ([3-9]|\d\d+)$/.test(line)) child.stdin.write("end\n");
    lines.push(line);
  }
  // The program is gone from the interface.
  expect(lines.join("\n")).not.toMatch(/right.*xdp/);
  expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(0);
});
