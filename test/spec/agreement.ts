import { native } from "../../lib/native/addon.ts";
import type { NativeInspection } from "../../lib/native/object.ts";
import {
  attachTypeNumber,
  isRingBuffer,
  type MapSpec,
  mapTypeNumber,
  ObjectSpec,
  programTypeNumber,
} from "../../lib/spec/index.ts";

type NativeMap = NativeInspection["maps"][number];
type NativeProgram = NativeInspection["programs"][number];

/**
 * An object as libbpf sees it and as we do, in the same words: what differs between the two is a fault of our readers.
 *
 * @throws What either of the two throws.
 */
export function bothViews(bytes: Uint8Array, name: string): { theirs: unknown; ours: unknown } {
  const inspection = native().objectInspect(bytes, name);
  const spec = ObjectSpec.fromBytes(bytes, { name });
  return {
    theirs: { maps: inspection.maps.map(theirMap), programs: inspection.programs.map(theirProgram) },
    ours: {
      maps: Object.values(spec.maps).map((map) => ourMap(spec, map)),
      programs: Object.values(spec.programs).map((program) => ({
        name: program.name,
        section: program.section,
        type: programTypeNumber(program.type),
        attachType: program.attachType === undefined ? 0 : attachTypeNumber(program.attachType),
        autoload: program.autoload,
        autoattach: program.autoattach,
        flags: program.flags,
        instructions: program.instructionCount,
      })),
    },
  };
}

function theirMap(map: NativeMap) {
  return {
    ...map,
    internal: undefined,
    // Their callbacks are pointers of this process.
    contents:
      map.type === mapTypeNumber("struct-ops") ? "struct_ops" : map.contents && Buffer.from(map.contents),
    variables: map.variables.map(variable).sort(byOffset),
  };
}

function theirProgram(program: NativeProgram) {
  return { ...program };
}

function ourMap(spec: ObjectSpec, map: MapSpec) {
  const isPlainSection =
    [".data", ".rodata", ".bss", ".kconfig"].includes(map.section) || map.section.startsWith(".bss.");
  return {
    name: isPlainSection ? map.kernelName : map.name,
    type: mapTypeNumber(map.type),
    keySize: map.keySize,
    valueSize: map.valueSize,
    maxEntries: isRingBuffer(map.type) ? inPages(map.maxEntries) : map.maxEntries,
    flags: map.flagBits,
    numaNode: map.numaNode,
    mapExtra: map.mapExtra,
    pinPath: map.pinning === "by-name" ? `/sys/fs/bpf/${map.name}` : null,
    autocreate: map.autocreate,
    internal: undefined,
    keyType: map.key ?? 0,
    // libbpf does not give away the type of an inner map or of a struct_ops map otherwise.
    valueType: map.value ?? 0,
    contents: map.structOps ? "struct_ops" : map.contents === undefined ? null : Buffer.from(map.contents),
    variables: Object.values(spec.variables)
      .filter((v) => v.section === map.dataSection && v.type !== undefined && map.type !== "arena")
      .map(variable)
      .sort(byOffset),
  };
}

interface Variable {
  name: string;
  offset: number;
  size: number;
  type: number | undefined;
  isStatic: boolean;
}

function variable({ name, offset, size, type, isStatic }: Variable): Variable {
  return { name, offset, size, type, isStatic };
}

function byOffset(a: Variable, b: Variable): number {
  return a.offset - b.offset || (a.name < b.name ? -1 : 1);
}

// libbpf rounds a ring buffer up when it reads it, we leave the object's own number.
function inPages(size: number): number {
  const page = 4096;
  const rounded = size <= page ? page : 2 ** Math.ceil(Math.log2(size));
  return size === 0 ? 0 : rounded;
}
