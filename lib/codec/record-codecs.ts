import type { Codec } from "./codec.ts";

/** Records of several types in one buffer, by the names of the types in C. */
export interface RecordCodecs {
  // biome-ignore lint/suspicious/noExplicitAny: codecs of any type are to fit
  readonly types: Readonly<Record<string, Codec<any, any>>>;
  readonly rule: RecordRule;
}

/** What tells records of several types apart. */
export type RecordRule =
  | {
      /** An unsigned number at one place of every record, which has other values in records of other types. */
      readonly by: "value";
      /** Bytes from the start of the record. */
      readonly offset: number;
      /** Bytes of the number. */
      readonly size: number;
      /** The numbers that stand for each type. */
      readonly values: Readonly<Record<string, readonly number[]>>;
    }
  | {
      /** The number of bytes of the record. */
      readonly by: "size";
      readonly sizes: Readonly<Record<string, readonly number[]>>;
    };
