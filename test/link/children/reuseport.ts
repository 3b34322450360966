// Receives the descriptor of a UDP socket with SO_REUSEPORT and its port, attaches, and prints what it saw.
import { createSocket } from "node:dgram";
import { setTimeout } from "node:timers/promises";
import { link } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";

const [socket = -1, port = 0] = process.argv.slice(2).map(Number);

async function send(): Promise<void> {
  const sender = createSocket("udp4");
  for (let i = 0; i < 3; i++)
    await new Promise<void>((resolve) => sender.send("x", port, "127.0.0.1", () => resolve()));
  sender.close();
  await setTimeout(50);
}

using loaded = loadAlone("link_net", "on_sk_reuseport");
const attached = link.skReuseport(loaded.program, { socket });
await send();
const during = loaded.hits();
attached.close();
await send();
console.log(
  JSON.stringify({
    nature: attached.nature,
    attached: Number(during),
    detached: Number(loaded.hits() - during),
  }),
);
