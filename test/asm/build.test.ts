import { expect, test } from "vitest";
import { AsmError, asm, InvalidArgumentError, UnknownNameError } from "../../lib/index.ts";

const text = (items: readonly asm.Item[]): string[] =>
  asm.decode(asm.encode(items)).map((instruction) => `${instruction}`);

test("labels are resolved to offsets in both directions", () => {
  const items = [
    asm.mov(asm.r0, 0),
    asm.label("again"),
    asm.add(asm.r0, 1),
    asm.jlt(asm.r0, 10, "again"),
    asm.jeq(asm.w0, 5, "out"),
    asm.loadImm(asm.r1, 2n ** 40n),
    asm.label("out"),
    asm.exit(),
  ];
  expect(text(items)).toEqual([
    "r0 = 0",
    "r0 += 1",
    "if r0 < 0xa goto pc-2",
    "if w0 == 0x5 goto pc+2",
    "r1 = 0x10000000000",
    "exit",
  ]);
});

test("labels name functions for calls and for function addresses", () => {
  const items = [
    asm.loadFunction(asm.r2, "callback"),
    asm.callFunction("callback"),
    asm.exit(),
    asm.label("callback"),
    asm.mov(asm.r0, 0),
    asm.exit(),
  ];
  expect(text(items)).toEqual(["r2 = subprog[+3]", "call pc+1", "exit", "r0 = 0", "exit"]);
});

test.each([
  ["ja", () => asm.ja("far"), ["gotol pc+40000"]],
  ["jeq", () => asm.jeq(asm.r1, 7, "far"), ["if r1 != 0x7 goto pc+1", "gotol pc+40000"]],
  ["jsgt", () => asm.jsgt(asm.w1, asm.w2, "far"), ["if w1 s<= w2 goto pc+1", "gotol pc+40000"]],
  ["jset", () => asm.jset(asm.r1, 1, "far"), ["if r1 & 0x1 goto pc+1", "goto pc+1", "gotol pc+40000"]],
  ["mayGoto", () => asm.mayGoto("far"), ["may_goto pc+1", "goto pc+1", "gotol pc+40000"]],
] as const)("%s reaches a label that is too far for 16 bits", (_, jump, expected) => {
  const filler = Array.from({ length: 40_000 }, () => asm.mov(asm.r0, 0));
  const items = [jump(), ...filler, asm.label("far"), asm.exit()];
  expect(text(items).slice(0, expected.length)).toEqual(expected);
  const backwards = asm.decode(asm.encode([asm.label("far"), ...filler, jump(), asm.exit()]));
  expect(`${backwards.at(-2)}`).toBe(`gotol pc-${40_000 + expected.length}`);
});

test("jumps that are too far because of other long jumps become long", () => {
  // Each of the first ones reaches exactly as far as 16 bits do while none is long.
  const count = 10;
  const jumps = Array.from({ length: count }, (_, i) => asm.jeq(asm.r1, i, `to${i}`));
  const filler = Array.from({ length: 0x7fff - count }, () => asm.mov(asm.r0, 0));
  const ends = jumps.flatMap((_, i) => [asm.label(`to${i}`), asm.mov(asm.r0, i)]);
  const farther = asm.jeq(asm.r1, 99, "end");
  const items = [...jumps, farther, ...filler, ...ends, asm.ja("to0"), asm.label("end"), asm.exit()];
  const decoded = asm.decode(asm.encode(items));
  let slot = 0;
  const leads: number[] = [];
  for (const instruction of decoded) {
    if (instruction.opcode === 0x06) leads.push(slot + 1 + instruction.imm);
    slot += instruction.slots;
  }
  expect(leads).toHaveLength(count + 1);
  expect(leads.slice(0, count).map((place) => decoded[place]?.imm)).toEqual(jumps.map((_, i) => i));
  expect(decoded[leads[count] as number]?.toString()).toBe("exit");
});

test("missing and duplicate labels are refused", () => {
  expect(() => asm.encode([asm.ja("nowhere")])).toThrow(AsmError);
  expect(() => asm.encode([asm.ja("nowhere")])).toThrow(/no label is called "nowhere"/);
  expect(() => asm.encode([asm.label("a"), asm.label("a"), asm.ja("a")])).toThrow(/"a" is defined twice/);
  expect(() => asm.encode([asm.loadMap(asm.r1, "counts")])).toThrow(/only a loader can resolve/);
  expect(() => asm.encode([asm.callKfunc("bpf_rcu_read_lock")])).toThrow(/only a loader can resolve/);
});

