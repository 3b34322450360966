import { kindOf, parseRaw, vlenOf } from "../btf/raw.ts";
import type { MapSpec } from "../spec/index.ts";
import { mapTypeNumber } from "../spec/index.ts";

const kinds = { int: 1, pointer: 2, array: 3, struct: 4, constant: 10, variable: 14, datasec: 15 } as const;

/** A map and the offset of its definition in the new `.maps` section. */
export interface PlacedMap {
  readonly map: MapSpec;
  readonly offset: number;
}

/**
 * The BTF of an object whose maps were defined without it, with definitions of these maps as libbpf reads them from
 * `.maps`. Types keep their ids, so that all that refers to them stays true.
 *
 * @param old - The sections whose variables are described anew, by name.
 * @param placed - In order of their places.
 * @param size - Bytes of the new section.
 * @param entrySize - Bytes of a map in it.
 */
export function describeMaps(
  btf: Uint8Array | undefined,
  littleEndian: boolean,
  old: ReadonlySet<string>,
  placed: readonly PlacedMap[],
  kept: readonly { name: string; offset: number }[],
  size: number,
  entrySize: number,
): Uint8Array {
  const writer = new BtfAppender(btf, littleEndian);
  const variables = writer.dropSections(old);
  const entries: [variable: number, offset: number, size: number][] = [];
  for (const { name, offset } of kept) {
    const known = variables.get(name);
    if (known !== undefined) entries.push([known.id, offset, known.size]);
  }
  for (const { map, offset } of placed) {
    entries.push([writer.variable(map.name, definition(writer, map, entrySize)), offset, entrySize]);
  }
  writer.datasec(
    ".maps",
    size,
    entries.sort((a, b) => a[1] - b[1]),
  );
  return writer.bytes();
}

function definition(writer: BtfAppender, map: MapSpec, entrySize: number): number {
  const members: [name: string, type: number][] = [
    ["type", writer.number(mapTypeNumber(map.type))],
    ["max_entries", writer.number(map.maxEntries)],
    ["map_flags", writer.number(map.flags)],
    map.key === undefined ? ["key_size", writer.number(map.keySize)] : ["key", writer.pointer(map.key)],
    map.value === undefined
      ? ["value_size", writer.number(map.valueSize)]
      : ["value", writer.pointer(map.value)],
  ];
  return writer.struct(entrySize, members);
}

/** Appends types and strings to BTF. */
class BtfAppender {
  readonly #littleEndian: boolean;
  readonly #words: number[];
  readonly #starts: readonly number[];
  readonly #strings: Buffer[];
  #stringsEnd: number;
  #nextId: number;
  #byte: number | undefined;

  constructor(btf: Uint8Array | undefined, littleEndian: boolean) {
    const raw = btf && parseRaw(btf, false);
    this.#littleEndian = littleEndian;
    this.#words = raw === undefined ? [] : [...raw.words];
    this.#starts = raw === undefined ? [] : [...raw.starts];
    this.#strings = [raw === undefined ? Buffer.alloc(1) : raw.strings];
    this.#stringsEnd = raw?.strings.length ?? 1;
    this.#nextId = this.#starts.length + 1;
  }

  /** Replaces the BTF of the data sections with `const void`, and returns the variables that they had. */
  dropSections(names: ReadonlySet<string>): Map<string, { id: number; size: number }> {
    const variables = new Map<string, { id: number; size: number }>();
    const words = this.#words;
    const kept: number[] = [];
    for (const [i, start] of this.#starts.entries()) {
      const end = this.#starts[i + 1] ?? words.length;
      const info = words[start + 1] as number;
      if (kindOf(info) !== kinds.datasec || !names.has(this.#text(words[start] as number))) {
        for (let at = start; at < end; at++) kept.push(words[at] as number);
        continue;
      }
      for (let n = 0; n < vlenOf(info); n++) {
        const [id = 0, , size = 0] = words.slice(start + 3 + n * 3, start + 6 + n * 3);
        variables.set(this.#text(words[this.#starts[id - 1] as number] as number), { id, size });
      }
      kept.push(0, kinds.constant << 24, 0);
    }
    words.length = 0;
    for (const word of kept) words.push(word);
    return variables;
  }

  /** Encodes `__uint(name, n)`: a pointer to an array of n elements. */
  number(n: number): number {
    this.#byte ??= this.#add(this.#string("unsigned char"), kinds.int << 24, 1, 8);
    return this.pointer(this.#add(0, kinds.array << 24, 0, this.#byte, this.#byte, n));
  }

  pointer(type: number): number {
    return this.#add(0, kinds.pointer << 24, type);
  }

  /** Adds a struct whose members are pointers. */
  struct(size: number, members: readonly (readonly [name: string, type: number])[]): number {
    const words = members.flatMap(([name, type], i) => [this.#string(name), type, i * 64]);
    return this.#add(0, (kinds.struct << 24) | members.length, size, ...words);
  }

  variable(name: string, type: number): number {
    const global = 1;
    return this.#add(this.#string(name), kinds.variable << 24, type, global);
  }

  datasec(name: string, size: number, entries: readonly (readonly [number, number, number])[]): void {
    this.#add(this.#string(name), (kinds.datasec << 24) | entries.length, size, ...entries.flat());
  }

  bytes(): Uint8Array {
    const header = 24;
    const typeBytes = this.#words.length * 4;
    const bytes = new Uint8Array(header + typeBytes + this.#stringsEnd);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xeb9f, this.#littleEndian);
    view.setUint8(2, 1);
    for (const [i, word] of [header, 0, typeBytes, typeBytes, this.#stringsEnd].entries())
      view.setUint32(4 + i * 4, word, this.#littleEndian);
    for (const [i, word] of this.#words.entries()) view.setUint32(header + i * 4, word, this.#littleEndian);
    bytes.set(Buffer.concat(this.#strings), header + typeBytes);
    return bytes;
  }

  #add(...words: number[]): number {
    for (const word of words) this.#words.push(word);
    return this.#nextId++;
  }

  #string(text: string): number {
    const offset = this.#stringsEnd;
    const bytes = Buffer.from(`${text}\0`);
    this.#strings.push(bytes);
    this.#stringsEnd += bytes.length;
    return offset;
  }

  #text(offset: number): string {
    const strings = this.#strings[0] as Buffer;
    return strings.toString("utf8", offset, strings.indexOf(0, offset));
  }
}
