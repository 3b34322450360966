import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";

const NT_GNU_BUILD_ID = 3;

/**
 * The number that the linker gave to a program or library, in hexadecimal; undefined when it has none. The file of its
 * debug information has the same.
 *
 * @throws {@link ElfError} when the file is malformed.
 */
export function buildId(elf: ElfFile): string | undefined {
  for (const section of elf.sections) {
    if (section.type !== sectionTypes.note || section.name !== ".note.gnu.build-id") continue;
    const { data } = section;
    if (data.length < 16) return undefined;
    const words = elf.words(data);
    const size = words.u32(4);
    // The name, "GNU" and a NUL, is before it.
    if (words.u32(0) !== 4 || words.u32(8) !== NT_GNU_BUILD_ID || 16 + size > data.length) return undefined;
    return Buffer.from(data.buffer, data.byteOffset + 16, size).toString("hex");
  }
  return undefined;
}
