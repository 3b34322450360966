import { type Btf, BtfExt, type TypeId } from "../btf/index.ts";
import type { ElfFile } from "../elf/index.ts";
import { argumentsRead } from "./argument-registers.ts";
import type { Code, CodeFunction } from "./code.ts";

const SLOT = 8;
const REGISTER_SIZE = 8;

/** The types of the parameters of the functions of an object, which are in BTF even without DWARF. */
export class Parameters {
  readonly #btf: Btf;
  readonly #code: Code;
  /** The functions by section and first instruction: linked objects have several static functions of one name. */
  readonly #byPlace = new Map<string, TypeId>();

  constructor(elf: ElfFile, btf: Btf, code: Code) {
    this.#btf = btf;
    this.#code = code;
    const data = elf.section(".BTF.ext")?.data;
    if (data === undefined) return;
    const { functions } = new BtfExt(data, btf);
    for (const { index, name } of elf.sections)
      for (const { offset, type } of functions.get(name) ?? [])
        this.#byPlace.set(`${index}:${offset / SLOT}`, type);
  }

  /** Returns an empty list for a function without BTF, or if the registers of the arguments are not certain. */
  of(code: CodeFunction): TypeId[] {
    const type = this.#byPlace.get(`${code.section}:${code.start}`) ?? this.#only(code.name);
    const func = type === undefined ? undefined : this.#btf.type(type);
    const proto = func?.kind === "func" ? this.#btf.type(func.type) : undefined;
    if (func?.kind !== "func" || proto?.kind !== "func-proto") return [];
    const types = proto.params.map((param) => param.type);
    return func.linkage === "static" && !this.#hasAll(code, types) ? [] : types;
  }

  /**
   * Whether a function has each of its arguments in a register. clang removes unused arguments of static functions, and
   * moves the others up, but leaves their prototype in BTF as it was.
   */
  #hasAll(code: CodeFunction, types: readonly TypeId[]): boolean {
    const read = argumentsRead(this.#code, code);
    return types.every(
      (type, i) => (read & (2 << i)) !== 0 && type !== 0 && this.#btf.sizeof(type) <= REGISTER_SIZE,
    );
  }

  /** The only function of a name. */
  #only(name: string): TypeId | undefined {
    const functions = this.#btf.findAll(name).filter(({ kind }) => kind === "func");
    return functions.length === 1 ? functions[0]?.id : undefined;
  }
}
