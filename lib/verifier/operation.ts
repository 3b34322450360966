/** The effect of an instruction, parsed from its text in the log. Registers are `r0` to `r10`. */
export type Operation =
  | { kind: "load"; to: string; base: string; offset: number; size: number }
  | { kind: "store"; from: string; base: string; offset: number; size: number }
  | { kind: "atomic"; base: string; offset: number; size: number; fetches: string | undefined }
  | { kind: "move"; to: string; from: string }
  | { kind: "constant"; to: string; value: string }
  | { kind: "arithmetic"; to: string; operator: string; operand: string; narrow: boolean }
  | { kind: "helper"; name: string; number: number }
  | { kind: "call"; target: number }
  | { kind: "branch"; condition: string; target: number }
  | { kind: "goto"; target: number }
  | { kind: "exit" }
  | { kind: "other" };

const memory = String.raw`\*\([us](8|16|32|64) \*\)\(([rw]\d+) ?([+-]\d+)\)`;
const load = new RegExp(`^([rw]\\d+) = ${memory}$`);
const store = new RegExp(`^${memory} = (\\S+)$`);
const atomic = new RegExp(`^(?:([rw]\\d+) = )?(?:lock|atomic\\w*) ?\\(?${memory}`);
const exchange =
  /^([rw]\d+) = (?:atomic\w*|xchg\w*|cmpxchg\w*|load_acquire|store_release)\b.*\(([rw]\d+) ?([+-]\d+)/;
const arithmetic = /^([rw]\d+) (s?[-+*/%&|^]|s?<<|s?>>)= (\S+)$/;

/** @param index - The index of the instruction, to which jumps are relative. */
export function parseOperation(text: string, index: number): Operation {
  let match = load.exec(text);
  if (match !== null) {
    const [, to = "", size, base = "", offset] = match;
    return { kind: "load", to: wide(to), base: wide(base), offset: Number(offset), size: Number(size) / 8 };
  }
  match = store.exec(text);
  if (match !== null) {
    const [, size, base = "", offset, from = ""] = match;
    return {
      kind: "store",
      from: wide(from),
      base: wide(base),
      offset: Number(offset),
      size: Number(size) / 8,
    };
  }
  match = atomic.exec(text);
  if (match !== null) {
    const [, fetches, size, base = "", offset] = match;
    return {
      kind: "atomic",
      base: wide(base),
      offset: Number(offset),
      size: Number(size) / 8,
      fetches: fetches && wide(fetches),
    };
  }
  match = exchange.exec(text);
  if (match !== null) {
    const [, fetches = "", base = "", offset] = match;
    return { kind: "atomic", base: wide(base), offset: Number(offset), size: 8, fetches: wide(fetches) };
  }
  match = /^([rw]\d+) = (?:\([su]\d+\))?([rw]\d+)$/.exec(text);
  if (match !== null) return { kind: "move", to: wide(match[1] ?? ""), from: wide(match[2] ?? "") };
  match = /^([rw]\d+) = (-?\d+|0x[0-9a-f]+)(?: ll)?$/.exec(text);
  if (match !== null) return { kind: "constant", to: wide(match[1] ?? ""), value: match[2] ?? "" };
  match = arithmetic.exec(text);
  if (match !== null) {
    const [, to = "", operator = "", operand = ""] = match;
    return { kind: "arithmetic", to: wide(to), operator, operand: wide(operand), narrow: to.startsWith("w") };
  }
  match = /^([rw]\d+) = .*\b([rw]\d+)$/.exec(text);
  if (match !== null)
    return {
      kind: "arithmetic",
      to: wide(match[1] ?? ""),
      operator: "",
      operand: wide(match[2] ?? ""),
      narrow: false,
    };
  match = /^call ([\w.]+)#(-?\d+)/.exec(text);
  if (match !== null) return { kind: "helper", name: match[1] ?? "", number: Number(match[2]) };
  match = /^call pc([+-]\d+)/.exec(text);
  if (match !== null) return { kind: "call", target: index + 1 + Number(match[1]) };
  match = /^(?:if (.+) goto|(may_goto|goto_or_nop)) pc([+-]\d+)/.exec(text);
  if (match !== null)
    return { kind: "branch", condition: match[1] ?? match[2] ?? "", target: index + 1 + Number(match[3]) };
  match = /^goto pc([+-]\d+)/.exec(text);
  if (match !== null) return { kind: "goto", target: index + 1 + Number(match[1]) };
  return { kind: text === "exit" ? "exit" : "other" };
}

/** The register that an operation writes; undefined for calls, which write r0 and invalidate r1 to r5. */
export function written(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "load":
    case "move":
    case "constant":
    case "arithmetic":
      return operation.to;
    case "atomic":
      return operation.fetches;
    default:
      return undefined;
  }
}

function wide(register: string): string {
  return register.replace(/^w(?=\d)/, "r");
}
