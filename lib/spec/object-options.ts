import {
  arrayOf,
  type Check,
  checkBytes,
  checkObject,
  checkText,
  optional,
  optionsOf,
} from "../arguments/index.ts";
import type { FieldMeanings, ObjectCodecs } from "../codec/index.ts";

/** Options of the functions that read an object. */
export interface ObjectOptions {
  /**
   * The name of the object in libbpf. The kernel names of its data sections begin with it. Default: the file name up to
   * the first dot.
   */
  name?: string | undefined;
  /** The codecs of a generated loader. Default: codecs created from the object's BTF. */
  codecs?: ObjectCodecs | undefined;
  /**
   * The description of the object from a generated loader, which loading uses instead of parsing the object. Default:
   * the object is parsed.
   */
  description?: object | undefined;
  /**
   * The objects that were linked into this one, in link order. The linker of libbpf drops debug information (DWARF),
   * which has the types of records in local variables. Default: none.
   */
  linkedFrom?: readonly Uint8Array[] | undefined;
  /**
   * The meanings of fields whose C types do not define one: `{ "event.saddr": "ipv4" }`. Default: the meanings from
   * types and the decl tags of `<ebpf/fields.bpf.h>`.
   */
  fields?: FieldMeanings | undefined;
}

/** Checks the options of the functions that read an object. */
export const checkObjectOptions: Check<ObjectOptions> = optionsOf<ObjectOptions>({
  name: optional(checkText),
  codecs: optional(checkObject as Check<ObjectCodecs>),
  description: optional(checkObject),
  linkedFrom: optional(arrayOf(checkBytes)),
  // The words of the fields are checked where they are used.
  fields: optional(checkObject as Check<FieldMeanings>),
});
