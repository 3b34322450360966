import { setTimeout as sleep } from "node:timers/promises";
import { layoutOf } from "../../../codec/index.ts";
import { bpfLogCodec } from "../../../events/bpf-log.ts";
import {
  type AnyMap,
  type Collection,
  type CollectionSpec,
  type Kinded,
  type MapSpec,
  PerfBuf,
  RecordError,
  RingBuf,
} from "../../../index.ts";
import { LOGS } from "../../../spec/index.ts";
import { UsageError } from "../../usage-error.ts";
import { splitAssignment } from "../values/assignment.ts";
import type { BufferCounts, BufferView, TypedRecord, View } from "./view.ts";

/** The number of records to read before the output is written. */
const BATCH = 1024;

interface Reader {
  view: BufferView;
  map: MapSpec;
  reader: RingBuf | PerfBuf;
  lost: bigint;
}

/** The ring and perf buffers of an object. Passes their records to a view no faster than the view accepts them. */
export class Buffers {
  readonly #readers: Reader[] = [];
  #failure: unknown;

  /**
   * @param types - `BUFFER=TYPE` for buffers whose type is not found in the programs.
   * @param notes - Receives the reasons why the type of a buffer is unknown.
   */
  constructor(
    spec: CollectionSpec,
    coll: Collection,
    types: readonly string[],
    notes: (text: string) => void,
  ) {
    const given = new Map(types.map((text) => splitAssignment(text, "--type", "BUFFER=TYPE")));
    const buffers = Object.values(spec.maps).filter(isBuffer);
    const other = [...given.keys()].find((name) => !buffers.some((map) => map.name === name));
    if (other !== undefined) throw new UsageError(`--type: the object has no buffer "${other}"`);
    const sent = spec.records;
    for (const map of buffers) {
      const records = sent[map.name];
      const type = given.get(map.name) ?? (map.name === LOGS ? bpfLogCodec : undefined);
      // A perf event array through which no program sends records counts hardware events.
      if (map.type === "perf-event-array" && records === undefined && map.record === undefined && !type)
        continue;
      const live = coll.maps[map.name] as AnyMap;
      const options = { onError: "yield", ...(type !== undefined && { type }) } as const;
      const reader = map.type === "ringbuf" ? new RingBuf(live, options) : new PerfBuf(live, options);
      const view: BufferView = { name: map.name, types: typesOf(spec, map, type) };
      if (view.types.size === 0)
        notes(
          `records of "${map.name}" are bytes: ${records?.reason ?? "no program sends any"}. Give --type ${map.name}=TYPE`,
        );
      this.#readers.push({ view, map, reader, lost: 0n });
    }
  }

  get views(): readonly BufferView[] {
    return this.#readers.map(({ view }) => view);
  }

  /** Reads until `close`, or until a buffer cannot be read: see `failure`. */
  async read(view: View): Promise<void> {
    await Promise.all(this.#readers.map((reader) => this.#read(reader, view)));
  }

  /** The error that ended the reading. */
  get failure(): unknown {
    return this.#failure;
  }

  async #read(one: Reader, view: View): Promise<void> {
    const isPerf = one.reader instanceof PerfBuf;
    const [only] = one.view.types.keys();
    const several = one.view.types.size > 1;
    try {
      for await (const batch of one.reader.batches({ max: BATCH })) {
        const records: TypedRecord[] = [];
        for (const item of batch) {
          let value: unknown = item;
          if (isPerf && !(item instanceof RecordError)) {
            if (item.type === "lost") {
              one.lost += BigInt(item.lost);
              view.lost(one.view.name, BigInt(item.lost), one.lost);
              continue;
            }
            value = item.value;
          }
          if (several && !(value instanceof RecordError)) {
            const { kind, value: inner } = value as Kinded;
            records.push({ type: kind, value: inner });
          } else records.push({ type: only, value });
        }
        if (records.length > 0) await view.records(one.view, records);
      }
    } catch (error) {
      this.#failure ??= error;
      this.close();
    }
  }

  /** Reads records for which no program wakes this process, and reports records that programs counted as lost. */
  poll(view: View): void {
    for (const one of this.#readers) {
      if (one.reader.closed) continue;
      one.reader.flush();
      if (!(one.reader instanceof RingBuf)) continue;
      const { lost } = one.reader.statistics();
      if (lost === undefined || lost <= one.lost) continue;
      view.lost(one.view.name, lost - one.lost, lost);
      one.lost = lost;
    }
  }

  /** Waits until all records that programs have sent are read, at most `most` milliseconds. */
  async drain(most: number): Promise<void> {
    for (const end = performance.now() + most; performance.now() < end; await sleep(5)) {
      if (this.#readers.every(({ reader }) => reader.closed || reader.available === 0)) return;
    }
  }

  counts(): BufferCounts[] {
    return this.#readers.flatMap(({ view, reader, lost }) =>
      reader.closed ? [] : countsOf(view, reader, lost),
    );
  }

  close(): void {
    for (const { reader } of this.#readers) reader.close();
  }
}

export function isBuffer(map: MapSpec): boolean {
  return map.type === "ringbuf" || map.type === "perf-event-array";
}

function countsOf({ name, types }: BufferView, reader: RingBuf | PerfBuf, seen: bigint): BufferCounts {
  if (reader instanceof PerfBuf) {
    const { records, errors } = reader.statistics();
    return { name, records, lost: seen, full: false, errors };
  }
  const { records, errors, lost, highWater, size } = reader.statistics();
  // Each record has a header of eight bytes.
  const largest = 8 + Math.max(8, ...Array.from(types.values(), (layout) => layout?.size ?? 0));
  return { name, records, lost, full: lost === undefined && highWater + largest > size, errors };
}

/** The types of the records by name; empty if they are unknown. */
function typesOf(
  spec: CollectionSpec,
  map: MapSpec,
  given: string | typeof bpfLogCodec | undefined,
): BufferView["types"] {
  if (given === bpfLogCodec) return new Map([["log", undefined]]);
  if (typeof given === "string") return new Map([[given, layoutOf(spec.typeCodec(given))]]);
  const { recordCodec, recordCodecs } = map;
  if (recordCodecs !== undefined)
    return new Map(
      Object.entries(recordCodecs.types).map(([name, codec]) => [name, codec && layoutOf(codec)]),
    );
  if (recordCodec === undefined) return new Map();
  return new Map([[recordCodec.name.replace(/^struct /, ""), layoutOf(recordCodec)]]);
}
