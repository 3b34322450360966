import { describeValue, integerIn } from "../arguments/index.ts";
import type { Codec } from "../codec/index.ts";
import { u32 } from "../codec/index.ts";
import { ownCodec } from "../codec/isolated.ts";
import { namingWriter } from "../codec/naming-writer.ts";
import { EncodeError } from "../errors/index.ts";
import { bytesText4, bytesText6, parseIPv4, parseIPv6 } from "../format/ip.ts";

/** A key of a trie whose data is not an IP address. */
export interface LpmKey {
  /** Length of the prefix in bits, from the first bit of `data`. */
  readonly prefixLength: number;
  /** The bits of the key. The trie compares the first `prefixLength` bits. */
  readonly data: Uint8Array;
}

// LPM_DATA_SIZE_MAX of the kernel.
const checkSize = integerIn(1, 256, "bytes");

/** Codec for trie keys that are IPv4 networks: `"10.0.0.0/8"`. An address without a slash has a prefix of 32 bits. */
export const cidr4: Codec<string> = cidr(4, "IPv4 network", "10.0.0.0/8", parseIPv4, bytesText4);

/** Codec for trie keys that are IPv6 networks: `"fd00::/8"`. An address without a slash has a prefix of 128 bits. */
export const cidr6: Codec<string> = cidr(16, "IPv6 network", "fd00::/8", parseIPv6, bytesText6);

/**
 * Returns a codec for trie keys that are bits. @param size - Bytes of data.
 *
 * @example
 * ```ts
 * const routes = Map.create({ type: "lpm-trie", key: lpmKey(4), value: "u32", maxEntries: 1024, flags: ["no-prealloc"] });
 * ```
 */
export function lpmKey(size: number): Codec<LpmKey> {
  checkSize(size, "size of lpmKey");
  const name = `struct bpf_lpm_trie_key with ${size} bytes`;
  const codec = ownCodec({
    size: 4 + size,
    name,
    read: (view, offset) => ({
      prefixLength: u32.read(view, offset),
      data: bytesAt(view, offset + 4, size).slice(),
    }),
    write(view, offset, value) {
      const { prefixLength, data } = (value ?? {}) as Partial<LpmKey>;
      if (!ArrayBuffer.isView(data) || data.byteLength !== size) {
        throw new EncodeError({
          path: "data",
          type: `u8[${size}]`,
          expected: `${size} bytes`,
          received: describeValue(data),
        });
      }
      if (!Number.isInteger(prefixLength) || Number(prefixLength) < 0 || Number(prefixLength) > size * 8) {
        throw new EncodeError({
          path: "prefixLength",
          type: "u32",
          expected: `0 to ${size * 8}`,
          received: describeValue(prefixLength),
        });
      }
      u32.write(view, offset, Number(prefixLength));
      bytesAt(view, offset + 4, size).set(new Uint8Array(data.buffer, data.byteOffset, size));
    },
  } as Codec<LpmKey>);
  codec.write = namingWriter(codec.write, codec);
  return codec;
}

function cidr(
  size: number,
  name: string,
  example: string,
  parse: (text: string) => number[] | undefined,
  format: (bytes: Uint8Array) => string,
): Codec<string> {
  const bits = size * 8;
  return ownCodec({
    size: 4 + size,
    name,
    read: (view, offset) => `${format(bytesAt(view, offset + 4, size))}/${u32.read(view, offset)}`,
    write(view, offset, value) {
      const text = typeof value === "string" ? value : "";
      const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
      const bytes = parse(address);
      if (bytes === undefined)
        throw new EncodeError({
          path: "value",
          type: name,
          expected: `an ${name} such as "${example}"`,
          received: describeValue(value),
        });
      const prefix = length === undefined ? bits : Number(length);
      if (prefix > bits)
        throw new EncodeError({
          path: "value",
          type: name,
          expected: `an ${name} with a prefix of at most ${bits} bits`,
          received: describeValue(value),
        });
      u32.write(view, offset, prefix);
      // Bits after the prefix are cleared, so that each network has exactly one key.
      for (let i = 0; i < size; i++) {
        const kept = Math.min(8, Math.max(0, prefix - i * 8));
        view.setUint8(offset + 4 + i, (bytes[i] ?? 0) & (0xff00 >> kept));
      }
    },
  } satisfies Codec<string>);
}

function bytesAt(view: DataView, offset: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, size);
}
