import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ElfFile, type ElfSymbol, symbolTypes } from "../../lib/elf/index.ts";
import { builtObjects } from "../support/objects.ts";
import { readByLlvm } from "./readelf.ts";

const objects = builtObjects().map((path) => ({ name: path.replace(/.*\/bpf\//, ""), path }));

test.each(objects)("$name: LLVM reads the same sections, symbols and relocations", ({ path }) => {
  const elf = new ElfFile(readFileSync(path));
  const theirs = readByLlvm(path);

  const sections = elf.sections.map(({ index, name, type, flags, size }) => ({
    index,
    name,
    type,
    flags,
    size,
  }));
  expect(sections).toEqual(
    theirs.Sections.map(({ Section: s }) => {
      return { index: s.Index, name: s.Name.Name, type: s.Type.Value, flags: s.Flags.Value, size: s.Size };
    }),
  );
  const offsets = elf.sections.filter((s) => s.data.length > 0).map((s) => s.offset);
  const inFile = theirs.Sections.filter(({ Section: s }) => s.Size > 0 && s.Type.Name !== "SHT_NOBITS");
  expect(offsets).toEqual(inFile.map(({ Section: s }) => s.Offset));

  // LLVM calls the symbol of a section by the section's name.
  const nameOf = (symbol: ElfSymbol): string =>
    symbol.type === symbolTypes.section ? (elf.sections[symbol.section]?.name ?? "") : symbol.name;
  const symbols = elf.symbols.map((symbol) => ({
    name: nameOf(symbol),
    value: symbol.value,
    size: symbol.size,
    binding: symbol.binding,
    type: symbol.type,
    visibility: symbol.visibility,
    section: symbol.section,
  }));
  expect(symbols).toEqual(
    theirs.Symbols.map(({ Symbol: s }) => ({
      name: s.Name.Name,
      value: s.Value,
      size: s.Size,
      binding: s.Binding.Value,
      type: s.Type.Value,
      visibility: s.Other.Value,
      section: s.Section.Value,
    })),
  );

  const relocations = elf.sections.flatMap((section) =>
    elf.relocations(section).map(({ offset, type, symbol }) => ({ offset, type, symbol: nameOf(symbol) })),
  );
  expect(relocations.sort(byPlace)).toEqual(
    theirs.Relocations.flatMap(({ Relocs }) => Relocs)
      .map(({ Relocation: r }) => ({ offset: r.Offset, type: r.Type.Value, symbol: r.Symbol.Name }))
      .sort(byPlace),
  );
});

interface Place {
  offset: number;
  type: number;
  symbol: string;
}

function byPlace(a: Place, b: Place): number {
  return a.offset - b.offset || a.type - b.type || (a.symbol < b.symbol ? -1 : 1);
}
