export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** SHT_* */
  readonly type: number;
  /** SHF_* */
  readonly flags: number;
  /** Where it is in memory; 0 for what is not loaded. */
  readonly address: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes; those of a `nobits` section are not in the file. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  /** Bytes of an element in a section that is a table. */
  readonly entrySize: number;
  /** What the file holds, read when first asked for; empty for a `nobits` section. */
  readonly data: Uint8Array;
}

/** A part of the file that is mapped into memory (PT_LOAD). */
export interface ElfSegment {
  readonly address: number;
  /** Bytes in memory. */
  readonly size: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes that are mapped from the file; the others are zero. */
  readonly fileSize: number;
  readonly executable: boolean;
}

export interface ElfSymbol {
  readonly index: number;
  readonly name: string;
  /** Bytes from the start of its section. */
  readonly value: number;
  /** Bytes. */
  readonly size: number;
  /** STT_* */
  readonly type: number;
  /** STB_* */
  readonly binding: number;
  /** STV_* */
  readonly visibility: number;
  /** Index of its section; 0 when it is defined elsewhere, 0xff00 and up for special ones. */
  readonly section: number;
}

export interface ElfRelocation {
  /** Bytes from the start of the section that is relocated. */
  readonly offset: number;
  readonly symbol: ElfSymbol;
  readonly type: number;
}
