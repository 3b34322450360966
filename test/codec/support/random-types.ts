import type { Random } from "./random.ts";

/** What a value is made of in the end, and how C and JavaScript get there: `a.b[2].c` is the same in both. */
export interface Leaf {
  path: (string | number)[];
  kind: "int" | "bool" | "float" | "double" | "chars" | "bytes";
  /** Elements, of chars and bytes. */
  length: number;
  /** Its address cannot be taken. */
  isBitfield: boolean;
  /** Of an integer whose type states its byte order, as `__be16` does. C does not heed it. */
  stated?: { littleEndian: boolean; size: number };
}

export interface RandomStruct {
  name: string;
  leaves: Leaf[];
  /** A flexible array at the end, filled with so many elements. */
  tail: { name: string; length: number; element: string } | undefined;
}

export interface RandomTypes {
  /** The declarations, in C. */
  source: string;
  structs: RandomStruct[];
}

interface Type {
  /** What is written before and after the name. */
  before: string;
  after: string;
  leaves: Leaf[];
}

// Names that mean something to JavaScript, or to the code of codecs.
const oddNames = (
  "constructor __proto__ prototype toString valueOf hasOwnProperty then length name arguments view offset value path " +
  "end items class function this new delete in let await yield null undefined $ $x read write $view $offset"
).split(" ");

const integers = [
  "char",
  "signed char",
  "unsigned char",
  "short",
  "unsigned short",
  "int",
  "unsigned int",
  "long",
  "unsigned long long",
  "__int128",
  "unsigned __int128",
];
const stated: Record<string, { size: number; names: string[] }> = {
  "unsigned short": { size: 2, names: ["__be16", "__le16"] },
  "unsigned int": { size: 4, names: ["__be32", "__le32"] },
  "unsigned long long": { size: 8, names: ["__be64", "__le64"] },
};
const statedTypedefs = Object.entries(stated)
  .flatMap(([type, { names }]) => names.map((name) => `typedef ${type} ${name};\n`))
  .join("");

const bitfieldTypes: [string, number][] = [
  ["unsigned char", 8],
  ["signed char", 8],
  ["unsigned short", 16],
  ["short", 16],
  ["int", 32],
  ["unsigned int", 32],
  ["long long", 64],
  ["unsigned long long", 64],
];

/** Declares structs of all that C has. */
export function randomTypes(random: Random, count: number): RandomTypes {
  return new Generator(random).run(count);
}

class Generator {
  readonly #random: Random;
  #source = statedTypedefs;
  #serial = 0;
  #integers = 0;
  readonly #named: { name: string; leaves: Leaf[] }[] = [];
  readonly #enums: { name: string; width: number }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  run(count: number): RandomTypes {
    for (let i = 0; i < 6; i++) this.#declareEnum();
    const structs: RandomStruct[] = [];
    for (let i = 0; i < count; i++) {
      const name = `top${i}`;
      const used = new Set<string>();
      const { text, leaves } = this.#members(0, used, 1 + this.#random.below(8));
      const tail = this.#random.oneIn(5) && leaves.length > 0 ? this.#tail(used) : undefined;
      this.#source += `struct ${name} {\n${text}${tail?.text ?? ""}}${this.#attributes()};\n`;
      structs.push({ name, leaves: [...leaves, ...(tail?.leaves ?? [])], tail });
      if (tail === undefined && leaves.length > 0 && leaves.length < 12) {
        this.#named.push({ name: `struct ${name}`, leaves });
      }
    }
    return { source: this.#source, structs: structs.filter(({ leaves }) => leaves.length > 0) };
  }

