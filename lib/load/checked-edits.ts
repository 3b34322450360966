import {
  type Check,
  checkBoolean,
  checkName,
  checkPath,
  checkU32,
  instanceOf,
  invalidArgument,
  meant,
  optional,
  wordOf,
} from "../arguments/index.ts";
import { MapBase } from "../map/index.ts";
import { Program } from "../program/index.ts";
import {
  isFileName,
  type MapEdits,
  type MapSpec,
  mapFieldChecks,
  type ProgramEdits,
  type ProgramSpec,
} from "../spec/index.ts";
import { checkAttachType, checkProgramType } from "../spec/kernel-names.ts";
import { checkLogLevel } from "../verifier/log-level.ts";

type Checks<Edits> = {
  readonly [Field in Exclude<keyof Edits, "name" | "inner" | "contents">]-?: Check<unknown>;
};

const mapChecks: Checks<MapEdits> = {
  ...mapFieldChecks,
  pinning: wordOf(["none", "by-name"]),
  pinPath: checkPath,
  exclusiveProgram: checkName,
  autocreate: checkBoolean,
  replaceWith: instanceOf(MapBase, "a Map"),
  entries: (value, subject) => {
    if (Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length === 2)) return value;
    throw invalidArgument(subject, "an array of pairs of a key and a value", value);
  },
};

const programChecks: Checks<ProgramEdits> = {
  type: checkProgramType,
  attachType: optional(checkAttachType),
  attachTo: optional(checkName),
  attachProgram: instanceOf(Program, "a Program"),
  autoload: checkBoolean,
  autoattach: checkBoolean,
  flags: checkU32,
  logLevel: checkLogLevel,
};

/** @throws {@link InvalidArgumentError} for an edit that no map can have, and for a name that cannot be the path of a pin. */
export function checkMapEdits(map: MapSpec): void {
  checkProperties(map, `map "${map.name}"`);
  check(map.edits(), mapChecks, `map "${map.name}"`);
  checkType(map, `map "${map.name}"`);
  if (map.inner !== undefined) {
    check(map.inner.edits(), mapChecks, `inner map of "${map.name}"`);
    checkType(map.inner, `inner map of "${map.name}"`);
  }
  // libbpf builds the path from the name, and so does this package.
  if (map.autocreate && map.pinning === "by-name" && map.pinPath === undefined && !isFileName(map.name))
    throw invalidArgument(
      "name of a map that is pinned by name",
      "the name of a file",
      map.name,
      `Set its pinPath, or pinning to "none"`,
    );
}

/** libbpf 1.7 crashes on a map of type struct-ops that has no struct. */
function checkType({ type, structOps }: MapSpec, subject: string): void {
  if (type === "struct-ops" && structOps === undefined)
    throw invalidArgument(
      `type of ${subject}`,
      'another type, as only SEC(".struct_ops") defines such a map',
      type,
    );
}

/** @throws {@link InvalidArgumentError} for an edit that no program can have. */
export function checkProgramEdits(program: ProgramSpec): void {
  checkProperties(program, `program "${program.name}"`);
  check(program.edits(), programChecks, `program "${program.name}"`);
}

/** Without it, a misspelt property would have no effect. */
function checkProperties<Spec extends MapSpec | ProgramSpec>(spec: Spec, subject: string): void {
  let known = properties.get(spec.constructor);
  if (known === undefined) {
    known = new Set(Object.keys(spec.copy()));
    properties.set(spec.constructor, known);
  }
  for (const name of Object.keys(spec)) {
    if (known.has(name)) continue;
    const all = [...known, ...accessorsOf(spec)];
    throw invalidArgument(`property of ${subject}`, "a known one", name, meant(name, all));
  }
}

/** The own properties of a new spec, by class. */
const properties = new Map<unknown, Set<string>>();

function accessorsOf(spec: object): string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(spec)).filter((name) => name !== "constructor");
}

function check<Edits extends object>(edits: Edits | undefined, checks: Checks<Edits>, subject: string): void {
  if (edits === undefined) return;
  for (const [field, value] of Object.entries(edits))
    if (Object.hasOwn(checks, field)) checks[field as keyof Checks<Edits>](value, `${field} of ${subject}`);
}
