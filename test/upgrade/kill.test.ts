// kernels: native
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ArrayMap, BpfMap, Link } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { pinFolder } from "./folder.ts";
import { eventually, Traffic } from "./traffic.ts";

const folder = mkdtempSync(join(import.meta.dirname, "../../.build/kill-"));
const script = join(folder, "child.mjs");

// Transforming the package anew for each of the children would take a minute.
beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, "children/upgrade-and-die.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outfile: script,
    logLevel: "error",
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Processes that are started ahead, since starting takes longer than an upgrade. */
class Children implements AsyncDisposable {
  readonly #waiting: ChildProcess[] = [];

  #start(): void {
    this.#waiting.push(spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] }));
  }

  /** @returns The step after which the child killed itself; undefined for one that has finished. */
  async run(line: string): Promise<string | undefined> {
    while (this.#waiting.length < 3) this.#start();
    const child = this.#waiting.shift() as ChildProcess;
    let output = "";
    child.stdout?.on("data", (data) => {
      output += data;
    });
    child.stdin?.end(`${line}\n`);
    const [code, signal] = await once(child, "close");
    if (signal !== "SIGKILL") expect(code).toBe(0);
    return signal === "SIGKILL" ? output.trim() : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // They are in the cgroup of the traffic, which cannot be removed before they have ended.
    const closed = this.#waiting.map((child) => once(child, "close"));
    for (const child of this.#waiting) child.kill("SIGKILL");
    await Promise.all(closed);
  }
}

test("kill -9 after any step leaves each hook with one version, and every packet is counted once", async () => {
  using pins = pinFolder("kill");
  using traffic = new Traffic();
  await using children = new Children();
  const [device = ""] = traffic.interfaces;
  const run = (version: number, phase: string, step: number) =>
    children.run(
      `${pins.path} ${device} ${traffic.cgroup} ${testObject(`upgrade_${version}`)} ${phase} ${step}`,
    );
  expect(await run(1, "never", 0)).toBeUndefined();
  const hooks = readdirSync(join(pins.path, "links"));
  expect(hooks).toHaveLength(4);
  using counts = BpfMap.fromPin(join(pins.path, "versions/1/maps/counts")) as ArrayMap<bigint>;
  traffic.start();

  const expectAttached = () => {
    const links = readdirSync(join(pins.path, "links")).filter((name) => !name.includes("+"));
    expect(links).toEqual(hooks);
    for (const name of links) {
      using link = Link.fromPin(join(pins.path, "links", name));
      expect(link.info().programId).toBeGreaterThan(0);
    }
  };

  const killedAfter: string[] = [];
  let version = 2;
  for (let step = 0; ; step++) {
    // Until a child commits, version 2 is tried again; afterwards each child replaces what is current by the other one.
    if (killedAfter.some((after) => after.startsWith("commit"))) version = version === 2 ? 1 : 2;
    const after = await run(version, "upgrade", step);
    expectAttached();
    if (after === undefined) break;
    killedAfter.push(after);
  }
  const names = killedAfter.map((step) => step.split(" ")[0]);
  expect(names).toEqual([
    "load",
    ...Array(4).fill("folder"),
    ...Array(2).fill("pin"),
    ...Array(4).fill("pin"),
    ...Array(4).fill("hook"),
    "id",
    ...Array(3).fill("replace"),
    "attach",
    "replace",
    "commit",
    ...Array(15).fill("remove"),
  ]);

  // Recovery from an upgrade that was killed when all hooks had the new version.
  const other = version === 1 ? 2 : 1;
  const lastBeforeCommit = names.indexOf("commit") - 1;
  expect(await run(other, "upgrade", lastBeforeCommit)).toMatch(/^replace/);
  const recovered: string[] = [];
  for (;;) {
    // Each child makes one more step and dies.
    const after = await run(other, "recovery", 0);
    expectAttached();
    if (after === undefined) break;
    recovered.push(after.split(" ")[0] as string);
    if (recovered.filter((name) => name === "remove").length === 2) break;
  }
  expect(recovered.slice(0, 5).sort()).toEqual(["attach", "replace", "replace", "replace", "replace"]);

  expect(await run(other, "never", 0)).toBeUndefined();
  await traffic.stop();
  const { sent, events } = traffic;
  expect(sent).toBeGreaterThan(500);
  await eventually(() => expect([...counts.values()]).toEqual([sent, sent, sent, events].map(BigInt)));
});
