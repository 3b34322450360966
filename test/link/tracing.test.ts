import { readFileSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import { type Link, link, type Program } from "../../lib/index.ts";
import { kill, loadAlone, loadTrampoline } from "../support/link.ts";
import { linuxAtLeast, requiresLinux } from "../support/requires.ts";

const kinds: [string, string, (program: Program) => Link][] = [
  ["fentry", "on_fentry", (program) => link.fentry(program)],
  ["fexit", "on_fexit", (program) => link.fexit(program)],
  ["fmod_ret", "on_fmod_ret", (program) => link.fmodRet(program)],
  ["lsm", "on_lsm", (program) => link.lsm(program)],
];

for (const [kind, name, attach] of kinds) {
  test(`${kind}: fires while the link is open`, (context: TestContext) => {
    using loaded = loadTrampoline(context, kind, "link_trace", name);
    {
      using _ = attach(loaded.program);
      kill(10);
      expect(loaded.hits()).toBeGreaterThanOrEqual(10n);
    }
    const before = loaded.hits();
    kill(10);
    expect(loaded.hits()).toBe(before);
  });

  test(`${kind}: attaches from the SEC name, and its link has the kind`, (context: TestContext) => {
    using loaded = loadTrampoline(context, kind, "link_trace", name);
    using attached = loaded.program.attach();
    kill(1);
    expect(loaded.hits()).toBeGreaterThanOrEqual(1n);
    expect(attached.info().type).toBe("tracing");
  });
}

test("fsession: fires at entry and return", (context) => {
  requiresLinux(context, "7.0", "fsession");
  using loaded = loadTrampoline(context, "fsession", "link_trace", "on_fsession");
  {
    using _ = link.fsession(loaded.program);
    kill(10);
    expect(loaded.hits()).toBeGreaterThanOrEqual(20n);
  }
  const before = loaded.hits();
  kill(1);
  expect(loaded.hits()).toBe(before);
});

test("lsm.s: a sleepable program fires", (context) => {
  requiresLinux(context, "5.11", "lsm.s");
  using loaded = loadTrampoline(context, "lsm.s", "link_trace", "on_lsm_sleepable");
  using _ = link.lsm(loaded.program);
  readFileSync("/etc/passwd");
  expect(loaded.hits()).toBeGreaterThan(0n);
});

test("fmod_ret: fires for a syscall", (context) => {
  // 6.18 refuses it, built without error injection, and 7.2 takes it.
  requiresLinux(context, "7.0", "fmod_ret of a syscall without error injection");
  using loaded = loadTrampoline(context, "fmod_ret of a syscall", "link_trace", "on_fmod_ret_syscall");
  using _ = link.fmodRet(loaded.program);
  kill(3);
  expect(loaded.hits()).toBeGreaterThanOrEqual(3n);
});

test("a program is attached only as the kind that it was loaded for", (context) => {
  using loaded = loadTrampoline(context, "fentry", "link_trace", "on_fentry");
  expect(() => link.fexit(loaded.program)).toThrow(/was loaded for "trace-fentry"/);
});

test("freplace: replaces a function, and close restores it", async (context) => {
  using target = loadAlone("link_freplace_target", "target");
  using extension = loadTrampoline(context, "freplace", "link_freplace", "replacement", (spec) => {
    const program = spec.programs["replacement"];
    if (program) program.attachProgram = target.program;
  });
  const data = new Uint8Array(64);
  const answer = async () => (await target.program.testRun({ data })).returnValue;
  expect(await answer()).toBe(1);
  {
    using _ = link.freplace(extension.program);
    expect(await answer()).toBe(3);
    expect(extension.hits()).toBe(1n);
  }
  expect(await answer()).toBe(1);
  using again = link.freplace(extension.program, { target: target.program, function: "chosen" });
  expect(await answer()).toBe(3);
  expect(again.info().type).toBe("tracing");
  if (linuxAtLeast("5.13")) expect(again.info()).toMatchObject({ targetObjectId: target.program.info().id });
});

test("freplace: a missing function is reported", (context) => {
  using target = loadAlone("link_freplace_target", "target");
  using extension = loadTrampoline(context, "freplace", "link_freplace", "replacement", (spec) => {
    const program = spec.programs["replacement"];
    if (program) program.attachProgram = target.program;
  });
  expect(() => link.freplace(extension.program, { target: target.program, function: "nobody" })).toThrow(
    /has no function "nobody"/,
  );
});

test("fentry: traces another BPF program", async (context) => {
  using target = loadAlone("link_freplace_target", "target");
  using tracer = loadTrampoline(
    context,
    "fentry on a BPF program",
    "link_freplace",
    "before_target",
    (spec) => {
      const program = spec.programs["before_target"];
      if (program) program.attachProgram = target.program;
    },
  );
  using _ = link.fentry(tracer.program);
  await target.program.testRun({ data: new Uint8Array(64) });
  expect(tracer.hits()).toBe(1n);
});
