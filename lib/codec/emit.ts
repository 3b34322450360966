import { fieldCode, memberCode, plus, stringCode } from "./emit-text.ts";
import {
  type ArrayLayout,
  type BitRange,
  type BytesLayout,
  type CharsLayout,
  type Field,
  type ForeignLayout,
  fieldsOf,
  isNumber,
  type Layout,
  type Member,
  type Overlay,
  type RecordLayout,
} from "./layout.ts";

export interface EmitOptions {
  littleEndian: boolean;
  /** Write TypeScript; else the same without the types. */
  typed: boolean;
  /** The name of the record's type, from which its functions are named; the same for the same record each time. */
  nameOf(record: RecordLayout): string;
  /** The type of a value, used when `typed`. */
  typeOf(layout: Layout): string;
}

/** Arrays of up to this many numbers are read by one expression, longer ones by a loop. */
const UNROLLED = 8;

export interface EmittedFunction {
  text: string;
  /** The record that it reads or stores; undefined for an array's. */
  owner: RecordLayout | undefined;
}

const byte: Layout = { kind: "int", size: 1, signed: false, name: "u8" };

/** Where the bytes are, as code. */
interface Place {
  view: string;
  offset: string;
  /** The end of the record; undefined where no flexible array can be read. */
  end?: string | undefined;
}

/** Where in the value one is, as code: the path so far, and the step to the value at hand. */
interface Spot {
  path: string;
  step: string | undefined;
}

/**
 * Writes JavaScript or TypeScript that reads and stores values of a layout: functions for records and arrays, calls
 * of DataView's methods for the rest.
 */
export class Emitter {
  readonly options: EmitOptions;
  readonly #functions = new Map<string, EmittedFunction>();
  /** Names out of `parts/` that the code uses. */
  readonly parts = new Set<string>();
  /** Codecs that the code uses under the names `foreign0`, `foreign1`, … */
  readonly foreign: ForeignLayout["codec"][] = [];

