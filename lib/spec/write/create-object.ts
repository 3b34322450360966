import { encode, type Item, Label } from "../../asm/index.ts";
import { BtfBuilder, encodeExt, type FuncInfo, type TypeId } from "../../btf/index.ts";
import { codecFrom, type Description } from "../../codec/index.ts";
import {
  type ElfSymbol,
  type NewSection,
  type NewSymbol,
  sectionFlags,
  sectionTypes,
  symbolBindings,
  symbolTypes,
  writeElf,
} from "../../elf/index.ts";
import { AsmError, InvalidArgumentError } from "../../errors/index.ts";
import { hostIsLittleEndian } from "../../memory/byte-order.ts";
import { roundUpTo8 } from "../../memory/round-up.ts";
import { type MapFlag, type MapType, mapFlagBits, mapTypeNumber } from "../map-types.ts";
import { type ObjectForm, objectForm } from "./object-form.ts";
import { typeOf } from "./type-of.ts";

/** A map of a new object. */
export interface NewMap {
  /** Map type. */
  type: MapType;
  /** Type of the keys, as for `Map.create`. Map types without keys need none. */
  key?: Description;
  /** Type of the values, as for `Map.create`. */
  value?: Description;
  /** Maximum number of entries. For a ring buffer, bytes. Default 0: the kernel or libbpf chooses or refuses. */
  maxEntries?: number;
  /** BPF_F_* flags. Default: none. */
  flags?: readonly MapFlag[];
  /** `by-name` pins the map below the pin root when it is loaded. Default: no pin. */
  pinning?: "by-name";
}

/** A global variable of a new object. */
export interface NewVariable {
  /** Type of the value. */
  type: Description;
  /** Initial value. Default: zeros. */
  value?: unknown;
  /** Whether the variable is read-only after loading (`.rodata`). Default false. */
  constant?: boolean;
}

/** A program of a new object. */
export interface NewProgram {
  /** SEC name: `xdp`, `tracepoint/syscalls/sys_enter_execve`. */
  section: string;
  /** The instructions. A function that the program calls or takes the address of begins at a label with its name. */
  instructions: readonly Item[];
}

/** The contents of a new object. */
export interface ObjectContents {
  /** The license. Many helpers require a GPL-compatible license. Default: none. */
  license?: string;
  /** The maps by name. Default: none. */
  maps?: Readonly<Record<string, NewMap>>;
  /** The global variables by name. Default: none. */
  variables?: Readonly<Record<string, NewVariable>>;
  /** The programs by name. Default: none. */
  programs?: Readonly<Record<string, NewProgram>>;
}

const TEXT = ".text";

interface Function {
  readonly name: string;
  readonly section: string;
  readonly items: readonly Item[];
  readonly isStatic: boolean;
}

/**
 * Returns an object file in this machine's byte order with BTF, in the form that clang writes.
 *
 * @throws {@link AsmError} when instructions refer to what is not in the object.
 * @throws {@link InvalidArgumentError} for a name or a number that makes no sense.
 */
export function createObject(contents: ObjectContents): Uint8Array<ArrayBuffer> {
  const { maps = {}, variables = {}, programs = {}, license } = contents;
  const builder = new BtfBuilder({ littleEndian: hostIsLittleEndian });
  const functions = Object.entries(programs).flatMap(([name, program]) => functionsOf(name, program));
  const sections: NewSection[] = [];
  const symbols: NewSymbol[] = [];
  const data = dataSections(builder, variables);
  const definitions = mapSection(builder, maps);
  const code = [TEXT, ...functions.map(({ section }) => section)];
  const names = [
    ...new Set(code),
    ...data.map(({ name }) => name),
    ...(definitions === undefined ? [] : [".maps"]),
  ];

  for (const name of [TEXT, ...data.map((each) => each.name)]) {
    symbols.push({ name: "", section: name, type: symbolTypes.section, binding: symbolBindings.local });
  }
  const globals: NewSymbol[] = [
    ...data.flatMap(({ symbols: own }) => own),
    ...(definitions?.symbols ?? []),
    ...(license === undefined ? [] : [objectSymbol("_license", "license", 0, license.length + 1)]),
  ];
  const order = [...functions].sort((a, b) => Number(b.isStatic) - Number(a.isStatic));
  const placed = place(order, names, symbols, globals);
  if (license !== undefined) describeLicense(builder, license.length + 1);
  const proto = builder.add({
    kind: "func-proto",
    returnType: { kind: "int", name: "int", size: 4, signed: true },
    params: [{ name: "ctx", type: { kind: "ptr", type: 0 } }],
  });
  const infos = new Map<string, FuncInfo[]>();
  for (const { name, isStatic, section, offset } of placed.functions) {
    const type = builder.add({ kind: "func", name, type: proto, linkage: isStatic ? "static" : "global" });
    infos.set(section, [...(infos.get(section) ?? []), { offset, type }]);
  }
  sections.push(...placed.sections);
  for (const { name, bytes, constant } of data) {
    const flags = sectionFlags.alloc | (constant ? 0 : sectionFlags.write);
    sections.push({ name, type: sectionTypes.progbits, flags, data: bytes, align: 8 });
  }
  const writable = sectionFlags.alloc | sectionFlags.write;
  if (definitions !== undefined) {
    sections.push({
      name: ".maps",
      type: sectionTypes.progbits,
      flags: writable,
      data: definitions.bytes,
      align: 8,
    });
  }
  if (license !== undefined) {
    sections.push({
      name: "license",
      type: sectionTypes.progbits,
      flags: writable,
      data: Buffer.from(`${license}\0`),
    });
  }
  const ext = encodeExt(
    { functions: infos, lines: new Map(), core: new Map() },
    (text) => builder.string(text),
    hostIsLittleEndian,
  );
  sections.push({ name: ".BTF", type: sectionTypes.progbits, data: builder.encode(), align: 4 });
  sections.push({ name: ".BTF.ext", type: sectionTypes.progbits, data: ext, align: 4 });
  return writeElf(sections, placed.symbols, hostIsLittleEndian);
}

