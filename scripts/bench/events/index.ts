import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import path from "node:path";
import { objectOf } from "../../build/bpf.ts";
import { root } from "../../root.ts";
import { compileAgainstLibbpf } from "../compile.ts";
import type { Row } from "../report.ts";
import { benchDrain } from "./drain.ts";
import { benchFlood } from "./flood.ts";
import { buildGoPeer, buildGoPerfPeer } from "./go.ts";
import { benchLive } from "./live.ts";
import { benchPerf } from "./perf.ts";
import { benchWake } from "./wake.ts";

/** Ring and perf buffers compared with libbpf in C and cilium/ebpf in Go. `isSteady` is false if the flood was not good. */
export async function benchEvents(): Promise<{ rows: Row[]; isSteady: boolean }> {
  const object = path.join(root, objectOf("scripts/bench/events/events.bpf.c"));
  const c = compileAgainstLibbpf("events/peer");
  const producer = compileAgainstLibbpf("events/producer");
  const go = buildGoPeer();
  if ("missing" in go) console.log(`no ring buffers in Go: ${go.missing}`);
  else if (!go.hasLease) console.log("no leases of ring buffers in Go: this cilium/ebpf has no RawReader");
  // Readers on one core, the sender on the other.
  if (availableParallelism() > 1)
    execFileSync("taskset", ["-a", "-p", "-c", "0", String(process.pid)], { stdio: "ignore" });
  const perf = path.join(root, objectOf("scripts/bench/events/perf.bpf.c"));
  const rows = [
    ...(await benchDrain(object, c, go)),
    ...(await benchLive(object, c, go, producer)),
    ...(await benchWake(object, c, go, producer)),
    ...(await benchPerf(perf, compileAgainstLibbpf("events/perf_peer"), buildGoPerfPeer(), producer)),
  ];
  return { rows, isSteady: await benchFlood(object, producer) };
}
