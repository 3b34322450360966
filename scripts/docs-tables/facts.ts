// The facts of each kind of attachment in docs/guides/attach.md.
import { capabilitiesFor } from "../../lib/features/capabilities.ts";
import {
  type Hook,
  type HookName,
  type HookOption,
  hook,
  latest,
  programKinds,
  type Unattached,
} from "../../lib/hooks/index.ts";
import { type Capability, capabilityName } from "../../lib/kernel/privilege.ts";
import { code, line } from "./markdown.ts";

/** What follows the SEC names whose rows have no form of a target. */
const targets: Partial<Record<HookName, string>> = {
  fentry: "function",
  fexit: "function",
  "fmod-ret": "function",
  fsession: "function",
  freplace: "function",
  lsm: "hook",
  "lsm-cgroup": "hook",
  "tp-btf": "name",
  iterator: "kind",
};

/** A part of the page by its name: a kind of attachment, or `unattached`. */
export function attachFacts(part: string): string {
  return part === "unattached" ? unattachedTable() : factsOf(part as HookName);
}

/** The SEC names, the options and the needs of one kind of attachment. */
function factsOf(name: HookName): string {
  const kind = hook(name);
  const options = optionsOf(kind);
  const needs = [`Linux ${kind.since}`, ...capabilitiesOf(kind).map(code), ...kind.config.map(code)];
  return [
    "| | |",
    "|---|---|",
    line("SEC names", sectionNames(name, kind)),
    ...(options === "" ? [] : [line("options", options)]),
    line("needs", needs.join(", ")),
  ].join("\n");
}

/** The kinds of programs that cannot be attached. */
function unattachedTable(): string {
  return [
    "| SEC names | Linux | why it is not attached | instead |",
    "|---|---|---|---|",
    ...programKinds().flatMap(([, kind]) => ("reason" in kind ? [never(kind as Unattached)] : [])),
  ].join("\n");
}

function never({ sections, since, reason, instead }: Unattached): string {
  return line(Object.keys(sections).map(code).join(" "), since, reason, instead);
}

/** Each SEC name with the form of its target, and the kernel version of its attach type if that is later. */
function sectionNames(name: HookName, kind: Hook): string {
  const target = kind.target ?? targets[name];
  const names = Object.entries(kind.sections).map(([section, { attachType }]) => {
    const version = attachType === undefined ? undefined : kind.attachTypes[attachType];
    const text = code(section.replace("+", target === undefined ? "" : `/${target}`));
    return isLater(version, kind.since) ? `${text} (${version})` : text;
  });
  return names.length === 0 ? "of a map: `.struct_ops`, `.struct_ops.link`" : names.join(" ");
}

function isLater(version: string | undefined, than: string): boolean {
  return version !== undefined && latest([version, than]) !== than;
}

function capabilitiesOf({ call, types, capability }: Hook): string[] {
  const type = call === "structOps" ? "struct-ops" : types[0];
  const load = capabilitiesFor({ programs: type === undefined ? [] : [type] });
  const all: Capability[] = capability === undefined ? load : [...load, capability];
  return [...new Set(all.map(capabilityName))];
}

function optionsOf({ options, rules = [], asks = [] }: Hook): string {
  const sorted = Object.entries(options).sort(
    ([, a], [, b]) => Number(b.required ?? 0) - Number(a.required ?? 0),
  );
  const texts = sorted.map(([name, option]) => {
    const shown = option.required ? `**${name}**` : name;
    const values = valuesOf(option);
    const text = values === name ? shown : `${shown}: ${values}`;
    return `${text}${option.since === undefined ? "" : ` (${option.since})`}`;
  });
  const together = rules.map((rule) => {
    const names = rule.of.join(", ");
    if (rule.rule === "one") return `one of ${names}`;
    if (rule.rule === "at-most-one") return `at most one of ${names}`;
    if (rule.rule === "some") return `${rule.of.join(" or ")}`;
    return `${rule.list}: one for each of ${rule.of.join(" or ")}`;
  });
  const asked = asks.map((name) => `\`attach\` requires ${name}`);
  const rest = [...together, ...asked].join("; ");
  return rest === "" ? texts.join("; ") : `${texts.join("; ")}. Rules: ${rest}`;
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
