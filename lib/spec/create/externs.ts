import { type Item, Label } from "../../asm/index.ts";
import type { Btf, BtfBuilder } from "../../btf/index.ts";
import type { NewSymbol } from "../../elf/index.ts";
import { AsmError } from "../../errors/index.ts";
import { copyType, needKernelBtf } from "./kernel-types.ts";
import { externSymbol } from "./symbols.ts";

/**
 * Declares the functions and variables of the kernel that instructions name, like `extern … __ksym` in C.
 *
 * @returns The symbols.
 * @throws {@link AsmError} when the BTF of the kernel does not declare one.
 */
export function externSymbols(
  builder: BtfBuilder,
  items: readonly Item[],
  kernelBtf: Btf | undefined,
): NewSymbol[] {
  const wanted = new Map<string, "func" | "var">();
  for (const item of items) {
    if (item instanceof Label) continue;
    if (item.target?.kind === "kfunc") wanted.set(item.target.name, "func");
    if (item.target?.kind === "ksym") wanted.set(item.target.name, "var");
  }
  if (wanted.size === 0) return [];
  const vars: { type: number; offset: number; size: number }[] = [];
  for (const [name, kind] of wanted) {
    const btf = needKernelBtf(kernelBtf, `"${name}"`);
    const declared = btf.find(name, kind);
    if (declared === undefined || (declared.kind !== "func" && declared.kind !== "var")) {
      throw new AsmError(
        `the BTF of the kernel has no ${kind === "func" ? "function" : "variable"} "${name}"`,
      );
    }
    const type = builder.add({ kind, name, type: copyType(builder, btf, declared.type), linkage: "extern" });
    vars.push({ type, offset: 0, size: 0 });
  }
  builder.add({ kind: "datasec", name: ".ksyms", vars });
  return [...wanted.keys()].map(externSymbol);
}
