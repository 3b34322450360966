import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { asm, CollectionSpec, EbpfError } from "../../lib/index.ts";
import { builtObjects } from "../support/objects.ts";
import { Random } from "../support/random.ts";
import { makers, word } from "./random-instruction.ts";
import { codeSections } from "./sections.ts";

const notations = ["kernel", "llvm"] as const;

test("every program of every object is the same after decoding, printing, parsing and encoding", () => {
  const sections = codeSections();
  expect(sections.length).toBeGreaterThan(80);
  expect(new Set(sections.map(({ littleEndian }) => littleEndian)).size).toBe(2);
  for (const { name, data, littleEndian } of sections) {
    const instructions = asm.decode(data, { littleEndian });
    const same = (items: readonly asm.Item[]) =>
      Buffer.from(asm.encode(items, { littleEndian })).equals(data);
    expect(same(instructions), name).toBe(true);
    expect(same(asm.parse(asm.print(instructions))), `${name} as the kernel prints it`).toBe(true);
    const numbered = asm.parse(asm.print(instructions, { numbers: true }));
    expect(same(numbered), `${name} with numbers`).toBe(true);
    const labelled = asm.withLabels(instructions);
    expect(same(labelled), `${name} with labels`).toBe(true);
    expect(same(asm.parse(asm.print(labelled))), `${name} printed with labels`).toBe(true);
  }
});

test("random instructions of every form are the same after printing and parsing, and after encoding and decoding", () => {
  const random = new Random(1);
  for (const make of makers) {
    for (let i = 0; i < 30; i++) {
      const instruction = make(random);
      expect(asm.parse(`${instruction}`)).toEqual([instruction]);
      for (const littleEndian of [true, false]) {
        const bytes = asm.encode([instruction], { littleEndian });
        expect(asm.decode(bytes, { littleEndian })).toEqual([instruction]);
      }
    }
  }
});

test("every opcode with any fields and registers is the same after printing and parsing", () => {
  const random = new Random(6);
  const imm = () => random.pick([word(random), 8, 16, 32, 64, 0xa1, 0xe1, 0xf1, 0x100, 0x110]);
  const offset = () => random.pick([0, 1, -1, 8, 16, 32, random.below(65536) - 0x8000]);
  for (let opcode = 0; opcode < 256; opcode++) {
    const wide = opcode === 0x18;
    for (let i = 0; i < 30; i++) {
      const registers = { dst: random.below(16), src: random.below(16) };
      const fields = { opcode, ...registers, offset: offset(), imm: imm(), high: wide ? imm() : 0 };
      const instruction = asm.instruction(fields);
      expect(asm.parse(`${instruction}`), `${instruction}`).toEqual([instruction]);
      // LLVM prints calls of functions, helpers and kernel functions alike.
      if (opcode === 0x85) continue;
      const text = asm.printInstruction(instruction, "llvm");
      expect(asm.parse(text, { notation: "llvm" }), text).toEqual([instruction]);
    }
  }
});

test("names of maps, variables, functions and labels in text are read again, for every program of every object", () => {
  const bare = (item: asm.Item) => (item instanceof asm.Label ? item.name : { ...item, origin: undefined });
  let programs = 0;
  for (const path of builtObjects()) {
    for (const { name, instructions } of programsIn(path)) {
      const again = asm.parse(asm.print(instructions));
      if (!isDeepStrictEqual(again.map(bare), instructions.map(bare)))
        expect(again.map(bare), `${path} ${name}`).toEqual(instructions.map(bare));
      programs++;
    }
  }
  expect(programs).toBeGreaterThan(300);
});

/** Empty for an object that is malformed on purpose. */
function programsIn(path: string): { name: string; instructions: readonly asm.Item[] }[] {
  try {
    const { programs } = CollectionSpec.fromFile(path);
    return Object.values(programs).map(({ name, instructions }) => ({ name, instructions }));
  } catch (error) {
    if (error instanceof EbpfError) return [];
    throw error;
  }
}

