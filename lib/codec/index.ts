export type { Codec } from "./codec.ts";
export { codecOf } from "./codec-of.ts";
export type { LayoutOptions } from "./layout-of.ts";
export type { ObjectCodecs } from "./object-codecs.ts";
