import { layoutOf } from "../../../codec/index.ts";
import { type CollectionSpec, EbpfError } from "../../../index.ts";
import { UsageError } from "../../usage-error.ts";
import { splitAssignment } from "../values/assignment.ts";
import { parseValue } from "../values/parse-value.ts";

/** What the command line changes in the object before it is loaded. */
export interface Edits {
  /** `NAME=VALUE` for global variables. */
  set: readonly string[];
  /** `MAP=ENTRIES`. */
  size: readonly string[];
  /** Names of programs; empty for all. */
  only: readonly string[];
  /** Where maps that are pinned by name are pinned; undefined for nowhere. */
  pinRoot: string | undefined;
}

/** Frames of a stack, if the object leaves the size of its stack map to the loader. */
const STACK_FRAMES = 127;

/** Applies the edits of the command line. Returns notes for the user. */
export function applyEdits(spec: CollectionSpec, edits: Edits): string[] {
  for (const text of edits.set) setVariable(spec, ...splitAssignment(text, "--set"));
  for (const text of edits.size) setSize(spec, ...splitAssignment(text, "--size", "MAP=ENTRIES"));
  if (edits.only.length > 0) {
    for (const name of edits.only) known("program", name, spec.programs);
    for (const program of Object.values(spec.programs)) program.autoload = edits.only.includes(program.name);
  }
  for (const map of Object.values(spec.maps))
    if (map.type === "stack-trace" && map.valueSize === 0) map.valueSize = 8 * STACK_FRAMES;
  if (edits.pinRoot !== undefined) return [];
  const pinned = Object.values(spec.maps).filter((map) => map.pinning !== "none");
  for (const map of pinned) map.pinning = "none";
  return pinned.map(
    (map) => `map "${map.name}" is declared as pinned by name, but is not pinned without --pin`,
  );
}

function setVariable(spec: CollectionSpec, name: string, text: string): void {
  if (Object.hasOwn(spec.kconfig, name))
    throw new UsageError(`"${name}" is a value of the kernel's configuration, not a global variable`);
  const variable = known("variable", name, spec.variables);
  const subject = `value of "${name}"`;
  const layout = variable.type === undefined ? undefined : layoutOf(variable.codec);
  const value = parseValue(text, layout, subject);
  try {
    if (layout === undefined) variable.bytes = value as Uint8Array;
    else variable.value = value;
  } catch (error) {
    throw error instanceof EbpfError ? new UsageError(`${subject}: ${error.message}`) : error;
  }
}

function setSize(spec: CollectionSpec, name: string, text: string): void {
  const map = known("map", name, spec.maps);
  const entries = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(entries >= 1 && entries <= 0xffff_ffff))
    throw new UsageError(`size of map "${name}": expected 1 to 4294967295, received "${text}"`);
  map.maxEntries = entries;
}

/** Returns the entry with a name. Reading an unknown name from the object would throw another class of error. */
function known<T>(kind: string, name: string, all: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(all);
  const list =
    names.length === 0 ? "the object has none" : `expected one of ${names.slice(0, 12).join(", ")}`;
  throw new UsageError(`unknown ${kind} "${name}"; ${list}`);
}
