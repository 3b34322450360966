import { encode, type Item } from "../../asm/index.ts";
import { labelName } from "../../asm/labels.ts";
import {
  Btf,
  BtfExt,
  type CoreRelocation,
  encodeExt,
  type FuncInfo,
  type LineInfo,
} from "../../btf/index.ts";
import {
  type ElfFile,
  type ElfSection,
  placeSymbol,
  readBpfObject,
  rewriteElf,
  sectionTypes,
  symbolTypes,
} from "../../elf/index.ts";
import { AsmError, ObjectFormatError } from "../../errors/index.ts";
import { JUMP_TABLES, jumpTablesOf } from "../jump-tables.ts";
import { type ObjectForm, objectForm, type Relocation } from "./object-form.ts";
import { writeRelocations } from "./relocations.ts";

/** The new instructions of a program. */
export interface InstructionEdit {
  readonly program: string;
  readonly sectionIndex: number;
  readonly items: readonly Item[];
}

/** A function of a section, or the bytes before the first one, with the old and the new position. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly bytes: Uint8Array;
  /** Undefined for an unedited piece. */
  readonly form: ObjectForm | undefined;
}

/**
 * Replaces the instructions of programs in an object. Symbols, relocations, lines and CO-RE relocations are adjusted.
 * DWARF is removed, because it would be wrong.
 *
 * @throws {@link AsmError} when instructions refer to symbols that the object does not have.
 */
export function editInstructions(
  bytes: Uint8Array,
  edits: readonly InstructionEdit[],
): Uint8Array<ArrayBuffer> {
  const elf = readBpfObject(bytes);
  const contents = new Map<number, Uint8Array>();
  const pieces = new Map<number, readonly Piece[]>();
  for (const index of new Set(edits.map(({ sectionIndex }) => sectionIndex))) {
    const section = elf.sections[index] as ElfSection;
    const found = piecesOf(elf, section, new Map(edits.map(({ program, items }) => [program, items])));
    pieces.set(index, found);
    contents.set(index, Buffer.concat(found.map((piece) => piece.bytes)));
    if (writeRelocations(elf, section, relocationsOf(elf, section, found), contents) !== undefined)
      throw new ObjectFormatError("has no relocations to add a reference to", { section: section.name });
  }
  writeJumpTables(elf, pieces, contents);
  writeSymbols(elf, pieces, contents);
  writeExt(elf, pieces, contents);
  for (const { index, name } of elf.sections) {
    if (/^(\.rela?)?\.debug_/.test(name) || /^\.rela?\.BTF\.ext$/.test(name))
      contents.set(index, new Uint8Array());
  }
  return rewriteElf(bytes, elf, { contents });
}

function piecesOf(elf: ElfFile, section: ElfSection, edited: ReadonlyMap<string, readonly Item[]>): Piece[] {
  const functions = elf.symbols
    .filter(({ type, section: of }) => type === symbolTypes.func && of === section.index)
    .sort((a, b) => a.value - b.value);
  const starts = [...new Set([0, ...functions.map(({ value }) => value), section.size])];
  const pieces: Piece[] = [];
  let newStart = 0;
  for (let i = 0; i + 1 < starts.length; i++) {
    const [start, end] = [starts[i] as number, starts[i + 1] as number];
    const program = functions.find(({ value }) => value === start)?.name;
    const items = program === undefined ? undefined : edited.get(program);
    const form = items === undefined ? undefined : objectForm(elf, items, program as string);
    const bytes =
      form === undefined
        ? section.data.subarray(start, end)
        : encode(form.instructions, { littleEndian: elf.littleEndian });
    if (bytes.length === 0) throw new AsmError(`program "${program}" has no instructions`);
    pieces.push({ start, end, newStart, bytes, form });
    newStart += bytes.length;
  }
  return pieces;
}

function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  return pieces.find(({ start, end }) => start <= offset && offset < end);
}

/** The entries of unedited pieces, moved with their piece. */
function moved<T extends { readonly offset: number }>(pieces: readonly Piece[], records: readonly T[]): T[] {
  return records.flatMap((record) => {
    const piece = pieceAt(pieces, record.offset);
    if (piece === undefined || piece.form !== undefined) return [];
    return [{ ...record, offset: record.offset - piece.start + piece.newStart }];
  });
}

function byOffset<T extends { readonly offset: number }>(records: T[]): T[] {
  return records.sort((a, b) => a.offset - b.offset);
}

function relocationsOf(elf: ElfFile, section: ElfSection, pieces: readonly Piece[]): Relocation[] {
  const old = elf
    .relocations(section)
    .map(({ offset, symbol, type }) => ({ offset, symbol: symbol.index, type }));
  const records: Relocation[] = moved(pieces, old);
  for (const { form, newStart } of pieces) {
    for (const each of form?.relocations ?? []) records.push({ ...each, offset: each.offset + newStart });
  }
  return records;
}

