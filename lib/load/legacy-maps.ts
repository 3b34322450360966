import { ElfFile, type ElfSection, type ElfSymbol, sectionTypes, symbolBindings } from "../elf/index.ts";
import { ObjectFormatError } from "../errors/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { type MapSpec, ObjectSpec } from "../spec/index.ts";
import { describeMaps, type PlacedMap } from "./legacy-btf.ts";

/** Size of a map in the new section in bytes: one pointer per attribute. */
const ENTRY = 48;
/** Size of the common part of struct bpf_map_def. */
const DEFINITION = 20;
const SECTION_HEADER = 64;
const SYMBOL = 24;

/**
 * The bytes of an object for libbpf, which since 1.0 refuses maps of `SEC("maps")`: they become maps of `.maps`, with
 * the definitions in BTF that libbpf wants. Any other object is returned as the spec writes it.
 *
 * @throws {@link ObjectFormatError} for a map that is static, or has attributes of another loader.
 */
export function withoutLegacyMaps(spec: ObjectSpec): Uint8Array {
  const bytes = spec.editedBytes();
  if (!Object.values(spec.maps).some(isLegacy)) return bytes;
  // As the object has them: edits are applied to what libbpf reads.
  const maps = Object.values(ObjectSpec.fromBytes<ObjectSpec>(bytes).maps).filter(isLegacy);
  const elf = new ElfFile(bytes);
  const found = maps.map((map) => ({ map, symbol: symbolOf(elf, map) }));
  return new Rewriter(bytes, elf).rewrite(found);
}

function isLegacy({ section, structOps, dataSection }: MapSpec): boolean {
  return section !== ".maps" && structOps === undefined && dataSection === undefined;
}

function symbolOf(elf: ElfFile, { name, section }: MapSpec): ElfSymbol {
  const holder = elf.section(section);
  const symbol = elf.symbols.find((each) => each.name === name && each.section === holder?.index);
  const refuse = (problem: string): ObjectFormatError =>
    new ObjectFormatError(section, `map "${name}" ${problem}`);
  if (holder === undefined || symbol === undefined) throw refuse("has no symbol");
  if (symbol.binding === symbolBindings.local) throw refuse("is static");
  const end = symbol.size === 0 ? symbol.value + DEFINITION : symbol.value + symbol.size;
  if (holder.data.subarray(symbol.value + DEFINITION, end).some((byte) => byte !== 0)) {
    throw refuse("has attributes of another loader behind map_flags: define it in .maps");
  }
  return symbol;
}

interface FoundMap {
  readonly map: MapSpec;
  readonly symbol: ElfSymbol;
}

/** Appends the new data after the old bytes. Only headers and symbols change in place. */
class Rewriter {
  readonly #elf: ElfFile;
  readonly #old: Uint8Array;
  readonly #chunks: Uint8Array[];
  #end: number;
  #headers: DataView;

  constructor(bytes: Uint8Array, elf: ElfFile) {
    this.#elf = elf;
    this.#old = new Uint8Array(bytes);
    this.#chunks = [this.#old];
    this.#end = bytes.length;
    const view = viewOf(this.#old);
    const at = Number(view.getBigUint64(40, elf.littleEndian));
    const length = elf.sections.length * SECTION_HEADER;
    this.#headers = viewOf(new Uint8Array(this.#old.subarray(at, at + length)));
  }

  rewrite(found: readonly FoundMap[]): Uint8Array {
    const { littleEndian } = this.#elf;
    const existing = this.#elf.section(".maps");
    const start = existing === undefined ? 0 : roundUpTo8(existing.size);
    const placed: PlacedMap[] = found.map(({ map }, i) => ({ map, offset: start + i * ENTRY }));
    const data = new Uint8Array(start + placed.length * ENTRY);
    if (existing !== undefined) data.set(existing.data);
    const home = existing ?? (this.#elf.sections[found[0]?.symbol.section ?? 0] as ElfSection);
    for (const [i, { symbol }] of found.entries()) this.#move(symbol, home, placed[i]?.offset ?? 0);

    const names = this.#sectionNames();
    this.#place(home.index, data);
    // libbpf rejects any section named "maps".
    for (const { symbol } of found) this.#setName(symbol.section, names.none);
    this.#setName(home.index, names.maps);
    const old = new Set([".maps", ...found.map(({ map }) => map.section)]);
    const kept = this.#elf.symbols.filter(({ section }) => section === existing?.index);
    const btf = this.#elf.section(".BTF");
    const described = describeMaps(
      btf?.data,
      littleEndian,
      old,
      placed,
      kept.map(({ name, value }) => ({ name, offset: value })),
      data.length,
      ENTRY,
    );
    if (btf === undefined) this.#addSection(names.btf, described);
    else this.#place(btf.index, described);
    return this.#finish();
  }

  #move(symbol: ElfSymbol, home: ElfSection, offset: number): void {
    const table = this.#elf.sections.find(({ type }) => type === sectionTypes.symtab) as ElfSection;
    const view = viewOf(this.#old);
    const at = table.offset + symbol.index * SYMBOL;
    view.setUint16(at + 6, home.index, this.#elf.littleEndian);
    view.setBigUint64(at + 8, BigInt(offset), this.#elf.littleEndian);
    view.setBigUint64(at + 16, BigInt(ENTRY), this.#elf.littleEndian);
  }

  /** Returns the section names with two more. */
  #sectionNames(): { maps: number; btf: number; none: number } {
    const index = viewOf(this.#old).getUint16(62, this.#elf.littleEndian);
    const old = (this.#elf.sections[index] as ElfSection).data;
    const added = Buffer.from(".maps\0.BTF\0");
    this.#place(index, Buffer.concat([old, added]));
    const btf = old.length + ".maps\0".length;
    return { maps: old.length, btf, none: btf - 1 };
  }

  #place(index: number, data: Uint8Array): void {
    const at = index * SECTION_HEADER;
    this.#headers.setBigUint64(at + 24, BigInt(this.#append(data)), this.#elf.littleEndian);
    this.#headers.setBigUint64(at + 32, BigInt(data.length), this.#elf.littleEndian);
  }

  #setName(index: number, name: number): void {
    this.#headers.setUint32(index * SECTION_HEADER, name, this.#elf.littleEndian);
  }

  #addSection(name: number, data: Uint8Array): void {
    const headers = new Uint8Array(this.#headers.byteLength + SECTION_HEADER);
    headers.set(new Uint8Array(this.#headers.buffer));
    const index = headers.length / SECTION_HEADER - 1;
    this.#headers = viewOf(headers);
    this.#setName(index, name);
    this.#headers.setUint32(index * SECTION_HEADER + 4, sectionTypes.progbits, this.#elf.littleEndian);
    this.#headers.setBigUint64(index * SECTION_HEADER + 48, 4n, this.#elf.littleEndian);
    this.#place(index, data);
  }

  #append(data: Uint8Array): number {
    const padding = (8 - (this.#end % 8)) % 8;
    const offset = this.#end + padding;
    this.#chunks.push(new Uint8Array(padding), data);
    this.#end = offset + data.length;
    return offset;
  }

  #finish(): Uint8Array {
    const offset = this.#append(new Uint8Array(this.#headers.buffer));
    const view = viewOf(this.#old);
    view.setBigUint64(40, BigInt(offset), this.#elf.littleEndian);
    view.setUint16(60, this.#headers.byteLength / SECTION_HEADER, this.#elf.littleEndian);
    return Buffer.concat(this.#chunks);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
