import { describeValue } from "../arguments/index.ts";
import type { Collection } from "../collection/collection.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { type AttachType, type ProgramType, whyUnattached } from "../hooks/index.ts";
import { checkTargeted } from "../link/by-section.ts";
import { Program } from "../program/index.ts";
import type { ObjectSpec } from "../spec/index.ts";

/** A hook to which a version attaches one of its programs. */
export interface Placement {
  /** Names the hook in the folder of the pins: the program, and a digest of its options. */
  readonly name: string;
  /** The name of the program. */
  readonly program: string;
  /** The options of `Program.attach`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The properties that attaching a pinned program needs. A pin has no SEC name. */
interface Stored {
  program: string;
  type: ProgramType;
  section: string;
  attachTo?: string | undefined;
  attachType?: AttachType | undefined;
  options: Record<string, unknown>;
}

/**
 * The hooks of a collection, in the order of its programs.
 *
 * @param wanted - Options, a list of options, or false, by the name of the program.
 */
export function placementsOf(
  coll: Collection,
  spec: ObjectSpec,
  wanted: Readonly<Record<string, unknown>>,
): Placement[] {
  const programs = Object.values<Program>(coll.programs).filter((program) => isAttachable(program, spec));
  for (const name of Object.keys(wanted)) {
    if (programs.some((program) => program.name === name)) continue;
    if (wanted[name] === undefined || (wanted[name] === false && Object.hasOwn(spec.programs, name)))
      continue;
    const [nearest] = nearestNames(name, Object.keys(spec.programs));
    throw new InvalidArgumentError(`attach of upgrade: "${name}" is not a program that can be attached`, {
      remedy: nearest === undefined ? undefined : `Did you mean "${nearest}"?`,
    });
  }
  const placements = programs.flatMap((program) =>
    listed(wanted[program.name], program.name).map((options) => placement(program, options)),
  );
  const names = placements.map(({ name }) => name);
  const twice = placements.find(({ name }, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new InvalidArgumentError(
      `attach of upgrade: program "${twice.program}" has the same options twice`,
    );
  return placements;
}

function isAttachable(program: Program, spec: ObjectSpec): boolean {
  return (
    whyUnattached(program.type, program.attachType) === undefined &&
    spec.programs[program.name]?.autoattach !== false
  );
}

function listed(wanted: unknown, program: string): object[] {
  if (wanted === false) return [];
  const list: unknown[] = Array.isArray(wanted) ? wanted : [wanted ?? {}];
  for (const options of list) {
    if (typeof options === "object" && options !== null && !Array.isArray(options)) continue;
    throw new InvalidArgumentError(
      `attach of upgrade, program "${program}": expected options, an array of options, or false, received ${describeValue(options)}`,
    );
  }
  return list as object[];
}

function placement(program: Program, given: object): Placement {
  const sorted = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  const options = Object.fromEntries(sorted.filter(([, value]) => value !== undefined));
  for (const [name, value] of Object.entries(options)) checkStorable(program.name, name, value);
  checkTargeted(program, options);
  if (Object.keys(options).length === 0) return { name: program.name, program: program.name, options };
  const { createHash } = process.getBuiltinModule("node:crypto");
  const digest = createHash("sha256").update(textOf(options)).digest("hex").slice(0, 8);
  return { name: `${program.name}-${digest}`, program: program.name, options };
}

function checkStorable(program: string, option: string, value: unknown): void {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  for (const each of values) {
    if (["string", "number", "bigint", "boolean"].includes(typeof each)) continue;
    throw new InvalidArgumentError(
      `attach of upgrade, option ${option} of program "${program}": expected text, a number or a boolean, received ${describeValue(each)}`,
      { remedy: "The options are stored with the pins, for the process that finds them" },
    );
  }
}

/** The text that is stored for a hook. */
export function storedText({ options }: Placement, program: Program): string {
  const { name, type, section, attachTo, attachType } = program;
  const stored: Stored = { program: name, type, section, attachTo, attachType, options };
  return textOf(stored);
}

/** The hook of a stored text. */
export function fromStored(name: string, text: string): { placement: Placement; stored: Stored } {
  const stored = JSON.parse(text, (_, value) =>
    typeof value === "object" && value !== null && "bigint" in value ? BigInt(value.bigint) : value,
  ) as Stored;
  const { program, options } = stored;
  return { placement: { name, program, options }, stored };
}

/** Adds the stored properties to a program from a pin, so that it can be attached. */
export function withOrigin(pinned: Program, stored: Stored): Program {
  const { program: name, type, section, attachTo, attachType } = stored;
  return Program.withOrigin(pinned, { name, type, section, attachTo, attachType });
}

function textOf(value: object): string {
  return JSON.stringify(value, (_, each) => (typeof each === "bigint" ? { bigint: String(each) } : each));
}
