import { join } from "node:path";
import { checkPath, checkText, optional, optionsOf, unchecked } from "../arguments/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import type { MapBase } from "../map/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { NativeLoadRequest, NativeMapEdit, NativeProgramEdit } from "../native/object.ts";
import type { Program } from "../program/index.ts";
import {
  attachTypeNumber,
  type MapEdits,
  type MapSpec,
  mapFlags,
  mapTypeNumber,
  type ObjectSpec,
  type ProgramSpec,
  type ProgramType,
  programTypeNumber,
} from "../spec/index.ts";
import { checkLogLevel } from "../verifier/log-level.ts";
import { checkMapEdits, checkProgramEdits } from "./checked-edits.ts";
import { withoutLegacyMaps } from "./legacy-maps.ts";
import type { LoadOptions } from "./options.ts";
import { checkReplacements } from "./replacements.ts";

const bpffs = "/sys/fs/bpf";

/** Makes the request for the addon: the object's bytes, its maps and programs, and the edits of the spec. */
export function loadRequest(spec: ObjectSpec, options: LoadOptions): NativeLoadRequest {
  if (spec.littleEndian !== hostIsLittleEndian)
    throw new InvalidArgumentError(
      `object "${spec.name}" is ${spec.littleEndian ? "little" : "big"}-endian, this machine is not`,
      { remedy: "Compile it with -target bpf, which takes the byte order of the machine" },
    );
  checkOptions(options, `load of object "${spec.name}"`);
  const pinRoot = options.pinRoot ?? bpffs;
  for (const map of Object.values(spec.maps)) checkMapEdits(map);
  for (const program of Object.values(spec.programs)) checkProgramEdits(program);
  checkReplacements(spec);
  const kconfig = `${options.kconfig ?? ""}\n${spec.edits().kconfig}`.trim();
  const request: NativeLoadRequest = {
    bytes: withoutLegacyMaps(spec),
    name: spec.name,
    pinRoot,
    maps: Object.values(spec.maps).map((map) => mapRequest(spec, map, pinRoot)),
    programs: Object.values(spec.programs).map((program) => programEdit(program)),
  };
  if (options.logLevel !== undefined) request.logLevel = checkLogLevel(options.logLevel, "logLevel");
  if (options.kernelBtf !== undefined) request.btfPath = options.kernelBtf;
  if (kconfig !== "") request.kconfig = `${kconfig}\n`;
  if (options.tokenPath !== undefined) request.tokenPath = options.tokenPath;
  return request;
}

const checkOptions = optionsOf<LoadOptions>({
  pinRoot: optional(checkPath),
  kernelBtf: optional(checkPath),
  kconfig: optional(checkText),
  tokenPath: optional(checkPath),
  // Below, by checkLogLevel.
  logLevel: unchecked,
});

function mapEdit(name: string, edits: MapEdits | undefined, pinRoot: string): NativeMapEdit {
  const edit: NativeMapEdit = { name };
  if (edits === undefined) return edit;
  const { type, pinning, inner, replaceWith, name: _, ...same } = edits;
  Object.assign(edit, same);
  if (type !== undefined) edit.type = mapTypeNumber(type);
  if (pinning !== undefined && edit.pinPath === undefined)
    edit.pinPath = pinning === "none" ? "" : join(pinRoot, name);
  if (inner !== undefined) edit.inner = mapEdit(name, inner, pinRoot);
  if (replaceWith !== undefined) edit.replaceWith = (replaceWith as MapBase)[handleOf];
  return edit;
}

function mapRequest(object: ObjectSpec, spec: MapSpec, pinRoot: string): string | NativeMapEdit {
  const edits = spec.edits();
  const own = { ...sizesOfBuffer(spec), ...flagsOfSection(object, spec, edits) };
  if (edits === undefined && Object.keys(own).length === 0) return spec.name;
  return { ...mapEdit(spec.name, edits, pinRoot), ...own };
}

// `__type(value, struct event)` is the type of the records. The kernel accepts no value size for a ring, and only the
// size of a descriptor for a perf event array.
function sizesOfBuffer({ type, keySize, valueSize, record }: MapSpec): Partial<NativeMapEdit> {
  const isRing = type === "ringbuf" || type === "user-ringbuf";
  if (isRing && (keySize !== 0 || valueSize !== 0)) return { keySize: 0, valueSize: 0 };
  return type === "perf-event-array" && record !== undefined ? { keySize: 4, valueSize: 4 } : {};
}

// libbpf does not make sections of static variables mappable, so this adds the flag. libbpf removes the flag where
// the kernel does not know it.
function flagsOfSection(
  { variables }: ObjectSpec,
  { name, dataSection, type, flagBits: flags, replaceWith }: MapSpec,
  edits: MapEdits | undefined,
): Partial<NativeMapEdit> {
  if (dataSection === undefined || type !== "array" || (flags & mapFlags.mmapable) !== 0) return {};
  if (edits?.flags !== undefined || replaceWith !== undefined) return {};
  const isNamed = Object.values(variables).some(({ map }) => map === name);
  return isNamed ? { flags: flags | mapFlags.mmapable } : {};
}

// The verifier checks these types against the attach target. Other types need the target only to attach.
const boundToTarget: ReadonlySet<ProgramType> = new Set<ProgramType>(["tracing", "lsm", "ext"]);

function programEdit(spec: ProgramSpec): string | NativeProgramEdit {
  const edits = spec.edits();
  if (edits === undefined) return spec.name;
  const edit: NativeProgramEdit = { name: spec.name };
  if (edits.autoload !== undefined) edit.autoload = edits.autoload;
  if (edits.flags !== undefined) edit.flags = edits.flags;
  if (edits.type !== undefined) edit.type = programTypeNumber(edits.type);
  if (edits.attachType !== undefined) edit.attachType = attachTypeNumber(edits.attachType);
  if (!boundToTarget.has(spec.type)) return edit;
  if (edits.attachTo !== undefined) edit.attachTo = edits.attachTo;
  if (edits.attachProgram !== undefined) {
    edit.attachProgram = (edits.attachProgram as Program)[handleOf];
    // Named too, since libbpf looks the function up in the kernel otherwise.
    if (spec.attachTo !== undefined) edit.attachTo = spec.attachTo;
  }
  return edit;
}
