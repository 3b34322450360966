import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CollectionSpec, VerifierError } from "../../lib/index.ts";
import { findingIds } from "../../lib/verifier/finding.ts";
import { rules } from "../../lib/verifier/rules/index.ts";
import { testObject } from "../support/objects.ts";
import { linuxAtLeast } from "../support/requires.ts";

const source = readFileSync(join(import.meta.dirname, "../bpf/verifier/refusals.bpf.c"), "utf8").split("\n");

/** The line of a program, or of the function that it calls, with a comment. */
function marked(program: string, mark: string): number {
  const start = source.findIndex((line) => line.includes(` ${program}(`));
  return source.findIndex((line, i) => i > start && line.includes(`/* ${mark} */`)) + 1;
}

function reportOf(program: string) {
  const spec = CollectionSpec.fromFile(testObject("verifier/refusals"));
  for (const each of Object.values(spec.programs)) each.autoload = each.name === program;
  try {
    spec.loadSync().close();
  } catch (error) {
    if (error instanceof VerifierError) return error.report;
    throw error;
  }
  throw new Error(`${program} loaded`);
}

// The logs of Linux 5.10 and 6.1 do not have the variable.
const isNamed = linuxAtLeast("6.12");

/** What each report must say: its kind, its title, what to do, and the lines that led to it. */
const cases: [program: string, id: string, title: RegExp, help: RegExp, marks?: string[]][] = [
  ["no_null_check", "null-check-missing", /^found may be NULL/, /if \(!found\) return/, ["ACQUIRED"]],
  [
    "stale_packet",
    "packet-stale",
    /bpf_xdp_adjust_tail\(\) may have moved/,
    /data_end .* again/,
    ["CHECKED", "MOVED"],
  ],
  ["unchecked_byte", "packet-bounds", /nothing there was compared with data_end/, /first \+ 21 > data_end/],
  [
    "checked_too_little",
    "packet-bounds",
    /^8 bytes .* 4 bytes are checked/,
    /first \+ 8 with data_end/,
    ["CHECKED"],
  ],
  [
    "early_end",
    "not-released",
    /holds the record from bpf_ringbuf_reserve\(\)/,
    /bpf_ringbuf_discard\(sample, 0\)/,
    ["ACQUIRED"],
  ],
  [
    "after_submit",
    "used-after-release",
    /^sample is used after bpf_ringbuf_submit\(\) released it/,
    /before bpf_ringbuf_submit/,
    ["ACQUIRED", "GIVEN BACK"],
  ],
  [
    "call_under_lock",
    "call-under-lock",
    /bpf_get_prandom_u32\(\) is called while a lock is held/,
    /before bpf_spin_lock\(\)/,
    ["LOCKED"],
  ],
  ["index_from_packet", "index-unbounded", /no upper bound/, /both bounds/],
  ["negative_index", "offset-unbounded", /may be negative/, /unsigned/, ["CHECKED"]],
  isNamed
    ? ["empty_length", "length-zero", /^size, a length .* may be zero/, /if \(size == 0\) return/]
    : [
        "empty_length",
        "length-zero",
        /^the length that bpf_skb_load_bytes\(\) receives may be zero/,
        /return when it is zero/,
      ],
  ["writes_const", "read-only-map", /const variable is written/, /Leave out const/],
  ["writes_length", "context-access", /may not write .* struct __sk_buff/, /bpf_skb_change_tail/],
  ["odd_verdict", "return-value", /^odd_verdict returns 9, and 0 to [13] is allowed/, /Return 0 to [13]/],
  [
    "other_types_helper",
    "helper-not-allowed",
    /"xdp" may not call bpf_skb_change_tail\(\)/,
    /may not call bpf_skb_change_tail/,
  ],
  [
    "kernel_address",
    "not-a-pointer",
    /^task is a number, and not a pointer/,
    /bpf_get_current_task_btf\(\)/,
    ["ACQUIRED"],
  ],
  ["zero_divisor", "division", /divides by the constant zero/, /zero/],
  ["from_the_end", "pointer-arithmetic", /^last is made from data_end/, /from data/],
  ["no_value", "uninitialized", /read before it has a value/, /Initialize/],
];

test.each(cases)(
  "%s: the report has the cause, the place and the remedy",
  (program, id, title, help, marks = []) => {
    const report = reportOf(program);
    expect(report).toMatchObject({ id, program, line: marked(program, "REFUSED") });
    expect(report.title).toMatch(title);
    expect(report.help).toMatch(help);
    const lines = report.secondary.map(({ line }) => line);
    for (const mark of marks) expect(lines).toContain(marked(program, mark));
  },
);

test("a fault in a called function is reported there", () => {
  const report = reportOf("fault_in_function");
  expect(report).toMatchObject({ id: "null-check-missing", line: marked("twice", "REFUSED") });
});

test("docs/verifier.md lists every kind of fault", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/verifier.md"), "utf8");
  const listed = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id);
  const known = [...rules.map(({ id }) => id), ...findingIds, "unknown"];
  expect(listed).toEqual([...new Set(known)].sort());
});
