import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  attachTypeName,
  attachTypeNumber,
  findProgramType,
  type HookName,
  hook,
  hooks,
  linkTypes,
  meaningOfSection,
  programKinds,
  programTypeNumber,
} from "../../lib/hooks/index.ts";
import { link, UnknownNameError } from "../../lib/index.ts";
import { mapTypeNumber } from "../../lib/spec/index.ts";
import { attachFacts } from "../../scripts/docs-tables/facts.ts";
import { hooksTable } from "../../scripts/docs-tables/hooks.ts";
import { marked, namedParts, withNamedParts } from "../../scripts/docs-tables/markers.ts";

const vendored = join(import.meta.dirname, "../../native/vendor/libbpf");
const source = readFileSync(join(vendored, "src/libbpf.c"), "utf8");
const uapi = readFileSync(join(vendored, "include/uapi/linux/bpf.h"), "utf8");

/** The members of an enum of the kernel, in order; those that name a limit or an older name are left out. */
function members(name: string): string[] {
  const body = new RegExp(`^enum ${name} \\{$(.*?)^\\};$`, "ms").exec(uapi)?.[1] ?? "";
  return [...body.matchAll(/^\s*(?!__)([A-Z]\w*)(?: = \d+)?,/gm)].map(([, member = ""]) => member);
}

test("the number of an unknown name is an error, and that of a newer number is the number", () => {
  for (const numberOf of [programTypeNumber, attachTypeNumber, mapTypeNumber])
    for (const name of ["xpd", "", "unknown-", "unknown-1", "unknown-x", "toString"])
      expect(() => numberOf(name as never), name).toThrow(UnknownNameError);
  expect(programTypeNumber("unknown-4000")).toBe(4000);
  expect(findProgramType("xpd")).toBeUndefined();
});

const programTypes = members("bpf_prog_type");
const attachTypes = members("bpf_attach_type");
const definitions = [...source.matchAll(/^\s*SEC_DEF\("([^"]+)",\s*(\w+),\s*(\w+),\s*([^,)]+)/gm)].map(
  ([, section = "", type = "", attachType = "", flags = ""]) => ({
    section,
    type: programTypes.indexOf(`BPF_PROG_TYPE_${type}`),
    attachType: attachType === "0" ? undefined : attachTypes.indexOf(attachType),
    flags,
  }),
);
const rows = Object.keys(hooks) as HookName[];

test("every SEC name of libbpf has a row with the same meaning", () => {
  expect(definitions.length).toBeGreaterThan(100);
  for (const { section, type, attachType, flags } of definitions) {
    const name = section.replace(/\+$/, "");
    const meaning = meaningOfSection(name);
    const ours = {
      section: name,
      type: programTypeNumber(meaning.type),
      attachType: meaning.attachType && attachTypeNumber(meaning.attachType),
      sleepable: meaning.flags.includes("sleepable"),
      frags: meaning.flags.includes("xdp-frags"),
      btf: meaning.flags.includes("attach-btf"),
      usdt: meaning.flags.includes("usdt"),
      target: meaningOfSection(`${name}/target:of/some+kind`).target,
    };
    expect(ours).toEqual({
      section: name,
      type,
      attachType,
      sleepable: flags.includes("SEC_SLEEPABLE"),
      frags: flags.includes("SEC_XDP_FRAGS"),
      btf: flags.includes("SEC_ATTACH_BTF"),
      usdt: flags.includes("SEC_USDT"),
      target: section.endsWith("+") ? "target:of/some+kind" : undefined,
    });
  }
});

test("every SEC name of a row exists in libbpf", () => {
  const known = new Set(definitions.map(({ section }) => section));
  const ours = programKinds().flatMap(([, { sections }]) => Object.keys(sections));
  expect(ours.filter((section) => !known.has(section))).toEqual([]);
  expect(ours.length).toBe(new Set(ours).size);
});

test("every attach type of the kernel is in one row", () => {
  const ours = programKinds().flatMap(([, kind]) => Object.keys(kind.attachTypes));
  const theirs = attachTypes.map((_, number) => attachTypeName(number));
  expect(ours.sort()).toEqual(theirs.sort());
});

test("every type of program except unspec is in a row", () => {
  const ours = new Set(programKinds().flatMap(([, kind]) => kind.types.map(programTypeNumber)));
  expect([...ours].sort((a, b) => a - b)).toEqual(programTypes.map((_, number) => number).slice(1));
});

test("every type of link of the kernel is in a row", () => {
  const names = members("bpf_link_type").map((name) =>
    name.slice("BPF_LINK_TYPE_".length).toLowerCase().replaceAll("_", "-"),
  );
  expect(linkTypes).toEqual(names);
  const ours = new Set<string>(rows.map((name) => hook(name).link?.type ?? "unspec"));
  expect(names.filter((name) => !ours.has(name))).toEqual([]);
});

test("every row has the function of link that it names, and every such function has a row", () => {
  const calls = rows.map((name) => hook(name).call).sort();
  const functions = Object.entries(link)
    .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name))
    .map(([name]) => name)
    // These serve many kinds of attachment.
    .filter((name) => !["query", "queryFd", "rawAttach", "rawDetach"].includes(name));
  expect(calls).toEqual(functions.sort());
});

test("each row is consistent", () => {
  for (const name of rows) {
    const { link: made, otherwise, options, rules = [] } = hook(name);
    expect({ name, nature: made ?? otherwise }).not.toEqual({ name, nature: undefined });
    for (const rule of rules)
      for (const option of [...rule.of, ...("list" in rule ? [rule.list] : [])])
        expect(Object.keys(options)).toContain(option);
  }
});

test("docs/attach-support.md matches the table", () => {
  expect(readPage("docs/attach-support.md")).toContain(marked(hooksTable()));
});

test("docs/guides/attach.md has the facts of each row, with an example", () => {
  const page = readPage("docs/guides/attach.md");
  expect(namedParts(page).sort()).toEqual([...rows, "unattached"].sort());
  expect(withNamedParts(page, attachFacts)).toBe(page);
  const examples = new Set([...page.matchAll(/link\.(\w+)\(/g)].map(([, call]) => call));
  expect(rows.map((name) => hook(name).call).filter((call) => !examples.has(call))).toEqual([]);
});

function readPage(path: string): string {
  return readFileSync(join(import.meta.dirname, "../..", path), "utf8");
}
