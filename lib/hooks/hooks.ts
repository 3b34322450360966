import type { AttachType } from "./attach-types.ts";
import type { Hook, ProgramKind, Unattached } from "./hook.ts";
import type { ProgramType } from "./program-types.ts";
import { cgroupHooks } from "./table/cgroup.ts";
import { networkHooks } from "./table/network.ts";
import { otherHooks } from "./table/other.ts";
import { probeHooks } from "./table/probes.ts";
import { tracingHooks } from "./table/tracing.ts";
import { unattached } from "./table/unattached.ts";

/** Every kind of attachment: a row each. */
export const hooks = {
  ...probeHooks,
  ...tracingHooks,
  ...networkHooks,
  ...cgroupHooks,
  ...otherHooks,
} as const;

export type HookName = keyof typeof hooks;

/** The options that a row lists. */
export type OptionName<Name extends HookName> = keyof (typeof hooks)[Name]["options"];

/** The row of a name. */
export function hook(name: HookName): Hook {
  return hooks[name];
}

/** Every kind of program: those that attach, and those that never do. */
export function programKinds(): [name: HookName | keyof typeof unattached, kind: ProgramKind][] {
  return [...entries(hooks), ...entries(unattached)];
}

/** Why programs of a type are not attached; undefined where they are. */
export function whyUnattached(type: ProgramType, attachType: AttachType | undefined): Unattached | undefined {
  for (const row of Object.values<Unattached>(unattached)) {
    const all = Object.keys(row.attachTypes).length === 0;
    if (row.types.includes(type) && (all || (attachType !== undefined && attachType in row.attachTypes)))
      return row;
  }
  return undefined;
}

/** The hook of a section's kind; undefined where programs of the kind are not attached. */
export function hookOfKind(kind: string | undefined): HookName | undefined {
  return kind !== undefined && Object.hasOwn(hooks, kind) ? (kind as HookName) : undefined;
}

function entries<Name extends string, Row>(rows: Readonly<Record<Name, Row>>): [Name, Row][] {
  return Object.entries(rows) as [Name, Row][];
}
