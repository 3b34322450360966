import { checkOffset, checkSigned, checkUnsigned } from "./check.ts";
import type { Fields, Origin, Target } from "./fields.ts";
import { type HelperName, helperName } from "./helpers.ts";
import { calls, classNames, type InstructionClass, isConditional, opcodes } from "./opcodes.ts";
import { printInstruction } from "./print-instruction.ts";

/** An instruction of the BPF machine. It is not changed: {@link Instruction.with} gives another one. */
export class Instruction implements Fields {
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  readonly imm: number;
  readonly high: number;
  readonly target: Target | undefined;
  readonly origin: Origin | undefined;

  /** Nothing is checked; use the functions of `asm`. @internal */
  constructor(
    opcode: number,
    dst: number,
    src: number,
    offset: number,
    imm: number,
    high = 0,
    target: Target | undefined = undefined,
    origin: Origin | undefined = undefined,
  ) {
    this.opcode = opcode;
    this.dst = dst;
    this.src = src;
    this.offset = offset;
    this.imm = imm;
    this.high = high;
    this.target = target;
    this.origin = origin;
  }

  /**
   * The same instruction with some fields changed. Line and CO-RE relocation stay unless they are given.
   *
   * @throws InvalidArgumentError for a number that its field does not hold.
   */
  with(changes: Partial<Fields>): Instruction {
    const of = (field: keyof Fields) => `${field} of an instruction`;
    return new Instruction(
      checkUnsigned(changes.opcode ?? this.opcode, 8, of("opcode")),
      checkUnsigned(changes.dst ?? this.dst, 4, of("dst")),
      checkUnsigned(changes.src ?? this.src, 4, of("src")),
      checkOffset(changes.offset ?? this.offset, of("offset")),
      checkSigned(changes.imm ?? this.imm, of("imm")),
      checkSigned(changes.high ?? this.high, of("high")),
      "target" in changes ? changes.target : this.target,
      "origin" in changes ? changes.origin : this.origin,
    );
  }

  get class(): InstructionClass {
    return classNames[this.opcode & 7] as InstructionClass;
  }

  /** Slots of eight bytes: 2 for a 64-bit immediate, else 1. */
  get slots(): 1 | 2 {
    return this.opcode === opcodes.loadImm64 ? 2 : 1;
  }

  /** The 64-bit immediate without sign; undefined for any other instruction. */
  get value(): bigint | undefined {
    if (this.opcode !== opcodes.loadImm64) return undefined;
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.imm >>> 0);
  }

  /** The helper that is called, without `bpf_`; undefined when none is, or one that is newer than this package. */
  get helper(): HelperName | undefined {
    return this.opcode === opcodes.call && this.src === calls.helper ? helperName(this.imm) : undefined;
  }

  /** A jump that is taken or not, depending on what it compares. */
  get isConditional(): boolean {
    return isConditional(this.opcode);
  }

  /** In the kernel's notation: `r0 = *(u64 *)(r1 +8)`. */
  toString(): string {
    return printInstruction(this);
  }
}

/** A name for the place of the instruction that follows. It takes no room. */
export class Label {
  readonly name: string;
  /** Set where a function begins: its declaration in the object's BTF, when it has one. */
  readonly func: { readonly type: number | undefined } | undefined;

  /** @internal */
  constructor(name: string, func?: { readonly type: number | undefined }) {
    this.name = name;
    this.func = func;
  }

  /** The label as text: `exit:`. */
  toString(): string {
    return `${this.name}:`;
  }
}

/** What a list of instructions is made of. */
export type Item = Instruction | Label;
