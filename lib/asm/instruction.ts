import { checkObject } from "../arguments/index.ts";
import { checkOffset, checkSigned, checkUnsigned } from "./check.ts";
import type { Fields, Origin, Target } from "./fields.ts";
import { type HelperName, helperName } from "./helpers.ts";
import { calls, classNames, type InstructionClass, isConditional, opcodes } from "./opcodes.ts";
import { printInstruction } from "./print-instruction.ts";

/** An instruction of the BPF machine. It is immutable: {@link Instruction.with} returns a changed copy. */
export class Instruction implements Fields {
  /** Class, operation and operand kind, in one byte. */
  readonly opcode: number;
  /** The number of the destination register. */
  readonly dst: number;
  /** The number of the source register, or the meaning of the immediate. */
  readonly src: number;
  /** Signed 16-bit offset of a jump or of a memory access. */
  readonly offset: number;
  /** Signed 32-bit immediate; of a 64-bit immediate, the lower half. */
  readonly imm: number;
  /** The upper half of a 64-bit immediate, signed; 0 elsewhere. */
  readonly high: number;
  /** The reference of the instruction. Undefined if its fields are complete. */
  readonly target: Target | undefined;
  /** The line of C and the CO-RE relocation of the instruction. */
  readonly origin: Origin | undefined;

  /** Checks nothing. Use the functions of `asm`. @internal */
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
   * Returns a copy with some fields changed. The line of C and the CO-RE relocation are kept unless `changes` has them.
   *
   * @throws {@link InvalidArgumentError} when a number does not fit its field.
   */
  with(changes: Partial<Fields>): Instruction {
    checkObject(changes, "changes of an instruction");
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

  /** The class of the opcode. */
  get class(): InstructionClass {
    return classNames[this.opcode & 7] as InstructionClass;
  }

  /** The number of slots of eight bytes: 2 with a 64-bit immediate, else 1. */
  get slots(): 1 | 2 {
    return this.opcode === opcodes.loadImm64 ? 2 : 1;
  }

  /** The 64-bit immediate as an unsigned number; undefined for any other instruction. */
  get value(): bigint | undefined {
    if (this.opcode !== opcodes.loadImm64) return undefined;
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.imm >>> 0);
  }

  /** The helper that a call calls, without `bpf_`. Undefined for other instructions and for unknown helpers. */
  get helper(): HelperName | undefined {
    return this.opcode === opcodes.call && this.src === calls.helper ? helperName(this.imm) : undefined;
  }

  /** True for a jump that depends on a comparison. */
  get isConditional(): boolean {
    return isConditional(this.opcode);
  }

  /** Returns the instruction in the kernel's notation: `r0 = *(u64 *)(r1 +8)`. */
  toString(): string {
    return printInstruction(this);
  }
}

/** A name for the place of the next instruction. It occupies no slot. */
export class Label {
  /** The name of the label. */
  readonly name: string;
  /** Set at the start of a function. Undefined for other labels. */
  readonly func:
    | {
        /** The ID of the function in the object's BTF; undefined without BTF. */
        readonly type: number | undefined;
      }
    | undefined;

  /** @internal */
  constructor(name: string, func?: { readonly type: number | undefined }) {
    this.name = name;
    this.func = func;
  }

  /** Returns the label as text: `exit:`. */
  toString(): string {
    return `${this.name}:`;
  }
}

/** An element of a list of instructions. */
export type Item = Instruction | Label;
