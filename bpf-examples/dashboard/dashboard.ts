// Shows the programs that start and the packets that arrive, live in a browser.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { every, link, RingBuf, untilInterrupted } from "ebpf";
import { loadExecsnoop } from "../tools/execsnoop/execsnoop.bpf.ts";
import { loadExitsnoop } from "../tools/exitsnoop/exitsnoop.bpf.ts";
import { Activity } from "./activity.ts";
import { loadPackets } from "./packets.bpf.ts";
import { becomeUser, findUser } from "./privileges.ts";
import { dashboardServer } from "./server.ts";
import { Viewers } from "./viewers.ts";

const usage = `Usage: dashboard [options]

Shows the programs that start and the packets that arrive, live in a browser.

      --interface NAME  whose packets are counted (default: lo)
      --port N          on 127.0.0.1; 0 for any free one (default: 8700)
      --user NAME       whom it runs as once everything is attached (default: nobody)
  -h, --help            this text`;

function options() {
  const { values } = parseArgs({
    options: {
      interface: { type: "string", default: "lo" },
      port: { type: "string", default: "8700" },
      user: { type: "string", default: "nobody" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65535)
    throw new Error(`--port: expected 0 to 65535, received "${values.port}"`);
  return { interface: values.interface, port, user: findUser(values.user) };
}

function optionsOrExit() {
  try {
    return options();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { interface: interfaceName, port, user } = optionsOrExit();

const signal = untilInterrupted();
using starts = await loadExecsnoop();
using exits = await loadExitsnoop();
using packets = await loadPackets();
using startEvents = new RingBuf(starts.maps.events);
using exitEvents = new RingBuf(exits.maps.events);
starts.attach();
exits.attach();
// Generic mode works on every interface, and never resets one.
using _ = link.xdp(packets.programs.count_packets, { interface: interfaceName, mode: "generic" });

const activity = new Activity();
const viewers = new Viewers(() => ({ interface: interfaceName, ...activity.snapshot() }));
const token = randomBytes(24).toString("base64url");
const server = dashboardServer(token, viewers);
server.listen(port, "127.0.0.1");
await once(server, "listening");

// From here on, this process has no more rights than any other of this user. Reading the rings and the variables needs
// none: both are memory that is mapped already.
if (process.geteuid?.() === 0) becomeUser(user);
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}/\nCtrl-C stops.`);

async function watchStarts(): Promise<void> {
  for await (const record of startEvents.values({ signal })) activity.started(record);
}

async function watchExits(): Promise<void> {
  for await (const record of exitEvents.values({ signal })) activity.ended(record);
}

async function sendUpdates(): Promise<void> {
  const { tcp, udp, icmp, other, sizes } = packets.variables;
  for await (const _ of every(1000, { signal })) {
    const counts = [tcp.value, udp.value, icmp.value, other.value];
    const [t, u, i, o] = counts.map((each) => Number(each.packets)) as [number, number, number, number];
    const traffic = {
      packets: { tcp: t, udp: u, icmp: i, other: o },
      bytes: counts.reduce((sum, each) => sum + Number(each.bytes), 0),
    };
    const lost = [startEvents, exitEvents].reduce((sum, ring) => sum + Number(ring.statistics().lost), 0);
    viewers.send(activity.update(traffic, sizes.value.map(Number), lost));
  }
}

try {
  await Promise.all([watchStarts(), watchExits(), sendUpdates()]);
} finally {
  viewers.close();
  server.close();
  server.closeAllConnections();
}
// Leaving the file closes the rings, the link and the collections: everything is detached.
