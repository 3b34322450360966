import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scriptArguments } from "../support/script.ts";

const child = join(import.meta.dirname, "children/break-rule.ts");

function breakRule(rule: string) {
  return spawnSync(process.execPath, [...scriptArguments(child), rule], {
    encoding: "utf8",
    timeout: 60_000,
  });
}

test.each([
  [
    "handle on another thread",
    "a handle is used on a thread that does not own it",
    /Slots<.*Program.*>::Get/,
  ],
  ["object on another thread", "a loaded object is used on a thread that does not own it", /Object::get/],
  ["freed program in the pool", "a program is used after it was freed", /Program::fd/],
  ["close while used", "a call closed what the call around it uses", /Slots<.*Map.*>::Remove/],
])("%s aborts with the rule and a stack of functions and lines", (rule, message, frame) => {
  const { signal, stderr, stdout } = breakRule(rule);
  expect(stderr).toContain(`broken rule: ${message}`);
  expect(stderr).toMatch(frame);
  expect(stderr).toMatch(/at (slots|object|program)\.h:\d+|(slots|object|program)\.h:\d+/);
  expect(signal).toBe("SIGABRT");
  expect(stdout).not.toContain("went on");
});

test("the stack of JavaScript shows which call closed the map", () => {
  expect(breakRule("close while used").stderr).toMatch(/get btf[\s\S]*closeWhileUsed/);
});

test("calls that break no rule continue", () => {
  const { status, stdout, stderr } = breakRule("none");
  expect([status, stdout, stderr]).toEqual([0, "went on\n", ""]);
});
