import { AttachTargetError } from "../errors.ts";
import {
  type Hook,
  type HookName,
  hook,
  hookOfKind,
  iteratorNeeds,
  kindOfSection,
  whyUnattached,
} from "../hooks/index.ts";
import { handleOf } from "../resource.ts";
import type { Attachable } from "./attachable.ts";
import * as families from "./families.ts";
import type { Link } from "./link.ts";
import { targetOptions } from "./section-target.ts";

type Options = Record<string, unknown>;

/**
 * Attaches a program as its SEC name says, completed by the caller's options.
 *
 * @throws {@link AttachTargetError} when both together do not say where.
 */
export function attachBySection(program: Attachable, given: object = {}): Link {
  // A closed program is refused before anything else.
  void program[handleOf];
  const { call, row } = callOf(program);
  const options: Options = { ...targetOptions(row.target, program.attachTo, given as Options), ...given };
  const missing = missingOptions(row, options, program);
  if (missing.length > 0) throw unsaid(program, missing);
  return call(program, options);
}

/** Whether a program can be attached without options: its SEC name says where. */
export function isTargeted(program: Attachable, given: object = {}): boolean {
  const { row } = callOf(program);
  const options = { ...targetOptions(row.target, program.attachTo, given as Options), ...given };
  return missingOptions(row, options, program).length === 0;
}

function callOf(program: Attachable): { call: (program: Attachable, options: object) => Link; row: Hook } {
  const name = hookOfKind(kindOfSection(program.section));
  if (name === undefined || whyUnattached(program.type, program.attachType) !== undefined)
    throw cannot(program);
  const row = hook(name === "tc" ? hookOfTc(program) : name);
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: any of them may be needed.
  return { call: families[row.call as "xdp"] as (program: Attachable, options: object) => Link, row };
}

/** SEC("tc") with an attach type is what SEC("tc/ingress") is. */
function hookOfTc({ attachType }: Attachable): HookName {
  if (attachType === undefined) return "tc";
  return attachType.startsWith("netkit") ? "netkit" : "tcx";
}

/** The options that the kind of attachment asks for and nobody gave. */
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
  return missing;
}

function unsaid(program: Attachable, missing: readonly string[]): AttachTargetError {
  return new AttachTargetError(
    program.name,
    `cannot attach program "${program.name}": SEC("${program.section}") does not say the ${missing.join(" and ")}`,
    `Say it: program.attach({ ${missing.join(", ")} })`,
  );
}

function cannot(program: Attachable): AttachTargetError {
  const start = `cannot attach program "${program.name}"`;
  const byHand = "Attach it with the function of its kind, as link.tracepoint(program, …)";
  if (program.section === "")
    return new AttachTargetError(
      program.name,
      `${start}: it came from a pin or an ID, which do not say where`,
      byHand,
    );
  const why = whyUnattached(program.type, program.attachType);
  if (why !== undefined) return new AttachTargetError(program.name, `${start}: ${why.reason}`, why.instead);
  return new AttachTargetError(
    program.name,
    `${start}: SEC("${program.section}") does not say where`,
    byHand,
  );
}
