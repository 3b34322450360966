import { readBpfObject, rewriteElf } from "../elf/index.ts";

/**
 * The object without the debugger's information, which is most of its bytes and which no loader reads: what
 * `llvm-strip -g` does, without LLVM. BTF stays.
 *
 * The headers of the sections stay too, with nothing in them, since symbols count sections by number.
 *
 * @throws ElfError and NotBpfError when it is no object.
 */
export function strip(object: Uint8Array): Uint8Array {
  const elf = readBpfObject(object);
  const debug = elf.sections.filter(({ name, size }) => /^(\.rela?)?\.debug_/.test(name) && size > 0);
  if (debug.length === 0) return object;
  return rewriteElf(object, elf, new Map(debug.map(({ index }) => [index, new Uint8Array()])));
}
