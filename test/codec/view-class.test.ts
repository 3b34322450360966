import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { ViewPlace } from "../../lib/codec/view.ts";
import { sharedClasses, viewClassOf } from "../../lib/codec/view-of.ts";
import { type Codec, struct } from "../../lib/index.ts";

const bytes = new DataView(new ArrayBuffer(32));
for (let i = 0; i < 32; i++) bytes.setUint8(i, i);

function viewOf(codec: Codec<unknown>, littleEndian = true) {
  const Class = viewClassOf(codec, littleEndian);
  if (Class === undefined) throw new Error("no class");
  const place = new ViewPlace();
  return { Class, place, view: new Class(place) as unknown as Record<string, unknown> };
}

// V8 optimizes a loop for the classes that it meets: each further class makes it slower.
test("views of equal types have one class, and each shows its own record", () => {
  const first = viewOf(struct({ pid: "u32", comm: "char[4]" }));
  const second = viewOf(struct({ pid: "u32", comm: "char[4]" }));
  expect(second.Class).toBe(first.Class);
  first.place.move(bytes, 0, 8);
  second.place.move(bytes, 8, 16);
  expect([first.view["pid"], second.view["pid"]]).toEqual([0x03020100, 0x0b0a0908]);
});

test("views of different types have different classes", () => {
  const { Class } = viewOf(struct({ pid: "u32", comm: "char[4]" }));
  expect(viewOf(struct({ tid: "u32", comm: "char[4]" })).Class).not.toBe(Class);
  expect(viewOf(struct({ pid: "i32", comm: "char[4]" })).Class).not.toBe(Class);
  expect(viewOf(struct({ pid: "u32", comm: "char[5]" })).Class).not.toBe(Class);
  expect(viewOf(struct({ pid: "u32", comm: "char[4]" }), false).Class).not.toBe(Class);
});

test("views with codecs of the user do not share a class, since their results can differ", () => {
  const constant = (value: string): Codec<string> => ({
    size: 4,
    name: "constant",
    read: () => value,
    write: () => {},
  });
  const [a, b] = [viewOf(struct({ text: constant("a") })), viewOf(struct({ text: constant("b") }))];
  for (const { place } of [a, b]) place.move(bytes, 0, 4);
  expect([a.view["text"], b.view["text"]]).toEqual(["a", "b"]);
});

test("the classes of types that are gone are freed", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const refs = Array.from(
    { length: 200 },
    (_, i) => new WeakRef(viewOf(struct({ [`gone${i}`]: "u32" })).Class),
  );
  const left = (): number => refs.filter((ref) => ref.deref() !== undefined).length;
  await vi.waitFor(
    () => {
      collect();
      expect([left() < 20, sharedClasses() < 40]).toEqual([true, true]);
    },
    { timeout: 20_000, interval: 20 },
  );
});