/** A program and the functions behind it, which libbpf wants to have in `.text`. */
function functionsOf(name: string, { section, instructions }: NewProgram): Function[] {
  checkName(name, "program");
  const called = new Set<string>();
  for (const item of instructions) {
    if (item instanceof Label || item.target?.kind !== "label") continue;
    if (item.opcode === 0x85 || item.slots === 2) called.add(item.target.name);
  }
  const functions: (Function & { items: Item[] })[] = [{ name, section, items: [], isStatic: false }];
  for (const item of instructions) {
    if (item instanceof Label && called.has(item.name)) {
      functions.push({ name: item.name, section: TEXT, items: [], isStatic: true });
    } else functions.at(-1)?.items.push(item);
  }
  return functions;
}

interface Placed {
  readonly functions: readonly (Function & { offset: number })[];
  readonly sections: readonly NewSection[];
  readonly symbols: readonly NewSymbol[];
}

function place(
  functions: readonly Function[],
  names: readonly string[],
  locals: readonly NewSymbol[],
  globals: readonly NewSymbol[],
): Placed {
  const taken = new Set<string>();
  for (const { name } of functions) {
    if (taken.has(name)) throw new AsmError(`function "${name}" is there twice`);
    taken.add(name);
  }
  // First to find out how long each is, then with the places of all.
  let forms: ObjectForm[] = [];
  let offsets: number[] = functions.map(() => 0);
  let symbols: NewSymbol[] = [];
  for (let pass = 0; pass < 2; pass++) {
    const own = functions.map((each, i) => functionSymbol(each, offsets[i] ?? 0, (forms[i]?.slots ?? 0) * 8));
    symbols = [
      ...locals,
      ...own.filter((s) => s.binding === 0),
      ...own.filter((s) => s.binding !== 0),
      ...globals,
    ];
    const view = viewOf(symbols, names);
    forms = functions.map(({ name, items }) => objectForm(view, items, name));
    const ends = new Map<string, number>();
    offsets = functions.map(({ section }, i) => {
      const at = ends.get(section) ?? 0;
      ends.set(section, at + (forms[i]?.slots ?? 0) * 8);
      return at;
    });
  }
  const sections: NewSection[] = [];
  for (const name of new Set([TEXT, ...functions.map(({ section }) => section)])) {
    const inside = functions.flatMap((each, i) => (each.section === name ? [i] : []));
    const data = Buffer.concat(inside.map((i) => encode((forms[i] as ObjectForm).instructions)));
    const flags = sectionFlags.alloc | sectionFlags.execInstr;
    sections.push({ name, type: sectionTypes.progbits, flags, data, align: 8 });
    const relocations = inside.flatMap((i) =>
      (forms[i] as ObjectForm).relocations.map((r) => ({ ...r, offset: r.offset + (offsets[i] as number) })),
    );
    if (relocations.length === 0) continue;
    const table = new DataView(new ArrayBuffer(relocations.length * 16));
    for (const [i, { offset, symbol, type }] of relocations.entries()) {
      table.setBigUint64(i * 16, BigInt(offset), hostIsLittleEndian);
      table.setBigUint64(i * 16 + 8, (BigInt(symbol) << 32n) | BigInt(type), hostIsLittleEndian);
    }
    const bytes = new Uint8Array(table.buffer);
    sections.push({ name: `.rel${name}`, type: sectionTypes.rel, data: bytes, relocates: name, align: 8 });
  }
  return {
    functions: functions.map((each, i) => ({ ...each, offset: offsets[i] as number })),
    sections,
    symbols,
  };
}

