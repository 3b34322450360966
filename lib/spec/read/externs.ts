import type { Btf, BtfType, TypeId } from "../../btf/index.ts";
import { type ElfSymbol, symbolBindings, symbolTypes } from "../../elf/index.ts";
import { NoBtfError, ObjectFormatError } from "../../errors/index.ts";
import type { MapDefinition } from "../defined-map.ts";
import type { KconfigDefinition, KconfigKind } from "../kconfig-spec.ts";
import type { KsymSpec } from "../ksym-spec.ts";
import { mapFlags } from "../map-types.ts";
import { emptyDefinition } from "./map-definition.ts";
import { kernelSectionName } from "./map-name.ts";
import type { ObjectSource } from "./object-source.ts";

export interface Externs {
  /** In the order of their offsets in the `.kconfig` map. */
  readonly kconfig: readonly KconfigDefinition[];
  readonly ksyms: readonly KsymSpec[];
}

function isExtern(symbol: ElfSymbol): boolean {
  const { global, weak } = symbolBindings;
  return (
    symbol.section === 0 &&
    symbol.type === symbolTypes.none &&
    (symbol.binding === global || symbol.binding === weak) &&
    symbol.name !== ""
  );
}

/** The externs of the object: values of the kernel's configuration, addresses of its variables and functions. */
export function readExterns(source: ObjectSource): Externs {
  const symbols = source.elf.symbols.filter(isExtern);
  if (symbols.length === 0) return { kconfig: [], ksyms: [] };
  const btf = source.needBtf("externs");
  const kconfigIds = idsIn(btf, ".kconfig");

  const kconfig: KconfigDefinition[] = [];
  const ksyms: KsymSpec[] = [];
  for (const symbol of symbols) {
    const type = declarationOf(btf, symbol.name);
    if (type === undefined || (type.kind !== "var" && type.kind !== "func")) {
      throw new NoBtfError(`extern "${symbol.name}" is not described by BTF`);
    }
    if (type.linkage !== "extern") {
      throw new ObjectFormatError(`"${symbol.name}" is an extern symbol, and ${type.linkage} in BTF`, {
        section: ".BTF",
      });
    }
    const isWeak = symbol.binding === symbolBindings.weak;
    if (kconfigIds.has(type.id)) kconfig.push(readKconfig(btf, type, isWeak));
    else ksyms.push(readKsym(btf, type, isWeak));
  }
  return { kconfig: layOut(kconfig), ksyms };
}

// A static variable or function of another file may have the same name.
function declarationOf(btf: Btf, name: string): BtfType | undefined {
  const all = btf.findAll(name).filter((type) => type.kind === "var" || type.kind === "func");
  return all.find(({ linkage }) => linkage === "extern") ?? all[0];
}

function idsIn(btf: Btf, section: string): Set<TypeId> {
  const datasec = btf.find(section, "datasec");
  return new Set(datasec?.kind === "datasec" ? datasec.vars.map((v) => v.type) : []);
}

function readKsym(btf: Btf, type: BtfType & { type: TypeId }, isWeak: boolean): KsymSpec {
  const target = btf.resolve(type.type);
  return {
    name: type.name,
    kind: type.kind === "func" ? "function" : "variable",
    type: target.kind === "void" ? undefined : target.id,
    weak: isWeak,
  };
}

function readKconfig(btf: Btf, type: BtfType & { type: TypeId }, isWeak: boolean): KconfigDefinition {
  const kind = type.kind === "var" ? kconfigKind(btf, btf.resolve(type.type)) : undefined;
  if (kind === undefined) {
    throw new ObjectFormatError(`"${type.name}" is of a type that no configuration has`, {
      section: ".kconfig",
    });
  }
  const { name, id } = type;
  return {
    name,
    kind,
    declaration: id,
    type: type.type,
    size: btf.sizeof(type.type),
    offset: 0,
    weak: isWeak,
  };
}

function kconfigKind(btf: Btf, type: BtfType): KconfigKind | undefined {
  switch (type.kind) {
    case "int":
      if (type.bool) return type.size === 1 ? "bool" : undefined;
      if (type.size === 1) return "char";
      return [2, 4, 8].includes(type.size) ? "int" : undefined;
    case "enum":
      return type.size === 4 && type.name === "libbpf_tristate" ? "tristate" : undefined;
    case "enum64":
      return type.name === "libbpf_tristate" ? "tristate" : undefined;
    case "array": {
      // libbpf reads lines of 4096 bytes.
      if (type.length === 0 || type.length > 4096) return undefined;
      const element = btf.resolve(type.type);
      return element.kind === "int" && kconfigKind(btf, element) === "char" ? "string" : undefined;
    }
    default:
      return undefined;
  }
}

// libbpf's layout of the map: by alignment downwards, then by size, then by name.
function layOut(externs: KconfigDefinition[]): KconfigDefinition[] {
  const alignOf = (extern: KconfigDefinition): number => (extern.kind === "string" ? 1 : extern.size);
  let end = 0;
  return externs
    .sort(
      (a, b) =>
        alignOf(b) - alignOf(a) ||
        a.size - b.size ||
        Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
    )
    .map((extern) => {
      const offset = Math.ceil(end / alignOf(extern)) * alignOf(extern);
      end = offset + extern.size;
      return { ...extern, offset };
    });
}

/** The map that libbpf fills with the kernel's configuration. */
export function readKconfigMap(source: ObjectSource, externs: Externs, objectName: string): MapDefinition[] {
  const last = externs.kconfig.at(-1);
  if (last === undefined) return [];
  const map = emptyDefinition(".kconfig", ".kconfig");
  map.kernelName = kernelSectionName(objectName, ".kconfig");
  map.type = "array";
  map.keySize = 4;
  map.valueSize = last.offset + last.size;
  map.maxEntries = 1;
  map.flags = mapFlags["rdonly-prog"] | mapFlags.mmapable;
  map.value = source.btf?.find(".kconfig", "datasec")?.id;
  map.data = { section: ".kconfig", size: map.valueSize, bytes: undefined };
  return [map];
}
