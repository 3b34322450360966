import type { RecordRule } from "../codec/index.ts";
import { moveTo } from "../codec/index.ts";
import { RecordError } from "../errors.ts";
import { copyOf, noneIsTooShort, type RecordReader } from "./record-reader.ts";
import { littleEndian, RecordView } from "./record-view.ts";

/** One of several types of record. */
export interface Kinded {
  kind: string;
  value: unknown;
}

/** Answers of which kind a record is. */
interface KindOf {
  (memory: DataView, offset: number, end: number): string;
  /** After the memory was given up. */
  forget?(): void;
}

/** Reads records of several types, each with the reader of its kind. */
export function kindsReader(
  source: string,
  readers: ReadonlyMap<string, RecordReader>,
  kindAt: KindOf,
): RecordReader {
  const select = (memory: DataView, offset: number, end: number): RecordReader => {
    reader.kind = kindAt(memory, offset, end);
    const found = readers.get(reader.kind);
    if (found === undefined) {
      const problem = `is of kind "${reader.kind}", which "types" does not have`;
      throw new RecordError(source, problem, copyOf(memory, offset, end));
    }
    return found;
  };
  const reader = {
    kind: undefined as string | undefined,
    view: undefined,
    size: 0,
    read(memory: DataView, offset: number, end: number): Kinded {
      const value = select(memory, offset, end).read(memory, offset, end);
      return { kind: reader.kind as string, value };
    },
    look(memory: DataView, offset: number, end: number): unknown {
      return select(memory, offset, end).look(memory, offset, end);
    },
    forget() {
      kindAt.forget?.();
      for (const { forget } of readers.values()) forget();
    },
    tooShort: noneIsTooShort,
  };
  return reader;
}

/** Asks a function of the user. */
export function kindOf(ask: (record: RecordView) => string): KindOf {
  const view = new RecordView();
  const answer: KindOf = (memory, offset, end) => {
    view[moveTo](memory, offset, end);
    return ask(view);
  };
  answer.forget = () => view.forget();
  return answer;
}

/** Follows the rule that was found in the programs that send. */
export function ruleReader(source: string, rule: RecordRule): KindOf {
  const kinds = new Map<number, string>();
  const numbers = rule.by === "value" ? rule.values : rule.sizes;
  for (const [kind, all] of Object.entries(numbers)) for (const one of all) kinds.set(one, kind);
  const [from, size] = rule.by === "value" ? [rule.offset, rule.size] : [0, 0];
  const numberAt = readNumber(size);
  const fail = (problem: string, memory: DataView, offset: number, end: number): never => {
    throw new RecordError(source, problem, copyOf(memory, offset, end), {
      remedy: 'Give "types" and "kind", or "type"',
    });
  };
  return (memory, offset, end) => {
    if (end - offset < from + size)
      fail(`has ${end - offset} bytes, what tells its type ends at ${from + size}`, memory, offset, end);
    const number = size === 0 ? end - offset : numberAt(memory, offset + from);
    const what = size === 0 ? "bytes" : `in the ${size} bytes at ${from}`;
    return kinds.get(number) ?? fail(`has ${number} ${what}: no type that is sent has`, memory, offset, end);
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
