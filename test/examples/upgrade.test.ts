import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { veth } from "../support/link.ts";
import { requiresLinux } from "../support/requires.ts";

const program = join(import.meta.dirname, "../../.build/examples/upgrade/upgrade.js");

test("the example starts a version, replaces it with its counts, goes back, and removes it", (context) => {
  requiresLinux(context, "5.14", "the migration of maps");
  using pair = veth();
  const folder = `/sys/fs/bpf/test_packets_${process.pid}`;
  const run = (version: string) =>
    execFileSync(process.execPath, [program, version, pair.to, folder], { encoding: "utf8" })
      .trimEnd()
      .split("\n")
      .at(-1) ?? "";
  try {
    expect(run("1")).toMatch(/^started, version 1: /);
    pair.send();
    const counted = /packets: (\d+)/.exec(run("1"))?.[1];
    expect(Number(counted)).toBeGreaterThan(0);
    const [, packets] = /^upgraded, version 2: { bytes: \d+n, packets: (\d+)n }$/.exec(run("2")) ?? [];
    expect(Number(packets)).toBeGreaterThanOrEqual(Number(counted));
    expect(run("2")).toMatch(/^adopted, version 2: /);
    expect(run("1")).toMatch(/^upgraded, version 3: { packets: \d+ }$/);
  } finally {
    expect(run("remove")).toBe("removed: nothing is attached");
    expect(existsSync(folder)).toBe(false);
  }
});
