import type { SocketLike } from "../arguments/socket.ts";
import { type Codec, u32, u64 } from "../codec/index.ts";
import { socketFd } from "./file-descriptor.ts";
import { writeFd } from "./kernel-codecs.ts";
import { KeyedMap } from "./keyed.ts";
import type { MapParts } from "./map-base.ts";

/**
 * A map of sockets to which programs redirect packets and data.
 *
 * A socket is stored as a socket of node:net or node:dgram, or as a descriptor. The kernel removes it when it is
 * closed. A lookup returns the cookie of the socket, a number that identifies it. Maps with 4-byte values cannot be
 * read.
 */
abstract class SocketsMap<K> extends KeyedMap<K, bigint, SocketLike> {
  /** @internal */
  constructor(parts: MapParts, key: Codec<K>) {
    const size = parts.info.valueSize;
    super(parts, key, cookie(size), socket(size));
  }
}

/**
 * Sockets by index.
 *
 * @since Linux 4.14; reading cookies: 5.7
 */
export class SockMap extends SocketsMap<number> {
  /** @internal */
  constructor(parts: MapParts) {
    super(parts, u32);
  }
}

/**
 * Sockets by a key of any type.
 *
 * @since Linux 4.18
 */
export class SockHash<K = unknown> extends SocketsMap<K> {}

/**
 * Listening sockets by index, from which a program of type sk-reuseport selects one.
 *
 * @since Linux 4.19
 */
export class ReuseportSockArray extends SocketsMap<number> {
  /** @internal */
  constructor(parts: MapParts) {
    super(parts, u32);
  }
}

function cookie(size: number): Codec<bigint> {
  return {
    size,
    name: "socket cookie",
    read: (view, offset) => (size === 8 ? u64.read(view, offset) : BigInt(u32.read(view, offset))),
    write: (view, offset, value) => writeFd(view, offset, size, Number(value)),
  };
}

function socket(size: number): Codec<SocketLike> {
  return {
    size,
    name: "socket",
    read: () => 0,
    write: (view, offset, value) => writeFd(view, offset, size, socketFd(value)),
  };
}
