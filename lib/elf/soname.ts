import { ElfError } from "../errors/index.ts";
import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";
import { StringTable } from "./string-table.ts";

const DT_SONAME = 14;

/**
 * The SONAME of a library, for example `libc.so.6`. Undefined if it has none.
 *
 * @throws {@link ElfError} when the file is malformed.
 */
export function soname(elf: ElfFile): string | undefined {
  const section = elf.sections.find(({ type }) => type === sectionTypes.dynamic);
  const strings = section && elf.sections[section.link];
  if (section === undefined || strings === undefined) return undefined;
  const words = elf.words(section.data);
  const size = elf.header.is64 ? 16 : 8;
  for (let at = 0; at + size <= section.data.length; at += size) {
    if (words.word(at) !== DT_SONAME) continue;
    const names = new StringTable(strings.data, (problem) => new ElfError(`ELF dynamic strings: ${problem}`));
    return names.at(words.word(at + size / 2));
  }
  return undefined;
}
