import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Collection, CollectionSpec, type MapSpec, type Program, RingBuf } from "../../../lib/index.ts";
import { inTime } from "./in-time.ts";
import { onCore } from "./peer.ts";

/** As events.bpf.c has it. */
export interface Event {
  time: bigint;
  sequence: bigint;
  name: string;
  pid: number;
  cpu: number;
}

/** Our reader of a ring of events.bpf.c, and the programs that fill it. */
export class Reader {
  readonly collection: Collection;
  readonly ring: RingBuf<Event>;

  constructor(object: string, bytes: number) {
    const spec = CollectionSpec.fromFile(object);
    (spec.maps["events"] as MapSpec).maxEntries = bytes;
    this.collection = spec.loadSync();
    this.ring = new RingBuf<Event>(this.#map(), { type: "event" });
  }

  fill(count: number, size: number): void {
    this.#program("fill").testRunSync({ context: { count, size } });
  }

  /** The id of a program that sends records which wake. */
  senderId(name: "send" | "stream"): number {
    return this.#program(name).info().id;
  }

  get dropped(): bigint {
    return this.collection.variables["dropped"]?.value as bigint;
  }

  close(): void {
    this.ring.close();
    this.collection.close();
  }

  #map() {
    const { events } = this.collection.maps;
    if (events === undefined) throw new Error("events.bpf.c has no map of events");
    return events;
  }

  #program(name: string): Program<"syscall"> {
    return this.collection.programs[name] as Program<"syscall">;
  }
}

/**
 * The processor time of this process, in nanoseconds, while records are sent and until all are read. Starting the sender,
 * which the call of `send` does, does not count: no record is read before the next turn.
 */
export async function readingTime(send: () => Promise<void>, reading: Promise<void>): Promise<number> {
  const sending = send();
  const before = process.cpuUsage();
  await sending;
  await inTime(reading);
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

/** Has the program of an id send `count` records, `times` times, so many microseconds apart, on the other core. */
export async function produce(
  producer: string,
  id: number,
  run: { times: number; count: number; apart: number; size?: number },
): Promise<void> {
  const args = [id, run.times, run.count, run.apart, run.size ?? 64].map(String);
  const [status] = await once(spawn(...onCore(1, producer, args), { stdio: "inherit" }), "exit");
  if (status !== 0) throw new Error("the producer failed");
}
