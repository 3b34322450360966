import { EncodeError } from "../errors/index.ts";
import type { Codec } from "./codec.ts";
import { isGenerated } from "./generated-codec.ts";
import type { Layout, Member } from "./layout.ts";
import { layoutOf } from "./make.ts";

const ours = new WeakSet<object>();
// biome-ignore lint/suspicious/noExplicitAny: accepts codecs of any type
const isolatedCodecs = new WeakMap<object, Codec<any, any>>();

/** Marks a codec as part of this package, for one that was not created from a layout. */
export function ownCodec<C extends object>(codec: C): C {
  ours.add(codec);
  return codec;
}

/**
 * The codec for memory that the kernel or a program also uses. A user-defined codec gets a copy, because it could keep
 * the memory, transfer it, or store to a read-only mapping, which ends the process. A codec of this package is returned
 * unchanged.
 */
export function isolated<T, In>(codec: Codec<T, In>): Codec<T, In> {
  if (isOurs(codec)) return codec;
  let made = isolatedCodecs.get(codec);
  if (made === undefined) {
    made = isolate(codec);
    isolatedCodecs.set(codec, made);
    isolatedCodecs.set(made, made);
  }
  return made;
}

function isolate<T, In>(codec: Codec<T, In>): Codec<T, In> {
  const { size, name } = codec;
  return {
    size,
    name,
    read(view, offset, end = offset + size) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, end - offset).slice();
      return codec.read(new DataView(bytes.buffer), 0, bytes.length);
    },
    write(view, offset, value) {
      const bytes = new Uint8Array(size);
      codec.write(new DataView(bytes.buffer), 0, value);
      if (bytes.length !== size)
        throw new EncodeError({
          path: name,
          type: name,
          expected: "a codec that keeps its buffer",
          received: "a detached buffer",
        });
      new Uint8Array(view.buffer, view.byteOffset + offset, size).set(bytes);
    },
  };
}

/** Whether the codec contains only code of this package. */
function isOurs(codec: Codec<unknown, never>): boolean {
  if (ours.has(codec) || isGenerated(codec)) return true;
  const layout = layoutOf(codec);
  if (layout === undefined || hasForeign(layout)) return false;
  ours.add(codec);
  return true;
}

function hasForeign(layout: Layout): boolean {
  switch (layout.kind) {
    case "foreign":
      return true;
    case "array":
      return hasForeign(layout.element);
    case "record":
      return layout.members.some(memberHasForeign);
    default:
      return false;
  }
}

function memberHasForeign(member: Member): boolean {
  if (member.kind === "field") return hasForeign(member.layout);
  return member.alternatives.some((alternative) => alternative.some(memberHasForeign));
}
