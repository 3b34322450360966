import { expect, test } from "vitest";
import { meaningOfSection } from "../../lib/hooks/index.ts";
import { CollectionSpec } from "../../lib/index.ts";
import { closeLink } from "../../lib/link/close-link.ts";
import { attachDirectly, ways } from "../../lib/link/direct.ts";
import { handleOf } from "../../lib/live/resource.ts";
import { exampleObject } from "../support/objects.ts";

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
