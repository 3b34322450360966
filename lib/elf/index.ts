export * from "./elf-file.ts";
export { StringTable } from "./string-table.ts";
