import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { InvalidArgumentError, syscallName } from "../../lib/index.ts";
import { requires } from "../support/requires.ts";

test("every system call of the C library's header has its number", (context) => {
  requires(context, process.arch === "x64", "x86-64: its header has one list of numbers", "hardware");
  const header = readFileSync("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "utf8");
  const listed = [...header.matchAll(/^#define __NR_(\w+) (\d+)$/gm)];
  expect(listed.length).toBeGreaterThan(300);
  for (const [, name, number] of listed) expect(syscallName(Number(number), "x64")).toBe(name);
});

test("every system call that the kernel traces has a name", () => {
  const names = new Set(Array.from({ length: 600 }, (_, number) => syscallName(number)));
  // The tracepoint has the name of the kernel function, which differs from the name of the system call.
  const renamed = new Set([
    "newstat",
    "newlstat",
    "newfstat",
    "newuname",
    "sendfile64",
    "umount",
    "fadvise64_64",
    "arm64_personality",
  ]);
  const traced = readdirSync("/sys/kernel/tracing/events/syscalls")
    .filter((event) => event.startsWith("sys_enter_"))
    .map((event) => event.slice("sys_enter_".length));
  expect(traced.length).toBeGreaterThan(300);
  expect(traced.filter((name) => !names.has(name) && !renamed.has(name))).toEqual([]);
});

test("arm64 has its own numbers, and unknown calls keep their number", () => {
  expect(syscallName(221, "arm64")).toBe("execve");
  expect(syscallName(59n, "x64")).toBe("execve");
  expect(syscallName(451, "arm64")).toBe(syscallName(451, "x64"));
  expect(syscallName(9999, "x64")).toBe("syscall 9999");
  expect(() => syscallName(1, "mips")).toThrow(InvalidArgumentError);
});
