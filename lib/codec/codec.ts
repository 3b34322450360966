import type { Shortness } from "./shortness.ts";
import type { Slack } from "./slack.ts";
import type { ViewClass } from "./view.ts";

/**
 * Reads and writes one C type at an offset of a DataView.
 *
 * The same shape is made at run time from BTF and written out as TypeScript by `bpf2ts`, so that whatever takes
 * a codec takes either. Byte order belongs to the codec: it was made for an object of one endianness.
 *
 * @typeParam In - The type that `write` accepts, if it is wider than the type that `read` returns.
 */
export interface Codec<T, In = T> {
  /** Bytes of the C type; a flexible array at its end counts 0. */
  readonly size: number;
  /** The C name, for messages: `struct event`, `__u32`, `char[16]`. */
  readonly name: string;
  /**
   * Reads the value that begins at an offset.
   *
   * @param end - Where the record ends, in bytes from the start of the view. Only a type with a flexible tail
   * looks at it; without it the tail is empty.
   */
  read(view: DataView, offset: number, end?: number): T;
  /**
   * Writes every byte of the type, padding as zeros.
   *
   * @throws {@link EncodeError} for a value that the C type cannot hold, naming the field.
   */
  write(view: DataView, offset: number, value: In): void;
  /** Looks at values where they are. Of the codecs that bpf2ts writes, those of records that programs send have one. */
  readonly view?: ViewClass<T>;
  /** The bytes that a value does not determine, in codecs of bpf2ts. */
  readonly slack?: readonly Slack[];
  /** How a record may be shorter than the type; in codecs that bpf2ts writes. */
  readonly short?: Shortness;
  /** The type ends in a flexible array; in codecs that bpf2ts writes. */
  readonly tail?: boolean;
}
