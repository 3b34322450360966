// Opens the ring of the descriptor in workerData in a worker, and keeps it open.
import { parentPort, workerData } from "node:worker_threads";
import { BpfMap, RingBuf } from "../../../lib/index.ts";

using map = BpfMap.fromFd(workerData as number);
const ring = new RingBuf(map);
parentPort?.on("message", () => ring.close());
parentPort?.postMessage("open");
