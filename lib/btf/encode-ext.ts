import type { CoreRelocation, FuncInfo, LineInfo } from "./ext.ts";

/** The input of `.BTF.ext`: records by section, ordered by instruction. */
export interface ExtContents {
  readonly functions: ReadonlyMap<string, readonly FuncInfo[]>;
  readonly lines: ReadonlyMap<string, readonly LineInfo[]>;
  readonly core: ReadonlyMap<string, readonly CoreRelocation[]>;
}

const HEADER = 32;

/** Returns the offset of a text in the strings of the corresponding BTF. `indent` is the indentation of a line of C. */
type StringOffset = (text: string, indent?: number) => number;

/** Writes `.BTF.ext`. */
export function encodeExt(
  contents: ExtContents,
  string: StringOffset,
  littleEndian: boolean,
): Uint8Array<ArrayBuffer> {
  const functions = part(contents.functions, 8, string, ({ offset, type }) => [offset, type]);
  const lines = part(contents.lines, 16, string, ({ offset, file, text, indent, line, column }) => [
    offset,
    string(file),
    string(text, indent),
    ((line << 10) | column) >>> 0,
  ]);
  const core = part(contents.core, 16, string, ({ offset, type, access, kind }) => [
    offset,
    type,
    string(access),
    kind,
  ]);
  const bytes = new Uint8Array(HEADER + 4 * (functions.length + lines.length + core.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, littleEndian);
  view.setUint8(2, 1);
  const header = [HEADER];
  let offset = 0;
  for (const words of [functions, lines, core]) {
    header.push(offset, words.length * 4);
    offset += words.length * 4;
  }
  const words = [...header, ...functions, ...lines, ...core];
  for (const [i, word] of words.entries()) view.setUint32(4 + i * 4, word, littleEndian);
  return bytes;
}

function part<Record>(
  sections: ReadonlyMap<string, readonly Record[]>,
  size: number,
  string: StringOffset,
  words: (record: Record) => number[],
): number[] {
  const filled = [...sections].filter(([, records]) => records.length > 0);
  if (filled.length === 0) return [];
  return [
    size,
    ...filled.flatMap(([name, records]) => [string(name), records.length, ...records.flatMap(words)]),
  ];
}
