import type { ArrayLayout, BytesLayout, CharsLayout, Layout } from "../layout.ts";
import type { Draft } from "./draft.ts";
import { isNumberLayout } from "./numbers.ts";
import { indentRest, plus, stringCode } from "./text.ts";
import { pathCode, type Spot, type TargetPlace, type ValueCode } from "./value-code.ts";

/** Arrays of up to this many numbers are read by one expression, longer ones by a loop. */
const UNROLLED = 8;

const byte: Layout = { kind: "int", size: 1, signed: false, name: "u8" };

/** Arrays that can extend to the end of the record. */
export type ListLayout = ArrayLayout | CharsLayout | BytesLayout;

/** Writes code for arrays: one function for each type of element. */
export class ArrayCode {
  readonly #draft: Draft;
  readonly #values: ValueCode;

  constructor(draft: Draft, values: ValueCode) {
    this.#draft = draft;
    this.#values = values;
  }

  read(layout: ArrayLayout, place: TargetPlace): string {
    const { element, length } = layout;
    if (!layout.tail && length <= UNROLLED && isNumberLayout(element)) {
      const items = Array.from({ length }, (_, i) =>
        this.#values.read(element, { ...place, offset: plus(place.offset, i * element.size) }),
      );
      const line = `[${items.join(", ")}]`;
      return line.length <= 80 ? line : `[\n${items.map((item) => `  ${item},\n`).join("")}]`;
    }
    const count = this.length(layout, element.size, place);
    return `${this.#reader(element)}(${place.view}, ${place.offset}, ${count})`;
  }

  write({ element, length }: ArrayLayout, { view, offset }: TargetPlace, value: string, spot: Spot): string {
    const path = pathCode(this.#draft, spot);
    return `${this.#writer(element)}(${view}, ${offset}, ${length}, ${value}, ${path});`;
  }

  /** A flexible array is as long as the value. */
  writeTail(layout: ListLayout, { view, offset }: TargetPlace, value: string, spot: Spot): string {
    const element = layout.kind === "array" ? layout.element : byte;
    const name = `writeTailOf${this.#elementName(element)}`;
    const items = `${this.#draft.part("asTail")}(value, view, offset, ${element.size}, ${stringCode(element.name)}, path)`;
    this.#defineWriter(name, element, "", items);
    return `${name}(${view}, ${offset}, ${value}, ${pathCode(this.#draft, spot)});`;
  }

  /** How many elements there are, as code. */
  length(layout: ListLayout, stride: number, place: TargetPlace): string {
    if (!layout.tail) return String(layout.kind === "array" ? layout.length : layout.size);
    if (place.end === undefined) return "0";
    return `${this.#draft.part("tailLength")}(${place.end}, ${place.offset}, ${stride})`;
  }

  #reader(element: Layout): string {
    const draft = this.#draft;
    const name = `readArrayOf${this.#elementName(element)}`;
    draft.define(name, undefined, () => {
      const type = draft.options.typed ? elementType(draft.options.typeOf(element)) : "";
      const item = this.#values.read(element, { view: "view", offset: strided(element.size) });
      const head = `function ${name}(${draft.params}, length${draft.type(": number")})${draft.type(`: ${type}[]`)}`;
      const make = `const items = new Array${draft.type(`<${type}>`)}(length);`;
      const loop = item.includes("\n")
        ? `for (let i = 0; i < length; i++) {\n    items[i] = ${indentRest(item, 4)};\n  }`
        : `for (let i = 0; i < length; i++) items[i] = ${item};`;
      return `${head} {\n  ${make}\n  ${loop}\n  return items;\n}`;
    });
    return name;
  }

  #writer(element: Layout): string {
    const name = `writeArrayOf${this.#elementName(element)}`;
    const items = `${this.#draft.part("asItems")}(value, length, ${stringCode(element.name)}, path)`;
    this.#defineWriter(name, element, `length${this.#draft.type(": number")}, `, items);
    return name;
  }

  #defineWriter(name: string, element: Layout, length: string, items: string): void {
    const draft = this.#draft;
    draft.define(name, undefined, () => {
      const isTypedRecord = element.kind === "record" && draft.options.typed;
      const item = isTypedRecord ? `items[i] as ${draft.options.typeOf(element)}` : "items[i]";
      const place = { view: "view", offset: strided(element.size) };
      const store = this.#values.write(element, place, item, { path: "path", step: "i" });
      const value = `value${draft.type(": unknown")}`;
      const path = draft.options.typed ? `path: ${draft.part("Path")}` : "path";
      const head = `function ${name}(${draft.params}, ${length}${value}, ${path})${draft.type(": void")}`;
      const loop = `for (let i = 0; i < items.length; i++) {\n    ${indentRest(store, 4)}\n  }`;
      return `${head} {\n  const items = ${items};\n  ${loop}\n}`;
    });
  }

  /** Distinguishes the functions for arrays of different elements. */
  #elementName(element: Layout): string {
    switch (element.kind) {
      case "int":
        return `${element.signed ? "I" : "U"}${element.size * 8}${{ big: "Be", little: "Le", "": "" }[element.order ?? ""]}`;
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
      case "meant":
        return `${element.meaning}${{ big: "Be", little: "Le", "": "" }[element.order ?? ""]}`.replace(
          /^./,
          (c) => c.toUpperCase(),
        );
      case "array":
        return `${this.#elementName(element.element)}x${element.length}`;
      case "record":
        return this.#draft.options.nameOf(element);
      case "foreign":
        return this.#draft.foreignName(element).replace("f", "F");
    }
  }
}

function strided(size: number): string {
  return size === 1 ? "offset + i" : `offset + i * ${size}`;
}

function elementType(type: string): string {
  return /^[\w$.]+(\[\])*$/.test(type) ? type : `(${type})`;
}
