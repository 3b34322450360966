import { helperRefusal } from "../explain/helper-refusal.ts";
import { capabilitiesFor } from "../features/capabilities.ts";
import { helperNames } from "../features/index.ts";
import type { Capability } from "../kernel/privilege.ts";
import { mapTypeName, type ObjectSpec, type ProgramType } from "../spec/index.ts";
import type { VerifierFailure } from "../verifier/verifier-log.ts";

// What helps against what verifiers most often say, from 5.10 to 7.3.
const advice: readonly [reason: RegExp, remedy: string][] = [
  [/_or_null'?$|_or_null'? expected|_or_null /, "Compare the pointer with NULL before using it"],
  [/^invalid access to packet/, "Compare the end of what is read with data_end first"],
  [/^invalid access to map value/, "The access ends past the value: check the index first"],
  [/unbounded (min|max|memory)/, "Check the index against both bounds first, as an unsigned number"],
  [
    /^invalid (read from|indirect read from|indirect access to) stack (R\d+ )?off -\d+\+\d+ size/,
    "The program reads bytes of its stack that it did not write: initialize the whole variable first",
  ],
  [
    /^invalid (variable-offset )?(read|write|indirect access).* stack R\d+/,
    "The access is outside of the stack, or of the variable on it: check the index",
  ],
  [
    /^Unreleased reference/,
    "Give it back on every path (bpf_ringbuf_submit, bpf_ringbuf_discard, a release kfunc)",
  ],
  [
    /^(infinite loop|back-edge)/,
    "Give the loop a bound that the verifier can see, or use bpf_loop() or bpf_for()",
  ],
  [
    /too complex|program is too large/,
    "Shorten loops, take parts out into global functions, or use bpf_loop() or bpf_for()",
  ],
  [/^combined stack size/, "A program and what it calls have 512 bytes of stack: keep large data in a map"],
  [/GPL/, 'Declare the license: char LICENSE[] SEC("license") = "GPL"'],
  [
    /^failed to resolve CO-RE relocation <enumval_/,
    "This kernel's types have no such enum value: guard its use with bpf_core_enum_value_exists()",
  ],
  [
    /^failed to resolve CO-RE relocation <(type_|local_type|target_type)/,
    "This kernel has no such type: guard its use with bpf_core_type_exists()",
  ],
  [
    /^failed to resolve CO-RE relocation/,
    "This kernel's types have no such member or type: guard the access with bpf_core_field_exists() or bpf_core_type_exists()",
  ],
  [/^BPF map .* wasn't created/, "Its autocreate is false: create it, or leave out what uses it"],
  [/^kfunc .* wasn't resolved/, "This kernel has no such function: guard the call with bpf_ksym_exists()"],
  [/^invalid bpf_context access/, "Programs of this type may not read or write that part of their context"],
];

/** What can be done about a refusal of a program; the kernel's own proposal where it makes one. */
export function adviceFor(
  { programs }: ObjectSpec,
  { program, reason = "", suggestion }: VerifierFailure,
): string | undefined {
  const type = Object.values(programs).find(({ name }) => name === program)?.type ?? "unspec";
  return (
    suggestion ??
    mapAdvice(reason) ??
    helperAdvice(reason, type) ??
    advice.find(([pattern]) => pattern.test(reason))?.[1]
  );
}

function mapAdvice(reason: string): string | undefined {
  const [, type, name] = /^cannot pass map_type (\d+) into func (bpf_\w+)#/.exec(reason) ?? [];
  return name && `Maps of type ${mapTypeName(Number(type))} cannot be given to ${name}`;
}

// Up to Linux 6.7 "unknown func" stands for a helper that the kernel lacks and for one that it forbids.
function helperAdvice(reason: string, type: ProgramType): string | undefined {
  const [, known, number] =
    /^(?:unknown func|program of this type cannot use helper) (?:(bpf_\w+)|unknown)#(\d+)/.exec(reason) ?? [];
  const name = known ?? helperNames()[Number(number) - 1];
  return name === undefined ? undefined : helperRefusal(type, name);
}

/** The capabilities that loading takes. Linux 5.8. */
export function privilegesFor({ programs, maps }: ObjectSpec): Capability[] {
  return capabilitiesFor({
    programs: Object.values(programs).flatMap(({ autoload, type }) => (autoload ? [type] : [])),
    maps: Object.values(maps).flatMap(({ autocreate, type }) => (autocreate ? [type] : [])),
  });
}
