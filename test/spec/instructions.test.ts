import { expect, test } from "vitest";
import {
  AsmError,
  asm,
  CollectionSpec,
  EbpfError,
  link,
  type Program,
  VerifierError,
} from "../../lib/index.ts";
import { native } from "../../lib/native/addon.ts";
import { builtObjects, testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

function specs(): CollectionSpec[] {
  return builtObjects().flatMap((path) => {
    try {
      return CollectionSpec.fromFile(path);
    } catch (error) {
      // Objects that are no good are among them on purpose.
      if (error instanceof EbpfError) return [];
      throw error;
    }
  });
}

const text = (items: readonly asm.Item[]) => asm.print(items);

test("instructions have names of maps, variables and functions, and lines", () => {
  const { count_exit } = CollectionSpec.fromFile(testObject("collection")).programs;
  const printed = text(count_exit?.instructions ?? []);
  expect(printed).toContain("r1 = map[numbers]\n  call bpf_map_lookup_elem#1");
  expect(printed).toContain("map[.data][0]+0 <level>");
  expect(printed).toContain("; (*number)++; @ collection.bpf.c:");
  expect(printed).toMatch(/if r0 == 0x0 goto (L\d+)\n[\s\S]*\n\1:/);
  const { open_loop } = CollectionSpec.fromFile(testObject("program_helpers")).programs;
  expect(text(open_loop?.instructions ?? [])).toContain("call bpf_iter_num_new#");
  const { swap_first_two } = CollectionSpec.fromFile(testObject("program_run")).programs;
  expect(text(swap_first_two?.instructions ?? [])).toContain("call count\n");
});

test("reading instructions does not edit them", () => {
  for (const spec of specs()) {
    for (const program of Object.values(spec.programs)) {
      expect(program.instructions.length).toBeGreaterThan(0);
      program.instructions = [...program.instructions];
    }
    // Legacy maps get a definition that libbpf reads.
    const isLegacy = Object.values(spec.maps).some(({ section }) => section.startsWith("maps"));
    if (!isLegacy) expect(spec.toBytes()).toEqual(spec.bytes);
  }
});

test("every program keeps its instructions when a prologue is added and the object is read again", () => {
  let programs = 0;
  for (const spec of specs()) {
    const expected = new Map<string, string>();
    for (const program of Object.values(spec.programs)) {
      const line = program.instructions.find((item) => item instanceof asm.Instruction)?.origin?.line;
      program.instructions.unshift(asm.mov(asm.r0, 0).with({ origin: line && { line } }));
      expected.set(program.name, numbered(program.instructions));
    }
    const bytes = spec.toBytes();
    const again = CollectionSpec.fromBytes(bytes, { name: spec.name });
    for (const program of Object.values(again.programs)) {
      expect(numbered(program.instructions), `${spec.name} ${program.name}`).toBe(expected.get(program.name));
      programs++;
    }
    expect(Object.keys(again.maps)).toEqual(Object.keys(spec.maps));
    // libbpf reads the same, if it reads the object at all: it has no legacy maps any more.
    if (!spec.littleEndian || !isTakenByLibbpf(spec.bytes)) continue;
    const theirs = native().objectInspect(bytes, spec.name).programs;
    const ours = Object.values(again.programs).map(({ name, instructionCount }) => [name, instructionCount]);
    expect(theirs.map(({ name, instructions }) => [name, instructions])).toEqual(ours);
  }
  expect(programs).toBeGreaterThan(300);
});

function isTakenByLibbpf(bytes: Uint8Array): boolean {
  try {
    native().objectInspect(bytes);
    return true;
  } catch {
    return false;
  }
}

/** As text in which labels are called by their order: those of an edited program are called by their places. */
function numbered(items: readonly asm.Item[]): string {
  const names = new Map<string, string>();
  for (const item of items) if (item instanceof asm.Label) names.set(item.name, `label${names.size}`);
  return text(items)
    .replaceAll(/\bL\d+\b/g, (name) => names.get(name) ?? name)
    .replaceAll(/ \{[^}]*\}/g, "");
}

test("an edited program runs as edited, and other programs of its section are unchanged", async () => {
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  const { swap_first_two } = spec.programs;
  const instructions = swap_first_two?.instructions ?? [];
  const exit = instructions.findLastIndex((item) => item instanceof asm.Instruction && item.opcode === 0x95);
  instructions.splice(exit, 0, asm.loadImm(asm.r0, 4), asm.ja("end"), asm.label("end"));
  using coll = await spec.load();
  const data = new Uint8Array(64).fill(1);
  expect(coll.programs.swap_first_two?.testRunSync({ data }).returnValue).toBe(4);
  expect(coll.programs.swap_first_two?.lines()[0]?.file).toMatch(/program_run\.bpf\.c$/);
  using unedited = await CollectionSpec.fromFile(testObject("program_run")).load();
  for (const name of Object.keys(coll.programs).filter((each) => each !== "swap_first_two")) {
    expect(coll.programs[name]?.info().tag).toBe(unedited.programs[name]?.info().tag);
  }
});

