// kernels: native
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { kernelObjects } from "../support/kernel-objects.ts";
import { start } from "./child.ts";

const patience = 240_000;

/** Waits for the kernel to let go of what is named; says what it keeps. */
async function remains(...keys: string[]): Promise<string[]> {
  for (let i = 0; i < 100; i++) {
    const objects = kernelObjects();
    if (keys.every((key) => !objects.has(key))) return [];
    await setTimeout(100);
  }
  return keys.filter((key) => kernelObjects().has(key));
}

describe("the end of a process detaches and frees everything", () => {
  const endings: [name: string, how: string, signal: NodeJS.Signals | undefined][] = [
    ["process.exit with live links", "exit", undefined],
    ["an uncaught exception", "throw", undefined],
    ["SIGTERM", "", "SIGTERM"],
    ["kill -9", "", "SIGKILL"],
  ];
  test.each(endings)(
    "%s",
    async (_, how, signal) => {
      const { child, firstLine, ended } = start("hold", [how]);
      const { program, map } = JSON.parse(await firstLine);
      expect(kernelObjects().has(`program ${program}`)).toBe(true);
      if (signal === undefined) child.stdin?.end();
      else child.kill(signal);
      const { code, signal: by } = await ended;
      if (signal !== undefined) expect(by).toBe(signal);
      else expect(code).toBe(how === "exit" ? 0 : 1);
      expect(await remains(`program ${program}`, `map ${map}`)).toEqual([]);
    },
    patience,
  );
});

test(
  "the garbage collector closes unclosed objects, and warns once for each kind",
  async () => {
    const { said, stderr } = await start("forget", [], { flags: ["--expose-gc"] }).ended;
    expect(said, stderr).toBeDefined();
    expect(said.during).toBeGreaterThan(10);
    expect(said.after).toBe(0);
    const kinds = said.warnings.map(({ message }: { message: string }) => message.split(" ", 1)[0]).sort();
    expect(kinds).toEqual([...new Set(kinds)]);
    expect(kinds).toEqual(expect.arrayContaining(["collection", "map", "program"]));
    for (const { code } of said.warnings) expect(code).toBe("EBPF_NOT_CLOSED");
  },
  patience,
);

test(
  "workers that are terminated while loading leave nothing, and do not harm the process",
  async () => {
    const { said, code, signal, stderr } = await start("terminate").ended;
    expect({ code, signal }, stderr).toEqual({ code: 0, signal: null });
    expect(said.results).toHaveLength(8);
    expect(said.left).toBe(0);
  },
  patience,
);

test(
  "descriptors and memory do not grow over a thousand loads",
  async () => {
    const { said, stderr } = await start("many", [], { flags: ["--expose-gc"] }).ended;
    expect(said, stderr).toBeDefined();
    expect(said.fds).toBe(0);
    // One leaked object would make some 40 MB of it: libbpf keeps the ELF file and its BTF.
    expect(said.memory).toBeLessThan(20 * 1024 * 1024);
  },
  patience,
);

test(
  "two copies of the package share a process",
  async () => {
    const root = join(import.meta.dirname, "../..");
    const copy = mkdtempSync(join(tmpdir(), "ebpf-copy-"));
    try {
      for (const part of ["dist", "package.json"])
        cpSync(join(root, part), join(copy, part), { recursive: true });
      mkdirSync(join(copy, "build/Release"), { recursive: true });
      cpSync(join(root, "build/Release/ebpf.node"), join(copy, "build/Release/ebpf.node"));
      symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
      const { said, stderr } = await start("two-copies", [copy]).ended;
      expect(said, stderr).toEqual({
        actions: ["pass", "pass", "pass", "pass"],
        same: true,
        codes: ["ERR_EBPF_VERIFIER", "ERR_EBPF_VERIFIER"],
        logs: [true, true],
        instances: [true, false, true],
      });
    } finally {
      rmSync(copy, { recursive: true });
    }
  },
  patience,
);