/** Moves the targets of jump tables: with their piece, or to their label in an edited piece. */
function writeJumpTables(
  elf: ElfFile,
  sections: ReadonlyMap<number, readonly Piece[]>,
  contents: Map<number, Uint8Array>,
): void {
  const section = elf.section(JUMP_TABLES);
  if (section === undefined) return;
  const bytes = new Uint8Array(section.data);
  const view = new DataView(bytes.buffer);
  for (const [index, pieces] of sections) {
    for (const { symbol, entries } of jumpTablesOf(elf, elf.sections[index] as ElfSection)) {
      for (const { offset, place } of entries)
        view.setBigUint64(offset, BigInt(movedPlace(pieces, place, symbol.name)), elf.littleEndian);
    }
  }
  contents.set(section.index, bytes);
}

function movedPlace(pieces: readonly Piece[], place: number, table: string): number {
  const piece = pieceAt(pieces, place);
  if (piece === undefined) return place;
  const { form, start, newStart } = piece;
  if (form === undefined) return place - start + newStart;
  const label = labelName((place - start) / 8);
  // A function has no label at its start if only jump tables of other functions refer to it.
  const slot = form.labels.get(label) ?? (place === start ? 0 : undefined);
  if (slot === undefined)
    throw new AsmError(`jump table "${table}" leads to label "${label}", which the edited program lacks`);
  return newStart + slot * 8;
}

function writeSymbols(
  elf: ElfFile,
  sections: ReadonlyMap<number, readonly Piece[]>,
  contents: Map<number, Uint8Array>,
): void {
  const table = elf.sections.find(({ type }) => type === sectionTypes.symtab) as ElfSection;
  const bytes = new Uint8Array(table.data);
  const view = new DataView(bytes.buffer);
  for (const { index, section, value, type } of elf.symbols) {
    const pieces = sections.get(section);
    const piece = pieces === undefined ? undefined : pieceAt(pieces, value);
    if (piece === undefined) continue;
    const inside = piece.form === undefined ? value - piece.start : 0;
    const isEdited = type === symbolTypes.func && piece.form !== undefined;
    const place = { value: piece.newStart + inside, ...(isEdited && { size: piece.bytes.length }) };
    placeSymbol(view, index, place, elf.littleEndian);
  }
  contents.set(table.index, bytes);
}

function writeExt(
  elf: ElfFile,
  sections: ReadonlyMap<number, readonly Piece[]>,
  contents: Map<number, Uint8Array>,
): void {
  const [types, section] = [elf.section(".BTF"), elf.section(".BTF.ext")];
  if (types === undefined || section === undefined) return;
  const ext = new BtfExt(section.data, Btf.parse(types.data));
  const functions = new Map(ext.functions);
  const lines = new Map(ext.lines);
  const core = new Map(ext.core);
  for (const [index, pieces] of sections) {
    const { name } = elf.sections[index] as ElfSection;
    const old = {
      functions: functions.get(name) ?? [],
      lines: lines.get(name) ?? [],
      core: core.get(name) ?? [],
    };
    const edited = { lines: [] as LineInfo[], core: [] as CoreRelocation[] };
    for (const piece of pieces) addOrigins(piece, edited);
    functions.set(name, startsMoved(pieces, old.functions));
    lines.set(name, byOffset([...moved(pieces, old.lines), ...edited.lines]));
    core.set(name, byOffset([...moved(pieces, old.core), ...edited.core]));
  }
  const string = (text: string, indent?: number): number => {
    const offset = ext.offsetOf(text, indent);
    if (offset === undefined) throw new AsmError(`${JSON.stringify(text)} is a line of another object`);
    return offset;
  };
  contents.set(section.index, encodeExt({ functions, lines, core }, string, elf.littleEndian));
}

function startsMoved(pieces: readonly Piece[], records: readonly FuncInfo[]): FuncInfo[] {
  return records.flatMap((record) => {
    const piece = pieceAt(pieces, record.offset);
    return piece === undefined ? [] : [{ ...record, offset: piece.newStart + record.offset - piece.start }];
  });
}

function addOrigins({ form, newStart }: Piece, to: { lines: LineInfo[]; core: CoreRelocation[] }): void {
  let offset = newStart;
  let first: Omit<LineInfo, "offset"> | undefined;
  const lines: LineInfo[] = [];
  for (const { origin, slots } of form?.instructions ?? []) {
    if (origin?.line !== undefined) {
      first ??= origin.line;
      lines.push({ offset, ...origin.line });
    }
    if (origin?.core !== undefined) to.core.push({ offset, ...origin.core });
    offset += slots * 8;
  }
  // The kernel requires a line for the first instruction of a function that has lines.
  if (first !== undefined && lines[0]?.offset !== newStart) lines.unshift({ offset: newStart, ...first });
  to.lines.push(...lines);
}
