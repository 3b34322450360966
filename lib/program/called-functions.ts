import type { Instruction } from "../asm/index.ts";
import { Btf } from "../btf/index.ts";
import { EbpfError } from "../errors/index.ts";
import { KernelSymbols } from "../kernel/symbols.ts";

const CALL = 0x85;
const HELPER = 0;
// BPF_PSEUDO_KFUNC_CALL
const KFUNC = 2;

/**
 * Names the kernel functions that a loaded program calls.
 *
 * The verifier replaces the number of a helper with the distance of its function from `__bpf_call_base`. For a kfunc it
 * does the same, unless the JIT supports calls of any distance: then the BTF ID remains.
 */
export class CalledFunctions {
  readonly #names = new Map<number, string | undefined>();
  #symbols: { base: bigint; all: KernelSymbols } | undefined | "hidden";

  /** Returns the instruction with the name of the called function, if this process is allowed to see it. */
  named(instruction: Instruction): Instruction {
    const { opcode, src, imm, offset } = instruction;
    // An immediate of 0: the kernel hides addresses from this process.
    if (opcode !== CALL || imm === 0) return instruction;
    if (src === HELPER) {
      const name = this.#byAddress(imm);
      return name === undefined ? instruction : instruction.with({ target: { kind: "helper", name } });
    }
    if (src !== KFUNC) return instruction;
    const [byAddress, byType] = [this.#byAddress(imm), offset === 0 ? kfuncWithId(imm) : undefined];
    // If both interpretations name a function, the call is ambiguous.
    const name = byAddress === undefined || byType === undefined ? (byAddress ?? byType) : undefined;
    return name === undefined ? instruction : instruction.with({ target: { kind: "kfunc", name } });
  }

  #byAddress(distance: number): string | undefined {
    if (this.#names.has(distance)) return this.#names.get(distance);
    this.#symbols ??= readSymbols() ?? "hidden";
    if (this.#symbols === "hidden") return undefined;
    const name = this.#symbols.all.startingAt(BigInt.asUintN(64, this.#symbols.base + BigInt(distance)));
    this.#names.set(distance, name);
    return name;
  }
}

function readSymbols(): { base: bigint; all: KernelSymbols } | undefined {
  try {
    const all = KernelSymbols.current();
    const base = all.hasAddresses() ? all.functions("__bpf_call_base")[0]?.address : undefined;
    return base === undefined ? undefined : { base, all };
  } catch (error) {
    if (error instanceof EbpfError) return undefined;
    throw error;
  }
}

function kfuncWithId(id: number): string | undefined {
  try {
    const btf = Btf.kernel();
    const type = id > 0 && id < btf.typeCount ? btf.type(id) : undefined;
    return type?.kind === "func" ? type.name : undefined;
  } catch (error) {
    if (error instanceof EbpfError) return undefined;
    throw error;
  }
}
