import type { Btf, TypeId } from "../../btf/index.ts";
import { type ElfSection, sectionFlags, sectionTypes, symbolBindings, symbolTypes } from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import { meaningOfSection } from "../../hooks/index.ts";
import type { ProgramDefinition } from "../program-spec.ts";
import type { ObjectSource } from "./object-source.ts";

const INSTRUCTION = 8;

/** The programs by section and offset. Functions in `.text` are subprograms. */
export function readPrograms(source: ObjectSource): ProgramDefinition[] {
  return source.elf.sections
    .filter((s) => s.type === sectionTypes.progbits && (s.flags & sectionFlags.execInstr) !== 0)
    .filter((s) => s.size > 0 && s.name !== ".text")
    .flatMap((section) => readSection(source, section));
}

function readSection(source: ObjectSource, section: ElfSection): ProgramDefinition[] {
  const isOptional = section.name.startsWith("?");
  const name = isOptional ? section.name.slice(1) : section.name;
  const meaning = meaningOfSection(name);
  return source
    .symbolsIn(section)
    .filter((symbol) => symbol.type === symbolTypes.func)
    .map((symbol) => {
      const refuse = (problem: string): ObjectFormatError =>
        new ObjectFormatError(`program "${symbol.name}" ${problem}`, { section: section.name });
      if (symbol.value + symbol.size > section.size) throw refuse("reaches beyond its section");
      if (symbol.binding === symbolBindings.local) throw refuse("is static");
      if (symbol.size === 0 || symbol.size % INSTRUCTION !== 0 || symbol.value % INSTRUCTION !== 0) {
        throw refuse(`takes ${symbol.size} bytes at ${symbol.value}, which are no instructions`);
      }
      return {
        name: symbol.name,
        section: name,
        type: meaning.type,
        attachType: meaning.attachType,
        attachTo: meaning.target,
        sleepable: meaning.flags.includes("sleepable"),
        xdpFrags: meaning.flags.includes("xdp-frags"),
        autoload: !isOptional,
        func: functionOf(source.btf, symbol.name),
        instructionCount: symbol.size / INSTRUCTION,
        instructionOffset: symbol.value / INSTRUCTION,
        sectionIndex: section.index,
      };
    })
    .sort((a, b) => a.instructionOffset - b.instructionOffset);
}

// A static function of another file may have the same name, but no program is static.
function functionOf(btf: Btf | undefined, name: string): TypeId | undefined {
  const all = btf?.findAll(name).filter((type) => type.kind === "func") ?? [];
  return (all.find(({ linkage }) => linkage === "global") ?? all[0])?.id;
}
