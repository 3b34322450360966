import { expect, test } from "vitest";
import { EncodeError, InvalidArgumentError, NoBtfError } from "../../lib/errors/index.ts";
import { ObjectSpec, type VariableSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

const read = (name: string) => ObjectSpec.fromFile(testObject(`spec/${name}`));

function variableOf(spec: ObjectSpec, name: string): VariableSpec {
  const variable = spec.variables[name];
  if (variable === undefined) throw new Error(`there is no ${name}`);
  return variable;
}

// The initial values in globals.bpf.c.
const initial = {
  min_uid: 1000,
  defaults: {
    owner: 7,
    name: "default",
    verbose: true,
    mode: 5,
    range: { low: 0n, high: 0n },
    flags: 0,
    level: 0,
  },
  constant_of_this_file: -3n,
  byte: 255,
  half: -2,
  text: "hello",
  grid: ["ab", "cd"],
  numbers: [1n, 2n, 3n, 0xffff_ffff_ffff_ffffn],
  wide: 1n << 100n,
  ratio: 0.5,
  exact: -0.25,
  settings: {
    owner: 0,
    name: "",
    verbose: false,
    mode: 0,
    range: { low: -1n, high: 1n },
    flags: 5,
    level: 17,
  },
  tail: { count: 3, values: [1, 2, 3] },
  mode: 5,
  data_of_this_file: 11,
  hidden_data: 12,
  weak_data: 13,
  pointer_to_nothing: 0n,
  zeroed: 0,
  zeroed_array: Array(100).fill(0n),
  zeroed_of_this_file: 0,
  custom_data: 21n,
  custom_constant: 22n,
  custom_zero: 0n,
  long_section: 23n,
  odd_section: 24n,
  only_static: 25,
  "touch.calls": 100,
  "touch.____fmt": "%d %s",
};

test.each(["globals", "globals_big_endian"])(
  "%s: every variable has the value of its initializer",
  (object) => {
    const { variables } = read(object);
    const values = Object.entries(variables).map(([name, variable]) => [name, variable.value]);
    expect(Object.fromEntries(values)).toEqual(initial);
  },
);

test.each(["globals", "globals_big_endian"])("%s: a written value is read back", (object) => {
  const spec = read(object);
  const write = (name: string, value: unknown) => {
    variableOf(spec, name).value = value;
    expect(variableOf(spec, name).value).toEqual(value);
  };
  write("min_uid", 4_000_000_000);
  write("text", "fifteen letters");
  write("numbers", [4n, 5n, 6n, 7n]);
  write("wide", -5n);
  write("settings", { ...initial.settings, name: "other", flags: 7, range: { low: 3n, high: -4n } });
  write("zeroed", -1);
  // And nothing else is.
  expect(variableOf(spec, "half").value).toBe(-2);
  expect(variableOf(spec, "exact").value).toBe(-0.25);
  expect(
    spec
      .edits()
      .maps.map((map) => map.name)
      .sort(),
  ).toEqual([".bss", ".data", ".rodata"]);
});

test("a value that does not fit is refused, and nothing is stored", () => {
  const spec = read("globals");
  const settings = variableOf(spec, "settings");
  expect(() => {
    settings.value = { ...initial.settings, owner: 99, name: "far too long for twelve" };
  }).toThrow(EncodeError);
  expect(settings.value).toEqual(initial.settings);
  expect(() => {
    variableOf(spec, "byte").value = 256;
  }).toThrow(
    expect.objectContaining({
      name: "EncodeError",
      message: 'variable "byte": expected 0 to 255 (u8), received 256',
      variable: "byte",
    }),
  );
  expect(() => {
    settings.value = { ...initial.settings, owner: -1 };
  }).toThrow(/^settings\.owner of variable "settings": expected 0 to /);
  expect(spec.edits().maps).toEqual([]);
});

test("constant and static variables are marked", () => {
  const { variables } = read("globals");
  const names = (is: (variable: VariableSpec) => boolean) =>
    Object.keys(variables).filter((n) => is(variables[n] as VariableSpec));
  expect(names((v) => v.constant).sort()).toEqual([
    "constant_of_this_file",
    "custom_constant",
    "defaults",
    "min_uid",
    "touch.____fmt",
  ]);
  expect(names((v) => v.isStatic).sort()).toEqual([
    "constant_of_this_file",
    "data_of_this_file",
    "hidden_data",
    "only_static",
    "touch.____fmt",
    "touch.calls",
    "zeroed_of_this_file",
  ]);
});

test("bytes share memory with the contents", () => {
  const spec = read("globals");
  const half = variableOf(spec, "half");
  expect([...half.bytes]).toEqual([0xfe, 0xff]);
  half.bytes[0] = 1;
  half.bytes[1] = 2;
  expect(half.value).toBe(0x201);
  half.bytes = Uint8Array.of(3, 0);
  expect(half.value).toBe(3);
  expect(() => {
    half.bytes = new Uint8Array(3);
  }).toThrow(InvalidArgumentError);
});

test("variables beyond the end of a shortened section are not available", () => {
  const spec = read("globals");
  const section = spec.maps[".data"];
  if (section) section.contents = new Uint8Array(4);
  expect(variableOf(spec, "byte").value).toBe(0);
  expect(() => variableOf(spec, "text").value).toThrow(/cut too short/);
});

test("without BTF there are names and bytes, and no values", () => {
  const spec = read("no_btf");
  expect(Object.keys(spec.variables).sort()).toEqual(["counter", "hidden_counter", "text"]);
  expect([...variableOf(spec, "counter").bytes]).toEqual([3, 0, 0, 0]);
  expect(variableOf(spec, "hidden_counter")).toMatchObject({ isStatic: true, section: ".bss", size: 4 });
  expect(() => variableOf(spec, "counter").value).toThrow(NoBtfError);
  variableOf(spec, "counter").bytes = Uint8Array.of(4, 0, 0, 0);
  expect(spec.edits().maps[0]?.contents?.[0]).toBe(4);
});

test("the kernel's configuration cannot be written as a variable", () => {
  const hz = variableOf(read("kconfig"), "CONFIG_HZ");
  expect(hz).toMatchObject({ section: ".kconfig", constant: true });
  expect(() => {
    hz.value = 250;
  }).toThrow(/kconfig\.CONFIG_HZ\.value/);
});
