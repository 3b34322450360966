import { Collection } from "../collection/collection.ts";
import { EbpfError } from "../errors/index.ts";
import { kernelVersion } from "../kernel/version.ts";
import { type Foresight, foresee } from "../link/foresee.ts";
import type { MapSpec, ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { structOpsVerdict } from "./struct-ops.ts";
import { usedMapOf } from "./used-map.ts";
import {
  failed,
  type MapVerdict,
  no,
  type ObjectReport,
  type ProgramVerdict,
  type Verdict,
  yes,
} from "./verdict.ts";
import { withOnly } from "./with-only.ts";

const off: Verdict = { answer: "off" };

/**
 * Finds out whether the maps of an object can be created and its programs load and attach on this machine. Maps and
 * programs are created and closed again. Nothing is pinned or attached.
 */
export function examineHere(object: ObjectSpec): ObjectReport {
  const spec = object.copy();
  // A pin would outlive the examination.
  for (const map of maps(spec)) map.pinning = "none";
  const whole = loadError(spec);
  const maps_ = whole === undefined ? maps(spec).map(created) : examineMaps(spec);
  const refused = new Set(maps_.filter(({ create }) => create.answer === "no").map(({ name }) => name));
  return {
    object: object.name,
    kernel: kernelVersion(),
    maps: maps_,
    programs: programs(spec).map((program) => {
      if (!program.autoload) return verdictOf(program, off);
      const ofMaps = structOpsVerdict(spec, program, refused);
      if (ofMaps !== undefined) return verdictOf(program, ofMaps);
      const needed = usedMapOf(program, refused);
      if (needed !== undefined) return verdictOf(program, no(`map "${needed}" cannot be created`));
      const error = whole && loadErrorOf(spec, program, refused);
      return verdictOf(program, error === undefined ? yes : failed(error));
    }),
  };
}

function created({ name, type, autocreate }: MapSpec): MapVerdict {
  return { name, type, create: autocreate ? yes : off };
}

/** Loads the object without programs, and without the maps that the kernel refuses, until the rest can be created. */
function examineMaps(spec: ObjectSpec): MapVerdict[] {
  const trial = withOnly(spec, () => false);
  const refused = new globalThis.Map<string, Verdict>();
  for (;;) {
    const error = loadError(trial);
    if (error === undefined) break;
    const subject = subjectOf(error);
    const map = maps(trial).find(({ name, autocreate }) => name === subject && autocreate);
    // libbpf fills the slots of a program array that is left out.
    if (map === undefined || (map.type === "prog-array" && map.slots.length > 0)) {
      // The error is about the whole object.
      return maps(spec).map(({ name, type, autocreate }) => ({
        name,
        type,
        create: !autocreate ? off : (refused.get(name) ?? failed(error)),
      }));
    }
    refused.set(map.name, failed(error));
    map.autocreate = false;
  }
  return maps(spec).map((map) => ({
    ...created(map),
    ...(refused.has(map.name) && { create: refused.get(map.name) as Verdict }),
  }));
}

/** The error of loading a program alone, without the maps that the kernel refuses. */
function loadErrorOf(
  spec: ObjectSpec,
  program: ProgramSpec,
  refused: ReadonlySet<string>,
): EbpfError | undefined {
  const alone = withOnly(spec, ({ name }) => name === program.name);
  for (const map of maps(alone)) map.autocreate &&= !refused.has(map.name);
  return loadError(alone);
}

/** The map or program that an error is about. A NotSupportedError has it in its cause. */
function subjectOf(error: EbpfError): string | undefined {
  const { subject, cause } = error as { subject?: string; cause?: { subject?: string } };
  return subject ?? cause?.subject;
}

/** The error of loading an object. What was loaded is closed again. */
function loadError(spec: ObjectSpec): EbpfError | undefined {
  try {
    Collection.loadSync(spec).close();
    return undefined;
  } catch (error) {
    if (error instanceof EbpfError) return error;
    throw error;
  }
}

function verdictOf(program: ProgramSpec, load: Verdict): ProgramVerdict {
  return {
    name: program.name,
    section: program.section,
    load,
    attach: attachVerdict(foresee(program), load),
  };
}

/** A program that cannot be loaded cannot be attached. The report has the reason once, at loading. */
function attachVerdict(foreseen: Foresight, load: Verdict): Verdict {
  if (foreseen.answer === "never") return { answer: "never", reason: foreseen.error.message };
  if (load.answer !== "yes") return { answer: load.answer };
  switch (foreseen.answer) {
    case "attaches":
      return yes;
    case "needs":
      return { answer: "needs", reason: foreseen.missing.join(", ") };
    case "fails":
      return failed(foreseen.error);
  }
}

function maps(spec: ObjectSpec): MapSpec[] {
  return Object.values(spec.maps);
}

function programs(spec: ObjectSpec): ProgramSpec[] {
  return Object.values(spec.programs);
}
