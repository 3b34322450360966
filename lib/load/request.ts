import { join } from "node:path";
import { InvalidArgumentError } from "../errors.ts";
import type { NativeLoadRequest, NativeMapEdit, NativeProgramEdit } from "../native/object.ts";
import { handleOf, Resource } from "../resource.ts";
import {
  attachTypeNumber,
  type MapEdits,
  mapTypeNumber,
  type ObjectSpec,
  type ProgramEdits,
  programTypeNumber,
} from "../spec/index.ts";
import type { LoadOptions } from "./options.ts";

const bpffs = "/sys/fs/bpf";

/** What the addon is to load: the object's bytes, every map and program of it, and what the spec has edited. */
export function loadRequest(spec: ObjectSpec, options: LoadOptions): NativeLoadRequest {
  const pinRoot = options.pinRoot ?? bpffs;
  const logLevel = options.logLevel === undefined ? undefined : logLevels[options.logLevel];
  const request: NativeLoadRequest = {
    bytes: spec.bytes,
    name: spec.name,
    pinRoot,
    maps: Object.values(spec.maps).map((map) => mapEdit(map.name, map.edits(), pinRoot)),
    programs: Object.values(spec.programs).map((program) => programEdit(program.name, program.edits())),
  };
  if (logLevel !== undefined) request.logLevel = logLevel;
  if (options.kernelBtf !== undefined) request.btfPath = options.kernelBtf;
  if (options.kconfig !== undefined) request.kconfig = options.kconfig;
  if (options.tokenPath !== undefined) request.tokenPath = options.tokenPath;
  return request;
}

const logLevels = { none: 0, brief: 1, full: 2, stats: 4 } as const;

function mapEdit(name: string, edits: MapEdits | undefined, pinRoot: string): NativeMapEdit {
  const edit: NativeMapEdit = { name };
  if (edits === undefined) return edit;
  const { type, pinning, inner, replaceWith, name: _, ...same } = edits;
  Object.assign(edit, same);
  if (type !== undefined) edit.type = mapTypeNumber(type);
  if (pinning !== undefined && edit.pinPath === undefined)
    edit.pinPath = pinning === "none" ? "" : join(pinRoot, name);
  if (inner !== undefined) edit.inner = mapEdit(name, inner, pinRoot);
  if (replaceWith !== undefined) {
    if (!(replaceWith instanceof Resource))
      throw new InvalidArgumentError(`map "${name}" can only be replaced by a Map`);
    edit.reuse = replaceWith[handleOf];
  }
  return edit;
}

function programEdit(name: string, edits: ProgramEdits | undefined): NativeProgramEdit {
  const edit: NativeProgramEdit = { name };
  if (edits === undefined) return edit;
  if (edits.autoload !== undefined) edit.autoload = edits.autoload;
  if (edits.flags !== undefined) edit.flags = edits.flags;
  if (edits.type !== undefined) edit.type = programTypeNumber(edits.type);
  if (edits.attachType !== undefined) edit.attachType = attachTypeNumber(edits.attachType);
  return edit;
}
