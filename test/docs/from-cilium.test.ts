import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as ebpf from "../../lib/index.ts";

const docs = join(import.meta.dirname, "../../docs");
const page = readFileSync(join(docs, "from-cilium.md"), "utf8");
const report = readFileSync(join(docs, "api-report.md"), "utf8");
const index = readFileSync(join(import.meta.dirname, "../../lib/index.ts"), "utf8");
const literals = new Set<string>([
  ...Object.keys(ebpf.mapFlags),
  ...ebpf.features.attachFeatures,
  ...ebpf.features.instructionSets,
]);
const names = readFileSync(join(import.meta.dirname, "cilium-names.txt"), "utf8")
  .trim()
  .split("\n");

interface Row {
  readonly theirs: readonly string[];
  readonly ours: string;
}

function rowsOf(text: string): Row[] {
  return text
    .split("\n")
    .map((line) => /^\| (`.*?|a .*?) \| (.*) \|$/.exec(line))
    .filter((match) => match !== null)
    .map(([, theirs = "", ours = ""]) => ({ theirs: quoted(theirs), ours }));
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner = ""]) => inner);
}

const end = page.indexOf("\n## From libbpf");
const rows = rowsOf(page.slice(0, end));
const otherRows = rowsOf(page.slice(end));
const entries = rows.flatMap(({ theirs }) => theirs);

function covers(entry: string, name: string): boolean {
  return entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : entry === name;
}

/** Whether the value has the member, of its own, as a static or for its instances. */
function isMember(value: unknown, member: string): boolean {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return member in value || (typeof value === "function" && member in (value.prototype ?? {}));
}

/** Whether the API report has the type, and in its declaration the member. */
function isReported(type: string, member?: string): boolean {
  const start = report.search(
    new RegExp(
      type.includes(".")
        ? `^// ${type.replace(".", "\\.")}$`
        : `^(abstract )?(class|interface|type|const|function) ${type}\\b`,
      "m",
    ),
  );
  if (start < 0) return false;
  const declaration = report.slice(start, report.indexOf("\n\n", start));
  return (
    member === undefined || new RegExp(`^ +(readonly |get |static )*${member}\\b`, "m").test(declaration)
  );
}

/** Whether the package exports what a path such as `Map.create`, `link.XdpOptions` or `LoadOptions.logLevel` names. */
function isExported(path: string): boolean {
  const parts = path.split(".");
  if (isReachable(ebpf, parts)) return true;
  const isNamespaced = ["asm", "link", "features"].includes(parts[0] ?? "");
  const type = parts.slice(0, isNamespaced ? 2 : 1).join(".");
  const member = parts[isNamespaced ? 2 : 1];
  if (member === undefined && new RegExp(`\\btype ${type}\\b`).test(index)) return true;
  return isReported(type, member);
}

function isReachable(value: unknown, [part, ...rest]: string[]): boolean {
  return part === undefined || (isMember(value, part) && isReachable(memberOf(value, part), rest));
}

function memberOf(value: unknown, member: string): unknown {
  if (typeof value === "function" && !(member in value))
    return Object.getOwnPropertyDescriptor(value.prototype, member)?.value;
  return (value as Record<string, unknown>)[member];
}

/** Whether a quoted text in the second column is what it claims to be: an export, a literal of a type, or a command. */
function isOurs(text: string): boolean {
  const literal = /^"([^"]+)"$/.exec(text)?.[1];
  if (literal !== undefined) return report.includes(`"${literal}"`) || literals.has(literal);
  if (text === "bpf2ts" || text.startsWith("npx ebpf ") || text === "using" || text === "link") return true;
  return isExported(text.replace(/\(.*\)$/, ""));
}

test("each exported name of cilium/ebpf is in the table once", () => {
  expect(names.length).toBeGreaterThan(1200);
  const exact = entries.filter((entry) => !entry.endsWith("*"));
  expect(exact.filter((entry, index) => exact.indexOf(entry) !== index)).toEqual([]);
  expect(names.filter((name) => !entries.some((entry) => covers(entry, name)))).toEqual([]);
  expect(entries.filter((entry) => !names.some((name) => covers(entry, name)))).toEqual([]);
});

test("each row names an export of this package, or the reason why there is none", () => {
  const empty = [...rows, ...otherRows].filter(({ ours }) =>
    ours.startsWith("not here") ? !/^not here: .{8,}/.test(ours) : ours.length < 3,
  );
  expect(empty).toEqual([]);
  const unknown = [...rows, ...otherRows].flatMap(({ ours }) => quoted(ours).filter((text) => !isOurs(text)));
  expect([...new Set(unknown)]).toEqual([]);
});

test("the rule for helpers gives a helper of this package for each of cilium's", () => {
  const helpers = names
    .filter((name) => name.startsWith("asm.Fn") && !entries.includes(name))
    .map((name) => name.slice("asm.Fn".length).replaceAll("_", "").toLowerCase());
  const own = new Set(ebpf.asm.helperNames().map((name) => name.replace(/^bpf_/, "").replaceAll("_", "")));
  expect(helpers.filter((name) => !own.has(name))).toEqual([]);
});
