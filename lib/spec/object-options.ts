import type { FieldMeanings, ObjectCodecs } from "../codec/index.ts";

/** Options of the functions that read an object. */
export interface ObjectOptions {
  /**
   * The name of the object in libbpf. The kernel names of its data sections begin with it. Default: the file name up to
   * the first dot.
   */
  name?: string | undefined;
  /** The codecs of a generated loader. Default: codecs made from the object's BTF. */
  codecs?: ObjectCodecs | undefined;
  /**
   * What a generated loader states about the object: then loading does not read it. Default: the object is read.
   */
  description?: object | undefined;
  /**
   * The objects that were linked into this one, in link order. The linker of libbpf drops debug information (DWARF),
   * which has the types of records in local variables. Default: none.
   */
  linkedFrom?: readonly Uint8Array[] | undefined;
  /**
   * What fields mean, where their C types do not say it: `{ "event.saddr": "ipv4" }`. Default: what the types and the decl
   * tags of `<ebpf/fields.bpf.h>` say.
   */
  fields?: FieldMeanings | undefined;
}
