// Writes the table of docs/privileges.md from lib/hooks/ and lib/features/capabilities.ts.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { capabilitiesFor } from "../lib/features/capabilities.ts";
import { type Hook, type HookName, hook, hooks, type ProgramType } from "../lib/hooks/index.ts";
import { type Capability, capabilityName } from "../lib/kernel/privilege.ts";
import { root } from "./root.ts";

const begin = "<!-- From lib/hooks/ by scripts/privileges-table.ts; do not edit. -->";
const end = "<!-- End of the generated part. -->";
const file = path.join(root, "docs/privileges.md");

/** The generated part of docs/privileges.md. */
export function privilegesTable(): string {
  return [
    begin,
    "",
    "| `link.…` | program types | to load | to load and attach |",
    "|---|---|---|---|",
    ...(Object.keys(hooks) as HookName[]).flatMap((name) => rows(hook(name))),
    "",
    end,
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

function write(): void {
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error("docs/privileges.md has no markers for the generated part");
  writeFileSync(file, text.slice(0, from) + privilegesTable() + text.slice(to + end.length));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) write();
