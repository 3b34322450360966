// Run with the descriptors of two UDP sockets of one SO_REUSEPORT group, and their port: attaches by one socket, then by
// the other, closes the first link, and says which program runs.
import { createSocket } from "node:dgram";
import { setTimeout } from "node:timers/promises";
import { link } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";

const [first = -1, second = -1, port = 0] = process.argv.slice(2).map(Number);

using a = loadAlone("link_net", "on_sk_reuseport");
using b = loadAlone("link_net", "on_sk_reuseport");
const taken = link.skReuseport(a.program, { socket: first });
using _ = link.skReuseport(b.program, { socket: second });
taken.close();
const sender = createSocket("udp4");
await new Promise<void>((resolve) => sender.send("x", port, "127.0.0.1", () => resolve()));
sender.close();
await setTimeout(50);
console.log(JSON.stringify({ first: Number(a.hits()), second: Number(b.hits()) }));
