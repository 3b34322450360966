import { join } from "node:path";
import { checkPath, checkText, optional, optionsOf, unchecked } from "../arguments/index.ts";
import { InvalidArgumentError, UnknownNameError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import type { MapBase } from "../map/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { NativeLoadRequest, NativeMapEdit, NativeProgramEdit } from "../native/object.ts";
import type { Program } from "../program/index.ts";
import {
  attachTypeNumber,
  impliedEdits,
  isKeptSection,
  type LoadPlan,
  type MapEdits,
  type MapSpec,
  mapTypeNumber,
  type ObjectSpec,
  type ProgramSpec,
  type ProgramType,
  programTypeNumber,
} from "../spec/index.ts";
import { checkLogLevel } from "../verifier/log-level.ts";
import { checkMapEdits, checkProgramEdits } from "./checked-edits.ts";
import type { LoadOptions } from "./options.ts";
import { pinRootOf } from "./pin-path.ts";
import { checkReplacements } from "./replacements.ts";

/** Creates the request for the addon: the object's bytes, its maps and programs, and the edits of the spec. */
export function loadRequest(spec: ObjectSpec, options: LoadOptions): NativeLoadRequest {
  if (spec.littleEndian !== hostIsLittleEndian)
    throw new InvalidArgumentError(
      `object "${spec.name}" is ${spec.littleEndian ? "little" : "big"}-endian, this machine is not`,
      { remedy: "Compile it with -target bpf, which uses the byte order of the machine" },
    );
  checkOptions(options, `load of object "${spec.name}"`);
  const pinRoot = pinRootOf(options.pinRoot);
  const { plan } = spec;
  const request = plan === undefined ? editedRequest(spec, pinRoot) : plannedRequest(spec, plan, pinRoot);
  const kconfig = `${options.kconfig ?? ""}\n${plan === undefined ? spec.edits().kconfig : ""}`.trim();
  if (options.logLevel !== undefined) request.logLevel = checkLogLevel(options.logLevel, "logLevel");
  if (options.kernelBtf !== undefined) request.btfPath = options.kernelBtf;
  if (kconfig !== "") request.kconfig = `${kconfig}\n`;
  if (options.tokenPath !== undefined) request.tokenPath = options.tokenPath;
  return request;
}

function plannedRequest(spec: ObjectSpec, plan: LoadPlan, pinRoot: string): NativeLoadRequest {
  const { bytes, name, checksum } = spec;
  const programs = plan.programs.map((program) => program.name);
  const request: NativeLoadRequest = { bytes, name, pinRoot, maps: [...plan.maps], programs };
  if (checksum !== undefined) request.checksum = checksum;
  return request;
}

function editedRequest(spec: ObjectSpec, pinRoot: string): NativeLoadRequest {
  for (const map of Object.values(spec.maps)) checkMapEdits(map);
  for (const program of Object.values(spec.programs)) checkProgramEdits(program);
  checkReplacements(spec);
  return {
    bytes: spec.loadableBytes(),
    name: spec.name,
    pinRoot,
    maps: Object.values(spec.maps).map((map) => mapRequest(spec, map, pinRoot)),
    programs: Object.values(spec.programs).map((program) => programEdit(program)),
  };
}

const checkOptions = optionsOf<LoadOptions>({
  pinRoot: optional(checkPath),
  kernelBtf: optional(checkPath),
  kconfig: optional(checkText),
  tokenPath: optional(checkPath),
  // checkLogLevel checks it below.
  logLevel: unchecked,
});

function mapEdit(name: string, edits: MapEdits | undefined, pinRoot: string): NativeMapEdit {
  const edit: NativeMapEdit = { name };
  if (edits === undefined) return edit;
  const { type, pinning, inner, replaceWith, name: _, entries: __, ...same } = edits;
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
  const { exclusiveProgram } = spec;
  if (exclusiveProgram !== undefined && !Object.hasOwn(object.programs, exclusiveProgram))
    throw new UnknownNameError({
      what: "program",
      wanted: exclusiveProgram,
      known: Object.keys(object.programs),
    });
  const own = impliedEdits({
    ...spec.fields,
    hasRecordType: spec.record !== undefined,
    hasVariables,
  });
  if (edits === undefined && own === undefined) return spec.name;
  return { ...mapEdit(spec.name, edits, pinRoot), ...own };

  // Edited flags stay as they are.
  function hasVariables(): boolean {
    const { name, dataSection, replaceWith } = spec;
    if (dataSection === undefined || edits?.flags !== undefined || replaceWith !== undefined) return false;
    const { btf, variables } = object;
    return Object.values(variables).some(({ map }) => map === name) && !isKeptSection(spec.value, btf);
  }
}

// The verifier checks these types against the attach target. Other types need the target only to attach.
const boundToTarget: ReadonlySet<ProgramType> = new Set<ProgramType>(["tracing", "lsm", "ext"]);

function programEdit(spec: ProgramSpec): string | NativeProgramEdit {
  const edits = spec.edits();
  if (edits === undefined) return spec.name;
  const edit: NativeProgramEdit = { name: spec.name };
  if (edits.autoload !== undefined) edit.autoload = edits.autoload;
  if (edits.flags !== undefined) edit.flags = edits.flags;
  if (edits.logLevel !== undefined) edit.logLevel = checkLogLevel(edits.logLevel, "logLevel");
  if (edits.type !== undefined) edit.type = programTypeNumber(edits.type);
  if (edits.attachType !== undefined) edit.attachType = attachTypeNumber(edits.attachType);
  if (!boundToTarget.has(spec.type)) return edit;
  if (edits.attachTo !== undefined) edit.attachTo = edits.attachTo;
  if (edits.attachProgram !== undefined) {
    edit.attachProgram = (edits.attachProgram as Program)[handleOf];
    // The function is named as well, because libbpf would otherwise look it up in the kernel.
    if (spec.attachTo !== undefined) edit.attachTo = spec.attachTo;
  }
  return edit;
}
