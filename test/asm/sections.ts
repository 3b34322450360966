import { readFileSync } from "node:fs";
import { ElfFile, sectionFlags, sectionTypes } from "../../lib/elf/index.ts";
import { builtObjects } from "../support/objects.ts";

export interface CodeSection {
  /** The object and the section. */
  readonly name: string;
  readonly path: string;
  readonly section: string;
  readonly data: Uint8Array;
  readonly littleEndian: boolean;
}

/** Every section with instructions of every object that the build has made. */
export function codeSections(): CodeSection[] {
  return builtObjects().flatMap((path) => {
    const elf = new ElfFile(readFileSync(path));
    return elf.sections
      .filter(
        (s) => s.type === sectionTypes.progbits && (s.flags & sectionFlags.execInstr) !== 0 && s.size > 0,
      )
      .map((s) => ({
        name: `${path.replace(/.*\/bpf\//, "")} ${s.name}`,
        path,
        section: s.name,
        data: s.data,
        littleEndian: elf.littleEndian,
      }));
  });
}
