import type { CoreRelocation, LineInfo } from "../btf/index.ts";

/** Something with a file descriptor, as a live map is. */
export interface HasFd {
  readonly fd: number;
}

/** What an instruction refers to by name, or by an object, until it is encoded. */
export type Target =
  /** A place in the same list: of a jump, of a call of a function, or the address of a function. */
  | { readonly kind: "label"; readonly name: string }
  /** A map: alive, or by its name in an object. */
  | { readonly kind: "map"; readonly map: HasFd | string }
  /** A variable of an object by its name, or any place in one of its data sections. */
  | { readonly kind: "data"; readonly section: string | undefined; readonly variable: string | undefined }
  /** A function of the kernel that is called, by its name. */
  | { readonly kind: "kfunc"; readonly name: string }
  /** A variable of the kernel, or of its configuration, whose address is taken, by its name. */
  | { readonly kind: "ksym"; readonly name: string };

/** Where an instruction is from, and what a loader does with it. */
export interface Origin {
  /** The first instruction of this line of C. */
  readonly line?: Omit<LineInfo, "offset"> | undefined;
  /** The loader adapts it to the running kernel's types. */
  readonly core?: Omit<CoreRelocation, "offset"> | undefined;
}

/** What an instruction is made of. */
export interface Fields {
  /** Class, operation and operand kind, in one byte. */
  readonly opcode: number;
  /** The number of the destination register. */
  readonly dst: number;
  /** The number of the source register, or what the immediate stands for. */
  readonly src: number;
  /** 16 bits with sign. */
  readonly offset: number;
  /** 32 bits with sign; of a 64-bit immediate the lower half. */
  readonly imm: number;
  /** The upper half of a 64-bit immediate, with sign; 0 elsewhere. */
  readonly high: number;
  readonly target: Target | undefined;
  readonly origin: Origin | undefined;
}
