import { invalidArgument } from "../arguments/index.ts";
import { checkBtf } from "../btf/check-btf.ts";
import { type Btf, BtfExt, encodeMinimal } from "../btf/index.ts";
import { ElfFile } from "../elf/index.ts";
import type { ObjectSpec } from "./object-spec.ts";

/**
 * Returns the part of a kernel's BTF that objects need to be loaded on that kernel: some kilobytes instead of
 * megabytes. Use it for kernels built without BTF (CONFIG_DEBUG_INFO_BTF): ship the file with the program, and pass it
 * as the option `kernelBtf` of `load`. `bpftool gen min_core_btf` creates the same.
 *
 * @param kernel - The complete BTF of the kernel, for example from BTFHub.
 * @param specs - The objects. Edits of the specs are ignored.
 * @returns A `.BTF` section, to be written to a file.
 * @throws {@link BtfError} when a `.BTF.ext` section is malformed.
 *
 * @example
 * ```ts
 * const spec = CollectionSpec.fromFile("tracer.bpf.o");
 * writeFileSync("tracer.btf", minimalBtf(Btf.kernel(), spec));
 * ```
 */
export function minimalBtf(kernel: Btf, ...specs: readonly ObjectSpec[]): Uint8Array<ArrayBuffer> {
  checkBtf(kernel, "kernel of minimalBtf");
  for (const spec of specs)
    if (typeof spec !== "object" || spec === null || !("programs" in spec))
      throw invalidArgument("object of minimalBtf", "a CollectionSpec", spec);
  return encodeMinimal(kernel, specs.flatMap(relocationsOf));
}

function relocationsOf({ btf, bytes }: ObjectSpec) {
  const section = btf && new ElfFile(bytes).section(".BTF.ext");
  if (btf === undefined || section === undefined) return [];
  return [{ btf, relocations: [...new BtfExt(section.data, btf).core.values()].flat() }];
}