/** New symbols in the form of those that are read. */
function viewOf(symbols: readonly NewSymbol[], names: readonly string[]) {
  const section = (name: string | undefined) => (name === undefined ? 0 : names.indexOf(name) + 1);
  return {
    sections: [{ name: "" }, ...names.map((name) => ({ name }))],
    symbols: symbols.map(
      ({ name, section: of, value = 0, size = 0, type, binding }, i): ElfSymbol => ({
        index: i + 1,
        name,
        value,
        size,
        type,
        binding,
        visibility: 0,
        section: section(of),
      }),
    ),
  };
}

function functionSymbol({ name, section, isStatic }: Function, value: number, size: number): NewSymbol {
  const binding = isStatic ? symbolBindings.local : symbolBindings.global;
  return { name, section, value, size, type: symbolTypes.func, binding };
}

function objectSymbol(name: string, section: string, value: number, size: number): NewSymbol {
  return { name, section, value, size, type: symbolTypes.object, binding: symbolBindings.global };
}

// bpftool's linker wants a type for every symbol.
function describeLicense(builder: BtfBuilder, size: number): void {
  const char = builder.add({ kind: "int", name: "char", size: 1, signed: true });
  const type = builder.add({ kind: "array", type: char, length: size });
  const variable = builder.add({ kind: "var", name: "_license", type });
  builder.add({ kind: "datasec", name: "license", size, vars: [{ type: variable, offset: 0, size }] });
}

interface DataSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly constant: boolean;
  readonly symbols: readonly NewSymbol[];
}

function dataSections(builder: BtfBuilder, variables: Readonly<Record<string, NewVariable>>): DataSection[] {
  return [".data", ".rodata"].flatMap((section) => {
    const own = Object.entries(variables).filter(
      ([, { constant }]) => (constant === true) === (section === ".rodata"),
    );
    if (own.length === 0) return [];
    let end = 0;
    const vars: { type: TypeId; offset: number; size: number }[] = [];
    const symbols: NewSymbol[] = [];
    const writes: ((view: DataView) => void)[] = [];
    for (const [name, { type, value }] of own) {
      checkName(name, "variable");
      const codec = codecFrom(type);
      const offset = roundUpTo8(end);
      end = offset + codec.size;
      const variable = builder.add({ kind: "var", name, type: typeOf(builder, codec) });
      vars.push({ type: variable, offset, size: codec.size });
      symbols.push(objectSymbol(name, section, offset, codec.size));
      if (value !== undefined) writes.push((view) => codec.write(view, offset, value as never));
    }
    builder.add({ kind: "datasec", name: section, size: end, vars });
    const bytes = new Uint8Array(end);
    for (const write of writes) write(new DataView(bytes.buffer));
    return { name: section, bytes, constant: section === ".rodata", symbols };
  });
}

function mapSection(builder: BtfBuilder, maps: Readonly<Record<string, NewMap>>) {
  const entries = Object.entries(maps);
  if (entries.length === 0) return undefined;
  const vars: { type: TypeId; offset: number; size: number }[] = [];
  const symbols: NewSymbol[] = [];
  let end = 0;
  for (const [name, map] of entries) {
    checkName(name, "map");
    const members = membersOf(builder, name, map);
    const size = members.length * 8;
    const type = builder.add({
      kind: "struct",
      size,
      members: members.map((member, i) => ({ ...member, bitOffset: i * 64 })),
    });
    vars.push({ type: builder.add({ kind: "var", name, type }), offset: end, size });
    symbols.push(objectSymbol(name, ".maps", end, size));
    end += size;
  }
  builder.add({ kind: "datasec", name: ".maps", size: end, vars });
  return { bytes: new Uint8Array(end), symbols };
}

function membersOf(builder: BtfBuilder, name: string, map: NewMap): { name: string; type: TypeId }[] {
  const int = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  // libbpf reads a number out of the length of an array that is pointed to.
  const number = (what: string, value: number) => {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new InvalidArgumentError(
        `${what} of map "${name}": expected an integer from 0 to 4294967295, received ${value}`,
      );
    }
    return {
      name: what,
      type: builder.add({ kind: "ptr", type: { kind: "array", type: int, length: value } }),
    };
  };
  const pointer = (what: string, type: Description) => ({
    name: what,
    type: builder.add({ kind: "ptr", type: typeOf(builder, codecFrom(type)) }),
  });
  const flags = mapFlagBits(map.flags ?? []);
  const array = map.type.endsWith("array") && map.key === undefined;
  return [
    number("type", mapTypeNumber(map.type)),
    ...(map.maxEntries === undefined ? [] : [number("max_entries", map.maxEntries)]),
    ...(flags === 0 ? [] : [number("map_flags", flags)]),
    ...(map.pinning === "by-name" ? [number("pinning", 1)] : []),
    ...(map.key !== undefined ? [pointer("key", map.key)] : array ? [pointer("key", "u32")] : []),
    ...(map.value === undefined ? [] : [pointer("value", map.value)]),
  ];
}

function checkName(name: string, what: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return;
  throw new InvalidArgumentError(`${what} ${JSON.stringify(name)}: expected a name of C`);
}
