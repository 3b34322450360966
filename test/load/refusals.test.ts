import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CollectionSpec, type EbpfError, InvalidArgumentError, type MapSpec } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { kernelHas, requires, requiresLinux } from "../support/requires.ts";

/** The error of loading one map or program of an object. */
function refusal(name: string, object = "refusals"): EbpfError {
  const spec = CollectionSpec.fromFile(testObject(`load/${object}`));
  for (const map of Object.values(spec.maps)) map.autocreate = map.name === name;
  for (const program of Object.values(spec.programs)) program.autoload = program.name === name;
  try {
    spec.loadSync().close();
  } catch (error) {
    return error as EbpfError;
  }
  throw new Error(`"${name}" loaded`);
}

test.each([
  ["no_entries", /^maxEntries: expected 1 or more, received 0\. .*spec\.maps\.no_entries/],
  ["wide_key", /^keySize: expected 4, received 8/],
  ["preallocated", /BPF_F_NO_PREALLOC/],
  ["unheard_of", /^Maps of type 999 are newer than this package/],
  ["strange_flag", /^flags: this kernel creates no maps of type "hash" with 0x40000000/],
  ["mapped_hash", /^flags: this kernel creates no maps of type "hash" with "mmapable"/],
  ["neither_way", /^flags: "rdonly-prog" and "wronly-prog" exclude each other/],
  ["far_node", /^numaNode: expected a NUMA node of this machine, received 99/],
  ["untyped_storage", /^key and value: expected types, __type\(key, int\)/],
  ["more_than_cpus", /^maxEntries: expected at most .*CPU.*, received 1000000/],
  ["to_left_out", /^Slot 0 begins with program "left_out", which was not loaded/],
])("map %s: the error names the wrong number", (name, remedy) => {
  const error = refusal(name);
  expect(error).toMatchObject({ code: "ERR_EBPF_LOAD", subject: name });
  expect(error.remedy).toMatch(remedy);
});

test("a slot whose map differs from the declared inner map: the error names the difference", () => {
  const spec = CollectionSpec.fromFile(testObject("load/refusals"));
  for (const map of Object.values(spec.maps)) map.autocreate = /^(to_)?large$/.test(map.name);
  for (const program of Object.values(spec.programs)) program.autoload = false;
  expect(() => spec.loadSync()).toThrow(
    /Slot 0 begins with map "large", .* that "to_large" declares: valueSize is 8, expected 4/,
  );
});

test("type struct-ops for a map without a struct is refused before libbpf reads the struct", () => {
  const spec = CollectionSpec.fromFile(testObject("load/refusals"));
  (spec.maps.no_entries as MapSpec).type = "struct-ops";
  expect(() => spec.loadSync()).toThrow(InvalidArgumentError);
});

test("a data section with a lock loads, although the kernel maps none into a process", (context) => {
  requiresLinux(context, "6.2", "a lock beside other variables of a data section");
  CollectionSpec.fromFile(testObject("load/locked_section")).loadSync().close();
});

test("map_extra of a type without map_extra is reported", (context) => {
  requiresLinux(context, "5.16", "map_extra");
  expect(refusal("with_extra").remedy).toMatch(
    /^mapExtra: expected 0 for maps of type "hash" on this kernel, received 5/,
  );
});

test.each([
  ["reads_field", /struct task_struct of this kernel has no field "no_such_field"/],
  ["reads_misspelt", /struct task_struct of this kernel has no field "start_tyme" \(nearest: .*start_time/],
  ["reads_struct", /this kernel has no struct no_such_struct/],
])("%s: a CO-RE relocation without a target is reported with the missing part", (name, message) => {
  const error = refusal(name, "core_targets");
  expect(error).toMatchObject({ code: "ERR_EBPF_VERIFIER", message: expect.stringMatching(message) });
});

test.each([
  ["misspelt_tracepoint", "sched_switch"],
  ["misspelt_lsm_hook", "file_open"],
  ["misspelt_iterator", "task_file"],
])("%s: the remedy names the nearest target of its kind", (name, nearest) => {
  expect(refusal(name)).toMatchObject({
    code: "ERR_EBPF_NO_SYMBOL",
    nearest: expect.arrayContaining([nearest]),
    remedy: expect.stringContaining(`Name "${nearest}"`),
  });
});

test("a misspelt SEC name is reported with the nearest one", () => {
  expect(refusal("misspelt_section").remedy).toContain('nearest: SEC("kprobe/do_nanosleep")');
});

test("a map that is too large for memory is reported with its size", () => {
  const error = refusal("enormous");
  expect(error).toMatchObject({ code: "ERR_EBPF_LOAD", subject: "enormous" });
  expect(error.remedy).toMatch(/2000000000 entries of 8196 bytes, 14\.9 TiB/);
});

test("a struct_ops type that the kernel lacks is a NotSupportedError", () => {
  const spec = CollectionSpec.fromFile(testObject("load/struct_ops_unknown"));
  expect(() => spec.loadSync()).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_NOT_SUPPORTED",
      remedy: expect.stringMatching(/no struct_ops type "sched_ext_of_tomorrow_ops".*newer kernel/),
    }),
  );
});

