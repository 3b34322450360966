import { type Btf, BtfExt, type LineInfo } from "../btf/index.ts";
import type { ElfFile } from "../elf/index.ts";
import type { Code } from "./code.ts";
import type { Locals } from "./locals.ts";
import type { SendPlace } from "./sends.ts";

/** The lines of source of the instructions of an object. */
export class SourceLines {
  readonly #elf: ElfFile;
  readonly #code: Code;
  readonly #locals: Locals;
  readonly #lines: ReadonlyMap<string, readonly LineInfo[]> | undefined;

  constructor(elf: ElfFile, btf: Btf, code: Code, locals: Locals) {
    const data = elf.section(".BTF.ext")?.data;
    this.#elf = elf;
    this.#code = code;
    this.#locals = locals;
    this.#lines = data === undefined ? undefined : new BtfExt(data, btf).lines;
  }

  /** The line of an instruction. Undefined if the object has no line information. */
  at({ section, slot }: SendPlace, isWanted: (file: string) => boolean = () => true): LineInfo | undefined {
    const lines = this.#lines?.get(this.#elf.sections[section]?.name ?? "") ?? [];
    const start = (this.#code.functionOf(section, slot)?.start ?? 0) * 8;
    for (let i = lastUpTo(lines, slot * 8); i >= 0; i--) {
      const line = lines[i] as LineInfo;
      if (line.offset < start) return undefined;
      if (isWanted(line.file)) return line;
    }
    return undefined;
  }

  /** Returns the innermost line of a source file. Uses a line of a header only if there is no other. */
  nameOf(places: readonly SendPlace[]): string | undefined {
    const innermostFirst = [...places].reverse();
    for (const place of innermostFirst) {
      const calls = this.#locals.inlinedCalls(place).reverse();
      const exact = [this.at(place), ...calls].find((line) => line !== undefined && isSource(line.file));
      if (exact !== undefined) return nameOf(exact);
    }
    // Without DWARF, the line before a part that was inlined from a header is near the call.
    for (const isWanted of [isSource, () => true])
      for (const place of innermostFirst) {
        const line = this.at(place, isWanted);
        if (line !== undefined) return nameOf(line);
      }
    return undefined;
  }
}

function nameOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file.replace(/^.*\//, "")}:${line}`;
}

/** The index of the last line that starts at an offset or before it. -1 if there is none. */
function lastUpTo(lines: readonly LineInfo[], offset: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] as LineInfo).offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isSource(file: string): boolean {
  return !file.endsWith(".h");
}
