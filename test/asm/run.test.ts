import { expect, test } from "vitest";
import { asm, Program } from "../../lib/index.ts";
import { Random } from "../support/random.ts";
import { linuxAtLeast, requires, requiresLinux } from "../support/requires.ts";
import { interpret } from "./interpreter.ts";
import { arithmetic, jumps, operand, word } from "./random-instruction.ts";

const registers = [asm.r0, asm.r1, asm.r2, asm.r3, asm.r4, asm.r5, asm.r6, asm.r7, asm.r8, asm.r9] as const;
const halves = [asm.w0, asm.w1, asm.w2, asm.w3, asm.w4, asm.w5, asm.w6, asm.w7, asm.w8, asm.w9] as const;
const STACK = 32;

const newer = new Set(["sdiv", "smod"]);

type Step = (random: Random) => asm.Instruction;

/** Instructions on numbers in all registers and on the stack, which any verifier accepts in any order. */
function steps(): Step[] {
  const v4 = linuxAtLeast("6.6");
  const r = (random: Random) => random.pick(registers);
  const w = (random: Random) => random.pick(halves);
  const made: Step[] = [];
  for (const [name, make] of Object.entries(arithmetic)) {
    if (newer.has(name) && !v4) continue;
    made.push(
      (random) => make(r(random), r(random)),
      (random) => make(r(random), operand(name, 64, random)),
      (random) => make(w(random), w(random)),
      (random) => make(w(random), operand(name, 32, random)),
    );
  }
  const size = (random: Random) => random.pick(["u8", "u16", "u32", "u64"] as const);
  const slot = (random: Random) => -8 * (1 + random.below(STACK / 8));
  made.push(
    (random) => asm.neg(r(random)),
    (random) => asm.neg(w(random)),
    (random) => asm.le(r(random), random.pick([16, 32, 64] as const)),
    (random) => asm.be(r(random), random.pick([16, 32, 64] as const)),
    (random) => asm.loadImm(r(random), (BigInt(word(random)) << 32n) + BigInt(word(random) >>> 0)),
    (random) => asm.load(size(random), r(random), asm.fp, slot(random)),
    (random) => asm.store(size(random), asm.fp, slot(random), r(random)),
    (random) => asm.store(size(random), asm.fp, slot(random), word(random)),
    (random) => asm.atomicAdd(random.pick(["u32", "u64"] as const), asm.fp, slot(random), r(random)),
  );
  if (linuxAtLeast("5.12")) {
    for (const make of [
      asm.atomicAnd,
      asm.atomicOr,
      asm.atomicXor,
      asm.fetchAdd,
      asm.fetchAnd,
      asm.fetchOr,
      asm.fetchXor,
      asm.exchange,
      asm.compareExchange,
    ])
      made.push((random) => make(random.pick(["u32", "u64"] as const), asm.fp, slot(random), r(random)));
  }
  if (v4) {
    made.push(
      (random) => asm.movsx(r(random), r(random), random.pick([8, 16, 32] as const)),
      (random) => asm.movsx(w(random), w(random), random.pick([8, 16] as const)),
      (random) => asm.bswap(r(random), random.pick([16, 32, 64] as const)),
      (random) => asm.load(random.pick(["i8", "i16", "i32"] as const), r(random), asm.fp, slot(random)),
    );
  }
  return made;
}

function randomProgram(random: Random, length: number): asm.Item[] {
  const possible = steps();
  const items: asm.Item[] = registers.map((register) =>
    asm.loadImm(register, (BigInt(word(random)) << 32n) + BigInt(word(random) >>> 0)),
  );
  for (let at = -STACK; at < 0; at += 8) items.push(asm.store("u64", asm.fp, at, random.pick(registers)));
  // A label for a jump, a few instructions after it.
  const open: { name: string; at: number }[] = [];
  for (let i = 0; i < length; i++) {
    for (let k = open.length - 1; k >= 0; k--) {
      if ((open[k] as { at: number }).at > i) continue;
      const [done] = open.splice(k, 1);
      items.push(asm.label(done?.name ?? ""));
    }
    if (random.below(8) === 0) {
      const name = `to${i}`;
      open.push({ name, at: i + 1 + random.below(5) });
      const make = random.pick(Object.values(jumps));
      const forms = [
        () => make(random.pick(registers), random.pick(registers), name),
        () => make(random.pick(registers), word(random), name),
        () => make(random.pick(halves), random.pick(halves), name),
        () => make(random.pick(halves), word(random), name),
      ];
      items.push(random.pick(forms)());
    } else items.push(random.pick(possible)(random));
  }
  for (const { name } of open) items.push(asm.label(name));
  // All registers and the stack show in what is returned, which has 32 bits.
  for (const register of registers.slice(1)) items.push(asm.mul(asm.r0, 31), asm.add(asm.r0, register));
  for (let at = -STACK; at < 0; at += 8) {
    items.push(asm.load("u64", asm.r1, asm.fp, at), asm.mul(asm.r0, 31), asm.add(asm.r0, asm.r1));
  }
  items.push(asm.mov(asm.r1, asm.r0), asm.rsh(asm.r1, 32), asm.xor(asm.r0, asm.r1), asm.exit());
  return items;
}