  /** The functions made so far, each before those that it calls. */
  get functions(): EmittedFunction[] {
    return [...this.#functions.values()];
  }

  constructor(options: EmitOptions) {
    this.options = options;
  }

  /** An expression for the value at a place. */
  read(layout: Layout, place: Place): string {
    const { view, offset } = place;
    switch (layout.kind) {
      case "int":
      case "enum":
        return this.#readInteger(layout.size, layout.signed, place);
      case "bool":
        return `${this.#readInteger(layout.size, false, place)} !== ${layout.size === 8 ? "0n" : "0"}`;
      case "float":
        return `${view}.getFloat${layout.size * 8}(${this.#args(offset, layout.size)})`;
      case "chars":
        return `${this.part("readString")}(${view}, ${offset}, ${this.#lengthCode(layout, 1, place)})`;
      case "bytes":
        return `${this.part("readBytes")}(${view}, ${offset}, ${this.#lengthCode(layout, 1, place)})`;
      case "array":
        return this.#readArray(layout, place);
      case "record": {
        const end = layout.tail && place.end !== undefined ? `, ${place.end}` : "";
        return `${this.reader(layout)}(${view}, ${offset}${end})`;
      }
      case "foreign":
        return `${this.#foreignName(layout)}.read(${view}, ${offset})`;
    }
  }

  /** A statement that stores the value of an expression at a place. */
  write(layout: Layout, place: Place, value: string, spot: Spot): string {
    const { view, offset } = place;
    const where = spot.step === undefined ? spot.path : `${spot.path}, ${spot.step}`;
    switch (layout.kind) {
      case "int":
      case "enum":
        return this.#writeInteger(layout.size, layout.signed, place, value, where);
      case "bool": {
        const bit = `${this.part("asBool")}(${value}, ${where})`;
        const code = layout.size === 8 ? `BigInt(${bit})` : bit;
        return `${view}.${setter(layout.size, false)}(${this.#args(offset, layout.size, code)});`;
      }
      case "float": {
        const code = `${this.part("asFloat")}(${value}, ${where})`;
        return `${view}.setFloat${layout.size * 8}(${this.#args(offset, layout.size, code)});`;
      }
      case "chars":
        if (layout.tail) return this.#writeTail(layout, place, value, spot);
        return `${this.part("writeString")}(${view}, ${offset}, ${layout.size}, ${value}, ${where});`;
      case "bytes":
        if (layout.tail) return this.#writeTail(layout, place, value, spot);
        return `${this.part("writeBytes")}(${view}, ${offset}, ${layout.size}, ${value}, ${where});`;
      case "array":
        if (layout.tail) return this.#writeTail(layout, place, value, spot);
        return `${this.#arrayWriter(layout.element)}(${view}, ${offset}, ${layout.length}, ${value}, ${this.#pathCode(spot)});`;
      case "record":
        return `${this.writer(layout)}(${view}, ${offset}, ${value}, ${this.#pathCode(spot)});`;
      case "foreign":
        return `${this.#foreignName(layout)}.write(${view}, ${offset}, ${value});`;
    }
  }

  /** The name of the function that reads the record; it is made when it is first asked for. */
  reader(record: RecordLayout): string {
    const name = `read${this.options.nameOf(record)}`;
    this.#define(name, record, () => {
      const end = record.tail ? `, end${this.#type("?: number")}` : "";
      const place = { view: "view", offset: "offset", end: record.tail ? "end" : undefined };
      const head = `function ${name}(${this.#params}${end})${this.#type(`: ${this.options.typeOf(record)}`)}`;
      return `${head} {\n  return ${indent(this.#literal(record.members, place))};\n}`;
    });
    return name;
  }

  /** The name of the function that stores the record, made when it is first asked for. */
  writer(record: RecordLayout): string {
    const name = `write${this.options.nameOf(record)}`;
    this.#define(name, record, () => {
      const root = stringCode(rootPath(record));
      const type = this.options.typeOf(record);
      const path = this.options.typed ? `path: ${this.part("Path")} = ${root}` : `path = ${root}`;
      const value = `value${this.#type(`: ${type}`)}`;
      const lines = [
        `${this.part("checkRecord")}(value, ${stringCode(record.name)}, path);`,
        ...this.#paddingOf(record.members, record.size).map(([from, to]) => this.#zero(from, to)),
        ...this.#storeMembers(record.members, record),
      ];
      const head = `function ${name}(${this.#params}, ${value}, ${path})${this.#type(": void")}`;
      return `${head} {\n${lines.map((line) => `  ${indent(line)}\n`).join("")}}`;
    });
    return name;
  }

  /** Notes that the code uses a function of `parts/`, and returns its name. */
  part(name: string): string {
    this.parts.add(name);
    return name;
  }

  /** An expression for a field of a record whose bytes are at a place. */
  readField(field: Field, place: Place): string {
    const at = { ...place, offset: plus(place.offset, field.offset) };
    return field.bits === undefined ? this.read(field.layout, at) : this.#readBits(field, field.bits, at);
  }

  #literal(members: readonly Member[], place: Place): string {
    const lines = [...fieldsOf(members)].map(
      (f) => `  ${fieldCode(f.name)}: ${indent(this.readField(f, place))},\n`,
    );
    return lines.length === 0 ? "{}" : `{\n${lines.join("")}}`;
  }

  #storeMembers(members: readonly Member[], record: RecordLayout): string[] {
    return members.map((member) => {
      if (member.kind === "field") return this.#storeField(member);
      const alternatives = this.#alternatives(member, record);
      const type = stringCode(record.name);
      return `${this.part("writeOverlay")}(view, offset, ${member.offset}, ${member.size}, value, ${alternatives}, ${type}, path);`;
    });
  }

  #storeField(field: Field): string {
    const value = memberCode("value", field.name);
    const spot = { path: "path", step: stringCode(field.name) };
    const place = { view: "view", offset: plus("offset", field.offset) };
    const { layout, bits } = field;
    if (bits !== undefined) return this.#writeBits(field, bits, place, value, spot);
    const store = this.write(layout, place, value, spot);
    if (!field.kept) return store;
    return `if (${value} === undefined) ${this.#zero(field.offset, field.offset + layout.size)}\nelse ${store}`;
  }

  /** The name of the list of ways to see the bytes of a union. */
  #alternatives(overlay: Overlay, record: RecordLayout): string {
    const type = this.options.nameOf(record);
    const base = `${type.charAt(0).toLowerCase()}${type.slice(1)}Members`;
    let name = base;
    for (let n = 2; this.#functions.has(name); n++) name = `${base}_${n}`;
    this.#define(name, record, () => {
      const entries = overlay.alternatives.map((members) => {
        const fields = [...fieldsOf(members)].filter((field) => field.layout.size > 0);
        const names = fields.map((field) => stringCode(field.name)).join(", ");
        const read = indent(this.#literal(members, { view: "view", offset: "offset" }), 4);
        const stores = this.#storeMembers(members, record).map((line) => `      ${indent(line, 6)}\n`);
        return (
          `  {\n    fields: [${names}],\n    read: (view, offset) => (${read}),\n` +
          `    write(view, offset, value, path) {\n${stores.join("")}    },\n  },\n`
        );
      });
      const listType = this.options.typed
        ? `: readonly ${this.part("Alternative")}<${this.options.typeOf(record)}>[]`
        : "";
      return `const ${name}${listType} = [\n${entries.join("")}];`;
    });
    return name;
  }

  #readInteger(size: number, signed: boolean, { view, offset }: Place): string {
    if (size === 16) {
      return `${this.part(signed ? "readI128" : "readU128")}(${view}, ${offset}, ${this.options.littleEndian})`;
    }
    const method = `get${size === 8 ? "Big" : ""}${signed ? "Int" : "Uint"}${size * 8}`;
    return `${view}.${method}(${this.#args(offset, size)})`;
  }

  #writeInteger(
    size: number,
    signed: boolean,
    { view, offset }: Place,
    value: string,
    where: string,
  ): string {
    const checked = `${this.part(`as${signed ? "I" : "U"}${size * 8}`)}(${value}, ${where})`;
    if (size === 16) {
      return `${this.part("write128")}(${view}, ${offset}, ${checked}, ${this.options.littleEndian});`;
    }
    return `${view}.${setter(size, signed)}(${this.#args(offset, size, checked)});`;
  }

  #readBits({ layout }: Field, { shift, width }: BitRange, place: Place): string {
    const { littleEndian } = this.options;
    const signed = "signed" in layout && layout.signed;
    const isBool = layout.kind === "bool";
    const asNumber = isBool || ((layout.kind === "int" || layout.kind === "enum") && isNumber(layout));
    const count = (shift + width + 7) >> 3;
    if (!asNumber || count > 4) {
      const bits = `${this.part("readBits")}(${place.view}, ${place.offset}, ${shift}, ${width}, ${littleEndian})`;
      if (isBool) return `${bits} !== 0n`;
      const value = signed ? `BigInt.asIntN(${width}, ${bits})` : bits;
      return asNumber ? `Number(${value})` : value;
    }
    const below = littleEndian ? shift : count * 8 - shift - width;
    const raw = this.#readUpTo4(count, place);
    if (signed) {
      const above = 32 - below - width;
      const shifted = above === 0 ? raw : `(${raw} << ${above})`;
      return `${shifted} >> ${32 - width}`;
    }
    const lowered = below === 0 ? raw : `${raw} >>> ${below}`;
    const field = below === 0 ? raw : `(${lowered})`;
    const masked = below + width === count * 8 ? lowered : `${field} & ${2 ** width - 1}`;
    return isBool ? `(${masked}) !== 0` : masked;
  }

  /** An unsigned integer of 1 to 4 bytes. */
  #readUpTo4(count: number, { view, offset }: Place): string {
    if (count !== 3) return this.#readInteger(count, false, { view, offset });
    const { littleEndian } = this.options;
    const pair = this.#readInteger(2, false, { view, offset });
    const third = `${view}.getUint8(${plus(offset, 2)})`;
    return littleEndian ? `(${pair} | (${third} << 16))` : `((${pair} << 8) | ${third})`;
  }

  #writeBits({ layout }: Field, { shift, width }: BitRange, place: Place, value: string, spot: Spot): string {
    const signed = "signed" in layout && layout.signed;
    const checked =
      layout.kind === "bool"
        ? `BigInt(${this.part("asBool")}(${value}, ${spot.path}, ${spot.step}))`
        : `${this.part("asBits")}(${value}, ${width}, ${signed}, ${spot.path}, ${spot.step})`;
    const { littleEndian } = this.options;
    return `${this.part("writeBits")}(${place.view}, ${place.offset}, ${shift}, ${width}, ${checked}, ${littleEndian});`;
  }

  #readArray(layout: ArrayLayout, place: Place): string {
    const { element, length } = layout;
    if (!layout.tail && length <= UNROLLED && isScalar(element)) {
      const items = Array.from({ length }, (_, i) =>
        this.read(element, { ...place, offset: plus(place.offset, i * element.size) }),
      );
      const line = `[${items.join(", ")}]`;
      return line.length <= 80 ? line : `[\n${items.map((item) => `  ${item},\n`).join("")}]`;
    }
    const count = this.#lengthCode(layout, element.size, place);
    return `${this.#arrayReader(element)}(${place.view}, ${place.offset}, ${count})`;
  }

  #arrayReader(element: Layout): string {
    const name = `readArrayOf${this.#elementName(element)}`;
    this.#define(name, undefined, () => {
      const type = this.options.typed ? elementType(this.options.typeOf(element)) : "";
      const item = this.read(element, { view: "view", offset: strided(element.size) });
      const head = `function ${name}(${this.#params}, length${this.#type(": number")})${this.#type(`: ${type}[]`)}`;
      const make = `const items = new Array${this.#type(`<${type}>`)}(length);`;
      return `${head} {\n  ${make}\n  for (let i = 0; i < length; i++) items[i] = ${indent(item)};\n  return items;\n}`;
    });
    return name;
  }

  #arrayWriter(element: Layout): string {
    const name = `writeArrayOf${this.#elementName(element)}`;
    const items = `${this.part("asItems")}(value, length, ${stringCode(element.name)}, path)`;
    this.#defineItemsWriter(name, element, `length${this.#type(": number")}, `, items);
    return name;
  }

  /** A flexible array is as long as the value. */
  #writeTail(
    layout: ArrayLayout | CharsLayout | BytesLayout,
    place: Place,
    value: string,
    spot: Spot,
  ): string {
    const element = layout.kind === "array" ? layout.element : byte;
    const name = `writeTailOf${this.#elementName(element)}`;
    const items = `${this.part("asTail")}(value, view, offset, ${element.size}, ${stringCode(element.name)}, path)`;
    this.#defineItemsWriter(name, element, "", items);
    return `${name}(${place.view}, ${place.offset}, ${value}, ${this.#pathCode(spot)});`;
  }

  #defineItemsWriter(name: string, element: Layout, length: string, items: string): void {
    this.#define(name, undefined, () => {
      const isTypedRecord = element.kind === "record" && this.options.typed;
      const item = isTypedRecord ? `items[i] as ${this.options.typeOf(element)}` : "items[i]";
      const place = { view: "view", offset: strided(element.size) };
      const store = this.write(element, place, item, { path: "path", step: "i" });
      const value = `value${this.#type(": unknown")}`;
      const path = this.options.typed ? `path: ${this.part("Path")}` : "path";
      const head = `function ${name}(${this.#params}, ${length}${value}, ${path})${this.#type(": void")}`;
      const loop = `for (let i = 0; i < items.length; i++) {\n    ${indent(store, 4)}\n  }`;
      return `${head} {\n  const items = ${items};\n  ${loop}\n}`;
    });
  }

  #lengthCode(layout: ArrayLayout | CharsLayout | BytesLayout, stride: number, place: Place): string {
    if (!layout.tail) return String(layout.kind === "array" ? layout.length : layout.size);
    if (place.end === undefined) return "0";
    return `${this.part("tailLength")}(${place.end}, ${place.offset}, ${stride})`;
  }

  /** Distinguishes the functions for arrays of different elements. */
  #elementName(element: Layout): string {
    switch (element.kind) {
      case "int":
      case "enum":
        return `${element.signed ? "I" : "U"}${element.size * 8}`;
      case "bool":
        return element.size === 1 ? "Bool" : `Bool${element.size * 8}`;
      case "float":
        return `F${element.size * 8}`;
      case "chars":
        return `Chars${element.size}`;
      case "bytes":
        return `Bytes${element.size}`;
      case "array":
        return `${this.#elementName(element.element)}x${element.length}`;
      case "record":
        return this.options.nameOf(element);
      case "foreign":
        return this.#foreignName(element).replace("f", "F");
    }
  }

  #foreignName({ codec }: ForeignLayout): string {
    if (!this.foreign.includes(codec)) this.foreign.push(codec);
    return `foreign${this.foreign.indexOf(codec)}`;
  }

  /** Ranges of bytes that no member covers, or only as bitfields. */
  #paddingOf(members: readonly Member[], size: number): [number, number][] {
    const gaps: [number, number][] = [];
    let covered = 0;
    const ranges = members
      .filter((member) => member.kind === "overlay" || member.bits === undefined)
      .map(
        (member) =>
          [
            member.offset,
            member.offset + (member.kind === "field" ? member.layout.size : member.size),
          ] as const,
      )
      .sort((a, b) => a[0] - b[0]);
    for (const [from, to] of [...ranges, [size, size] as const]) {
      if (from > covered) gaps.push([covered, from]);
      covered = Math.max(covered, to);
    }
    return gaps;
  }

  #zero(from: number, to: number): string {
    return `${this.part("zero")}(view, ${plus("offset", from)}, ${to - from});`;
  }

  #define(name: string, owner: RecordLayout | undefined, make: () => string): void {
    if (this.#functions.has(name)) return;
    // Takes its place in the order before what it calls is made, and keeps a name from being made twice.
    const made = { text: "", owner };
    this.#functions.set(name, made);
    made.text = make();
  }

  #pathCode({ path, step }: Spot): string {
    return step === undefined ? path : `${this.part("at")}(${path}, ${step})`;
  }

  #args(offset: string, size: number, value?: string): string {
    const args = value === undefined ? [offset] : [offset, value];
    if (size > 1) args.push(String(this.options.littleEndian));
    return args.join(", ");
  }

  get #params(): string {
    return this.options.typed ? "view: DataView, offset: number" : "view, offset";
  }

  #type(text: string): string {
    return this.options.typed ? text : "";
  }
}

/** What a path starts with: the name of the type when there is one. */
export function rootPath(layout: Layout): string {
  if (layout.kind === "array") return "";
  if (layout.kind === "record") return layout.tag === "" ? "value" : layout.tag;
  return layout.name;
}

function isScalar(layout: Layout): boolean {
  return layout.kind === "int" || layout.kind === "enum" || layout.kind === "bool" || layout.kind === "float";
}

function setter(size: number, signed: boolean): string {
  return `set${size === 8 ? "Big" : ""}${signed ? "Int" : "Uint"}${size * 8}`;
}

function strided(size: number): string {
  return size === 1 ? "offset + i" : `offset + i * ${size}`;
}

function elementType(type: string): string {
  return /^[\w$.]+(\[\])*$/.test(type) ? type : `(${type})`;
}

function indent(code: string, by = 2): string {
  return code.replaceAll("\n", `\n${" ".repeat(by)}`);
}
