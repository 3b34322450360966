// Writes what is known of every kind of attachment into docs/attach.md, from the table in lib/hooks/. With --check it
// changes nothing and fails when the document is not what the table makes.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Hook,
  type HookName,
  type HookOption,
  hook,
  hooks,
  latest,
  programKinds,
  type Unattached,
} from "../lib/hooks/index.ts";
import { root } from "./root.ts";

const begin = "<!-- From lib/hooks/ by scripts/hooks-table.ts; do not edit. -->";
const end = "<!-- End of what the table makes. -->";

/** The part of docs/attach.md that says what there is. */
export function hooksTable(): string {
  const names = Object.keys(hooks) as HookName[];
  return [
    begin,
    "",
    "## What there is",
    "",
    "What a kernel needs for each kind of attachment. `SEC` names are those that `attach()` understands; `+` stands for an",
    "optional `/target`. A version behind an option, a section or a link is the first Linux that has it.",
    "",
    "| `link.…` | SEC names | Linux | needs | bpf_link | `update` | stays after SIGKILL |",
    "|---|---|---|---|---|---|---|",
    ...names.map((name) => row(hook(name))),
    "",
    "## Options",
    "",
    "| `link.…` | options (required ones first, in bold) | together |",
    "|---|---|---|",
    ...names.filter((name) => Object.keys(hook(name).options).length > 0).map((name) => options(hook(name))),
    "",
    "## What is never attached",
    "",
    "| SEC names | Linux | why | instead |",
    "|---|---|---|---|",
    ...programKinds().flatMap(([, kind]) => ("reason" in kind ? [never(kind as Unattached)] : [])),
    "",
    end,
  ].join("\n");
}

function row(kind: Hook): string {
  const { call, sections, since, config, capability, link, otherwise, update, outlives } = kind;
  const stays = {
    always: "yes",
    "without-link": "without a bpf_link",
    "legacy-mode": "in mode `legacy`",
  };
  return line(
    code(call),
    sectionNames(kind, sections),
    since,
    [`CAP_${capability.toUpperCase()}`, ...config].map(code).join(" "),
    link === undefined
      ? `no: ${otherwise}`
      : `${latest([link.since, since])}${otherwise ? `, before: ${otherwise}` : ""}`,
    update === undefined
      ? "no"
      : `${latest([update.since, since])}, \`expected\`: ${update.expected.replace("-", " a ")}`,
    outlives === undefined ? "no" : stays[outlives],
  );
}

/** The SEC names, each with the first Linux of its attach type where the hook is older. */
function sectionNames(kind: Hook, sections: Hook["sections"]): string {
  const names = Object.entries(sections).map(([name, { attachType }]) => {
    const version = attachType === undefined ? undefined : kind.attachTypes[attachType];
    return isLater(version, kind.since) ? `${code(name)} ${version}` : code(name);
  });
  return names.length === 0 ? "of a map: `.struct_ops`, `.struct_ops.link`" : names.join(" ");
}

function isLater(version: string | undefined, than: string): boolean {
  return version !== undefined && latest([version, than]) !== than;
}

function options({ call, options, rules = [], asks = [] }: Hook): string {
  const sorted = Object.entries(options).sort(
    ([, a], [, b]) => Number(b.required ?? 0) - Number(a.required ?? 0),
  );
  const texts = sorted.map(([name, option]) => {
    const shown = option.required ? `**${name}**` : name;
    return `${shown}: ${valuesOf(option)}${option.since === undefined ? "" : ` (${option.since})`}`;
  });
  const together = rules.map((rule) => {
    const names = rule.of.join(", ");
    if (rule.rule === "one") return `one of ${names}`;
    if (rule.rule === "at-most-one") return `at most one of ${names}`;
    if (rule.rule === "some") return `${rule.of.join(" or ")}`;
    return `${rule.list}: one for each of ${rule.of.join(" or ")}`;
  });
  const asked = asks.map((name) => `\`attach\` asks for ${name}`);
  return line(code(call), texts.join("; "), [...together, ...asked].join("; ") || "–");
}

function valuesOf(option: HookOption): string {
  switch (option.kind) {
    case "word":
      return option.words.length > 8 ? "a hook" : option.words.join(" / ");
    case "integer":
      return `${option.min} to ${option.max}`;
    case "list":
      return `list of ${option.of}s`.replace("addresss", "addresses");
    default:
      return option.kind;
  }
}

function never({ sections, since, reason, instead }: Unattached): string {
  return line(Object.keys(sections).map(code).join(" "), since, reason, instead);
}

function line(...cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function write(check: boolean): void {
  const file = path.join(root, "docs/attach.md");
  const text = readFileSync(file, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) throw new Error("docs/attach.md has no place for the table of hooks");
  const next = text.slice(0, from) + hooksTable() + text.slice(to + end.length);
  if (next === text) return;
  if (check) {
    console.error(
      "docs/attach.md is not what lib/hooks/ makes; run node --import tsx scripts/hooks-table.ts",
    );
    process.exitCode = 1;
  } else writeFileSync(file, next);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) write(process.argv.includes("--check"));
