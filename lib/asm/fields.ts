import type { CoreRelocation, LineInfo } from "../btf/index.ts";

/** An object with a file descriptor, such as a live map. */
export interface HasFd {
  /** The file descriptor. */
  readonly fd: number;
}

/** A reference of an instruction to a name or an object. Encoding resolves it. */
export type Target =
  | {
      /** A place in the same list: the target of a jump or a call, or the address of a function. */
      readonly kind: "label";
      /** The name of the label. */
      readonly name: string;
    }
  | {
      /** A map. */
      readonly kind: "map";
      /** The live map, or the name of a map in the object. */
      readonly map: HasFd | string;
    }
  | {
      /** A variable of the object, or a place in one of its data sections. */
      readonly kind: "data";
      /** The name of the data section; undefined for a variable by name. */
      readonly section: string | undefined;
      /** The name of the variable; undefined for a place in a section. */
      readonly variable: string | undefined;
    }
  | {
      /** The function that a loaded program calls for a helper. The immediate has its address, not the helper's number. */
      readonly kind: "helper";
      /** The name of the kernel's symbol: `bpf_ktime_get_ns`, `__htab_map_lookup_elem`. */
      readonly name: string;
    }
  | {
      /** A call of a kernel function. */
      readonly kind: "kfunc";
      /** The name of the function. */
      readonly name: string;
    }
  | {
      /** The address of a kernel variable or of a configuration value. */
      readonly kind: "ksym";
      /** The name of the variable. */
      readonly name: string;
    };

/** The line of C of an instruction, and its relocation. */
export interface Origin {
  /** The line of C that begins at this instruction. */
  readonly line?: Omit<LineInfo, "offset"> | undefined;
  /** The relocation by which the loader adapts the instruction to the types of the running kernel. */
  readonly core?: Omit<CoreRelocation, "offset"> | undefined;
}

/** The fields of an instruction. */
export interface Fields {
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
}
