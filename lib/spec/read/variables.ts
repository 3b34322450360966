import type { Btf } from "../../btf/index.ts";
import { type ElfSection, symbolBindings, symbolTypes } from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import type { VariableDefinition } from "../variable-spec.ts";
import { arenaSection } from "./btf-maps.ts";
import { isConstant } from "./data-maps.ts";
import type { Externs } from "./externs.ts";
import type { ObjectSource, SectionVariable } from "./object-source.ts";
import { uniqueNames } from "./unique-names.ts";

/** A variable whose name in the spec is not decided yet. */
type Unnamed = Omit<VariableDefinition, "name"> & { name: string };

/** All global variables by section, with unique names. */
export function readVariables(source: ObjectSource, externs: Externs): VariableDefinition[] {
  const arena = arenaSection(source);
  const sections = arena === undefined ? source.dataSections() : [...source.dataSections(), arena];
  const variables = [
    ...sections.flatMap((section) => readSection(source, section)),
    ...kconfigVariables(externs),
  ];
  const names = uniqueNames(variables.map(({ cName, isStatic }) => ({ name: cName, isLocal: isStatic })));
  // Not copied, because every load would pay for the copy.
  for (const [i, variable] of variables.entries()) variable.name = names[i] as string;
  return variables;
}

function readSection(source: ObjectSource, section: ElfSection): Unnamed[] {
  const constant = isConstant(section);
  const untyped = untypedVariables(source, section, constant);
  const typed = source.variables(section);
  if (typed === undefined) return untyped;
  // Global symbols of a file without BTF that was linked with a file that has BTF. The constants of the compiler are
  // local.
  const declared = new Set(typed.map(({ name }) => name));
  const others = untyped.filter(({ cName, isStatic }) => !isStatic && !declared.has(cName));
  const last = typed.at(-1);
  const variables = typed
    .filter((variable) => variable.name !== "" && variable.linkage !== "extern")
    .map((variable) => {
      const { name, declaration, type, linkage, offset, size } = variable;
      const typeSize = source.btf?.sizeof(type) ?? 0;
      if (typeSize > size) {
        throw new ObjectFormatError(`variable "${name}" takes ${size} bytes, its type ${typeSize}`, {
          section: section.name,
        });
      }
      return {
        name,
        cName: name,
        section: section.name,
        declaration,
        type,
        offset,
        size,
        isStatic: linkage === "static",
        constant,
        elementSize: variable === last ? elementSize(source.btf, variable) : undefined,
      };
    });
  return others.length === 0 ? variables : [...variables, ...others].sort((a, b) => a.offset - b.offset);
}

/** The size of an element of an array in bytes. */
function elementSize(btf: Btf | undefined, { type }: SectionVariable): number | undefined {
  const array = btf?.resolve(type);
  return array?.kind === "array" ? btf?.sizeof(array.type) : undefined;
}

// Without BTF, symbols give the positions of the variables.
function untypedVariables(source: ObjectSource, section: ElfSection, constant: boolean): Unnamed[] {
  return source
    .symbolsIn(section)
    .filter((s) => s.type === symbolTypes.object && s.name !== "" && s.value + s.size <= section.size)
    .map((s) => ({
      name: s.name,
      cName: s.name,
      section: section.name,
      declaration: undefined,
      type: undefined,
      offset: s.value,
      size: s.size,
      isStatic: s.binding === symbolBindings.local,
      constant,
      elementSize: undefined,
    }))
    .sort((a, b) => a.offset - b.offset);
}

function kconfigVariables(externs: Externs): Unnamed[] {
  return externs.kconfig.map(({ name, declaration, type, offset, size }) => ({
    name,
    cName: name,
    section: ".kconfig",
    declaration,
    type,
    offset,
    size,
    isStatic: false,
    constant: true,
    elementSize: undefined,
  }));
}
