import { ElfFile } from "../../lib/elf/index.ts";

const structures =
  /^(\.dynsym|\.dynstr|\.dynamic|\.gnu\.version.*|\.symtab|\.note\.stapsdt|\.stapsdt\.base|\.shstrtab)$/;

/** The regions of a program or library with its structure instead of its code: mutations there are effective. */
export function binaryRegions(bytes: Uint8Array): { start: number; end: number }[] {
  const { header, sections } = new ElfFile(bytes);
  const table = ({ offset, count, entrySize }: typeof header.sections) => ({
    start: offset,
    end: offset + count * entrySize,
  });
  return [
    { start: 0, end: 64 },
    table(header.segments),
    table(header.sections),
    ...sections
      .filter(({ name }) => structures.test(name))
      .map(({ offset, size }) => ({ start: offset, end: offset + size })),
  ];
}
