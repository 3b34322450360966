import { ElfFile } from "../../lib/elf/index.ts";
import type { Random } from "../support/random.ts";

const bytes = [0, 1, 2, 3, 4, 5, 7, 8, 0x0c, 0x0f, 0x10, 0x20, 0x7f, 0x80, 0x84, 0xff];
const words = [
  0, 1, 2, 3, 7, 8, 0xff, 0xffff, 0x10000, 0xffffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
];

interface Region {
  readonly start: number;
  readonly end: number;
}

/** Where the structure of an object is, and not its code or text: that is where mutations tell. */
export function structureOf(object: Uint8Array): Region[] {
  const elf = new ElfFile(object);
  const view = new DataView(object.buffer, object.byteOffset);
  const table = Number(view.getBigUint64(40, elf.littleEndian));
  const header = { start: 0, end: 64 };
  const headers = { start: table, end: table + elf.sections.length * 64 };
  const sections = elf.sections
    .filter(
      (s) =>
        s.data.length > 0 && /^(\.BTF|\.symtab|\.strtab|\.rel.*|\.maps|maps|.*struct_ops.*)$/.test(s.name),
    )
    .map((s) => ({
      start: s.data.byteOffset - object.byteOffset,
      end: s.data.byteOffset - object.byteOffset + s.size,
    }));
  return [header, headers, ...sections];
}

/** A copy with one to eight faults. */
export function mutate(object: Uint8Array, regions: readonly Region[], random: Random): Uint8Array {
  let copy = new Uint8Array(object);
  for (let n = 1 << random.below(4); n > 0; n--) copy = mutateOnce(copy, regions, random);
  return copy;
}

function mutateOnce(
  object: Uint8Array<ArrayBuffer>,
  regions: readonly Region[],
  random: Random,
): Uint8Array<ArrayBuffer> {
  const region = random.below(10) === 0 ? { start: 0, end: object.length } : random.pick(regions);
  const start = Math.min(region.start, object.length);
  const end = Math.min(region.end, object.length);
  if (end - start < 8) return object;
  const at = start + random.below(end - start);
  const word = start + random.below(Math.floor((end - start) / 4)) * 4;
  const view = new DataView(object.buffer);
  switch (random.below(9)) {
    case 0:
      object[at] = (object[at] ?? 0) ^ (1 << random.below(8));
      return object;
    case 1:
      object[at] = random.pick(bytes);
      return object;
    case 2:
      if (word + 4 <= object.length) view.setUint32(word, random.pick(words), random.below(8) !== 0);
      return object;
    case 3:
      if (word + 4 <= object.length)
        view.setUint32(word, view.getUint32(word, true) + random.below(9) - 4, true);
      return object;
    case 4: {
      // A word of elsewhere: an offset, an id or a count that makes sense, in the wrong place.
      const from = start + random.below(Math.floor((end - start) / 4)) * 4;
      object.copyWithin(word, from, from + 4);
      return object;
    }
    case 5: {
      const length = random.below(Math.min(64, end - at)) + 1;
      object.copyWithin(at, start + random.below(end - start), start + length);
      return object;
    }
    case 6: {
      const length = random.below(Math.min(256, end - at));
      object.fill(random.pick(bytes), at, at + length);
      return object;
    }
    case 7:
      return random.below(4) === 0 ? object.slice(0, at) : object;
    default: {
      // Everything behind moves: what pointed there points beside it.
      const length = 4 * random.below(16);
      const longer = new Uint8Array(object.length + length);
      longer.set(object.subarray(0, word));
      longer.set(object.subarray(word), word + length);
      return longer;
    }
  }
}
