import { closeSync, constants, openSync, readSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import { type Arena, type CollectionSpec, link, type TaskStorage } from "../../lib/index.ts";
import { kill, type Loaded, loadAlone } from "../support/link.ts";
import { requiresLinux } from "../support/requires.ts";

/** Loads one program, with no map but its own: a kernel need not know the others. */
function loadHelper(name: string, object = "program_helpers"): Loaded {
  return loadAlone(object, name, (spec: CollectionSpec) => {
    for (const map of Object.values(spec.maps))
      if (map.name === "tasks") map.autocreate = name === "task_storage";
  });
}

const programs: [what: string, name: string, since: string, hits: bigint][] = [
  ["bpf_loop", "loop", "5.17", 10n],
  ["a loop over numbers", "open_loop", "6.4", 10n],
  ["a function of the kernel", "function_of_the_kernel", "6.2", 1n],
];

for (const [what, name, since, hits] of programs) {
  test(`a program uses ${what}`, async (context: TestContext) => {
    requiresLinux(context, since, what);
    using loaded = loadHelper(name);
    const { returnValue } = await loaded.program.testRun();
    expect(returnValue).toBe(name === "loop" ? 10 : 0);
    expect(loaded.hits()).toBe(hits);
  });
}

test("a program uses an arena in a may_goto loop", async (context) => {
  requiresLinux(context, "6.9", "arenas");
  using loaded = loadHelper("fill", "program_arena");
  expect((await loaded.program.testRun()).returnValue).toBe(0);
  expect(loaded.hits()).toBe(8n);
  const arena = loaded.coll.maps["arena"] as unknown as Arena;
  const words = new BigUint64Array(arena.memory());
  expect([...words.subarray(0, 8)]).toEqual([0n, 1n, 4n, 9n, 16n, 25n, 36n, 49n]);
});

test("a program stores a value with each process", (context) => {
  requiresLinux(context, "5.13", "task storage in tracing programs");
  using loaded = loadHelper("task_storage");
  const { pid } = loaded.coll.variables;
  if (pid) pid.value = process.pid;
  using _ = loaded.program.attach();
  kill(3);
  const tasks = loaded.coll.maps["tasks"] as unknown as TaskStorage<bigint>;
  expect(tasks.get(process.pid)).toBeGreaterThanOrEqual(3n);
});

test("bpf_printk output is in the trace", () => {
  using loaded = loadHelper("print");
  const { pid } = loaded.coll.variables;
  if (pid) pid.value = process.pid;
  const pipe = openSync("/sys/kernel/tracing/trace_pipe", constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    using _ = link.tracepoint(loaded.program, { group: "syscalls", name: "sys_enter_kill" });
    kill(1);
    const text = Buffer.alloc(64 * 1024);
    const length = readSync(pipe, text);
    expect(text.toString("utf8", 0, length)).toContain(`printed for ${process.pid}`);
  } finally {
    closeSync(pipe);
  }
});
