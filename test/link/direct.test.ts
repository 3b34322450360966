import { expect, test } from "vitest";
import { meaningOfSection } from "../../lib/hooks/index.ts";
import { asm, CollectionSpec, Program } from "../../lib/index.ts";
import { closeLink } from "../../lib/link/close-link.ts";
import { attachDirectly, ways } from "../../lib/link/direct.ts";
import { handleOf } from "../../lib/live/resource.ts";
import { type Attachment, attachments } from "../support/attachments.ts";
import { type Loaded, loadAlone } from "../support/link.ts";
import { exampleObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

test("programs that are attached directly have the types that their SEC names mean", () => {
  for (const [prefix, { types, attachType }] of ways) {
    const meaning = meaningOfSection(`${prefix}/group/name`);
    expect(types, prefix).toContain(meaning.type);
    expect(meaning.attachType, prefix).toBe(attachType);
    expect(meaning.target, prefix).toBe("group/name");
  }
});

test("a program is attached directly only to the complete target of its SEC name", () => {
  using coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  const program = coll.program("trace_execve");
  const { type, section, attachTo } = program;
  const handle = program[handleOf];
  const link = attachDirectly({ type, section, attachTo }, handle);
  expect(link).toBeGreaterThan(0);
  closeLink(link as number, "link");
  const others = [
    { section, attachTo, type: "kprobe" },
    { section, attachTo, type, attachType: "trace-fentry" },
    { section: "tracepoint", attachTo: undefined, type },
    { section: "kprobe/do_exit", attachTo: "do_exit", type: "kprobe" },
    { section, attachTo: "syscalls", type },
    { section, attachTo: "syscalls/", type },
    { section, attachTo: `syscalls/${"x".repeat(300)}`, type },
    { section, attachTo: "syscalls/no_such_tracepoint", type },
  ] as const;
  for (const other of others) expect(attachDirectly(other, handle), JSON.stringify(other)).toBeUndefined();
  expect(attachDirectly({ type, section, attachTo }, -1)).toBeUndefined();
});

/** The program of an attachment, if this kernel can attach it at all: some virtual machines have no trampolines. */
function tryLoad({ object, program }: Attachment): Loaded | undefined {
  let loaded: Loaded | undefined;
  try {
    loaded = loadAlone(object, program);
    loaded.program.attach().close();
    return loaded;
  } catch {
    loaded?.coll.close();
    return undefined;
  }
}

for (const [name, attachment] of Object.entries(attachments())) {
  if (!["tracepoint", "raw_tp", "tp_btf", "fentry", "fexit", "fmod_ret", "lsm"].includes(name)) continue;
  test(`${name}: the direct way attaches`, (context) => {
    requiresLinux(context, attachment.since, name);
    using loaded = tryLoad(attachment);
    if (loaded === undefined) return requires(context, false, `${name}: this kernel cannot attach it`);
    const { program } = loaded;
    const attached = attachDirectly(program, program[handleOf]);
    expect(attached).toBeGreaterThan(0);
    closeLink(attached as number, "link");
  });
}

test("a load has the kernel load the programs of the object and no trial program of libbpf", () => {
  const spec = CollectionSpec.fromFile(exampleObject("counter"));
  spec.loadSync().close();
  /** The kernel gives the next ID to each program that it loads. */
  const nextId = (): number => {
    using program = Program.create({ type: "socket-filter", instructions: asm.parse("r0 = 0\nexit") });
    return program.info().id;
  };
  let fewest = Number.POSITIVE_INFINITY;
  // Other processes of the machine may load programs in some of the rounds.
  for (let round = 0; round < 10 && fewest > 1; round++) {
    const before = nextId();
    const coll = spec.loadSync();
    fewest = Math.min(fewest, nextId() - before - 1);
    coll.close();
  }
  expect(fewest).toBe(1);
});
