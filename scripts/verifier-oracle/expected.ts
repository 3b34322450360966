import type { ObjectSpec } from "../../lib/spec/index.ts";

/** The verifier messages that the authors of a program expect, as annotations in it: `__msg("…")`. */
export interface Expected {
  /** Messages of a load that fails with all privileges, each as a regular expression. */
  readonly messages: readonly RegExp[];
  readonly failure: boolean;
}

// The kernel's selftests keep it in BTF: comment:NUMBER:test_expect_msg=TEXT (progs/bpf_misc.h).
const tag = /^comment:(?:\d+:)?test_expect_(msg|failure)(?:=([\s\S]*))?$/;

export function expectedOf(spec: ObjectSpec): Map<string, Expected> {
  const found = new Map<string, { messages: RegExp[]; failure: boolean }>();
  if (spec.btf === undefined) return found;
  for (const type of spec.btf.types()) {
    if (type.kind !== "decl-tag") continue;
    const [, what, text = ""] = tag.exec(type.name) ?? [];
    const target = spec.btf.type(type.type);
    if (what === undefined || target.kind !== "func") continue;
    const expected = found.get(target.name) ?? { messages: [], failure: false };
    if (what === "failure") expected.failure = true;
    else expected.messages.push(pattern(text));
    found.set(target.name, expected);
  }
  return found;
}

/** Text as it is, but for the regular expressions between {{ and }}. */
function pattern(text: string): RegExp {
  const parts = text.split(/\{\{([\s\S]*?)\}\}/);
  return new RegExp(parts.map((part, i) => (i % 2 === 0 ? literal(part) : part)).join(""), "m");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
