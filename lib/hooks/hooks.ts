import type { AttachType } from "./attach-types.ts";
import type { Hook, ProgramKind, Unattached } from "./hook.ts";
import type { ProgramType } from "./program-types.ts";
import { cgroupHooks } from "./table/cgroup.ts";
import { networkHooks } from "./table/network.ts";
import { otherHooks } from "./table/other.ts";
import { probeHooks } from "./table/probes.ts";
import { tracingHooks } from "./table/tracing.ts";
import { unattached } from "./table/unattached.ts";

/** All kinds of attachments, one row each. */
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

/** The row with a name. */
export function hook(name: HookName): Hook {
  return hooks[name];
}

/** All kinds of programs: those that attach, and those that cannot be attached. */
export function programKinds(): [name: HookName | keyof typeof unattached, kind: ProgramKind][] {
  return [...entries(hooks), ...entries(unattached)];
}

/** The reason why programs of a type cannot be attached. Undefined if they can. */
export function whyUnattached(type: ProgramType, attachType: AttachType | undefined): Unattached | undefined {
  for (const row of unattachedRows) {
    if (!row.types.includes(type)) continue;
    const all = Object.keys(row.attachTypes).length === 0;
    if (all || (attachType !== undefined && attachType in row.attachTypes)) return row;
  }
  return undefined;
}

const unattachedRows = Object.values<Unattached>(unattached);

/** The hook of a kind of section. Undefined if programs of the kind cannot be attached. */
export function hookOfKind(kind: string | undefined): HookName | undefined {
  return kind !== undefined && Object.hasOwn(hooks, kind) ? (kind as HookName) : undefined;
}

function entries<Name extends string, Row>(rows: Readonly<Record<Name, Row>>): [Name, Row][] {
  return Object.entries(rows) as [Name, Row][];
}
