import type { Shortness } from "./shortness.ts";
import type { Slack } from "./slack.ts";
import type { ViewClass } from "./view.ts";

/**
 * Reads and writes one C type at an offset of a DataView.
 *
 * Codecs are created from BTF at run time or generated as TypeScript by `bpf2ts`; both have this interface. A codec has
 * the byte order of the object for which it was created.
 *
 * The view must have `size` bytes from the offset. Otherwise DataView throws its RangeError: a codec does not check the
 * view, since maps and readers give it views of the right size.
 *
 * @typeParam In - The type that `write` accepts, if it is wider than the type that `read` returns.
 */
export interface Codec<T, In = T> {
  /** The size of the C type in bytes; a flexible array at its end counts 0. */
  readonly size: number;
  /** The C name, for messages: `struct event`, `__u32`, `char[16]`. */
  readonly name: string;
  /**
   * Reads the value that begins at an offset.
   *
   * @param end - The end of the record in bytes from the start of the view. Used only by a type that ends in a flexible
   * array. Default: the array is empty.
   */
  read(view: DataView, offset: number, end?: number): T;
  /**
   * Writes every byte of the type, padding as zeros.
   *
   * @throws {@link EncodeError} for a value that the C type cannot hold, naming the field.
   */
  write(view: DataView, offset: number, value: In): void;
  /** The class of views, which read fields in place. bpf2ts generates one for each type of record that programs send. */
  readonly view?: ViewClass<T>;
  /** The bytes that a value does not determine, in codecs of bpf2ts. */
  readonly slack?: readonly Slack[];
  /** How a record may be shorter than the type; in codecs of bpf2ts. */
  readonly short?: Shortness;
  /** Whether the type ends in a flexible array; in codecs of bpf2ts. */
  readonly tail?: boolean;
}
