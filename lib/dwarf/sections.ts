import type { inflateSync } from "node:zlib";
import { type ElfFile, type ElfSection, sectionFlags, sectionTypes } from "../elf/index.ts";
import { StringTable } from "../elf/string-table.ts";
import { DwarfError } from "../errors/index.ts";
import { type Address, addressOf } from "./address.ts";
import { DwarfCursor } from "./cursor.ts";
import type { Placement } from "./placement.ts";

const SHF_COMPRESSED = 0x800;
const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;
const COMPRESSION_HEADER = 24;
const REL_SIZE = 16;

// More than any compiler produces for a BPF program, and small enough for memory.
const MAX_SECTION = 512 << 20;

// A file refers to each list once per variable. Only a malicious file exceeds this limit.
const MAX_LIST_ENTRIES = 5_000_000;

/** The sections of an object that hold DWARF, decompressed. Each is read on first access. */
export class DwarfSections {
  readonly littleEndian: boolean;
  readonly #elf: ElfFile;
  readonly #placement: Placement | undefined;
  readonly #contents = new Map<string, Uint8Array>();
  readonly #relocations = new Map<string, ReadonlyMap<number, Address>>();
  readonly #strings = new Map<string, StringTable>();
  #listEntries = 0;

  /** @param placement - Where the code is in the object that this one was linked into. */
  constructor(elf: ElfFile, placement?: Placement) {
    this.#elf = elf;
    this.#placement = placement;
    this.littleEndian = elf.littleEndian;
  }

  /** @param name - The name without a dot, for example `debug_info`. A missing section is empty. */
  contents(name: string): Uint8Array {
    let contents = this.#contents.get(name);
    if (contents === undefined) {
      contents = this.#read(name);
      this.#contents.set(name, contents);
    }
    return contents;
  }

  cursor(name: string, at = 0, end?: number): DwarfCursor {
    return new DwarfCursor(`.${name}`, this.contents(name), this.littleEndian, at, end);
  }

  /** The string at an offset of `debug_str` or `debug_line_str`, or a string of another section. */
  string(name: string, offset: number): string {
    let table = this.#strings.get(name);
    if (table === undefined) {
      table = new StringTable(this.contents(name), (problem) => new DwarfError(`DWARF .${name}: ${problem}`));
      this.#strings.set(name, table);
    }
    return table.at(offset);
  }

  /** Reads an address of eight bytes, with the section that its relocation names. */
  address(name: string, cursor: DwarfCursor): Address {
    const { at } = cursor;
    const offset = cursor.u64();
    return offset + (this.#relocated(name).get(at) ?? 0);
  }

  /** Counts an entry of a list. @throws {@link DwarfError} when the lists are longer than compilers produce. */
  countListEntry(): void {
    if (++this.#listEntries > MAX_LIST_ENTRIES)
      throw new DwarfError(`DWARF refers to lists with more than ${MAX_LIST_ENTRIES} entries`);
  }

  #read(name: string): Uint8Array {
    const section = this.#elf.section(`.${name}`);
    if (section !== undefined) {
      return (section.flags & SHF_COMPRESSED) === 0 ? section.data : decompress(section, this.littleEndian);
    }
    const old = this.#elf.section(`.z${name}`);
    return old === undefined ? new Uint8Array() : decompressOld(old);
  }

  /**
   * The values that relocations add to addresses, by the offset of the address. Relocations to DWARF sections add
   * nothing: their addends are in place, and the sections of an object start at 0.
   */
  #relocated(name: string): ReadonlyMap<number, Address> {
    let found = this.#relocations.get(name);
    if (found === undefined) {
      found = this.#readRelocations(name);
      this.#relocations.set(name, found);
    }
    return found;
  }

  #readRelocations(name: string): Map<number, Address> {
    const { sections, symbols } = this.#elf;
    const found = new Map<number, Address>();
    const targets = new Set(
      sections
        .filter((section) => section.name === `.${name}` || section.name === `.z${name}`)
        .map(({ index }) => index),
    );
    for (const section of sections) {
      if (!targets.has(section.info)) continue;
      if (section.type === sectionTypes.rela)
        throw new DwarfError(`DWARF .${name} has relocations with addends, which are not read`);
      if (section.type !== sectionTypes.rel) continue;
      const cursor = new DwarfCursor(section.name, section.data, this.littleEndian);
      for (let left = Math.floor(section.data.length / REL_SIZE); left > 0; left--) {
        const at = cursor.u64();
        const info = [cursor.u32(), cursor.u32()] as const;
        const symbol = symbols[this.littleEndian ? info[1] : info[0]];
        const target = symbol && sections[symbol.section];
        if (symbol === undefined || target === undefined || (target.flags & sectionFlags.alloc) === 0)
          continue;
        const start =
          this.#placement === undefined ? addressOf(symbol.section, 0) : this.#placement.get(symbol.section);
        if (start !== undefined) found.set(at, start + symbol.value);
      }
    }
    return found;
  }
}

function decompress(section: ElfSection, littleEndian: boolean): Uint8Array {
  const header = new DwarfCursor(section.name, section.data, littleEndian, 0);
  const type = header.u32();
  header.skip(4);
  const size = header.u64();
  return inflate(section.name, type, section.data.subarray(COMPRESSION_HEADER), size);
}

/** The format of GNU tools before ELF compression: "ZLIB" and the size in big endian. */
function decompressOld(section: ElfSection): Uint8Array {
  const header = new DwarfCursor(section.name, section.data, false, 4);
  const size = header.u64();
  return inflate(section.name, ELFCOMPRESS_ZLIB, section.data.subarray(12), size);
}

type Inflate = typeof inflateSync;

/** Node 20 has no zstd. */
interface Zlib {
  readonly inflateSync: Inflate;
  readonly zstdDecompressSync?: Inflate;
}

function inflate(name: string, type: number, data: Uint8Array, size: number): Uint8Array {
  if (size > MAX_SECTION) throw new DwarfError(`DWARF ${name} claims to have ${size} bytes`);
  // Not imported, since few objects are compressed, and loading zlib would delay every start.
  const { inflateSync, zstdDecompressSync } = process.getBuiltinModule("node:zlib") as Zlib;
  const decoder =
    type === ELFCOMPRESS_ZLIB ? inflateSync : type === ELFCOMPRESS_ZSTD ? zstdDecompressSync : undefined;
  if (decoder === undefined)
    throw new DwarfError(`DWARF ${name} is compressed with method ${type}, which this runtime cannot read`);
  let contents: Uint8Array;
  try {
    contents = decoder(data, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    throw new DwarfError(`DWARF ${name} cannot be decompressed`, { cause: cause as Error });
  }
  if (contents.length !== size)
    throw new DwarfError(`DWARF ${name} has ${contents.length} bytes, its header says ${size}`);
  return contents;
}
