// kernels: native
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { strip } from "../../lib/codegen/strip.ts";
import {
  array,
  type Codec,
  type Collection,
  type MapBase,
  type Program,
  RingBuf,
  type RingBufMap,
  type Shape,
} from "../../lib/index.ts";
import { exampleObject, testObject } from "../support/objects.ts";
import { compileUnstripped } from "../support/unstripped.ts";
import { loaderOf, loaderOfBytes } from "./support/loaders.ts";
import { withModule } from "./support/modules.ts";

interface Event {
  pid: number;
  comm: string;
  time: bigint;
  length: number;
}

interface Records extends Shape {
  maps: { events: RingBufMap<Event> };
}

interface RecordsModule {
  loadRecords(): Promise<Collection<Records>>;
  RecordsEventView: new () => object;
}

test("a loader loads its object, and its view reads the records that the program sends", async () => {
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

test("a loader distinguishes records of several types, after its object was stripped", async () => {
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

test("a generated codec names a misspelt field", async () => {
  const loader = loaderOf(exampleObject("kprobe"));
  await withModule<{ kprobeSecurityEventCodec: Codec<object> }>(loader, async (module) => {
    const codec = module.kprobeSecurityEventCodec;
    const record = { timestamp: 1n, pid: 1, comm: "", suspicius: true };
    const view = new DataView(new ArrayBuffer(codec.size));
    const problem = 'security_event: expected the field "suspicious", received "suspicius"';
    expect(() => codec.write(view, 0, record)).toThrow(problem);
    expect(() => array(codec, 1).write(view, 0, [record])).toThrow(problem);
  });
});
