import { type ElfSection, sectionTypes } from "../../elf/index.ts";
import type { MapDefinition } from "../defined-map.ts";
import { mapFlags } from "../map-types.ts";
import { emptyDefinition } from "./map-definition.ts";
import { kernelMapName, kernelSectionName } from "./map-name.ts";
import type { ObjectSource } from "./object-source.ts";

/** One array map of one element for each data section. */
export function readDataMaps(source: ObjectSource, objectName: string): MapDefinition[] {
  return source.dataSections().map((section) => readDataMap(source, section, objectName));
}

function readDataMap(source: ObjectSource, section: ElfSection, objectName: string): MapDefinition {
  const map = emptyDefinition(section.name, section.name);
  const isPlain = [".data", ".rodata", ".bss"].includes(section.name) || section.type === sectionTypes.nobits;
  map.kernelName = isPlain ? kernelSectionName(objectName, section.name) : kernelMapName(section.name);
  map.type = "array";
  map.keySize = 4;
  map.valueSize = section.size;
  map.maxEntries = 1;
  map.value = source.btf?.find(section.name, "datasec")?.id;
  // libbpf maps only sections with global variables.
  const isShared = source.variables(section)?.some((variable) => variable.linkage !== "static") ?? false;
  map.flags = (isShared ? mapFlags.mmapable : 0) | (isConstant(section) ? mapFlags["rdonly-prog"] : 0);
  const bytes = section.type === sectionTypes.nobits ? undefined : section.data;
  map.data = { section: section.name, size: section.size, bytes };
  return map;
}

/** Whether a section such as `.rodata` is frozen when it is loaded. */
export function isConstant(section: ElfSection): boolean {
  return section.name === ".rodata" || section.name.startsWith(".rodata.");
}
