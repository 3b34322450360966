import type { RecordRule } from "../codec/index.ts";
import { ViewPlace } from "../codec/index.ts";
import { RecordError } from "../errors/index.ts";
import type { Failures } from "./failures.ts";
import { copyOf, type RecordReader } from "./record-reader.ts";
import { littleEndian, RecordView } from "./record-view.ts";

/** A record of a reader with several types. */
export interface Kinded {
  /** The name of the type in `types`. */
  kind: string;
  /** The record. */
  value: unknown;
}

/** Returns the kind of a record, or an error when it is unknown. */
interface KindOf {
  (memory: DataView, offset: number, end: number): string | RecordError;
  /** Releases the memory of the ring. */
  forget?(): void;
}

/** Creates a reader for several types from one reader for each type. */
export function kindsReader(
  source: string,
  readers: ReadonlyMap<string, RecordReader>,
  kindAt: KindOf,
  failures: Failures,
): RecordReader {
  const select = (memory: DataView, offset: number, end: number): RecordReader | RecordError => {
    const kind = kindAt(memory, offset, end);
    reader.kind = typeof kind === "string" ? kind : undefined;
    if (kind instanceof RecordError) return kind;
    const problem = `is of kind "${kind}", which "types" does not have`;
    return readers.get(kind) ?? new RecordError(problem, { source, bytes: copyOf(memory, offset, end) });
  };
  const reader = {
    failures,
    kind: undefined as string | undefined,
    view: undefined,
    place: new ViewPlace(),
    size: 0,
    read(memory: DataView, offset: number, end: number): unknown {
      const one = select(memory, offset, end);
      if (one instanceof RecordError) return failures.handle(one);
      const value = one.read(memory, offset, end);
      return failures.isLast(value) ? value : ({ kind: reader.kind as string, value } satisfies Kinded);
    },
    look(memory: DataView, offset: number, end: number): unknown {
      const one = select(memory, offset, end);
      return one instanceof RecordError ? failures.handle(one) : one.look(memory, offset, end);
    },
    forget() {
      kindAt.forget?.();
      for (const { forget } of readers.values()) forget();
    },
  };
  return reader;
}

/** Determines the kind with a function of the user. */
export function kindOf(ask: (record: RecordView) => string): KindOf {
  const place = new ViewPlace();
  const view = new RecordView(place);
  const answer: KindOf = (memory, offset, end) => {
    place.move(memory, offset, end);
    return ask(view);
  };
  answer.forget = () => place.clear();
  return answer;
}

/** Determines the kind with the rule that was found in the programs. */
export function ruleReader(source: string, rule: RecordRule): KindOf {
  const kinds = new Map<number, string>();
  const numbers = rule.by === "value" ? rule.values : rule.sizes;
  for (const [kind, all] of Object.entries(numbers)) for (const one of all) kinds.set(one, kind);
  const [from, size] = rule.by === "value" ? [rule.offset, rule.size] : [0, 0];
  const numberAt = readNumber(size);
  const error = (problem: string, memory: DataView, offset: number, end: number): RecordError =>
    new RecordError(problem, {
      source,
      bytes: copyOf(memory, offset, end),
      remedy: 'Pass "types" and "kind", or "type"',
    });
  return (memory, offset, end) => {
    if (end - offset < from + size)
      return error(
        `has ${end - offset} bytes; the field that selects its type ends at byte ${from + size}`,
        memory,
        offset,
        end,
      );
    const number = size === 0 ? end - offset : numberAt(memory, offset + from);
    const what = size === 0 ? "bytes" : `in the ${size} bytes at ${from}`;
    return (
      kinds.get(number) ?? error(`has ${number} ${what}: programs send no such type`, memory, offset, end)
    );
  };
}

function readNumber(size: number): (memory: DataView, offset: number) => number {
  switch (size) {
    case 1:
      return (memory, offset) => memory.getUint8(offset);
    case 2:
      return (memory, offset) => memory.getUint16(offset, littleEndian);
    case 4:
      return (memory, offset) => memory.getUint32(offset, littleEndian);
    default:
      return (memory, offset) => Number(memory.getBigUint64(offset, littleEndian));
  }
}
