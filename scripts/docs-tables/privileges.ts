// The table of capabilities in docs/privileges.md.
import { capabilitiesFor } from "../../lib/features/capabilities.ts";
import { type Hook, type HookName, hook, hooks, type ProgramType } from "../../lib/hooks/index.ts";
import { type Capability, capabilityName } from "../../lib/kernel/privilege.ts";

/** The generated part of docs/privileges.md, without its markers. */
export function privilegesTable(): string {
  return [
    "| `link.…` | program types | to load | to load and attach |",
    "|---|---|---|---|",
    ...(Object.keys(hooks) as HookName[]).flatMap((name) => rows(hook(name))),
  ].join("\n");
}

/** One row for all program types of a hook that need the same. */
function rows({ call, types, capability }: Hook): string[] {
  const programs: readonly ProgramType[] = call === "structOps" ? ["struct-ops"] : types;
  const byNeed = new Map<string, ProgramType[]>();
  for (const type of programs) {
    const need = named(capabilitiesFor({ programs: [type] }));
    byNeed.set(need, [...(byNeed.get(need) ?? []), type]);
  }
  return [...byNeed].map(([need, types]) => {
    const [first] = types;
    const load = capabilitiesFor({ programs: first === undefined ? [] : [first] });
    const attach: Capability[] = capability === undefined ? load : [...load, capability];
    return `| \`${call}\` | ${types.join(", ")} | ${need} | ${named(attach)} |`;
  });
}

function named(capabilities: readonly Capability[]): string {
  return [...new Set(capabilities.map((name) => `\`${capabilityName(name)}\``))].join(" ");
}