test("an unknown SEC name is not a NotSupportedError", () => {
  expect(refusal("unknown_section")).toMatchObject({
    code: "ERR_EBPF_LOAD",
    subject: "unknown_section",
    remedy: expect.stringMatching(/SEC\("my\/own"\).*spec\.programs\.unknown_section\.type/),
  });
});

test("an extension program without its target program is refused with that reason", () => {
  expect(refusal("replaces_nothing")).toMatchObject({
    code: "ERR_EBPF_LOAD",
    remedy: expect.stringContaining("spec.programs.replaces_nothing.attachProgram"),
  });
});

test("a missing function that a module may have is reported as such", () => {
  expect(refusal("on_module")).toMatchObject({
    code: "ERR_EBPF_NO_SYMBOL",
    message: expect.stringMatching(/no "no_module_has_this_function".*load the module that has it$/),
    cause: { code: "ERR_EBPF_LOAD", log: expect.stringMatching(/^libbpf: /) },
  });
}, 60_000);

test.each([
  [
    "missing_kfunc",
    /"bpf_no_such_kfunc".*bpf_ksym_exists\(bpf_no_such_kfunc\)\. Only "missing_kfunc" uses it.*with __weak, the other programs load/,
  ],
  ["missing_symbol", /no symbol "no_such_symbol".*__weak/],
  ["missing_option", /CONFIG_NO_SUCH_NUMBER.*__weak.*spec\.kconfig\.CONFIG_NO_SUCH_NUMBER\.value/],
])(
  "%s: the kernel lacks it, by its name",
  (name, remedy) => {
    const error = refusal(name, name);
    expect(error.code).toBe("ERR_EBPF_NOT_SUPPORTED");
    // The program that uses it, where there is one.
    expect(error.message).toContain(`cannot load "${name}" of object`);
    expect(error.remedy).toMatch(remedy);
    expect(error.cause).toMatchObject({ code: "ERR_EBPF_LOAD", log: expect.stringMatching(/^libbpf: /) });
  },
  60_000,
);

// The position of a field of the line information in .BTF.ext, and the value written to it.
const damages: [what: string, at: (start: number, header: number) => number, value: number][] = [
  ["a count beyond the section is refused", (start) => start + 8, 0x00ff_ffff],
  ["a count of 2^32-1", (start) => start + 8, 0xffff_ffff],
  ["records of size 0 are refused", (start) => start, 0],
  ["a length beyond the section", (_, header) => header + 20, 0x7fff_ffff],
  ["a name beyond the string section is refused", (start) => start + 4, 0x7fff_ffff],
];

test.each(damages)("line information with %s does not hide the refusal", (_, at, value) => {
  const bytes = new Uint8Array(readFileSync(testObject("verifier_refuses")));
  const view = new DataView(bytes.buffer);
  const header = bytes.findLastIndex(
    (_, i) =>
      i + 8 < bytes.length && view.getUint32(i, true) === 0x0001_eb9f && view.getUint32(i + 4, true) === 32,
  );
  view.setUint32(at(header + 32 + view.getUint32(header + 16, true), header), value, true);
  expect(() => CollectionSpec.fromBytes(bytes, { name: "damaged" }).loadSync()).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^ERR_EBPF_(VERIFIER|LOAD|BTF)$/) }),
  );
});

test("a helper that needs a kernel option is reported with the option", (context) => {
  requires(context, !kernelHas("CONFIG_BPF_KPROBE_OVERRIDE"), "the refusal of bpf_override_return", "kernel");
  const spec = CollectionSpec.fromFile(testObject("load/override"));
  expect(() => spec.loadSync()).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("CONFIG_BPF_KPROBE_OVERRIDE") }),
  );
});
