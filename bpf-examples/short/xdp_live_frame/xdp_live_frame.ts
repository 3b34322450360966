// Sends a UDP packet out of an interface many times: xdp_live_frame INTERFACE MAC_OF_THE_RECEIVER [TIMES].
import { networkInterfaces } from "node:os";
import { loadXdpLiveFrame } from "./xdp_live_frame.bpf.ts";

const [name = "lo", receiver = "02:00:00:00:00:02", times = "1000"] = process.argv.slice(2);
const sender = networkInterfaces()[name]?.[0]?.mac ?? "02:00:00:00:00:01";
const ethernet = `${receiver}${sender}0800`.replaceAll(":", "");
const ip = "4500002700000000401100000a0900010a090002"; // 10.9.0.1 to 10.9.0.2, without a checksum
const udp = "3039270f00130000";
const data = Buffer.from(`${ethernet}${ip}${udp}${Buffer.from("Hello, XDP!").toString("hex")}`, "hex");
using frames = await loadXdpLiveFrame();
using _link = frames.programs.pass.attach({ interface: name }); // drivers send for others only with XDP
await frames.programs.transmit.testRun({ data, interface: name, liveFrames: true, repeat: Number(times) });
console.log(`Sent ${times} packets out of ${name} to ${receiver}.`);
