import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";

const NT_GNU_BUILD_ID = 3;

/**
 * The build ID of a program or library, in hexadecimal. Undefined if it has none. The separate file of its debug
 * information has the same build ID.
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
    // The ID follows the name, "GNU" and a NUL.
    if (words.u32(0) !== 4 || words.u32(8) !== NT_GNU_BUILD_ID || 16 + size > data.length) return undefined;
    return Buffer.from(data.buffer, data.byteOffset + 16, size).toString("hex");
  }
  return undefined;
}
