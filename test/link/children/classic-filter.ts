// Run with the descriptor of a socket: attaches a filter, and closes the link when a line comes in.
import { createInterface } from "node:readline";
import { link } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";

using loaded = loadAlone("link_net", "on_socket");
const attached = link.socketFilter(loaded.program, { socket: Number(process.argv[2]) });
console.log("attached");
for await (const _ of createInterface({ input: process.stdin })) attached.close();
