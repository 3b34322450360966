import { type Collection, CollectionSpec, type Program } from "../../lib/index.ts";
import type { MapBase } from "../../lib/map/index.ts";
import { testObject } from "../support/objects.ts";

export interface Event {
  sequence: bigint;
  sent: bigint;
  comm: string;
}

export interface Order {
  count: number;
  /** Of bpf_ringbuf_submit. */
  flags?: number;
  /** Each so many-th record is discarded. */
  discard?: number;
  /** Of records of bytes; 0 for events. */
  size?: number;
}

export const NO_WAKEUP = 1;
export const FORCE_WAKEUP = 2;

/** Sends records to ring buffers from inside the kernel: test/bpf/events/ring.bpf.c. */
export class Sender {
  readonly coll: Collection;

  /** @param bytes - The size of the ring "events". */
  constructor(bytes?: number) {
    const spec = CollectionSpec.fromFile(testObject("events/ring"));
    const events = spec.maps["events"];
    if (bytes !== undefined && events !== undefined) events.maxEntries = bytes;
    this.coll = spec.loadSync();
  }

  map(name = "events"): MapBase {
    return this.coll.maps[name] as MapBase;
  }

  send(order: number | Order): void {
    this.program("send").testRunSync({ context: full(order) });
  }

  /** On another thread. */
  async sendMeanwhile(order: number | Order, name = "send"): Promise<void> {
    await this.program(name).testRun({ context: full(order) });
  }

  run(name: string): void {
    this.program(name).testRunSync();
  }

  program(name: string): Program<"syscall"> {
    return this.coll.programs[name] as Program<"syscall">;
  }

  get dropped(): bigint {
    return this.coll.variables["dropped"]?.value as bigint;
  }

  [Symbol.dispose](): void {
    this.coll.close();
  }
}

function full(order: number | Order): object {
  const { count, flags = 0, discard = 0, size = 0 } = typeof order === "number" ? { count: order } : order;
  return { count, flags, discard, size };
}

export function sequences(events: readonly Event[]): number[] {
  return events.map(({ sequence }) => Number(sequence));
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
