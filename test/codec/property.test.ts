import { expect, test } from "vitest";
import type { Btf } from "../../lib/btf/index.ts";
import type { Codec } from "../../lib/codec/codec.ts";
import { compileCodec } from "../../lib/codec/compile-codec.ts";
import { composeCodec } from "../../lib/codec/compose-codec.ts";
import { type Field, fieldsOf, type RecordLayout } from "../../lib/codec/layout.ts";
import { Layouts } from "../../lib/codec/layout-of.ts";
import { noteLayout } from "../../lib/codec/make.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { compileForBpf, type Vector, vectorsFromC } from "./support/c-vectors.ts";
import { checkExactness } from "./support/exactness.ts";
import { generatedCodecs } from "./support/generated-codecs.ts";
import { plausibleBytes } from "./support/plausible-bytes.ts";
import { Random } from "./support/random.ts";
import { type Leaf, type RandomStruct, randomTypes } from "./support/random-types.ts";

/** Types that once went wrong: they stay. */
const seedsThatFailed: number[] = [415442335, 125056964];
const seeds = [...seedsThatFailed, 1, 2, 3, 4];
const extra = Number(process.env.EBPF_TEST_SEEDS ?? 0);
for (let i = 0; i < extra; i++) seeds.push(Math.floor(Math.random() * 2 ** 31));

for (const seed of seeds) {
  for (const littleEndian of [true, false]) {
    const order = littleEndian ? "little" : "big";
    const title = `C and both makers and bpf2ts agree on random ${order}-endian structs, seed ${seed}`;
    test(title, { timeout: 60_000 }, async () => {
      const random = new Random(seed);
      const types = randomTypes(random, 30);
      const object = compileForBpf(types, littleEndian);
      const { btf } = ObjectSpec.fromBytes<ObjectSpec>(object);
      if (btf === undefined) throw new Error("clang made no BTF");
      const layouts = types.structs.map(({ name }) => layoutOf(btf, name));
      const bytes = types.structs.map((struct, i) => {
        const layout = layouts[i] as RecordLayout;
        return plausibleBytes(random, layout, Math.max(layout.size, endOf(struct, layout)));
      });
      const vectors = vectorsFromC(types, littleEndian, bytes);
      const generated = await generatedCodecs(object);
      types.structs.forEach((struct, i) => {
        const layout = layouts[i] as RecordLayout;
        const makers = {
          compiled: compileCodec(layout, littleEndian),
          composed: composeCodec(layout, littleEndian),
          generated: generated[`v_${struct.name}`] as Codec<unknown>,
        };
        for (const [maker, codec] of Object.entries(makers)) {
          const end = endOf(struct, layout);
          const [source, vector] = [bytes[i] as Uint8Array, vectors[i] as Vector];
          check(`${struct.name} ${maker}`, codec, struct, source, end, vector, littleEndian);
          if (maker !== "generated") noteLayout(codec, layout, littleEndian);
          checkExactness(`${struct.name} ${maker}`, codec, layout, littleEndian, new Random(seed + i));
        }
      });
    });
  }
}

function layoutOf(btf: Btf, name: string): RecordLayout {
  const type = btf.find(name, "struct");
  if (type === undefined) throw new Error(`no struct ${name}`);
  return new Layouts(btf).of(type.id) as RecordLayout;
}

/** Where the record ends: that of a flexible array may be before the struct's padding does. */
function endOf({ tail }: RandomStruct, layout: RecordLayout): number {
  if (tail === undefined) return layout.size;
  const field = [...fieldsOf(layout.members)].find(({ name }) => name === tail.name);
  const strides = { "unsigned char": 1, char: 1, "unsigned short": 2, "unsigned long long": 8 };
  return (field as Field).offset + tail.length * strides[tail.element as keyof typeof strides];
}

function check(
  what: string,
  codec: Codec<unknown>,
  struct: RandomStruct,
  bytes: Uint8Array,
  end: number,
  vector: Vector,
  littleEndian: boolean,
): void {
  expect(codec.size, `${what}: size`).toBe(vector.size);
  // Not at the start of the buffer, and dirty around.
  const shift = 5;
  const source = new Uint8Array(bytes.length + 2 * shift).fill(0xaa);
  source.set(bytes, shift);
  const value = codec.read(new DataView(source.buffer), shift, shift + end);
  const read = struct.leaves.map((leaf) => asHex(at(value, leaf), leaf));
  const want = vector.values.map((text, i) => wanted(text, struct.leaves[i] as Leaf, littleEndian));
  expect(Object.fromEntries(read.map((text, i) => [name(struct, i), text])), what).toEqual(
    Object.fromEntries(want.map((text, i) => [name(struct, i), text])),
  );

  const target = new Uint8Array(bytes.length + 2 * shift).fill(0x55);
  codec.write(new DataView(target.buffer, shift, bytes.length), 0, value);
  // Past a flexible array nothing is written, and text ends at its NUL.
  const { tail } = struct;
  const text = tail?.element === "char" ? (value as Record<string, string>)[tail.name] : undefined;
  const unused = text === undefined || tail === undefined ? 0 : tail.length - text.length;
  const written = Math.max(codec.size, end - unused);
  expect(Buffer.from(target.subarray(shift, shift + written)).toString("hex"), `${what}: stored`).toBe(
    Buffer.from(vector.stored.subarray(0, written)).toString("hex"),
  );
  expect(
    target.subarray(0, shift).every((byte) => byte === 0x55),
    `${what}: wrote before`,
  ).toBe(true);
  expect(
    target.subarray(shift + written).every((byte) => byte === 0x55),
    `${what}: wrote behind`,
  ).toBe(true);
}

function name(struct: RandomStruct, index: number): string {
  return `${index} ${(struct.leaves[index] as Leaf).path.join(".")}`;
}

function at(value: unknown, { path }: Leaf): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value);
}

/** A value as the C program prints it. */
function asHex(value: unknown, { kind }: Leaf): string {
  const view = new DataView(new ArrayBuffer(8));
  switch (kind) {
    case "float":
      view.setFloat32(4, value as number);
      return hex128(view.getBigUint64(0));
    case "double":
      view.setFloat64(0, value as number);
      return hex128(view.getBigUint64(0));
    case "chars":
      return `"${value as string}"`;
    case "bytes":
      return `x${Buffer.from(value as Uint8Array).toString("hex")}`;
    default:
      return hex128(BigInt(value as number | bigint | boolean));
  }
}

function wanted(text: string, { kind, stated }: Leaf, littleEndian: boolean): string {
  if (stated !== undefined && stated.littleEndian !== littleEndian) {
    const bytes = Buffer.from(text, "hex");
    bytes.subarray(bytes.length - stated.size).reverse();
    return bytes.toString("hex");
  }
  if (kind !== "chars") return text;
  return `"${Buffer.from(text.slice(1), "hex").toString().split("\0", 1)[0]}"`;
}

function hex128(value: bigint): string {
  return BigInt.asUintN(128, value).toString(16).padStart(32, "0");
}
