import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Item, Label } from "../asm/index.ts";
import { BtfExt, type LineInfo } from "../btf/index.ts";
import { readBpfObject } from "../elf/index.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { LoggedLine } from "../verifier/log.ts";
import type { SourceFunction, SourceLines, SourcePlace } from "../verifier/source-lines.ts";

/**
 * The lines of C of a program. The line information of the object covers every instruction. The log covers only some,
 * and only newer kernels print the file and line.
 */
export function sourceLines(spec: ObjectSpec, program: string): SourceLines {
  const sections = readLines(spec);
  const known = Object.values(spec.programs).find(({ name }) => name === program);
  const functions = known === undefined ? [] : functionsOf(spec, known);
  const all = [...sections.values()].flat();
  const sources = new Map<string, readonly string[] | undefined>();
  const source = (file: string) => {
    if (!sources.has(file)) sources.set(file, readSource(file, all));
    return sources.get(file);
  };
  return {
    place(index, logged) {
      const edited = known?.editedInstructions;
      if (edited !== undefined) return lineOf(edited, index) ?? loggedPlace(logged, all);
      const within = functions.find(({ first, end }) => first <= index && index < end);
      if (within === undefined) return loggedPlace(logged, all);
      const start = 8 * within.start;
      const offset = start + 8 * (index - within.first);
      const line = sections
        .get(within.section)
        ?.findLast((each) => each.offset >= start && each.offset <= offset);
      return line ?? loggedPlace(logged, all);
    },
    functions,
    calls(helper) {
      const found: SourcePlace[] = [];
      for (const [section, infos] of sections) {
        const name = section.replace(/^\?/, "");
        if (name !== ".text" && name !== known?.section) continue;
        const isOwn = name === known?.section && name !== ".text";
        const first = isOwn && known ? 8 * known.instructionOffset : 0;
        const end = isOwn && known ? first + 8 * known.instructionCount : Number.POSITIVE_INFINITY;
        for (const offset of helperCalls(spec, name, helper)) {
          const info = infos.findLast((each) => each.offset <= offset);
          if (offset >= first && offset < end && info !== undefined) found.push(info);
        }
      }
      return found;
    },
    text(file, line) {
      const info = all.find((each) => each.line === line && each.file === file);
      return info?.text ?? source(file)?.[line - 1]?.trim();
    },
    next(file, line) {
      let next: number | undefined;
      for (const each of all)
        if (each.file === file && each.line > line && (next === undefined || each.line < next))
          next = each.line;
      return next;
    },
  };
}

interface LoadedFunction extends SourceFunction {
  /** The name of the function's section, and its first instruction in the section. */
  readonly section: string;
  readonly start: number;
}

/**
 * The functions of a program in the order in which libbpf loads them. Empty if the instructions were edited or cannot
 * be read.
 */
function functionsOf({ bytes, btf }: ObjectSpec, program: ProgramSpec): LoadedFunction[] {
  if (program.editedInstructions !== undefined) return [];
  try {
    const { sections } = readBpfObject(bytes);
    return program.loadedFunctions().map(({ name, section, start, end, loadedAt, uses, maps, externs }) => {
      const type = btf?.find(name, "func");
      const loaded = (bySlot: ReadonlyMap<number, string>) =>
        new Map([...bySlot].map(([slot, used]) => [slot - start + loadedAt, used]));
      const proto = type?.kind === "func" ? btf?.resolve(type.type) : undefined;
      return {
        name,
        first: loadedAt,
        end: loadedAt + end - start,
        uses: loaded(uses),
        maps: loaded(maps),
        externs: loaded(externs),
        parameters: proto?.kind === "func-proto" ? proto.params.map((each) => each.name) : [],
        section: sections[section]?.name ?? "",
        start,
      };
    });
  } catch {
    return [];
  }
}

/** The last line that begins at or before a slot, for edited instructions. */
function lineOf(items: readonly Item[], slot: number): SourcePlace | undefined {
  let line: SourcePlace | undefined;
  let at = 0;
  for (const item of items) {
    if (item instanceof Label) continue;
    if (at > slot) return line;
    line = item.origin?.line ?? line;
    at += item.slots;
  }
  return at > slot ? line : undefined;
}

function loggedPlace(logged: LoggedLine | undefined, all: readonly LineInfo[]): SourcePlace | undefined {
  if (logged === undefined) return undefined;
  const [, file, line] = /^(.*):(\d+)$/.exec(logged.place ?? "") ?? [];
  const places = all.filter(
    (each) =>
      each.text === logged.text &&
      (file === undefined || (basename(each.file) === file && each.line === Number(line))),
  );
  const [first] = places;
  if (first === undefined) return undefined;
  const sameLine = places.every((each) => each.line === first.line && each.file === first.file);
  if (!sameLine) return undefined;
  return places.every(({ column }) => column === first.column) ? first : { ...first, column: 0 };
}

/** Offsets of the calls of a helper in a section: opcode 0x85, no source register, the helper's number. */
function helperCalls({ bytes, littleEndian }: ObjectSpec, section: string, helper: number): number[] {
  const elf = readBpfObject(bytes);
  const data = (elf.section(section) ?? elf.section(`?${section}`))?.data;
  if (data === undefined) return [];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const offsets: number[] = [];
  for (let at = 0; at + 8 <= data.length; at += 8) {
    const source = littleEndian ? (data[at + 1] as number) >> 4 : (data[at + 1] as number) & 0xf;
    if (data[at] === 0x85 && source === 0 && view.getInt32(at + 4, littleEndian) === helper) offsets.push(at);
  }
  return offsets;
}

/** The lines of the C file, if the file exists and its text is that of the line information. */
function readSource(file: string, all: readonly LineInfo[]): readonly string[] | undefined {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    const own = all.filter((each) => each.file === file && each.line > 0);
    return own.every(({ line, text }) => lines[line - 1]?.trim() === text) ? lines : undefined;
  } catch {
    return undefined;
  }
}

/** The line information of an object by section; empty when it has none, or none that can be read. */
function readLines({ bytes, btf }: ObjectSpec): ReadonlyMap<string, readonly LineInfo[]> {
  try {
    const data = readBpfObject(bytes).section(".BTF.ext")?.data;
    if (btf !== undefined && data !== undefined) return new BtfExt(data, btf).lines;
  } catch {
    // Broken line information must not hide the refusal.
  }
  return new Map();
}