  #declareEnum(): void {
    const serial = this.#serial++;
    const [values, width] = this.#random.pick<[string[], number]>([
      [["0", "1", "5"], 32],
      [["-3", "7"], 32],
      [["0xffffffff"], 32],
      [["0x123456789aull", "1"], 64],
      [["-0x123456789all", "1"], 64],
      [["200", "3"], 32],
    ]);
    const packed = this.#random.oneIn(3) ? "__attribute__((packed)) " : "";
    const name = `enum e${serial}`;
    const constants = values.map((value, i) => `E${serial}_${i} = ${value}`).join(", ");
    this.#source += `${name.replace("enum", `enum ${packed}`)} { ${constants} };\n`;
    this.#enums.push({ name, width: packed === "" ? width : 0 });
  }

  #name(used: Set<string>): string {
    for (;;) {
      const name = this.#random.oneIn(6) ? this.#random.pick(oddNames) : `m${this.#serial++}`;
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  }

  #attributes(): string {
    if (this.#random.oneIn(5)) return " __attribute__((packed))";
    if (this.#random.oneIn(8)) return ` __attribute__((aligned(${this.#random.pick([2, 4, 8, 16, 32])})))`;
    return "";
  }

  #members(depth: number, used: Set<string>, count: number): { text: string; leaves: Leaf[] } {
    let text = "";
    const leaves: Leaf[] = [];
    for (let i = 0; i < count; i++) {
      const member = this.#member(depth, used);
      text += member.text;
      leaves.push(...member.leaves);
      if (leaves.length > 40) break;
    }
    return { text, leaves };
  }

  #member(depth: number, used: Set<string>): { text: string; leaves: Leaf[] } {
    const random = this.#random;
    if (random.oneIn(4)) return this.#bitfield(used);
    if (depth < 3 && random.oneIn(7)) {
      // Anonymous: its members are those of the struct around it.
      const { text, leaves } = this.#composite(depth, used);
      return { text: `${text};\n`, leaves };
    }
    const type = this.#type(depth);
    const name = this.#name(used);
    const aligned = random.oneIn(12) ? ` __attribute__((aligned(${random.pick([2, 4, 8])})))` : "";
    return {
      text: `${type.before} ${name}${type.after}${aligned};\n`,
      leaves: type.leaves.map((leaf) => ({ ...leaf, path: [name, ...leaf.path] })),
    };
  }

  #bitfield(used: Set<string>): { text: string; leaves: Leaf[] } {
    const random = this.#random;
    const sized = this.#enums.filter(({ width }) => width > 0);
    if (random.oneIn(8)) return { text: `int : ${random.below(20)};\n`, leaves: [] };
    const name = this.#name(used);
    const leaf = { path: [name], length: 1, isBitfield: true };
    if (random.oneIn(8)) return { text: `_Bool ${name} : 1;\n`, leaves: [{ ...leaf, kind: "bool" }] };
    if (random.oneIn(8) && sized.length > 0) {
      const { name: type, width } = random.pick(sized);
      return { text: `${type} ${name} : ${width - random.below(3)};\n`, leaves: [{ ...leaf, kind: "int" }] };
    }
    const [type, width] = random.pick(bitfieldTypes);
    const bits = 1 + random.below(width);
    return { text: `${type} ${name} : ${bits};\n`, leaves: [{ ...leaf, kind: "int" }] };
  }

  #composite(depth: number, used: Set<string>): { text: string; leaves: Leaf[] } {
    const kind = this.#random.oneIn(2) ? "union" : "struct";
    const { text, leaves } = this.#members(depth + 1, used, 1 + this.#random.below(4));
    return { text: `${kind} {\n${text}}${this.#attributes()}`, leaves };
  }

  #type(depth: number): Type {
    const random = this.#random;
    if (random.oneIn(4)) {
      const length = 1 + random.below(depth > 1 ? 2 : random.oneIn(4) ? 11 : 4);
      return arrayOf(this.#elementType(depth), length);
    }
    return this.#elementType(depth);
  }

  #elementType(depth: number): Type {
    const random = this.#random;
    const scalar = (before: string, kind: Leaf["kind"]): Type => ({
      before,
      after: "",
      leaves: [{ path: [], kind, length: 1, isBitfield: false }],
    });
    switch (random.below(12)) {
      case 0:
        return scalar("float", "float");
      case 1:
        return scalar("double", "double");
      case 2:
        return scalar("_Bool", "bool");
      case 3:
        return scalar(random.pick(this.#enums).name, "int");
      case 4:
        return arrayOf(scalar("char", "chars"), 1 + random.below(20));
      case 5:
        if (depth < 3) {
          const { text, leaves } = this.#composite(depth, new Set());
          return { before: text, after: "", leaves };
        }
        return scalar("POINTER", "int");
      case 6:
        if (this.#named.length > 0 && depth < 2) {
          const { name, leaves } = random.pick(this.#named);
          return { before: name, after: "", leaves };
        }
        return scalar("POINTER", "int");
      case 7:
        return scalar("POINTER", "int");
      case 8: {
        const name = `alias${this.#serial++}`;
        // A const member could not be assigned to in the C program.
        const { before, leaves } = this.#integer(random.pick(integers.slice(1)));
        this.#source += `typedef volatile ${before} base_${name};\ntypedef base_${name} ${name};\n`;
        return { before: name, after: "", leaves };
      }
      default:
        return this.#integer(random.pick(integers));
    }
  }

  /** Every other time, an unsigned one is of a type that states its byte order. */
  #integer(name: string): Type {
    const other = stated[name];
    const leaf: Leaf = { path: [], kind: "int", length: 1, isBitfield: false };
    const turn = this.#integers++;
    if (other === undefined || turn % 2 === 0) return { before: name, after: "", leaves: [leaf] };
    const before = other.names[(turn >> 1) % 2] as string;
    const order = { littleEndian: before.startsWith("__le"), size: other.size };
    return { before, after: "", leaves: [{ ...leaf, stated: order }] };
  }

  #tail(used: Set<string>): RandomStruct["tail"] & { text: string; leaves: Leaf[] } {
    const random = this.#random;
    const name = this.#name(used);
    const length = random.below(5);
    const element = random.pick(["unsigned char", "char", "unsigned short", "unsigned long long"]);
    const isBytes = element.endsWith("char");
    const leaf = { length: 1, isBitfield: false };
    const leaves: Leaf[] = isBytes
      ? [{ path: [name], kind: element === "char" ? "chars" : "bytes", length, isBitfield: false }]
      : Array.from({ length }, (_, i) => ({ ...leaf, kind: "int", path: [name, i] }));
    return { name, length, element, text: `${element} ${name}[];\n`, leaves };
  }
}

function arrayOf(element: Type, length: number): Type {
  const { before, after } = element;
  if (after === "" && (before === "char" || before === "unsigned char")) {
    const kind = before === "char" ? "chars" : "bytes";
    return { before, after: `[${length}]`, leaves: [{ path: [], kind, length, isBitfield: false }] };
  }
  const leaves = Array.from({ length }, (_, i) =>
    element.leaves.map((leaf) => ({ ...leaf, path: [i, ...leaf.path] })),
  );
  return { before, after: `[${length}]${after}`, leaves: leaves.flat() };
}
