import { isDeepStrictEqual } from "node:util";
import { ElfFile } from "../../lib/elf/index.ts";
import { asm } from "../../lib/index.ts";
import { isLegacyMap, type MapSpec, type ObjectSpec, type ProgramSpec } from "../../lib/spec/index.ts";
import { JUMP_TABLES, jumpTablesOf } from "../../lib/spec/jump-tables.ts";
import { isLegacyMapSection } from "../../lib/spec/map-sections.ts";
import { checkSameTypes } from "./check-btf.ts";

/**
 * Writes an object after a prologue was added to each program, and compares what is read from it: maps, variables,
 * programs with references, lines of C and CO-RE relocations, types, and the sections and relocations that are not code.
 *
 * @param read - Reads an object.
 * @returns the number of programs.
 * @throws Error for the first difference.
 */
export function checkObject(spec: ObjectSpec, read: (bytes: Uint8Array) => ObjectSpec): number {
  const programs = Object.values(spec.programs);
  for (const program of programs) {
    const line = program.instructions.find((item) => item instanceof asm.Instruction)?.origin?.line;
    program.instructions = [asm.mov(asm.r0, 0).with({ origin: line && { line } }), ...program.instructions];
  }
  const again = read(spec.toBytes());
  same("license", spec.license, again.license);
  same("programs", Object.keys(spec.programs), Object.keys(again.programs));
  same("maps", Object.keys(spec.maps), Object.keys(again.maps));
  same("variables", Object.keys(spec.variables), Object.keys(again.variables));
  same("externs", [spec.kconfig, spec.ksyms], [again.kconfig, again.ksyms]);
  for (const program of programs) sameProgram(program, again.programs[program.name] as ProgramSpec);
  // Legacy maps get a definition in BTF.
  const isLegacy = Object.values(spec.maps).some(isLegacyMap);
  for (const [name, map] of Object.entries(spec.maps)) {
    const other = again.maps[name] as MapSpec;
    same(`map ${name}`, mapFields(map), mapFields(other));
    if (!isLegacyMap(map)) same(`declaration of map ${name}`, map.declaration, other.declaration);
  }
  for (const [name, { section, type, bytes }] of Object.entries(spec.variables)) {
    const { section: s, type: t, bytes: b } = again.variables[name] as (typeof spec.variables)[string];
    same(`variable ${name}`, [section, type, bytes], [s, t, b]);
  }
  if (!isLegacy) {
    same("BTF", spec.btf === undefined, again.btf === undefined);
    if (spec.btf !== undefined && again.btf !== undefined) checkSameTypes(spec.btf, again.btf);
  }
  const elfs = [new ElfFile(spec.bytes), new ElfFile(again.bytes)] as const;
  sameSections(...elfs);
  sameJumpTables(...elfs, programs);
  return programs.length;
}

function sameProgram(before: ProgramSpec, after: ProgramSpec): void {
  const { name, section, type } = before;
  same(`program ${name}`, [section, type], [after.section, after.type]);
  same(`length of program ${name}`, before.instructions.length, after.instructions.length);
  const items = numbered(after.instructions);
  for (const [i, item] of numbered(before.instructions).entries())
    same(`item ${i} of program ${name}`, item, items[i]);
}

/** Labels that have no name in the object are called by their slot, which the prologue moves: numbers them. */
function numbered(items: readonly asm.Item[]): unknown[] {
  const numbers = new Map<string, number>();
  for (const item of items)
    if (item instanceof asm.Label && /^L\d+$/.test(item.name)) numbers.set(item.name, numbers.size);
  const nameOf = (name: string) => (numbers.has(name) ? `label ${numbers.get(name)}` : name);
  return items.map((item) => {
    if (item instanceof asm.Label) return nameOf(item.name);
    const { target } = item;
    return target?.kind === "label" ? { ...item, target: { ...target, name: nameOf(target.name) } } : item;
  });
}

function mapFields(map: MapSpec): unknown {
  const { type, keySize, valueSize, maxEntries, flagBits, numaNode, mapExtra, pinning, contents } = map;
  const { key, value, inner, slots, structOps } = map;
  const innerFields = inner === undefined ? undefined : mapFields(inner);
  return {
    ...{ type, keySize, valueSize, maxEntries, flagBits, numaNode, mapExtra, pinning, contents },
    ...{ key, value, inner: innerFields, slots, structOps },
  };
}

const rewritten = /^(\.(BTF(\.ext)?|symtab|strtab|shstrtab|debug_.*|rela?.*|llvm_addrsig))$/;
const EXECUTABLE = 4;

function sameSections(before: ElfFile, after: ElfFile): void {
  for (const section of before.sections) {
    const { name, type, flags } = section;
    if (name === "" || rewritten.test(name) || isLegacyMapSection(name)) continue;
    const other = after.section(name);
    if (other === undefined) throw new Error(`section ${name} is missing`);
    same(`section ${name}`, [type, flags], [other.type, other.flags]);
    if ((flags & EXECUTABLE) !== 0 || name === JUMP_TABLES) continue;
    // Legacy maps are added behind the maps of this section.
    const data = name === ".maps" ? other.data.subarray(0, section.data.length) : other.data;
    same(
      `bytes of section ${name}`,
      Buffer.from(section.data).toString("hex"),
      Buffer.from(data).toString("hex"),
    );
    const of = (elf: ElfFile, target: typeof section) =>
      elf.relocations(target).map(({ offset, type: kind, symbol }) => [offset, kind, symbol.name]);
    same(`relocations of section ${name}`, of(before, section), of(after, other));
  }
}

/** Compares the places that jump tables lead to, which the prologues moved. */
function sameJumpTables(before: ElfFile, after: ElfFile, programs: readonly ProgramSpec[]): void {
  for (const section of before.sections) {
    const starts = programs
      .filter((program) => program.section === section.name.replace(/^\?/, ""))
      .map(({ instructionOffset }) => instructionOffset * 8);
    // A table of another program leads to the start of this one, in front of its prologue.
    const moved = (place: number, user: number) => {
      const own = Math.max(...starts.filter((start) => start <= user));
      return place + 8 * starts.filter((start) => start < place || (start === place && start === own)).length;
    };
    const expected = jumpTablesOf(before, section).flatMap(({ entries, user }) =>
      entries.map(({ place }) => moved(place, user)),
    );
    const other = after.section(section.name);
    const found = other === undefined ? [] : jumpTablesOf(after, other).flatMap(({ entries }) => entries);
    same(
      `jump tables of ${section.name}`,
      expected,
      found.map(({ place }) => place),
    );
  }
}

function same(what: string, before: unknown, after: unknown): void {
  if (!isDeepStrictEqual(before, after)) throw new Error(`${what}: ${text(before)} became ${text(after)}`);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === "bigint") return `${part}n`;
    return part instanceof Map ? [...part] : part;
  });
}