test("an edited program reads fields where this kernel has them", async () => {
  const spec = CollectionSpec.fromFile(testObject("link_iter"));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === "over_tasks";
  const instructions = spec.programs.over_tasks?.instructions ?? [];
  const relocated = (item: asm.Item) => item instanceof asm.Instruction && item.origin?.core !== undefined;
  const last = instructions.findLastIndex(relocated);
  instructions.splice(last, 0, asm.mov(asm.r0, 0), asm.mov(asm.r0, 0));
  instructions.splice(0, 0, asm.mov(asm.r0, 0));
  using coll = await spec.load();
  using tasks = link.iterator(coll.programs.over_tasks as Program);
  expect((await tasks.text()).split("\n")).toContain(`${process.pid}`);
});

function withEditedJumpTables(): CollectionSpec {
  const spec = CollectionSpec.fromFile(testObject("jump_table"));
  const instructions = spec.programs["one"]?.instructions ?? [];
  expect(text(instructions)).toContain("r1 = map[.jumptables][0]+0 <one_table>");
  // In front of both places of the table, and between them.
  instructions.splice(0, 0, asm.mov(asm.r0, 0));
  const second = instructions.findLastIndex((item) => item instanceof asm.Label);
  instructions.splice(second + 1, 0, asm.mov(asm.r0, 9), asm.mov(asm.r0, 9));
  return spec;
}

test("jump tables lead to their labels in an edited program, and move with unedited ones", () => {
  const spec = withEditedJumpTables();
  const { one, other } = CollectionSpec.fromBytes(spec.toBytes()).programs;
  expect(text(one?.instructions ?? [])).toMatch(/gotox r1\nL5:\n.*r0 = 1\n {2}exit\nL7:\n {2}r0 = 9/);
  expect(numbered(other?.instructions ?? [])).toBe(numbered(spec.programs["other"]?.instructions ?? []));
  const { instructions = [] } = spec.programs["one"] ?? {};
  instructions.splice(
    instructions.findIndex((item) => item instanceof asm.Label),
    1,
  );
  expect(() => spec.toBytes()).toThrow(/jump table "one_table" leads to label "L4"/);
});

test("an edited program with jump tables runs", async (context) => {
  requiresLinux(context, "6.19", "gotox");
  using coll = await withEditedJumpTables().load();
  const run = (name: string) => coll.programs[name]?.testRunSync({ data: new Uint8Array(64) }).returnValue;
  expect([run("one"), run("other")]).toEqual([2, 4]);
});

test("a copy of a spec has the edits, and later edits are independent", () => {
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  spec.programs.swap_first_two?.instructions.unshift(asm.mov(asm.r0, 0));
  const copy = spec.copy();
  expect(copy.programs.swap_first_two?.instructions[0]).toBe(spec.programs.swap_first_two?.instructions[0]);
  copy.programs.swap_first_two?.instructions.shift();
  expect(copy.toBytes()).toEqual(spec.bytes);
  expect(spec.toBytes()).not.toEqual(spec.bytes);
});

test("a verifier refusal of an edit names the nearest line of C", () => {
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  const instructions = spec.programs.swap_first_two?.instructions ?? [];
  const at = instructions.findIndex(
    (item) => item instanceof asm.Instruction && item.origin?.line?.text === "data[0] = data[1];",
  );
  instructions.splice(at + 1, 0, asm.load("u64", asm.r2, asm.r5, 0));
  expect(() => spec.loadSync()).toThrow(VerifierError);
  expect(() => spec.loadSync()).toThrow(/program_run\.bpf\.c:\d+: data\[0\] = data\[1\];/);
});

test("references to missing symbols are refused", () => {
  const edited = (instruction: asm.Instruction) => () => {
    const spec = CollectionSpec.fromFile(testObject("program_run"));
    spec.programs.swap_first_two?.instructions.unshift(instruction);
    return spec.toBytes();
  };
  expect(edited(asm.loadMap(asm.r1, "no_such_map"))).toThrow(AsmError);
  expect(edited(asm.loadMap(asm.r1, "no_such_map"))).toThrow(
    /program "swap_first_two": `r1 = map\[no_such_map\]`/,
  );
  expect(edited(asm.loadMap(asm.r1, { fd: 3 }))).toThrow(/refers to a live map/);
  expect(edited(asm.ja("nowhere"))).toThrow(AsmError);
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  if (spec.programs.swap_first_two !== undefined) spec.programs.swap_first_two.instructions = [];
  expect(() => spec.toBytes()).toThrow(/has no instructions/);
});
