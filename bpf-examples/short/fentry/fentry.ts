// Prints the IPv4 connections that processes open.
import { RingBuf, untilInterrupted } from "ebpf";
import { loadFentry } from "./fentry.bpf.ts";

using fentry = await loadFentry();
using events = new RingBuf(fentry.maps.events);
fentry.attach();
console.log("Watching tcp_connect. Ctrl-C stops.");
for await (const { comm, from, from_port, to, to_port } of events.values({ signal: untilInterrupted() }))
  console.log(`${comm} ${from}:${from_port} -> ${to}:${to_port}`);
