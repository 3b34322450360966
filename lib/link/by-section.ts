import { cannotAttach } from "../errors/cannot-attach.ts";
import { AttachTargetError } from "../errors/index.ts";
import {
  type Hook,
  type HookName,
  hook,
  hookOfKind,
  iteratorNeeds,
  kindOfSection,
  whyUnattached,
} from "../hooks/index.ts";
import { handleOf } from "../live/resource.ts";
import type { Attachable } from "./attachable.ts";
import * as families from "./families.ts";
import type { Link } from "./link.ts";
import { refuseUnknownOptions } from "./options.ts";
import { targetOptions } from "./section-target.ts";

type Options = Record<string, unknown>;

/**
 * Attaches a program to the target of its SEC name. The caller's options complete or override the target.
 *
 * @throws {@link AttachTargetError} when the SEC name and the options together do not give a target.
 */
export function attachBySection(program: Attachable, given: object = {}): Link {
  // A closed program is refused before anything else.
  void program[handleOf];
  const { call, row } = callOf(program);
  const options: Options = { ...targetOptions(row.target, program.attachTo, given as Options), ...given };
  const missing = missingOptions(row, options, program);
  if (missing.length > 0) throw unsaid(program, missing, given);
  return call(program, options);
}

/**
 * Checks that `attachBySection` has a target, without attaching.
 *
 * @throws {@link AttachTargetError} when it has none.
 */
export function checkTargeted(program: Attachable, given: object = {}): void {
  const { missing } = hookOfProgram(program, given);
  if (missing.length > 0) throw unsaid(program, missing, given);
}

/** Whether the SEC name and the given options supply everything that attaching the program needs. */
export function isTargeted(program: Attachable, given: object = {}): boolean {
  return hookOfProgram(program, given).missing.length === 0;
}

/**
 * The hook of a program, and the options that attaching needs and that neither the SEC name nor the given options
 * supply.
 *
 * @throws {@link AttachTargetError} for a program without a hook.
 */
export function hookOfProgram(program: Attachable, given: object = {}): { row: Hook; missing: string[] } {
  const { row } = callOf(program);
  const options = { ...targetOptions(row.target, program.attachTo, given as Options), ...given };
  return { row, missing: missingOptions(row, options, program) };
}

/** The hook of a program and the options in its SEC name, and the required options that it does not give. */
export interface PlacedProgram {
  readonly name: HookName;
  readonly options: Options;
  readonly missing: readonly string[];
}

/**
 * Where `attachBySection` would attach a program.
 *
 * @throws {@link AttachTargetError} when it cannot be attached.
 */
export function placeOf(program: Attachable): PlacedProgram {
  const name = hookOf(program);
  const row = hook(name);
  const options = targetOptions(row.target, program.attachTo, {});
  return { name, options, missing: missingOptions(row, options, program) };
}

function hookOf(program: Attachable): HookName {
  const name = hookOfKind(kindOfSection(program.section));
  if (name === undefined || whyUnattached(program.type, program.attachType) !== undefined)
    throw cannot(program);
  return name === "tc" ? hookOfTc(program) : name;
}

function callOf(program: Attachable): { call: (program: Attachable, options: object) => Link; row: Hook } {
  const row = hook(hookOf(program));
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: any function of the namespace may be needed.
  return { call: families[row.call as "xdp"] as (program: Attachable, options: object) => Link, row };
}

/** SEC("tc") with an attach type is equivalent to SEC("tc/ingress") or another section of tcx or netkit. */
function hookOfTc({ attachType }: Attachable): HookName {
  if (attachType === undefined) return "tc";
  return attachType.startsWith("netkit") ? "netkit" : "tcx";
}

/** The required options of the hook that neither the SEC name nor the caller supplied. */
function missingOptions(row: Hook, options: Options, program: Attachable): string[] {
  const isMissing = (name: string) => options[name] === undefined;
  const needed = Object.keys(row.options).filter((name) => row.options[name]?.required);
  const missing = [...needed, ...(row.asks ?? [])].filter(isMissing);
  for (const rule of row.rules ?? []) {
    const [first = ""] = rule.of;
    if ((rule.rule === "one" || rule.rule === "some") && rule.of.every(isMissing)) missing.push(first);
  }
  const ofIterator = row.call === "iterator" ? iteratorNeeds(program.attachTo ?? "") : undefined;
  if (ofIterator !== undefined && isMissing(ofIterator)) missing.push(ofIterator);
  // SEC("cgroup/skb") is for both directions.
  if (row.call === "cgroup" && program.attachType === undefined && isMissing("hook")) missing.push("hook");
  return missing;
}

function unsaid(program: Attachable, missing: readonly string[], given: object): AttachTargetError {
  // A misspelt option is missing under its right name.
  refuseUnknownOptions(hookOf(program), given);
  return new AttachTargetError(
    `${cannotAttach(program.name)}: SEC("${program.section}") does not give the ${missing.join(" and ")}`,
    { program: program.name, remedy: `Pass it as an option: program.attach({ ${missing.join(", ")} })` },
  );
}

function cannot(program: Attachable): AttachTargetError {
  const start = cannotAttach(program.name);
  const byHand = "Attach it with the function of its hook, for example link.tracepoint(program, …)";
  if (program.section === "")
    return new AttachTargetError(
      `${start}: it was opened from a pin or an ID, which does not give the target`,
      { program: program.name, remedy: byHand },
    );
  const why = whyUnattached(program.type, program.attachType);
  if (why !== undefined)
    return new AttachTargetError(`${start}: ${why.reason}`, { program: program.name, remedy: why.instead });
  return new AttachTargetError(`${start}: SEC("${program.section}") does not give the target`, {
    program: program.name,
    remedy: byHand,
  });
}
