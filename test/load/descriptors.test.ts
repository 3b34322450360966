import { expect, test } from "vitest";
import { start } from "../lifetime/child.ts";
import { requiresLinux } from "../support/requires.ts";

const before = ["bash", "-c", 'ulimit -n 160; exec "$@"', "bash"];
const patience = 240_000;

interface Said {
  /** By call, how it ended with 0, 1, 2, … descriptors left. */
  outcomes: Record<string, string[]>;
  /** How it ended with all of them. */
  after: Record<string, string>;
}

async function withFew(what: string): Promise<Said> {
  const { said, stderr } = await start("few-descriptors", [what], { before }).ended;
  expect(said, stderr).toBeDefined();
  return said;
}

test("a load without free descriptors reports it, and the next load works", {
  timeout: patience,
}, async (context) => {
  requiresLinux(context, "6.4", "bpf_for of the object");
  const { outcomes, after } = await withFew("load");
  expect(after).toEqual({ load: "done: undefined" });
  const { load = [] } = outcomes;
  const needed = load.indexOf("done: undefined");
  expect(needed).toBeGreaterThan(5);
  // libbpf's probes run with 0 to 5 descriptors. The result of a failed probe must not be cached.
  expect(new Set(load.slice(needed))).toEqual(new Set(["done: undefined"]));
  for (const outcome of load.slice(0, needed))
    expect(outcome).toMatch(/^LoadError EMFILE: This process has too many open files: raise its limit/);
});

test("attaching and probing without free descriptors report EMFILE", {
  timeout: patience,
}, async () => {
  const { outcomes, after } = await withFew("attach");
  for (const [name, list] of Object.entries(outcomes)) {
    const others = list.filter((outcome) => outcome !== after[name] && !/^\w+ EMFILE: /.test(outcome));
    expect({ [name]: [...new Set(others)] }).toEqual({ [name]: [] });
    expect({ [name]: list.at(-1) }).toEqual({ [name]: after[name] });
  }
});
