export type { LinkNature } from "../hooks/index.ts";
export type { AttachArguments, AttachOptions, AttachOptionsByType } from "./attach-options.ts";
export type { Attachable, AttachableMap } from "./attachable.ts";
export * from "./families.ts";
export type * from "./info.ts";
export { Link } from "./link.ts";
export type { Anchor, OrderOptions } from "./order.ts";
export { type AttachedProgram, type QueryResult, type QueryTarget, query } from "./query.ts";
export { type FdAttachment, queryFd } from "./query-fd.ts";
