export { readBpfObject } from "./bpf-object.ts";
export * from "./constants.ts";
export * from "./elf-file.ts";
export { type ElfHeader, readHeader } from "./header.ts";
export type * from "./parts.ts";
export { bytesSource, type ElfSource, fileSource } from "./source.ts";
export { StringTable } from "./string-table.ts";
export { SymbolTable } from "./symbol-table.ts";
