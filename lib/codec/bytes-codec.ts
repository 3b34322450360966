import { checkU32 } from "../arguments/index.ts";
import type { Codec } from "./codec.ts";
import { ownCodec } from "./isolated.ts";
import { readBytes, writeBytes } from "./parts/index.ts";

/** Plain bytes, for data without a known type. */
export function bytes(size: number): Codec<Uint8Array> {
  checkU32(size, "size of bytes");
  const name = `u8[${size}]`;
  return ownCodec({
    size,
    name,
    read: (view, offset) => readBytes(view, offset, size),
    write: (view, offset, value) => writeBytes(view, offset, size, value, name),
  } satisfies Codec<Uint8Array>);
}
