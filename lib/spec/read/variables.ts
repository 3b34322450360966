import { type ElfSection, symbolBindings, symbolTypes } from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors.ts";
import type { VariableDefinition } from "../variable-spec.ts";
import { arenaSection } from "./btf-maps.ts";
import { isConstant } from "./data-maps.ts";
import type { Externs } from "./externs.ts";
import type { Source } from "./source.ts";

/** Every global variable, section by section. */
export function readVariables(source: Source, externs: Externs): VariableDefinition[] {
  const arena = arenaSection(source);
  const sections = arena === undefined ? source.dataSections() : [...source.dataSections(), arena];
  return [...sections.flatMap((section) => readSection(source, section)), ...kconfigVariables(externs)];
}

function readSection(source: Source, section: ElfSection): VariableDefinition[] {
  const constant = isConstant(section);
  const typed = source.variables(section);
  if (typed === undefined) return untypedVariables(source, section, constant);
  return typed
    .filter((variable) => variable.name !== "" && variable.linkage !== "extern")
    .map(({ name, type, linkage, offset, size }) => {
      const typeSize = source.btf?.sizeof(type) ?? 0;
      if (typeSize > size) {
        throw new ObjectFormatError(
          section.name,
          `variable "${name}" takes ${size} bytes, its type ${typeSize}`,
        );
      }
      return { name, section: section.name, type, offset, size, isStatic: linkage === "static", constant };
    });
}

// Without BTF the symbols still tell where the variables are.
function untypedVariables(source: Source, section: ElfSection, constant: boolean): VariableDefinition[] {
  return source
    .symbolsIn(section)
    .filter((s) => s.type === symbolTypes.object && s.name !== "" && s.value + s.size <= section.size)
    .map((s) => ({
      name: s.name,
      section: section.name,
      type: undefined,
      offset: s.value,
      size: s.size,
      isStatic: s.binding === symbolBindings.local,
      constant,
    }))
    .sort((a, b) => a.offset - b.offset);
}

function kconfigVariables(externs: Externs): VariableDefinition[] {
  return externs.kconfig.map(({ name, type, offset, size }) => {
    return { name, section: ".kconfig", type, offset, size, isStatic: false, constant: true };
  });
}
