export type { Discriminator } from "./discriminator.ts";
export { type BufferRecords, type FoundRecords, findRecords, type Known, type SentType } from "./find.ts";
export { onlyType } from "./only-type.ts";
