import type { Btf, BtfComposite } from "../../btf/index.ts";
import { type ElfSection, sectionTypes } from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import type { MapDefinition } from "../defined-map.ts";
import { mapFlags } from "../map-types.ts";
import type { ProgramDefinition } from "../program-spec.ts";
import { emptyDefinition } from "./map-definition.ts";
import { lastAtOrBefore, type ObjectSource, type SectionVariable } from "./object-source.ts";

const sections = [".struct_ops", ".struct_ops.link", "?.struct_ops", "?.struct_ops.link"];

/** One map for each struct of callbacks, in the order of the object. */
export function readStructOps(source: ObjectSource, programs: readonly ProgramDefinition[]): MapDefinition[] {
  return source.elf.sections
    .filter((s) => sections.includes(s.name) && s.type === sectionTypes.progbits && s.size > 0)
    .flatMap((section) => readSection(source, section, programs));
}

function readSection(
  source: ObjectSource,
  section: ElfSection,
  programs: readonly ProgramDefinition[],
): MapDefinition[] {
  const btf = source.needBtf("struct_ops maps");
  const variables = source.variables(section);
  if (variables === undefined)
    throw new ObjectFormatError("BTF does not list its variables", { section: section.name });
  const members = readMembers(source, section, variables, programs);
  const callable = programs.filter(({ type }) => type === "struct-ops").map(({ name }) => name);
  return variables.map((variable) => {
    const struct = structOf(btf, section, variable);
    const map = emptyDefinition(variable.name, section.name.replace(/^\?/, ""));
    map.type = "struct-ops";
    map.declaration = variable.declaration;
    map.keySize = 4;
    map.valueSize = struct.size;
    map.maxEntries = 1;
    map.value = struct.id;
    map.flags = map.section === ".struct_ops.link" ? mapFlags.link : 0;
    map.autocreate = !section.name.startsWith("?");
    const bytes = section.data.subarray(variable.offset, variable.offset + struct.size);
    map.data = { section: undefined, size: struct.size, bytes };
    const callbacks = members.get(variable) ?? new Map<string, string>();
    map.structOps = {
      type: struct.id,
      typeName: struct.name,
      programs: callbacks,
      callable,
      sectionIndex: section.index,
      offset: variable.offset,
    };
    return map;
  });
}

function structOf(btf: Btf, section: ElfSection, variable: SectionVariable): BtfComposite {
  const struct = btf.resolve(variable.type);
  if (struct.kind !== "struct" || struct.name === "") {
    throw new ObjectFormatError(`"${variable.name}" is of ${struct.kind} "${struct.name}"`, {
      section: section.name,
    });
  }
  if (variable.offset + struct.size > section.size) {
    throw new ObjectFormatError(`"${variable.name}" reaches beyond it`, { section: section.name });
  }
  return struct;
}

// Each callback is a relocation of the member that points to it.
function readMembers(
  source: ObjectSource,
  section: ElfSection,
  variables: readonly SectionVariable[],
  programs: readonly ProgramDefinition[],
): Map<SectionVariable, Map<string, string>> {
  const btf = source.needBtf("struct_ops maps");
  const members = new Map<SectionVariable, Map<string, string>>();
  for (const { offset, symbol } of source.elf.relocations(section)) {
    const variable = lastAtOrBefore(variables, offset, (v) => v.offset);
    const struct = variable && structOf(btf, section, variable);
    const at = (offset - (variable?.offset ?? 0)) * 8;
    const member = struct?.members.find((m) => m.bitOffset === at);
    const inSection = programs.filter((p) => p.sectionIndex === symbol.section);
    const program = lastAtOrBefore(inSection, symbol.value / 8, (p) => p.instructionOffset);
    if (variable === undefined || member === undefined || program === undefined) {
      throw new ObjectFormatError(`no callback of a struct is at byte ${offset}`, { section: section.name });
    }
    const found = members.get(variable) ?? new Map<string, string>();
    found.set(member.name, program.name);
    members.set(variable, found);
  }
  return members;
}
