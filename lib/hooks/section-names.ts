import { nearestNames } from "../errors/nearest-names.ts";
import type { AttachType } from "./attach-types.ts";
import type { Section, SectionFlag } from "./hook.ts";
import { programKinds } from "./hooks.ts";
import type { ProgramType } from "./program-types.ts";

/** The meaning of the section name of a program. */
export interface SectionMeaning {
  /** `unspec` if libbpf does not know the name. The type must then be set before loading. */
  readonly type: ProgramType;
  /** Undefined if the program type needs no attach type. */
  readonly attachType: AttachType | undefined;
  /** The target after the first slash, for example `sched/sched_switch` or `do_unlinkat`. */
  readonly target: string | undefined;
  readonly flags: readonly SectionFlag[];
}

/**
 * Parses a section name like libbpf 1.7.
 *
 * @param section - The name without the leading question mark, which means `autoload = false`.
 */
export function meaningOfSection(section: string): SectionMeaning {
  const found = find(section);
  if (found === undefined) return unknown;
  const { meaning, prefix } = found;
  if (prefix === undefined || section === found.name) return meaning;
  const { type, attachType, flags } = meaning;
  return { type, attachType, target: section.slice(prefix.length), flags };
}

/** The SEC names of libbpf that are most similar to an unknown one, with its target where they take one: `kprobe/f`. */
export function nearestSections(section: string): string[] {
  const withoutSlash = section.replace(/\/$/, "");
  if (find(withoutSlash) !== undefined) return [withoutSlash];
  const first = firstPart(section);
  const target = section.slice(first.length);
  return nearestNames(first, byFirstPart().keys()).flatMap((name) => {
    const found = byFirstPart().get(name) ?? [];
    if (found.some(({ prefix }) => prefix === `${name}/`)) return name + target;
    const names = found.map((candidate) => candidate.name);
    const near = nearestNames(name + target, names);
    return near.length === 0 && names.includes(name) ? name : near;
  });
}

/** The row of a section name. Undefined if libbpf does not know the name. */
export function kindOfSection(section: string): string | undefined {
  return find(section)?.kind;
}

/** Whether the programs of a section run at the return of a function. */
export function runsAtReturn(section: string): boolean {
  return find(section)?.section.retprobe ?? false;
}

const unknown: SectionMeaning = { type: "unspec", attachType: undefined, target: undefined, flags: [] };

interface Candidate {
  readonly name: string;
  /** The part before the target, if the section accepts a target. */
  readonly prefix: string | undefined;
  readonly kind: string;
  readonly section: Section;
  /** The meaning without a target. */
  readonly meaning: SectionMeaning;
}

function find(section: string): Candidate | undefined {
  const found = byFirstPart().get(firstPart(section));
  if (found === undefined) return undefined;
  for (const candidate of found) {
    const { name, prefix } = candidate;
    if (section === name || (prefix !== undefined && section.startsWith(prefix))) return candidate;
  }
  return undefined;
}

let candidates: Map<string, Candidate[]> | undefined;

// Candidates share the part before the first separator. At most one pattern matches a name, so their order is
// irrelevant.
function byFirstPart(): Map<string, Candidate[]> {
  if (candidates !== undefined) return candidates;
  candidates = new Map();
  for (const [kind, { sections, types }] of programKinds()) {
    for (const [pattern, section] of Object.entries(sections)) {
      const takesTarget = pattern.endsWith("+");
      const name = takesTarget ? pattern.slice(0, -1) : pattern;
      const prefix = takesTarget ? `${name}/` : undefined;
      const { attachType, flags = [] } = section;
      const type = section.type ?? types[0] ?? "unspec";
      const meaning = { type, attachType, target: undefined, flags };
      const found = candidates.get(firstPart(name)) ?? [];
      candidates.set(firstPart(name), found);
      found.push({ name, prefix, kind, section, meaning });
    }
  }
  return candidates;
}

function firstPart(section: string): string {
  const end = section.indexOf("/");
  return end === -1 ? section : section.slice(0, end);
}
