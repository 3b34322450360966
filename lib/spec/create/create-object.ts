import { BtfBuilder, encodeExt, type FuncInfo } from "../../btf/index.ts";
import {
  type NewSection,
  type NewSymbol,
  sectionFlags,
  sectionTypes,
  symbolBindings,
  symbolTypes,
  writeElf,
} from "../../elf/index.ts";
import { InvalidArgumentError } from "../../errors/index.ts";
import { hostIsLittleEndian } from "../../memory/byte-order.ts";
import { functionsOf, type Placed, place, TEXT } from "./code.ts";
import type { ObjectContents } from "./contents.ts";
import { dataSections } from "./data-sections.ts";
import { externSymbols } from "./externs.ts";
import { mapSection } from "./map-section.ts";
import { relocationSection } from "./relocation-section.ts";
import { type StructOpsSection, structOpsSections } from "./struct-ops.ts";
import { objectSymbol } from "./symbols.ts";

const R_BPF_64_ABS64 = 2;
const WRITABLE = sectionFlags.alloc | sectionFlags.write;

/**
 * Returns an object file in this machine's byte order with BTF, in the form that clang writes.
 *
 * @throws {@link AsmError} when instructions refer to symbols that the object does not have.
 * @throws {@link InvalidArgumentError} for an invalid name or number.
 */
export function createObject(contents: ObjectContents): Uint8Array<ArrayBuffer> {
  const { maps = {}, variables = {}, programs = {}, structOps = {}, license, kernelBtf } = contents;
  const builder = new BtfBuilder({ littleEndian: hostIsLittleEndian });
  const functions = Object.entries(programs).flatMap(([name, program]) => functionsOf(name, program));
  const data = dataSections(builder, variables);
  const ops = structOpsSections(builder, structOps, kernelBtf);
  const definitions = mapSection(builder, maps);
  const externs = externSymbols(
    builder,
    functions.flatMap(({ items }) => items),
    kernelBtf,
  );
  const names = [
    ...new Set([TEXT, ...functions.map(({ section }) => section)]),
    ...[...data, ...ops].map(({ name }) => name),
    ...(definitions === undefined ? [] : [".maps"]),
  ];
  const locals = [TEXT, ...data.map((each) => each.name)].map(sectionSymbol);
  const globals: NewSymbol[] = [
    ...[...data, ...ops].flatMap(({ symbols }) => symbols),
    ...(definitions?.symbols ?? []),
    ...(license === undefined ? [] : [objectSymbol("_license", "license", 0, license.length + 1)]),
    ...externs,
  ];
  const order = [...functions].sort((a, b) => Number(b.isStatic) - Number(a.isStatic));
  const placed = place(order, names, locals, globals);
  if (license !== undefined) describeLicense(builder, license.length + 1);
  const ext = describeFunctions(builder, placed);
  const progbits = (name: string, bytes: Uint8Array, flags: number): NewSection => {
    return { name, type: sectionTypes.progbits, flags, data: bytes, align: 8 };
  };
  const sections = [
    ...placed.sections,
    ...data.map(({ name, bytes, constant }) =>
      progbits(name, bytes, constant ? sectionFlags.alloc : WRITABLE),
    ),
    ...ops.map(({ name, bytes }) => progbits(name, bytes, WRITABLE)),
    ...ops.map((section) => callbackRelocations(section, placed.symbols)),
    ...(definitions === undefined ? [] : [progbits(".maps", definitions.bytes, WRITABLE)]),
    ...(license === undefined ? [] : [progbits("license", Buffer.from(`${license}\0`), WRITABLE)]),
    { name: ".BTF", type: sectionTypes.progbits, data: builder.encode(), align: 4 },
    // libbpf refuses a section without records.
    ...(functions.length === 0
      ? []
      : [{ name: ".BTF.ext", type: sectionTypes.progbits, data: ext, align: 4 }]),
  ];
  return writeElf(sections, placed.symbols, hostIsLittleEndian);
}

function sectionSymbol(name: string): NewSymbol {
  return { name: "", section: name, type: symbolTypes.section, binding: symbolBindings.local };
}

function callbackRelocations(section: StructOpsSection, symbols: readonly NewSymbol[]): NewSection {
  const relocations = section.callbacks.map(({ offset, program }) => {
    const symbol = symbols.findIndex(({ name, type }) => type === symbolTypes.func && name === program) + 1;
    if (symbol === 0) {
      throw new InvalidArgumentError(`struct_ops: no program of the object is called "${program}"`);
    }
    return { offset, symbol, type: R_BPF_64_ABS64 };
  });
  return relocationSection(section.name, relocations);
}

/** The section `.BTF.ext`, with a prototype for each function. */
function describeFunctions(builder: BtfBuilder, { functions }: Placed): Uint8Array {
  const proto = builder.add({
    kind: "func-proto",
    returnType: { kind: "int", name: "int", size: 4, signed: true },
    params: [{ name: "ctx", type: { kind: "ptr", type: 0 } }],
  });
  const infos = new Map<string, FuncInfo[]>();
  for (const { name, isStatic, section, offset } of functions) {
    const type = builder.add({ kind: "func", name, type: proto, linkage: isStatic ? "static" : "global" });
    infos.set(section, [...(infos.get(section) ?? []), { offset, type }]);
  }
  const records = { functions: infos, lines: new Map(), core: new Map() };
  return encodeExt(records, (text) => builder.string(text), hostIsLittleEndian);
}

// The linker of bpftool requires a type for every symbol.
function describeLicense(builder: BtfBuilder, size: number): void {
  const char = builder.add({ kind: "int", name: "char", size: 1, signed: true });
  const type = builder.add({ kind: "array", type: char, length: size });
  const variable = builder.add({ kind: "var", name: "_license", type });
  builder.add({ kind: "datasec", name: "license", size, vars: [{ type: variable, offset: 0, size }] });
}
