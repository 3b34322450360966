import type { AttachType } from "./attach-types.ts";
import type { Section, SectionFlag } from "./hook.ts";
import { programKinds } from "./hooks.ts";
import type { ProgramType } from "./program-types.ts";

/** What the name of a program's section says. */
export interface SectionMeaning {
  /** `unspec` when the name means nothing to libbpf: then the type has to be set before loading. */
  readonly type: ProgramType;
  /** Undefined when that type of program needs none. */
  readonly attachType: AttachType | undefined;
  /** What follows the first slash where a target may follow: `sched/sched_switch`, `do_unlinkat`. */
  readonly target: string | undefined;
  readonly flags: readonly SectionFlag[];
}

/**
 * Reads a section name as libbpf 1.7 does.
 *
 * @param section - Without the question mark in front that stands for `autoload = false`.
 */
export function meaningOfSection(section: string): SectionMeaning {
  const found = find(section);
  if (found === undefined) return unknown;
  const { attachType, flags = [] } = found.section;
  return { type: found.type, attachType, target: found.target, flags };
}

/** The row of the table that a section name belongs to; undefined when the name means nothing to libbpf. */
export function kindOfSection(section: string): string | undefined {
  return find(section)?.kind;
}

/** Whether a section name says that its programs run at the return of a function. */
export function runsAtReturn(section: string): boolean {
  return find(section)?.section.retprobe ?? false;
}

const unknown: SectionMeaning = { type: "unspec", attachType: undefined, target: undefined, flags: [] };

interface Candidate {
  readonly name: string;
  /** What stands before a target, where one may follow. */
  readonly prefix: string | undefined;
  readonly kind: string;
  readonly type: ProgramType;
  readonly section: Section;
}

function find(section: string): (Candidate & { target: string | undefined }) | undefined {
  for (const candidate of byFirstPart().get(firstPart(section)) ?? []) {
    const { name, prefix } = candidate;
    if (section === name) return { ...candidate, target: undefined };
    if (prefix !== undefined && section.startsWith(prefix))
      return { ...candidate, target: section.slice(prefix.length) };
  }
  return undefined;
}

let candidates: Map<string, Candidate[]> | undefined;

// Whatever matches begins with the same part. No name of libbpf matches what another one does, so order says nothing.
function byFirstPart(): Map<string, Candidate[]> {
  if (candidates !== undefined) return candidates;
  candidates = new Map();
  for (const [kind, { sections, types }] of programKinds()) {
    for (const [pattern, section] of Object.entries(sections)) {
      const takesTarget = pattern.endsWith("+");
      const name = takesTarget ? pattern.slice(0, -1) : pattern;
      const prefix = takesTarget ? `${name}/` : undefined;
      const type = section.type ?? types[0] ?? "unspec";
      const found = candidates.get(firstPart(name)) ?? [];
      candidates.set(firstPart(name), found);
      found.push({ name, prefix, kind, type, section });
    }
  }
  return candidates;
}

function firstPart(section: string): string {
  const end = section.indexOf("/");
  return end === -1 ? section : section.slice(0, end);
}
