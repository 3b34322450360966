import { Btf } from "../../btf/index.ts";
import type { FieldMeanings, ObjectCodecs } from "../../codec/index.ts";
import { type ElfSection, readBpfObject, sectionTypes } from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import type { MapDefinition } from "../defined-map.ts";
import type { KconfigDefinition } from "../kconfig-spec.ts";
import type { KsymSpec } from "../ksym-spec.ts";
import type { ProgramDefinition } from "../program-spec.ts";
import type { VariableDefinition } from "../variable-spec.ts";
import { readBtfMaps } from "./btf-maps.ts";
import { readDataMaps } from "./data-maps.ts";
import { readExterns, readKconfigMap } from "./externs.ts";
import { readLegacyMaps } from "./legacy-maps.ts";
import { ObjectSource } from "./object-source.ts";
import { readPrograms } from "./programs.ts";
import { readStructOps } from "./struct-ops.ts";
import { readVariables } from "./variables.ts";

/** The contents of an object as plain data. */
export interface ObjectDefinition {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly license: string;
  readonly kernelVersion: number | undefined;
  readonly btf: Btf | undefined;
  readonly maps: readonly MapDefinition[];
  readonly programs: readonly ProgramDefinition[];
  readonly variables: readonly VariableDefinition[];
  readonly kconfig: readonly KconfigDefinition[];
  readonly ksyms: readonly KsymSpec[];
  /** Given by the caller, not by the object. */
  readonly codecs?: ObjectCodecs | undefined;
  readonly fields?: FieldMeanings | undefined;
  readonly linkedFrom?: readonly Uint8Array[] | undefined;
}

/**
 * Reads an object file.
 *
 * @param name - libbpf's name of the object, a part of the names of its data sections in the kernel.
 * @throws {@link ElfError}, {@link NotBpfError}, {@link BtfError}, {@link NoBtfError}, {@link ObjectFormatError}
 */
export function readObject(bytes: Uint8Array, name: string): ObjectDefinition {
  const elf = readBpfObject(bytes);
  const btfSection = elf.section(".BTF");
  const btf = btfSection?.type === sectionTypes.progbits ? Btf.parse(btfSection.data) : undefined;
  const source = new ObjectSource(elf, btf);
  const externs = readExterns(source);
  const programs = readPrograms(source);
  return {
    name,
    bytes,
    littleEndian: elf.littleEndian,
    license: readLicense(elf.section("license")),
    kernelVersion: readKernelVersion(elf.section("version"), elf.littleEndian),
    btf,
    maps: [
      ...readBtfMaps(source),
      ...readLegacyMaps(source),
      ...readDataMaps(source, name),
      ...readKconfigMap(source, externs, name),
      ...readStructOps(source, programs),
    ],
    programs,
    variables: readVariables(source, externs),
    kconfig: externs.kconfig,
    ksyms: externs.ksyms,
  };
}

function readLicense(section: ElfSection | undefined): string {
  if (section === undefined) return "";
  const { buffer, byteOffset, byteLength } = section.data;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString();
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

function readKernelVersion(section: ElfSection | undefined, littleEndian: boolean): number | undefined {
  if (section === undefined) return undefined;
  if (section.data.length !== 4)
    throw new ObjectFormatError(`${section.data.length} bytes instead of 4`, { section: "version" });
  const { buffer, byteOffset } = section.data;
  return new DataView(buffer, byteOffset, 4).getUint32(0, littleEndian);
}
