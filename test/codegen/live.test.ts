// kernels: native
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Collection, RingBuf, type RingBufMap, type Shape } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { loaderOf, textOf } from "./support/loaders.ts";

const root = join(import.meta.dirname, "../..");

interface Event {
  pid: number;
  comm: string;
  time: bigint;
  length: number;
}

interface Records extends Shape {
  maps: { events: RingBufMap<Event> };
}

test("a loader loads its object, and its view shows the records that the program sends", async () => {
  // The package as it is in this checkout, not as it was last built.
  const text = textOf(loaderOf(testObject("codegen/records")))
    .replace('from "ebpf"', `from "${join(root, "lib/index.ts")}"`)
    .replace('from "ebpf/generated"', `from "${join(root, "lib/codec/generated.ts")}"`);
  const parent = join(root, ".build/test");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "live-"));
  try {
    writeFileSync(join(folder, "records.bpf.ts"), text);
    const { loadRecords, RecordsEventView } = (await import(join(folder, "records.bpf.ts"))) as {
      loadRecords(): Promise<Collection<Records>>;
      RecordsEventView: new () => object;
    };
    using records = await loadRecords();
    using ring = new RingBuf(records.maps.events);
    records.attach();
    execFileSync("/bin/true");
    const seen: Event[] = [];
    await new Promise<void>((resolve) => {
      void ring.forEach((event) => {
        expect(event).toBeInstanceOf(RecordsEventView);
        const { pid, comm, time, length } = event;
        seen.push({ pid, comm, time, length });
        resolve();
      });
    });
    expect(seen[0]?.pid).toBeGreaterThan(1);
    expect(seen[0]?.comm).not.toBe("");
    expect(seen[0]?.time).toBeGreaterThan(0n);
    expect(seen[0]?.length).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
