export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** SHT_* */
  readonly type: number;
  /** SHF_* */
  readonly flags: number;
  /** The address in memory. 0 for a section that is not loaded. */
  readonly address: number;
  /** The offset in bytes from the start of the file. */
  readonly offset: number;
  /** The size in bytes. The file does not contain the bytes of a `nobits` section. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  /** The size in bytes of an element, for a section that is a table. */
  readonly entrySize: number;
  /** The contents, read on first access. Empty for a `nobits` section. */
  readonly data: Uint8Array;
}

/** A part of the file that is mapped into memory (PT_LOAD). */
export interface ElfSegment {
  readonly address: number;
  /** The size in memory, in bytes. */
  readonly size: number;
  /** The offset in bytes from the start of the file. */
  readonly offset: number;
  /** The number of bytes that are mapped from the file. The remaining bytes are zero. */
  readonly fileSize: number;
  readonly executable: boolean;
}

export interface ElfSymbol {
  readonly index: number;
  readonly name: string;
  /** The offset in bytes from the start of its section. */
  readonly value: number;
  /** Bytes. */
  readonly size: number;
  /** STT_* */
  readonly type: number;
  /** STB_* */
  readonly binding: number;
  /** STV_* */
  readonly visibility: number;
  /** The index of its section. 0 if the symbol is defined in another file; 0xff00 and above are special values. */
  readonly section: number;
}

export interface ElfRelocation {
  /** The offset in bytes from the start of the relocated section. */
  readonly offset: number;
  readonly symbol: ElfSymbol;
  readonly type: number;
}
