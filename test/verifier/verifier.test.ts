import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { CollectionSpec, VerifierError } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { linuxAtLeast } from "../support/requires.ts";

const source = readFileSync(join(import.meta.dirname, "../bpf/verifier_reasons.bpf.c"), "utf8").split("\n");

/** The line that the source marks as the one at fault, as errors print it. */
function refusedLine(name: string): string {
  const start = source.findIndex((line) => line.includes(` ${name}(`));
  const at = source.findIndex((line, i) => i > start && line.includes("/* REFUSED */"));
  return `verifier_reasons.bpf.c:${at + 1}: ${source[at]?.trim()}`;
}

async function refusal(name: string): Promise<VerifierError> {
  const spec = CollectionSpec.fromFile(testObject("verifier_reasons"));
  const program = spec.programs[name];
  const map = spec.maps.left_out;
  if (program === undefined || map === undefined) throw new Error(`no program ${name}`);
  program.autoload = true;
  map.autocreate = false;
  const error = await spec.load().then(
    (coll) => coll.close(),
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(VerifierError);
  return error as VerifierError;
}

// The reason is the kernel's: it may be worded anew, so each is checked for what all from 5.10 on have in common.
const cases: [
  name: string,
  reason: RegExp,
  instruction: RegExp,
  remedy: RegExp | undefined,
  where?: string,
][] = [
  ["null_pointer", /map_value_or_null/, /^\d+: \(71\) r0 = \*\(u8 \*\)\(r0 \+3\)$/, /NULL/],
  ["out_of_bounds", /value_size=16 off=16 size=1/, /\*\(u8 \*\)\(r0 \+16\)$/, /./],
  ["unbounded_index", /unbounded/, /r0 \+= r1$/, /./],
  ["foreign_helper", /bpf_redirect#23/, /call bpf_redirect#23$/, /bpf_redirect/],
  [
    "kept_reference",
    /Unreleased reference/,
    /exit$/,
    /bpf_ringbuf_submit\(record, 0\) or bpf_ringbuf_discard\(record, 0\)/,
  ],
  ["unchecked_packet", /invalid access to packet/, /\*\(u8 \*\)\(r1 \+5\)$/, /./],
  ["endless", /infinite loop/, /^[01]: /, /./],
  ["past_the_stack", /stack/, /\(73\)/, /./],
  ["wrong_argument", /R1 type=ctx expected=map_ptr/, /call bpf_map_delete_elem#3$/, undefined],
  ["wrong_answer", /R0/, /exit$/, undefined],
  ["missing_map", /left_out/, /invalid BPF map reference/, /autocreate/],
  ["write_to_context", /invalid bpf_context access/, /\*\(u64 \*\)\(r1 \+0\) = /, /context/],
  ["fault_in_a_function", /map_value_or_null/, /\*\(u8 \*\)\(r1 \+0\)$/, /NULL/, "inner"],
];

describe("a refused program is a VerifierError", () => {
  test.each(cases)(
    "%s: reason, instruction and line of C",
    async (name, reason, instruction, remedy, where) => {
      const error = await refusal(name);
      expect(error.program).toBe(name);
      expect(error.reason).toMatch(reason);
      expect(error.instruction).toMatch(instruction);
      expect(error.source).toBe(refusedLine(where ?? name));
      if (remedy === undefined) return;
      expect(error.remedy).toMatch(remedy);
      expect(error.message).toContain(error.remedy);
    },
  );
});

test("the report has the steps that led to the refusal", async () => {
  const { report } = await refusal("kept_reference");
  expect(report).toMatchObject({ id: "not-released", program: "kept_reference", file: expect.any(String) });
  expect(report.secondary).toEqual([
    expect.objectContaining({ label: "acquired here", text: expect.stringContaining("bpf_ringbuf_reserve") }),
  ]);
  expect(report.title).toBe("kept_reference can end while it holds the record from bpf_ringbuf_reserve()");
});

test("a printed refusal shows the lines of C, and not the log", async () => {
  const error = await refusal("null_pointer");
  const printed = inspect(error);
  expect(printed).toMatch(/\d+ \| return value\[3\];.*\n +\| +\^+ is used here/);
  expect(printed).toContain("R0 invalid mem access 'map_value_or_null'");
  // The run over all kernels bundles the tests.
  const bundled = process.env["EBPF_BUNDLED_TESTS"] !== undefined;
  expect(printed).toContain(bundled ? "verifier.test.mjs:" : "verifier.test.ts:");
  expect(printed).not.toContain("processed ");
  expect(printed).not.toContain("\u001b[");
  expect(inspect(error, { colors: true })).toContain("\u001b[1;31merror[null-check-missing]");
  expect(error.message.length).toBeLessThan(400);
});

test("a member that the kernel does not have is named", async () => {
  const error = await refusal("missing_field");
  expect(error.reason).toContain("struct task_struct___other.no_such_field");
  expect(error.instruction).toMatch(/^\d+: <invalid CO-RE relocation>$/);
  expect(error.source).toMatch(/^verifier_reasons\.bpf\.c:\d+: /);
  expect(error.remedy).toContain("bpf_core_field_exists()");
});

test("a failure of the whole program has no instruction", async () => {
  const error = await refusal("too_much_stack");
  expect(error.reason).toMatch(/^combined stack size of 2 calls is \d+\. Too large/);
  expect(error.remedy).toContain("512 bytes");
});

test("a log of megabytes is complete", async () => {
  const error = await refusal("too_complex");
  expect(error.reason).toMatch(/too complex/);
  expect(error.log.length).toBeGreaterThan(1_000_000);
  // The beginning and the end of it.
  expect(error.log).toMatch(/^; __u64 sum = 0;|^; int too_complex/m);
  expect(error.log.trimEnd()).toMatch(/processed \d+ insns .*$/);
  expect(error.source).toMatch(/^verifier_reasons\.bpf\.c:\d+: /);
}, 60_000);

test("a failed load leaves nothing in the kernel", async () => {
  const { Program } = await import("../../lib/index.ts");
  const before = [...Program.ids()].length;
  await refusal("null_pointer");
  expect([...Program.ids()].length).toBe(before);
  expect(linuxAtLeast("4.0")).toBe(true);
});
