// kernels: native
// Objects of a few kilobytes that declare gigabytes: what reads them answers or refuses in bounded time and memory.
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { BtfBuilder, cHeader } from "../../lib/btf/index.ts";
import { describeObject as inspected } from "../../lib/cli/ebpf/inspect/describe.ts";
import { describeObject } from "../../lib/codegen/describe-object.ts";
import { generate } from "../../lib/codegen/generate.ts";
import { BpfMap, type Codec, CollectionSpec, codecFrom, codecOf, EbpfError } from "../../lib/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { requiresLinux } from "../support/requires.ts";
import { compileUnstripped } from "../support/unstripped.ts";

const { bytes } = compileUnstripped("spec/declared_sizes.c", "-g");
const read = (): ObjectSpec => ObjectSpec.fromBytes<ObjectSpec>(bytes);
const map = (name: string) => read().maps[name] as NonNullable<ObjectSpec["maps"][string]>;

/** Runs in 5 s of processor time (less than 1 s on real machines) and 200 MB. Returns the message of the error, if any. */
function bounded(work: () => unknown): string | undefined {
  const cpu = process.cpuUsage();
  const { rss } = process.memoryUsage();
  let message: string | undefined;
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(EbpfError);
    ({ message } = error as Error);
  }
  const { user, system } = process.cpuUsage(cpu);
  expect(user + system).toBeLessThan(5_000_000);
  expect(process.memoryUsage().rss - rss).toBeLessThan(200 << 20);
  return message;
}

test("an object is read, copied, shown and inspected", () => {
  expect(bounded(read)).toBeUndefined();
  expect(bounded(() => read().copy().edits())).toBeUndefined();
  expect(bounded(() => inspect(read(), { depth: 5 }))).toBeUndefined();
});

test("a value of 100 MB has a codec, which costs nothing before it is used", () => {
  expect(bounded(() => map("texts").valueCodec)).toBeUndefined();
  expect(map("texts").valueCodec?.size).toBe(100 << 20);
});

test("arrays of more elements than JavaScript has room for are refused, also as variables and by name", () => {
  expect(bounded(() => map("numbers").valueCodec)).toMatch(
    /^unsigned int\[1073741823\] has 1073741823 values: expected up to 16777216$/,
  );
  expect(bounded(() => read().variables["counts"]?.value)).toMatch(/has 134217727 values/);
  expect(bounded(() => read().variables["zeros"]?.value)).toMatch(
    /^char\[1342177280\] is a text of 1342177280 bytes: expected up to 268435456$/,
  );
  expect(bounded(() => codecFrom("u32[134217728]"))).toMatch(/has 134217728 values/);
  expect(bounded(() => codecFrom("i8[4][65536][65536]"))).toMatch(/has 17179869184 values/);
});

test("bpf2ts and inspect describe the object or say why not", () => {
  expect(bounded(() => inspected(read()))).toBeUndefined();
  const options = { stem: "huge.bpf", prefix: "Huge", source: "huge.bpf.o", types: [], globalTypes: true };
  const generated = bounded(() => {
    JSON.stringify(describeObject(read()));
    generate(read(), { ...options, object: "file", js: false });
  });
  expect(generated).toMatch(/has 1073741823 values/);
});

test("the kernel's refusal of a map with 2^32 - 1 entries is explained", (context) => {
  requiresLinux(context, "5.11", "memory that counts for the cgroup");
  const create = (name: string) => () => {
    const { type, maxEntries } = map(name);
    const value = map(name).valueCodec as Codec<unknown>;
    BpfMap.create({ type: type as "hash", key: "u32", value, maxEntries }).close();
  };
  expect(bounded(create("texts"))).toMatch(/4294967295 entries of 104857604 bytes/);
  expect(bounded(create("percpu"))).toMatch(/4294967295 entries/);
  expect(bounded(() => CollectionSpec.fromBytes(bytes).loadSync().close())).toMatch(
    /cannot load "texts".*4294967295 entries/s,
  );
});

test("types that are nested 10,000 deep are refused as code too", () => {
  const builder = new BtfBuilder();
  const u32 = builder.add({ kind: "int", name: "u32", size: 4 });
  let id = builder.add({ kind: "struct", name: "leaf", size: 4, members: [member(u32)] });
  for (let level = 0; level < 10_000; level++)
    id = builder.add({ kind: "struct", name: `level${level}`, size: 4, members: [member(id)] });
  const btf = builder.build();
  expect(bounded(() => codecOf(btf, id))).toMatch(/nested more than 100 deep/);
  expect(bounded(() => cHeader(btf))).toBeUndefined();
});

function member(type: number) {
  return { name: "member", type, bitOffset: 0 };
}
