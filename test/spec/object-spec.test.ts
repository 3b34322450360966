import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, expectTypeOf, test, vi } from "vitest";
import { EbpfError } from "../../lib/errors/index.ts";
import { type MapSpec, ObjectSpec, type ProgramSpec, type VariableSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

const globals = testObject("spec/globals");

// Most of these run the compiler.
vi.setConfig({ testTimeout: 60_000 });

/** Compiles a few lines of C into an object. */
function compile(source: string, ...flags: string[]): Buffer {
  const all = ["-target", "bpf", "-g", "-O2", "-w", ...flags, "-c", "-x", "c", "-", "-o", "-"];
  return execFileSync("clang-19", all, { input: source });
}

const header = `
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) typeof(value) *name
#define __array(name, value) typeof(value) *name[]
`;

function refuses(read: () => unknown, code: string, message: RegExp): void {
  expect(read).toThrow(EbpfError);
  expect(read).toThrow(expect.objectContaining({ code }));
  expect(read).toThrow(message);
}

test("an object is read from a file and from memory", () => {
  const spec = ObjectSpec.fromFile(globals);
  expect(spec).toMatchObject({
    name: "globals",
    littleEndian: true,
    license: "Dual BSD/GPL",
    kernelVersion: 0x60102,
  });
  expect(spec.maps[".data"]?.kernelName).toBe("globals.data");
  expect(ObjectSpec.fromFile(globals, { name: "mine" }).maps[".data"]?.kernelName).toBe("mine.data");
  const inMemory = ObjectSpec.fromBytes(readFileSync(globals));
  expect(inMemory.name).toBe("object");
  expect(Object.keys(inMemory.maps)).toEqual(Object.keys(spec.maps));
});

test("an empty object has no maps, programs and variables", () => {
  const spec = ObjectSpec.fromFile(testObject("spec/empty"));
  expect(spec).toMatchObject({ license: "", kernelVersion: undefined, btf: undefined });
  expect({ ...spec.maps, ...spec.programs, ...spec.variables, ...spec.kconfig, ...spec.ksyms }).toEqual({});
});

test("an object at an odd address in memory is read", () => {
  const bytes = readFileSync(globals);
  const moved = new Uint8Array(bytes.length + 3);
  moved.set(bytes, 3);
  const spec = ObjectSpec.fromBytes(moved.subarray(3));
  expect(spec.variables.numbers?.value).toEqual([1n, 2n, 3n, 0xffff_ffff_ffff_ffffn]);
});

test("the kernel's symbols that an object refers to are listed", () => {
  const { ksyms, btf } = ObjectSpec.fromFile(testObject("spec/ksyms"));
  const typed = Object.fromEntries(
    Object.entries(ksyms).map(([name, k]) => [name, { ...k, type: k.type && btf?.type(k.type).kind }]),
  );
  expect(typed).toEqual({
    bpf_prog_active: { name: "bpf_prog_active", kind: "variable", type: "int", weak: false },
    runqueues: { name: "runqueues", kind: "variable", type: "fwd", weak: false },
    init_task: { name: "init_task", kind: "variable", type: undefined, weak: false },
    no_such_symbol: { name: "no_such_symbol", kind: "variable", type: undefined, weak: true },
    bpf_task_from_pid: { name: "bpf_task_from_pid", kind: "function", type: "func-proto", weak: false },
    bpf_task_release: { name: "bpf_task_release", kind: "function", type: "func-proto", weak: false },
    no_such_function: { name: "no_such_function", kind: "function", type: "func-proto", weak: true },
  });
});

test("an unknown name is refused with the nearest one", () => {
  const spec = ObjectSpec.fromFile(globals);
  refuses(() => spec.maps.rodata, "ERR_EBPF_UNKNOWN_NAME", /no map is called "rodata".*Nearest: ".rodata"/);
  refuses(() => spec.variables.min_iud, "ERR_EBPF_UNKNOWN_NAME", /no variable.*"min_uid"/);
  refuses(() => spec.programs.toch, "ERR_EBPF_UNKNOWN_NAME", /no program.*"touch"/);
  refuses(() => spec.kconfig.CONFIG_X, "ERR_EBPF_UNKNOWN_NAME", /no kconfig extern/);
  refuses(() => spec.ksyms.x, "ERR_EBPF_UNKNOWN_NAME", /no ksym extern/);
});

test("a copy starts with the same edits, and is then independent", () => {
  const spec = ObjectSpec.fromFile(testObject("spec/map_in_map"));
  if (spec.maps.filled?.inner) spec.maps.filled.inner.maxEntries = 9;
  if (spec.maps.jumps) spec.maps.jumps.pinPath = "/somewhere";
  if (spec.programs.entry) spec.programs.entry.autoload = false;
  const copy = spec.copy();
  expect(copy).toBeInstanceOf(ObjectSpec);
  expect(copy.bytes).toBe(spec.bytes);
  expect(copy.edits()).toEqual(spec.edits());
  if (copy.maps.filled) copy.maps.filled.maxEntries = 1;
  expect(spec.maps.filled?.maxEntries).toBe(8);
});

test("variables of a copy are its own", () => {
  const spec = ObjectSpec.fromFile(globals);
  if (spec.variables.half) spec.variables.half.value = 7;
  const copy = spec.copy();
  expect(copy.variables.half?.value).toBe(7);
  if (copy.variables.half) copy.variables.half.value = 8;
  expect(spec.variables.half?.value).toBe(7);
  expect(copy.copy().variables.half?.value).toBe(8);
});

test("a derived class is kept by fromFile, fromBytes and copy", () => {
  class Derived extends ObjectSpec {}
  expect(Derived.fromFile(globals)).toBeInstanceOf(Derived);
  expect(Derived.fromBytes(readFileSync(globals)).copy()).toBeInstanceOf(Derived);
});

test("names and types of an object can be declared in TypeScript", () => {
  interface Names {
    maps: { ".data": MapSpec };
    programs: { touch: ProgramSpec };
    variables: { min_uid: VariableSpec<number>; numbers: VariableSpec<bigint[]> };
  }
  const spec = ObjectSpec.fromFile<ObjectSpec<Names>>(globals);
  expectTypeOf(spec.variables.min_uid.value).toEqualTypeOf<number>();
  expectTypeOf(spec.maps[".data"]).toEqualTypeOf<MapSpec>();
  expectTypeOf(spec.copy().programs.touch).toEqualTypeOf<ProgramSpec>();
  // @ts-expect-error: a text is no number.
  expect(() => (spec.variables.min_uid.value = "x")).toThrow();
  // @ts-expect-error: there is no such map.
  expect(() => spec.maps.other).toThrow();
  expectTypeOf(ObjectSpec.fromFile).returns.toEqualTypeOf<unknown>();
  expectTypeOf(ObjectSpec.fromFile(globals).maps).toEqualTypeOf<Record<string, MapSpec>>();
});

test("a file that cannot be read is an ObjectFileError", () => {
  refuses(() => ObjectSpec.fromFile("/no/such/file.bpf.o"), "ERR_EBPF_OBJECT_FILE", /cannot read.*ENOENT/);
  refuses(() => ObjectSpec.fromFile(tmpdir()), "ERR_EBPF_OBJECT_FILE", /EISDIR/);
  const read = () => ObjectSpec.fromFile(join(tmpdir(), "missing.o"));
  expect(read).toThrow(expect.objectContaining({ errnoName: "ENOENT", errno: 2 }));
});

test("files that are not BPF objects are refused", () => {
  refuses(() => ObjectSpec.fromFile(import.meta.filename), "ERR_EBPF_ELF", /not an ELF file/);
  refuses(() => ObjectSpec.fromFile(process.execPath), "ERR_EBPF_NOT_BPF", /not for BPF/);
});

test("maps without BTF are refused", () => {
  const source = `${header} struct { __uint(type, 1); } m SEC(".maps");`;
  refuses(
    () => ObjectSpec.fromBytes(compile(source, "-g0")),
    "ERR_EBPF_NO_BTF",
    /maps of the object \("m"\) are described by BTF.*clang -g/s,
  );
});

test("externs without BTF are refused", () => {
  const source = `extern int CONFIG_HZ SEC(".kconfig"); int f(void) { return CONFIG_HZ; }`;
  refuses(() => ObjectSpec.fromBytes(compile(header + source, "-g0")), "ERR_EBPF_NO_BTF", /externs/);
});

test.each([
  ["has no type", "struct { __uint(max_entries, 1); } m"],
  ["type .struct-ops. is defined in SEC", "struct { __uint(type, 26); } m"],
  ['attribute "sizes" is unknown', "struct { __uint(type, 1); __uint(sizes, 1); } m"],
  ["key is of 4 bytes and of 8", "struct { __uint(type, 1); __uint(key_size, 4); __type(key, long); } m"],
  ['attribute "type" is a int, not a pointer', "struct { int type; } m"],
  ['attribute "type" points to a int, not to an array', "struct { int *type; } m"],
  ["pinning 2 is unknown", "struct { __uint(type, 1); __uint(pinning, 2); } m"],
  ["is defined by a void", "int m"],
  ['a hash has no "values"', "struct { __uint(type, 1); __array(values, int(void)); } m"],
  ["not of functions", "struct { __uint(type, 3); __array(values, int); } m"],
  ['"values" has to come last', "struct { __uint(type, 3); int *(*values)[0]; __uint(max_entries, 1); } m"],
  [
    "cannot be pinned",
    "struct { __uint(type, 12); __array(values, struct { __uint(type, 2); __uint(pinning, 1); }); } m",
  ],
  [
    "maps of maps of maps",
    "struct { __uint(type, 12); __array(values, struct { __uint(type, 12); __array(values, int); }); } m",
  ],
  ["has no size", "struct { __uint(type, 1); __type(key, void); } m", "ERR_EBPF_BTF"],
])("a map that %s", (message, definition, code = "ERR_EBPF_OBJECT_FORMAT") => {
  refuses(
    () => ObjectSpec.fromBytes(compile(`${header} ${definition} SEC(".maps");`)),
    code,
    new RegExp(message),
  );
});

test("a static map is refused", () => {
  const source = `${header} static struct { __uint(type, 1); } m SEC(".maps"); void *f(void) { return &m; }`;
  refuses(() => ObjectSpec.fromBytes(compile(source)), "ERR_EBPF_OBJECT_FORMAT", /map "m" is static/);
});

test("a static program is refused", () => {
  const source = `${header} SEC("xdp") static int f(void *c) { return 0; }`;
  refuses(() => ObjectSpec.fromBytes(compile(source)), "ERR_EBPF_OBJECT_FORMAT", /program "f" is static/);
});

test("an object that must be linked first can be inspected", () => {
  const source = "extern int elsewhere; extern int other(int); int f(void) { return other(elsewhere); }";
  const { ksyms } = ObjectSpec.fromBytes(compile(source));
  expect(ksyms.elsewhere).toMatchObject({ kind: "variable", weak: false });
  expect(ksyms.other).toMatchObject({ kind: "function", weak: false });
});

test("a kernel configuration extern of an impossible type is refused", () => {
  const source = `struct s { int a, b; }; extern struct s CONFIG_S SEC(".kconfig"); int f(void) { return CONFIG_S.b; }`;
  refuses(
    () => ObjectSpec.fromBytes(compile(header + source)),
    "ERR_EBPF_OBJECT_FORMAT",
    /"CONFIG_S" is of a type/,
  );
});

// libbpf 1.7 takes the size for an error number and follows it as a pointer.
test("a kernel configuration extern of gigabytes is refused", () => {
  const source = `extern char CONFIG_LONG[0xfe000000u] SEC(".kconfig"); int f(void) { return CONFIG_LONG[1]; }`;
  refuses(
    () => ObjectSpec.fromBytes(compile(header + source)),
    "ERR_EBPF_OBJECT_FORMAT",
    /"CONFIG_LONG" is of a type/,
  );
});

test("arena variables without an arena are refused", () => {
  const source = `struct { __uint(type, 1); } m SEC(".maps"); __attribute__((address_space(1))) int v = 1;`;
  refuses(
    () => ObjectSpec.fromBytes(compile(header + source, "-mcpu=v4")),
    "ERR_EBPF_OBJECT_FORMAT",
    /no arena/,
  );
});

test("a malformed version is refused", () => {
  const source = `char version[] SEC("version") = "1.2.3"; int f(void) { return 0; }`;
  refuses(
    () => ObjectSpec.fromBytes(compile(header + source.replace("char version", "char v"))),
    "ERR_EBPF_OBJECT_FORMAT",
    /6 bytes/,
  );
});

test("an error of a file names the file", () => {
  const path = import.meta.filename;
  const message = `"${path}": not an ELF file: the magic number is wrong`;
  expect(() => ObjectSpec.fromFile(path)).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_ELF", message, stack: expect.stringContaining(message) }),
  );
});
