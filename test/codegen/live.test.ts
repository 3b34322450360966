// kernels: native
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Generated } from "../../lib/codegen/options.ts";
import { strip } from "../../lib/codegen/strip.ts";
import {
  type Collection,
  type MapBase,
  type Program,
  RingBuf,
  type RingBufMap,
  type Shape,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { compileUnstripped } from "../support/unstripped.ts";
import { loaderOf, loaderOfBytes, textOf } from "./support/loaders.ts";

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

/** Has `use` work with a generated module, over the package as it is in this checkout and not as it was last built. */
async function withModule<M>(loader: Generated, use: (module: M) => Promise<void>): Promise<void> {
  const text = textOf(loader)
    .replace('from "ebpf"', `from "${join(root, "lib/index.ts")}"`)
    .replace('from "ebpf/generated"', `from "${join(root, "lib/codec/generated.ts")}"`);
  const parent = join(root, ".build/test");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "live-"));
  try {
    writeFileSync(join(folder, "loader.ts"), text);
    await use((await import(join(folder, "loader.ts"))) as M);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface RecordsModule {
  loadRecords(): Promise<Collection<Records>>;
  RecordsEventView: new () => object;
}

test("a loader loads its object, and its view shows the records that the program sends", async () => {
  const loader = loaderOf(testObject("codegen/records"));
  await withModule<RecordsModule>(loader, async ({ loadRecords, RecordsEventView }) => {
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
  });
});

interface KindsModule {
  loadKinds(): Promise<Collection>;
  KindsOpenedView: new () => object;
}

test("a loader tells records of several types apart, in an object that was stripped since", async () => {
  const { bytes } = compileUnstripped("records/kinds.c");
  const loader = loaderOfBytes(bytes, "kinds.o", { bytes: strip(bytes) });
  expect(loader.notes.join()).toContain("left (kinds.c:");
  await withModule<KindsModule>(loader, async ({ loadKinds, KindsOpenedView }) => {
    using coll = await loadKinds();
    using ring = new RingBuf(coll.maps["by_value"] as MapBase);
    const program = coll.programs["send_by_value"] as Program<"syscall">;
    program.testRunSync();
    expect(ring.consume()).toEqual([
      { kind: "opened", value: { kind: 1, flags: 5, path: "/tmp" } },
      { kind: "closed", value: { kind: 2, fd: 3 } },
      { kind: "closed", value: { kind: 3, fd: 3 } },
    ]);
    program.testRunSync();
    const views: unknown[] = [];
    ring.drain((record) => views.push(record));
    expect(views[0]).toBeInstanceOf(KindsOpenedView);
    expect(views[1]).toBe(views[2]);
  });
});
