import { expect, test } from "vitest";
import { start } from "../lifetime/child.ts";

test("a load that lacks descriptors says so, and does not spoil the next load", {
  timeout: 240_000,
}, async () => {
  const before = ["bash", "-c", 'ulimit -n 160; exec "$@"', "bash"];
  const { said, stderr } = await start("few-descriptors", [], { before }).ended;
  expect(said, stderr).toBeDefined();
  expect(said.after).toBe("loaded");
  const { outcomes } = said as { outcomes: string[] };
  const needed = outcomes.indexOf("loaded");
  expect(needed).toBeGreaterThan(5);
  // The answers of libbpf's probes are asked for at 0 to 5 descriptors; none that only failed is kept.
  expect(new Set(outcomes.slice(needed))).toEqual(new Set(["loaded"]));
  for (const outcome of outcomes.slice(0, needed))
    expect(outcome).toMatch(/^LoadError EMFILE: This process has too many open files: raise its limit/);
});
