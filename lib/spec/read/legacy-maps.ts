import { type ElfSection, symbolTypes } from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import type { MapDefinition } from "../defined-map.ts";
import { isLegacyMapSection } from "../map-sections.ts";
import { mapTypeName } from "../map-types.ts";
import { emptyDefinition } from "./map-definition.ts";
import type { ObjectSource } from "./object-source.ts";

// struct bpf_map_def: type, key_size, value_size, max_entries, map_flags. Old loaders had more fields after these.
const DEFINITION_SIZE = 20;

/**
 * The maps of `SEC("maps")`, the form of definitions before BTF. libbpf 1.0 and later refuse objects with such maps:
 * see lib/spec/write/define-maps.ts.
 */
export function readLegacyMaps(source: ObjectSource): MapDefinition[] {
  const sections = source.elf.sections.filter((s) => s.data.length > 0 && isLegacyMapSection(s.name));
  return sections.flatMap((section) => readSection(source, section));
}

function readSection(source: ObjectSource, section: ElfSection): MapDefinition[] {
  const symbols = source
    .symbolsIn(section)
    .filter((s) => s.name !== "")
    .filter((s) => s.type === symbolTypes.object || s.type === symbolTypes.none)
    .sort((a, b) => a.value - b.value);
  if (symbols.length === 0) return [];
  const stride = section.data.length / symbols.length;
  if (!Number.isInteger(stride) || stride < DEFINITION_SIZE) {
    throw new ObjectFormatError(`${symbols.length} maps in ${section.data.length} bytes`, {
      section: section.name,
    });
  }
  const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.byteLength);
  return symbols.map((symbol) => {
    if (symbol.value + DEFINITION_SIZE > view.byteLength) {
      throw new ObjectFormatError(`map "${symbol.name}" lies outside of it`, { section: section.name });
    }
    const word = (i: number): number => view.getUint32(symbol.value + i * 4, source.elf.littleEndian);
    const map = emptyDefinition(symbol.name, section.name);
    map.type = mapTypeName(word(0));
    map.keySize = word(1);
    map.valueSize = word(2);
    map.maxEntries = word(3);
    map.flags = word(4);
    return { ...map, ...annotatedTypes(source, map) };
  });
}

// BPF_ANNOTATE_KV_PAIR declares a struct of a key and a value.
function annotatedTypes(source: ObjectSource, map: MapDefinition): Partial<MapDefinition> {
  const struct = source.btf?.find(`____btf_map_${map.name}`, "struct");
  if (source.btf === undefined || struct?.kind !== "struct") return {};
  const [key, value] = struct.members;
  const fits = (type: number | undefined, size: number): number | undefined =>
    type !== undefined && source.btf?.sizeof(type) === size ? type : undefined;
  return { key: fits(key?.type, map.keySize), value: fits(value?.type, map.valueSize) };
}
