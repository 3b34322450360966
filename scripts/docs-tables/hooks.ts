// The tables of kinds of attachments in docs/attach.md.
import {
  type Hook,
  type HookName,
  type HookOption,
  hook,
  hooks,
  latest,
  programKinds,
  type Unattached,
} from "../../lib/hooks/index.ts";
import { capabilityName } from "../../lib/kernel/privilege.ts";

/** The generated part of docs/attach.md, without its markers. */
export function hooksTable(): string {
  const names = Object.keys(hooks) as HookName[];
  return [
    "## Kinds of attachments",
    "",
    "Each row is one kind of attachment. `attach()` accepts the SEC names; `+` is an optional `/target`. `Linux` is the",
    "first kernel version of the kind. A version after a SEC name, an option or a link is the first version that supports",
    "it, if that is later.",
    "",
    "| `link.…` | SEC names | Linux | needs | bpf_link | `update` | remains after SIGKILL |",
    "|---|---|---|---|---|---|---|",
    ...names.map((name) => row(hook(name))),
    "",
    "## Options",
    "",
    "| `link.…` | options (required ones first, in bold) | combinations |",
    "|---|---|---|",
    ...names.filter((name) => Object.keys(hook(name).options).length > 0).map((name) => options(hook(name))),
    "",
    "## Programs that cannot be attached",
    "",
    "| SEC names | Linux | reason | instead |",
    "|---|---|---|---|",
    ...programKinds().flatMap(([, kind]) => ("reason" in kind ? [never(kind as Unattached)] : [])),
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
    [...(capability === undefined ? [] : [capabilityName(capability)]), ...config].map(code).join(" "),
    link === undefined
      ? `no: ${otherwise}`
      : `${latest([link.since, since])}${otherwise ? `, before: ${otherwise}` : ""}`,
    update === undefined
      ? "no"
      : `${latest([update.since, since])}, \`expected\`: ${update.expected.replace("-", " a ")}`,
    outlives === undefined ? "no" : stays[outlives],
  );
}

/** The SEC names, each with the first kernel version of its attach type if that is later than the hook's. */
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
  const asked = asks.map((name) => `\`attach\` requires ${name}`);
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
