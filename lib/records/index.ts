export { Code, type CodeFunction } from "./code.ts";
export type { Discriminator } from "./discriminator.ts";
export { type BufferRecords, type FoundRecords, findRecords, type Known, type SentType } from "./find.ts";
export { onlyType } from "./only-type.ts";