const load = (items: readonly asm.Item[], logLevel: "none" | "full" = "none") =>
  Program.create({ type: "xdp", license: "GPL", instructions: items, logLevel });

test("random programs return what the instruction set document says", () => {
  const random = new Random(7);
  for (let i = 0; i < 150; i++) {
    const items = randomProgram(random, 10 + random.below(120));
    using program = load(items);
    const { returnValue } = program.testRunSync({ data: new Uint8Array(64) });
    const expected = Number(interpret(asm.decode(asm.encode(items))) & 0xffff_ffffn);
    expect(returnValue >>> 0, asm.print(items)).toBe(expected);
  }
});

// The verifier of Linux 7.3 replaces a conditional jump on known values by a jump before it prints the program.
function pruned({ opcode, offset }: asm.Instruction): string[] {
  const isConditional = [5, 6].includes(opcode & 7) && ![0x00, 0x80, 0x90, 0xe0].includes(opcode & 0xf0);
  if (!isConditional || !linuxAtLeast("7.0")) return [];
  return [asm.ja(0), asm.ja(offset)].map((jump) => `(05) ${jump}`);
}

test("random programs are printed as by the verifier", (context) => {
  // Before, some instructions had another text.
  requiresLinux(context, "6.6", "today's text of the verifier");
  const random = new Random(8);
  let compared = 0;
  for (let i = 0; i < 20; i++) {
    const items = randomProgram(random, 100);
    using program = load(items, "full");
    const slots = new Map<number, string[]>();
    let slot = 0;
    for (const instruction of asm.decode(asm.encode(items))) {
      const opcode = instruction.opcode.toString(16).padStart(2, "0");
      slots.set(slot, [`(${opcode}) ${instruction}`, ...pruned(instruction)]);
      slot += instruction.slots;
    }
    for (const [, at, text] of program.log.matchAll(/^(\d+): (\([0-9a-f]{2}\) .*?)(?:\s+;.*)?$/gm)) {
      expect(slots.get(Number(at))).toContain(text);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(1000);
});

test("long jumps and may_goto loops run", (context) => {
  requiresLinux(context, "6.9", "may_goto");
  using program = load([
    asm.mov(asm.r0, 0),
    asm.label("again"),
    asm.add(asm.r0, 1),
    asm.jgt(asm.r0, 1000, "out"),
    asm.mayGoto("out"),
    asm.jaLong("again"),
    asm.label("out"),
    asm.exit(),
  ]);
  expect(program.testRunSync({ data: new Uint8Array(64) }).returnValue).toBe(1001);
});

test("calls of subprograms run", () => {
  using program = load([
    asm.mov(asm.r1, 20),
    asm.callFunction("double"),
    asm.add(asm.r0, 2),
    asm.exit(),
    asm.label("double"),
    asm.mov(asm.r0, asm.r1),
    asm.add(asm.r0, asm.r1),
    asm.exit(),
  ]);
  expect(program.testRunSync({ data: new Uint8Array(64) }).returnValue).toBe(42);
});

test("load-acquire and store-release run", (context) => {
  requiresLinux(context, "6.15", "load-acquire and store-release");
  requires(
    context,
    process.arch === "x64" || process.arch === "arm64",
    "this JIT has no acquire and release",
  );
  using program = load([
    asm.mov(asm.r1, 77),
    asm.storeRelease("u32", asm.fp, -4, asm.r1),
    asm.loadAcquire("u32", asm.r0, asm.fp, -4),
    asm.exit(),
  ]);
  expect(program.testRunSync({ data: new Uint8Array(64) }).returnValue).toBe(77);
});
