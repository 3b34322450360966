import { checkBytes } from "../arguments/index.ts";
import { readBpfObject, rewriteElf } from "../elf/index.ts";

/**
 * Removes the debug information (DWARF) of an object, like `llvm-strip -g` but without LLVM. It is most of the object,
 * and loaders do not use it. BTF stays.
 *
 * The removed sections keep empty headers, because symbols refer to sections by index.
 *
 * @throws {@link ElfError}, {@link NotBpfError} when the bytes are not a BPF object.
 */
export function strip(object: Uint8Array): Uint8Array {
  const elf = readBpfObject(checkBytes(object, "object of strip"));
  const debug = elf.sections.filter(({ name, size }) => /^(\.rela?)?\.debug_/.test(name) && size > 0);
  if (debug.length === 0) return object;
  return rewriteElf(object, elf, { contents: new Map(debug.map(({ index }) => [index, new Uint8Array()])) });
}
