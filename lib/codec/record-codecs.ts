import type { Codec } from "./codec.ts";

/** The codecs of the records of a buffer with several types. */
export interface RecordCodecs {
  /** The codecs by the names of the types in C. */
  // biome-ignore lint/suspicious/noExplicitAny: accepts codecs of any type
  readonly types: Readonly<Record<string, Codec<any, any>>>;
  /** The rule that selects the type of a record. */
  readonly rule: RecordRule;
}

/** A rule that selects the type of a record. */
export type RecordRule =
  | {
      /** By an unsigned integer at one place of every record. */
      readonly by: "value";
      /** Offset of the integer in bytes. */
      readonly offset: number;
      /** Size of the integer in bytes. */
      readonly size: number;
      /** The values of each type. */
      readonly values: Readonly<Record<string, readonly number[]>>;
    }
  | {
      /** By the size of the record. */
      readonly by: "size";
      /** The sizes of each type in bytes. */
      readonly sizes: Readonly<Record<string, readonly number[]>>;
    };
