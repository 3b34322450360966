// kernels: native
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Collection,
  CollectionSpec,
  cStrings,
  type MapBase,
  type Program,
  RecordError,
  RingBuf,
  type RingBufOptions,
  shortSize,
  shortTail,
  type Variable,
} from "../../lib/index.ts";
import { loaderOfBytes } from "../codegen/support/loaders.ts";
import { withModule } from "../codegen/support/modules.ts";
import { compileUnstripped } from "../support/unstripped.ts";

const { bytes } = compileUnstripped("records/short.c");
const types: Record<string, string> = {
  commands: "command",
  traces: "trace",
  packets: "packet",
  closes: "closed",
};

interface Loaders {
  loadShort(): Promise<Collection>;
}

describe.each(["made at run time", "generated"])("with codecs %s", (made) => {
  let coll: Collection;

  beforeAll(async () => {
    if (made === "generated") {
      const asked = Object.entries(types).map(([map, name]) => ({ map, name }));
      const loader = loaderOfBytes(bytes, "short.o", { types: asked });
      await withModule<Loaders>(loader, async ({ loadShort }) => {
        coll = await loadShort();
      });
    } else coll = await CollectionSpec.fromBytes(bytes).load();
  });
  afterAll(() => coll.close());

  function open(map: string, options: RingBufOptions = {}): RingBuf {
    const type = made === "generated" ? {} : { type: types[map] };
    return new RingBuf(coll.maps[map] as MapBase, { ...type, ...options });
  }

  function send(map: string, size: number): void {
    (coll.variables["size"] as Variable<number>).value = size;
    (coll.programs[`send_${map}`] as Program<"syscall">).testRunSync();
  }

  /** What a view shows and what it copies to, and the size that can be asked for. */
  function seen(map: string, show: (view: unknown) => unknown): unknown[] {
    const all: unknown[] = [];
    using ring = open(map);
    ring.drain((view) => all.push([show(view), shortSize(view)]));
    return all;
  }

  test("text ends at the end of the record", () => {
    using ring = open("commands");
    for (const size of [11, 4, 204]) send("commands", size);
    const all = ring.consume();
    expect(all).toEqual([
      { pid: 7, args: "cat /et" },
      { pid: 7, args: "" },
      { pid: 7, args: "cat /etc/hosts" },
    ]);
    expect(all.map(shortSize)).toEqual([11, 4, undefined]);
    ring.close();
    for (const size of [204, 11, 6, 204]) send("commands", size);
    expect(seen("commands", (view) => (view as { args: string }).args)).toEqual([
      ["cat /etc/hosts", undefined],
      ["cat /et", 11],
      ["ca", 6],
      ["cat /etc/hosts", undefined],
    ]);
  });

  test("the bytes of a short text can be read after its first NUL", () => {
    using ring = open("commands");
    const text = "cat\0-n\0/etc/hosts\0";
    const variable = coll.variables["command"] as Variable;
    const { bytes: before } = variable;
    variable.bytes = new Uint8Array([...before.subarray(0, 4), ...Buffer.from(text.padEnd(200, "\0"))]);
    for (const size of [4 + text.length, 8, 4, 204]) send("commands", size);
    const tails = ring.consume().map((record) => shortTail(record));
    expect(tails.map((tail) => tail && cStrings(tail))).toEqual([
      ["cat", "-n", "/etc/hosts"],
      ["cat"],
      [],
      undefined,
    ]);
    for (const size of [4 + text.length, 204, 8]) send("commands", size);
    const ofViews: unknown[] = [];
    ring.drain((view) => ofViews.push(shortTail(view)));
    expect(ofViews).toEqual([tails[0], undefined, tails[1]]);
    variable.bytes = before;
    send("traces", 32);
    using traces = open("traces");
    expect(shortTail(traces.consume()[0])).toBeUndefined();
  });

  test("a short array has its complete elements, also in a nested struct", () => {
    using ring = open("traces");
    for (const size of [32, 39, 16, 10]) send("traces", size);
    const stacks = [[10n, 20n], [10n, 20n], [], []];
    expect(ring.consume()).toEqual(stacks.map((stack) => ({ pid: 7, kernel: { depth: 2, stack } })));
    ring.close();
    for (const size of [32, 10]) send("traces", size);
    expect(seen("traces", (view) => (view as { kernel: unknown }).kernel)).toEqual([
      [{ depth: 2, stack: [10n, 20n] }, 32],
      [{ depth: 2, stack: [] }, 10],
    ]);
  });

  test("a flexible array begins before the end of its struct", () => {
    using ring = open("packets");
    for (const size of [12, 14, 17]) send("packets", size);
    expect(ring.consume()).toEqual([
      { at: 9n, length: 2, data: "" },
      { at: 9n, length: 2, data: "ok" },
      { at: 9n, length: 2, data: "ok" },
    ]);
    ring.close();
    send("packets", 13);
    expect(seen("packets", (view) => (view as { data: string }).data)).toEqual([["o", 13]]);
  });

  test("a record that ends before a number is an error of that record only, with every read method", async () => {
    using ring = open("closes");
    for (const size of [20, 16, 20]) send("closes", size);
    const whole = { name: "closed", last: 3 };
    expect(ring.consume()).toEqual([whole]);
    expect(() => ring.consume()).toThrow("has 16 bytes, struct closed has 20");
    expect(ring.consume()).toEqual([whole]);
    expect(ring.statistics()).toMatchObject({ records: 3, errors: 1 });
    ring.close();

    using yielding = open("closes", { onError: "yield" });
    for (const size of [20, 16, 20]) send("closes", size);
    expect(yielding.consume()).toEqual([whole, expect.any(RecordError), whole]);
    for (const size of [16, 20]) send("closes", size);
    const handed: unknown[] = [];
    yielding.drain((record) =>
      handed.push(record instanceof RecordError ? record.bytes.length : record.last),
    );
    expect(handed).toEqual([16, 3]);
    expect(yielding.statistics().errors).toBe(2);
    yielding.close();

    using skipping = open("closes", { onError: "skip" });
    for (const size of [16, 20, 3, 16, 20]) send("closes", size);
    let one = 0;
    for await (const record of skipping) {
      expect(record).toEqual(whole);
      if (++one === 2) break;
    }
    for (const size of [16, 20]) send("closes", size);
    skipping.drain((view) => expect(view.last).toBe(3));
    for (const size of [16, 16]) send("closes", size);
    setTimeout(() => send("closes", 20), 5);
    for await (const batch of skipping.batches()) {
      expect(batch).toEqual([whole]);
      break;
    }
    expect(skipping.statistics().errors).toBe(6);
  });

  test("numbers before and after the last array must be complete", () => {
    using ring = open("traces");
    send("traces", 9);
    expect(() => ring.consume()).toThrow("has 9 bytes, struct trace has 144, of which 10 are needed");
  });
});
