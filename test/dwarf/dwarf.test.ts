// kernels: native
import { expect, test } from "vitest";
import { Dwarf, type DwarfFunction, offsetIn, sectionOf } from "../../lib/dwarf/index.ts";
import { DwarfError } from "../../lib/errors/index.ts";
import { compileUnstripped } from "../support/unstripped.ts";

const forms: [string, string[]][] = [
  ["DWARF 5", ["-gdwarf-5"]],
  ["DWARF 4", ["-gdwarf-4"]],
  ["DWARF 3", ["-gdwarf-3"]],
  ["64-bit DWARF", ["-gdwarf-5", "-gdwarf64"]],
  ["compressed sections", ["-gz=zlib"]],
  ["one section", ["-gdwarf-4", "-fno-inline-functions"]],
  ["big endian", ["-target", "bpfeb"]],
];

/** The functions that llvm-dwarfdump shows with instructions, each with its length and its variables in order. */
function shown(dump: string): [string, number, string[]][] {
  const found: [string, number, string[]][] = [];
  for (const part of dump.split(/^0x[0-9a-f]+: {3}(?=DW_TAG)/m).slice(1)) {
    if (!part.startsWith("DW_TAG_subprogram")) continue;
    const own = part.slice(0, part.indexOf("\n\n"));
    const [low, high] = ["low", "high"].map((end) =>
      Number(new RegExp(`DW_AT_${end}_pc\\s+\\((0x[0-9a-f]+)\\)`).exec(own)?.[1]),
    ) as [number, number];
    if (Number.isNaN(low)) continue;
    const name = /DW_AT_name\s+\("(\w+)"\)/.exec(own)?.[1] as string;
    const variables = part
      .split(/^0x[0-9a-f]+:/m)
      .slice(1)
      .filter((die) => /^\s+DW_TAG_(variable|formal_parameter)/.test(die))
      .map((die) => /DW_AT_(?:name|abstract_origin)\s+\((?:0x[0-9a-f]+ )?"(\w+)"\)/.exec(die)?.[1] as string);
    found.push([name, high - low, variables.sort()]);
  }
  return found;
}

function read({ name, ranges, variables }: DwarfFunction): [string, number, string[]] {
  const length = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  return [name, length, variables.map((variable) => variable.name).sort()];
}

test.each(forms)("functions and variables are those of llvm-dwarfdump: %s", (_, flags) => {
  const { elf, dump } = compileUnstripped("dwarf/locals.c", ...flags);
  const functions = Dwarf.of(elf)?.functions ?? [];
  const expected = shown(dump);
  expect(expected.map(([name]) => name).sort()).toEqual(["on_close", "on_open", "send"]);
  expect(functions.map(read)).toEqual(expected);
});

test.each(forms)("a function lies in the section of its program: %s", (_, flags) => {
  const { elf } = compileUnstripped("dwarf/locals.c", ...flags);
  for (const { name, ranges } of Dwarf.of(elf)?.functions ?? []) {
    const symbol = elf.symbols.find((one) => one.name === name);
    expect(ranges.map(({ start, end }) => [sectionOf(start), offsetIn(start), end - start])).toEqual([
      [symbol?.section, symbol?.value, symbol?.size],
    ]);
  }
});

test.each(forms)("a variable in memory has its offset in the frame: %s", (_, flags) => {
  const { elf } = compileUnstripped("dwarf/locals.c", ...flags);
  const close = Dwarf.of(elf)?.functions.find(({ name }) => name === "on_close");
  const places = close?.variables
    .filter(({ name }) => name === "local" || name === "record")
    .map(({ name, locations }) => [name, locations[0]?.place.kind, locations[0]?.place.register]);
  expect(places).toEqual([
    ["local", "memory", 10],
    ["record", "memory", 10],
  ]);
  const open = Dwarf.of(elf)?.functions.find(({ name }) => name === "on_open");
  const event = open?.variables.find(({ name }) => name === "event");
  expect(event?.type.type?.name).toBe("opened");
  expect(event?.locations.every(({ place }) => place.kind === "value")).toBe(true);
});

test("an object without debug information has no DWARF", () => {
  expect(Dwarf.of(compileUnstripped("dwarf/locals.c", "-g0").elf)).toBeUndefined();
});

test("split DWARF is refused, and the error names the compiler flag", () => {
  const { elf } = compileUnstripped("dwarf/locals.c", "-gdwarf-5", "-gsplit-dwarf");
  expect(() => Dwarf.of(elf)).toThrow(DwarfError);
  expect(() => Dwarf.of(elf)).toThrow(/-gsplit-dwarf/);
});
