import { checkBytes } from "../arguments/index.ts";
import { BtfError } from "../errors/index.ts";
import type { Btf } from "./btf.ts";
import { checkBtf } from "./check-btf.ts";
import type { TypeId } from "./types.ts";

/** A line of C and its first instruction. */
export interface LineInfo {
  /** The offset of the instruction in bytes from the start of the section. */
  readonly offset: number;
  /** The path of the source file, as passed to the compiler. */
  readonly file: string;
  /** The line number, from 1. */
  readonly line: number;
  /** The column, from 1, including leading white space. 0 if the compiler omitted it. */
  readonly column: number;
  /** The number of characters of leading white space. */
  readonly indent: number;
  /** The text of the line without surrounding white space. */
  readonly text: string;
}

/** A function and its first instruction. */
export interface FuncInfo {
  /** The offset of the instruction in bytes from the start of the section. */
  readonly offset: number;
  /** The ID of the function in the object's BTF. */
  readonly type: TypeId;
}

/** An instruction that the loader adapts to the types of the running kernel. */
export interface CoreRelocation {
  /** The offset of the instruction in bytes from the start of the section. */
  readonly offset: number;
  /** The ID of the root type of the access in the object's BTF. */
  readonly type: TypeId;
  /** The access string: the path to a field (`0:1:2`), the index of an enumerator, or `0`. */
  readonly access: string;
  /** BPF_CORE_* (enum bpf_core_relo_kind). */
  readonly kind: number;
}

type Section<Record> = ReadonlyMap<string, readonly Record[]>;

const HEADER = 24;

// struct btf_ext_header with the CO-RE part, which LLVM 10 added.
const HEADER_WITH_CORE = 32;

/**
 * The contents of `.BTF.ext`: information about the instructions of an object. Each part is read on first access. Its
 * keys are section names.
 */
export class BtfExt {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #btf: Btf;
  readonly #header: number;
  /** The string offsets of the texts of the records that were read. */
  readonly #strings = new Map<string, number>();
  /** The string offsets of the lines of C, by indentation and text, and by text alone. */
  readonly #lineTexts = new Map<string, number>();
  #functions: Section<FuncInfo> | undefined;
  #lines: Section<LineInfo> | undefined;
  #core: Section<CoreRelocation> | undefined;

  /**
   * @param btf - The BTF of the same object, which contains the strings.
   * @throws {@link BtfError} when the header is malformed.
   */
  constructor(bytes: Uint8Array, btf: Btf) {
    checkBytes(bytes, "bytes of BtfExt");
    this.#bytes = bytes;
    this.#btf = checkBtf(btf, "btf of BtfExt");
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < HEADER)
      throw new BtfError(`.BTF.ext of ${bytes.length} bytes is shorter than its header`);
    if (this.#view.getUint16(0, btf.littleEndian) !== 0xeb9f) {
      throw new BtfError("no .BTF.ext: the magic number is wrong");
    }
    this.#header = this.#u32(4);
    if (this.#header < HEADER || this.#header > bytes.length) {
      throw new BtfError(`.BTF.ext has a header of ${this.#header} bytes, and ${bytes.length} bytes in all`);
    }
  }

  /** The records by section, ordered by instruction. @throws {@link BtfError} when they are malformed. */
  get functions(): Section<FuncInfo> {
    this.#functions ??= this.#read(8, 8, (at, offset) => ({ offset, type: this.#u32(at + 4) }));
    return this.#functions;
  }

  /** The records by section, ordered by instruction. @throws {@link BtfError} when they are malformed. */
  get lines(): Section<LineInfo> {
    this.#lines ??= this.#read(16, 16, (at, offset) => {
      const line = readLine(this.#view, at, this.#btf);
      this.#strings.set(line.file, this.#u32(at + 4));
      const text = this.#u32(at + 8);
      this.#lineTexts.set(line.text, text);
      this.#lineTexts.set(`${line.indent}\0${line.text}`, text);
      return { offset, ...line };
    });
    return this.#lines;
  }

  /** The records by section, ordered by instruction. @throws {@link BtfError} when they are malformed. */
  get core(): Section<CoreRelocation> {
    if (this.#header < HEADER_WITH_CORE) return new Map();
    this.#core ??= this.#read(24, 16, (at, offset) => ({
      offset,
      type: this.#u32(at + 4),
      access: this.#text(at + 8),
      kind: this.#u32(at + 12),
    }));
    return this.#core;
  }

  /**
   * The string offset of a text of one of the records. Undefined for other texts.
   *
   * @param indent - The indentation of a line of C.
   * @internal
   */
  offsetOf(text: string, indent?: number): number | undefined {
    if (indent !== undefined) {
      void this.lines;
      return this.#lineTexts.get(`${indent}\0${text}`) ?? this.#lineTexts.get(text);
    }
    for (const _ of [this.functions, this.lines, this.core]) if (this.#strings.has(text)) break;
    return this.#strings.get(text);
  }

  #text(at: number): string {
    const offset = this.#u32(at);
    const text = this.#btf.string(offset);
    this.#strings.set(text, offset);
    return text;
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, this.#btf.littleEndian);
  }

  // A part consists of the record size and, for each section, its name, the number of records and the records.
  #read<Record extends { offset: number }>(
    field: number,
    smallest: number,
    readRecord: (at: number, offset: number) => Record,
  ): Section<Record> {
    const sections = new Map<string, Record[]>();
    const start = this.#header + this.#u32(field);
    const end = start + this.#u32(field + 4);
    if (end > this.#bytes.length) {
      throw new BtfError(`.BTF.ext has a part that ends at byte ${end} of ${this.#bytes.length}`);
    }
    if (start === end) return sections;
    if (end - start < 4) throw new BtfError("a part of .BTF.ext is shorter than its header");
    const size = this.#u32(start);
    if (size < smallest || size % 4 !== 0) throw new BtfError(`.BTF.ext has records of ${size} bytes`);
    for (let at = start + 4; at < end; ) {
      if (end - at < 8) throw new BtfError("a part of .BTF.ext ends within a section");
      const name = this.#text(at);
      const count = this.#u32(at + 4);
      at += 8;
      if (at + count * size > end) throw new BtfError("a part of .BTF.ext ends within a section");
      const records = sections.get(name) ?? [];
      for (let i = 0; i < count; i++, at += size) records.push(readRecord(at, this.#u32(at)));
      sections.set(name, records);
    }
    return sections;
  }
}

/** Reads a struct bpf_line_info without its instruction offset. */
export function readLine(view: DataView, at: number, btf: Btf): Omit<LineInfo, "offset"> {
  const { littleEndian } = btf;
  const lineColumn = view.getUint32(at + 12, littleEndian);
  const text = btf.string(view.getUint32(at + 8, littleEndian)).trimEnd();
  return {
    file: btf.string(view.getUint32(at + 4, littleEndian)),
    line: lineColumn >>> 10,
    column: lineColumn & 0x3ff,
    indent: text.length - text.trimStart().length,
    text: text.trimStart(),
  };
}
