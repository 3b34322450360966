import { assignedName } from "../c-text.ts";
import { inWords } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";

/** Arithmetic that would turn pointers into numbers. */
export const pointerRules: readonly Rule[] = [
  rule("pointer-arithmetic", /^(R\d+) pointer arithmetic on pkt_end prohibited$/, (_, c) => ({
    title: `${assignedName(c.at?.line?.text ?? "") ?? "a pointer"} is made from data_end, the end of the packet, with which no arithmetic is allowed`,
    label: "computed from data_end",
    help: "Compute from data, the start of the packet: add to data, and compare the sum with data_end",
  })),
  rule(
    "pointer-arithmetic",
    /^(R\d+) pointer arithmetic on (\S+) prohibited$/,
    ([register = "", type = ""], c) => ({
      title: `${c.name(register)} is ${inWords(type)}, which cannot be moved`,
      label: "moved here",
      help: "Use the pointer as it was given",
    }),
  ),
  rule(
    "pointer-arithmetic",
    /^(R\d+) (?:pointer arithmetic with (\S+) operator prohibited|bitwise operator (\S+) on pointer prohibited)$/,
    ([register = "", ,], c) => ({
      title: `${c.name(register)} is a pointer, and the only arithmetic with pointers is to add or subtract a number`,
      label: "not possible with a pointer",
      marks: [c.made(register, () => "the pointer comes from here")],
      help: "Compute with offsets, which are numbers, and add the result to the pointer. Where a cast to 32 bits made this, keep the pointer 64 bits wide: (void *)(long)ctx->data",
    }),
  ),
  rule("pointer-arithmetic", /^(R\d+) 32-bit pointer arithmetic prohibited$/, ([register = ""], c) => ({
    title: `${c.name(register)} is a pointer, and arithmetic of 32 bits would cut it`,
    label: "arithmetic of 32 bits",
    help: "Keep the pointer 64 bits wide: (void *)(long)ctx->data, and compute with offsets",
  })),
  rule(
    "pointer-arithmetic",
    /^(R\d+) (?:pointer (\S+) pointer prohibited|tried to subtract pointer from scalar)$/,
    ([, operator]) => ({
      title:
        operator === undefined
          ? "a pointer is subtracted from a number"
          : `two pointers are combined by ${operator}, which makes neither a pointer nor a number`,
      label: "not possible with a pointer",
      help: "Add numbers to a pointer, or subtract them from it; compute with offsets",
    }),
  ),
  rule("pointer-arithmetic", /^R\d+ subtraction from stack pointer prohibited$/, () => ({
    title: "a number is subtracted from a pointer to the stack",
    help: "Add a negative number to it instead",
  })),
  rule(
    "atomic-target",
    /^BPF_(?:ATOMIC|XADD) (?:stores into|loads from) (R\d+) (\S+) is not allowed$/,
    ([register = "", type = ""], c) => ({
      title: `${c.name(register)} is ${inWords(type)}, where atomic operations are not allowed`,
      help: "Use atomic operations on map values, globals, arenas and the stack",
    }),
  ),
  rule(
    "mixed-pointers",
    /^same insn cannot be used with (?:different pointers|and without arena pointer)$/,
    () => ({
      title: "one instruction is reached with pointers of different kinds",
      help: "clang joined two branches: read through each pointer in its own branch, with barrier_var() or different code between",
    }),
  ),
  rule("division", /^div by zero$/, () => ({
    title: "the program divides by the constant zero",
    label: "divided by zero",
    help: "Divide by a constant other than zero, or by a variable that is compared with zero first",
  })),
  rule("shift", /^invalid shift (-?\d+)$/, ([by = ""]) => ({
    title: `the program shifts by ${by}, more bits than the number has`,
    help: "Shift by less than 64, or 32 for a number of 32 bits",
  })),
];