test("a wrong register, width, size or number is refused by its constructor", () => {
  const refused = (make: () => unknown, message: RegExp) => {
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  };
  // @ts-expect-error there are eleven registers
  refused(() => asm.mov("r11", 0), /mov: dst: expected a register, r0 to r10 or w0 to w10, received "r11"/);
  // @ts-expect-error the frame pointer is read-only
  refused(() => asm.add(asm.fp, 8), /add: dst: expected r0 to r9 or w0 to w9.*received "r10"/);
  // @ts-expect-error the frame pointer is read-only
  refused(() => asm.load("u64", asm.r10, asm.r1, 0), /load: dst: .*r10 is read-only/);
  // @ts-expect-error the frame pointer is read-only
  refused(() => asm.loadImm(asm.fp, 1), /loadImm: dst: .*r10 is read-only/);
  refused(() => asm.lsh(asm.r1, 64), /lsh: src: expected an integer from 0 to 63 \(6 bits\), received 64/);
  refused(() => asm.arsh(asm.w1, 32), /arsh: src: expected an integer from 0 to 31/);
  refused(() => asm.sdiv(asm.r1, 0), /sdiv: src: expected a number other than 0, received 0/);
  refused(() => asm.div(asm.r1, 2 ** 32), /div: src: expected an integer/);
  // @ts-expect-error two widths
  refused(() => asm.add(asm.r1, asm.w2), /two registers of the same width, received "r1" and "w2"/);
  // @ts-expect-error two widths
  refused(() => asm.jeq(asm.w1, asm.r2, "out"), /two registers of the same width/);
  // @ts-expect-error not a number
  refused(() => asm.mov(asm.r1, 1n), /expected a register or a number, received 1n/);
  // @ts-expect-error no such size
  const odd = () => asm.load("u9", asm.r1, asm.r2, 0);
  refused(odd, /load: size: expected u32, u16, u8, u64, received "u9"/);
  // @ts-expect-error 64 bits have no sign to extend
  refused(() => asm.load("i64", asm.r1, asm.r2, 0), /load: size/);
  // @ts-expect-error a pointer has 64 bits
  refused(() => asm.store("u32", asm.w1, 0, 1), /expected a 64-bit register, r0 to r10, received "w1"/);
  // @ts-expect-error bytes cannot be added to
  refused(() => asm.atomicAdd("u8", asm.r1, 0, asm.r2), /atomicAdd: size: expected u32, u64/);
  // @ts-expect-error no such number of bits
  refused(() => asm.be(asm.r1, 8), /be: bits: expected 16, 32, 64, received 8/);
  refused(
    () => asm.mov(asm.r1, 2 ** 31),
    /from -2147483648 to 2147483647 \(signed 32 bits\), received 2147483648/,
  );
  refused(() => asm.mov(asm.w1, 2 ** 32), /from -2147483648 to 4294967295/);
  refused(() => asm.mov(asm.r1, 1.5), /received 1.5/);
  refused(
    () => asm.load("u8", asm.r1, asm.r2, 40_000),
    /load: offset: expected an integer from -32768 to 32767 \(16 bits\)/,
  );
  refused(() => asm.loadImm(asm.r1, 2n ** 64n), /expected 64 bits/);
  refused(() => asm.loadImm(asm.r1, 2 ** 60), /expected an integer/);
  refused(() => asm.label("no label"), /expected a name of letters/);
  refused(() => asm.ja("out of here"), /ja: to: expected a name/);
  refused(() => asm.mov(asm.r1, 0).with({ imm: 2 ** 40 }), /imm of an instruction/);
  refused(() => asm.mov(asm.r1, 0).with({ dst: 16 }), /dst of an instruction/);
  refused(() => asm.loadMap(asm.r1, 3 as never), /expected a Map or the name of one, received 3/);
});

test("an unknown helper is refused with the nearest names", () => {
  // @ts-expect-error no such helper
  expect(() => asm.call("map_lookup")).toThrow(UnknownNameError);
  // @ts-expect-error no such helper
  expect(() => asm.call("map_lookup")).toThrow(/map_lookup_elem/);
  expect(asm.call("map_lookup_elem").helper).toBe("map_lookup_elem");
});

test("instructions can be inserted between labels", () => {
  const bytes = asm.encode([asm.jeq(asm.r1, 0, "out"), asm.mov(asm.r0, 1), asm.label("out"), asm.exit()]);
  const items = asm.withLabels(asm.decode(bytes));
  const at = items.findIndex((item) => item instanceof asm.Label);
  items.splice(at, 0, asm.mov(asm.r0, 2), asm.loadImm(asm.r2, 3));
  expect(text(items)).toEqual(["if r1 == 0x0 goto pc+4", "r0 = 1", "r0 = 2", "r2 = 0x3", "exit"]);
});

test("a jump outside the program or into an immediate has no label", () => {
  expect(() => asm.withLabels([asm.ja(5), asm.exit()])).toThrow(/`goto pc\+5` leads to slot 6 of 2/);
  expect(() => asm.withLabels([asm.ja(1), asm.loadImm(asm.r1, 0), asm.exit()])).toThrow(/the middle of/);
});

test("text in common notations is parsed", () => {
  const items = asm.parse(`
    # counts
    start:
      r1 = 0x10 ll          ; a comment
      call map_lookup_elem
      if r0 == 0 goto out
      lock *(u64 *)(r0 + 0) += r1
      call helper_of_mine
    out:
      exit
    helper_of_mine:
      exit`);
  expect(asm.print(items)).toBe(`start:
  r1 = 0x10
  call bpf_map_lookup_elem#1
  if r0 == 0x0 goto out
  lock *(u64 *)(r0 +0) += r1
  call helper_of_mine
out:
  exit
helper_of_mine:
  exit
`);
});

test("text that is not an instruction is refused with its line", () => {
  expect(() => asm.parse("exit\nr1 = r16")).toThrow(
    /line 2: registers have numbers from 0 to 15: "r1 = r16"/,
  );
  expect(() => asm.parse("w1 = r2")).toThrow(/of the same width/);
  expect(() => asm.parse("r1 += 0x1ffffffff")).toThrow(/an immediate has 32 bits/);
  expect(() => asm.parse("r1 = 0x1ffffffffffffffff")).toThrow(/64 bits/);
  expect(() => asm.parse("r1 = *(u8 *)(r2 +40000)")).toThrow(/an offset has 16 bits/);
  expect(() => asm.parse("call bpf_map_lookup_elem#2")).toThrow(/has number 1/);
  expect(() => asm.parse("nonsense")).toThrow(/line 1: not an instruction/);
});