test("a function with the name of a helper is distinguished from the helper", () => {
  const items = [asm.callFunction("loop"), asm.call("loop"), asm.exit(), asm.label("loop"), asm.exit()];
  const text = asm.print(items);
  expect(text).toContain("call subprog[loop]\n  call bpf_loop#181");
  expect(asm.encode(asm.parse(text))).toEqual(asm.encode(items));
  expect(() => asm.parse("call loop\nexit\nloop:\nexit")).toThrow(
    /line 1: `call loop`: a helper and a label have this name/,
  );
});

test("LLVM's output is parsed, except for calls and addresses that LLVM prints alike", () => {
  const random = new Random(2);
  for (const make of makers) {
    for (let i = 0; i < 30; i++) {
      const instruction = make(random);
      if (instruction.opcode === 0x85 && (instruction.src === 1 || instruction.imm < 0)) continue;
      const text = asm.printInstruction(instruction, "llvm");
      expect(asm.parse(text, { notation: "llvm" }), text).toEqual([instruction]);
    }
  }
});

test("unused fields are kept in text", () => {
  for (const bytes of ["9511223301000000", "b711000005000000", "ff01020304050607", "bc11000001000000"]) {
    const [instruction] = asm.decode(Buffer.from(bytes, "hex"), { littleEndian: true });
    expect(asm.parse(`${instruction}`)).toEqual([instruction]);
  }
});

test("mutated bytes are decoded and printed, or refused with a typed error", () => {
  const random = new Random(3);
  const sections = codeSections();
  let read = 0;
  for (let i = 0; i < 6000; i++) {
    const { data, littleEndian } = random.pick(sections);
    const start = 8 * random.below(data.length / 8);
    const bytes = new Uint8Array(data.subarray(start, start + 8 * (1 + random.below(6))));
    for (let n = 1 + random.below(6); n > 0; n--) bytes[random.below(bytes.length)] = random.below(256);
    try {
      const instructions = asm.decode(bytes, { littleEndian });
      read++;
      const text = asm.print(instructions);
      expect(Buffer.from(asm.encode(instructions, { littleEndian })).equals(bytes)).toBe(true);
      const again = asm.parse(text);
      expect(Buffer.from(asm.encode(again, { littleEndian })).equals(bytes), text).toBe(true);
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
      expect(error.code).toBe("ERR_EBPF_ASM");
    }
  }
  expect(read).toBeGreaterThan(3000);
});

test("mutated text is parsed or refused with a typed error", () => {
  const random = new Random(4);
  const lines = codeSections().flatMap(({ data, littleEndian }) => {
    const instructions = asm.decode(data, { littleEndian });
    return notations.flatMap((notation) => instructions.map((i) => asm.printInstruction(i, notation)));
  });
  const characters = "rwsu0123456789abcdefx+-*/%&|^<>=!()[]{} ,#_;:\n\0é";
  for (let i = 0; i < 15_000; i++) {
    let line = random.pick(lines);
    for (let n = 1 + random.below(3); n > 0; n--) {
      const at = random.below(line.length + 1);
      line =
        line.slice(0, at) + characters[random.below(characters.length)] + line.slice(at + random.below(2));
    }
    try {
      asm.encode(asm.parse(line, { notation: random.pick(notations) }));
    } catch (error) {
      if (!(error instanceof EbpfError)) throw new Error(JSON.stringify(line), { cause: error });
    }
  }
});

test("a line of a megabyte is refused at once", () => {
  for (const part of ["(", "r1 = ", "[", "map[", " ", "0", "{dst=1, "]) {
    const started = performance.now();
    expect(() => asm.parse(`r1 = ${part.repeat(200_000)}x`)).toThrow(/line 1/);
    expect(performance.now() - started).toBeLessThan(500);
  }
});
