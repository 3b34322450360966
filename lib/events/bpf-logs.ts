import { optionsOf } from "../arguments/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { MapBase, type ReadableBy } from "../map/index.ts";
import { LOGS } from "../spec/index.ts";
import { type BpfLog, bpfLogCodec } from "./bpf-log.ts";
import { type FailureOptions, failureSchema } from "./failures.ts";
import { type ReaderOptions, readerSchema } from "./reader-options.ts";
import { RingBuf } from "./ring-buf.ts";
import { type LevelOptions, levelSchema } from "./ring-level.ts";

/** Where logs come from: a collection whose programs include `ebpf/log.bpf.h`, or its map `ebpf_logs`. */
export type BpfLogSource = ReadableBy<"RingBuf"> | WithLogs;

/** A collection, as far as {@link bpfLogs} reads it. */
interface WithLogs {
  readonly maps: LogMaps;
}

type LogMaps =
  | { readonly ebpf_logs: ReadableBy<"RingBuf"> }
  | Readonly<Record<string, ReadableBy<"RingBuf">>>;

/** Options of {@link bpfLogs}. */
export type BpfLogsOptions = ReaderOptions & FailureOptions & LevelOptions;

const checkOptions = optionsOf<BpfLogsOptions>({ ...readerSchema, ...failureSchema, ...levelSchema });

/**
 * Reads the logs that programs write with the header `ebpf/log.bpf.h` of this package. A loop over the reader yields them.
 *
 * The variable `ebpf_log_level` selects the levels before loading. The caller closes the reader. `statistics().lost` is the
 * number of logs that did not fit into the ring.
 *
 * @param source - A collection, or its map `ebpf_logs`, also opened from a pin.
 * @param options - The options of a {@link RingBuf}, except its type.
 * @throws {@link InvalidArgumentError} for a collection without the map, and the errors of a {@link RingBuf}.
 * @since Linux 5.8
 *
 * @example
 * ```ts
 * using logs = bpfLogs(coll, { signal: untilInterrupted() });
 * for await (const log of logs) console.log(`${log}`);
 * ```
 */
export function bpfLogs(source: BpfLogSource, options: BpfLogsOptions = {}): RingBuf<BpfLog> {
  return new RingBuf<BpfLog>(mapOf(source), { ...checkOptions(options, "bpfLogs"), type: bpfLogCodec });
}

function mapOf(source: BpfLogSource): MapBase {
  if (source instanceof MapBase) return source;
  const maps = (source as { maps?: LogMaps } | undefined)?.maps;
  if (typeof maps === "object" && LOGS in maps) return maps[LOGS] as MapBase;
  throw new InvalidArgumentError(
    `source of bpfLogs: expected a collection with the map "${LOGS}", or this map`,
    {
      remedy: "Include <ebpf/log.bpf.h> in the source of a program",
    },
  );
}
