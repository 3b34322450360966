export { type Address, addressOf, offsetIn, sectionOf } from "./address.ts";
export type { Die } from "./die.ts";
export { Dwarf } from "./dwarf.ts";
export type { DwarfFunction, InlinedCall, LocalVariable, Located } from "./functions.ts";
export { type DwarfLocation, FRAME_POINTER } from "./location.ts";
export { compositeSize, isPointer, targetOf } from "./pointer.ts";
export type { Range } from "./ranges.ts";
export { DwarfTypes } from "./types.ts";
