import { EBADF, ENOTSOCK } from "../../errno.ts";
import { InvalidArgumentError } from "../../errors.ts";

/**
 * A socket of Node (net.Socket, net.Server, dgram.Socket), or a descriptor.
 *
 * Node has no public property for the descriptor of a socket. That of an object is read from where Node keeps it, without
 * the deprecated property of datagram sockets; a program that must not depend on it passes a descriptor.
 */
export type SocketLike = number | object;

interface Holder {
  _handle?: { fd?: number } | null;
  handle?: { fd?: number } | null;
}

/**
 * The descriptor of a socket.
 *
 * @throws InvalidArgumentError for a socket that is not open.
 */
export function socketDescriptor(socket: SocketLike): number {
  if (typeof socket === "number") return socket;
  // dgram keeps it behind a symbol, and warns of the property.
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === "state symbol",
  );
  const holder = symbol === undefined ? (socket as Holder) : (socket as Record<symbol, Holder>)[symbol];
  const fd = (symbol === undefined ? holder?._handle : holder?.handle)?.fd;
  if (fd === undefined || fd < 0) {
    throw new InvalidArgumentError(
      "the socket is not open",
      "Attach when it listens, is connected or is bound, or pass a descriptor",
    );
  }
  return fd;
}

/** The error for a descriptor that is none of a socket; undefined for what else can be wrong. */
export function noSocket(descriptor: number, errno: number): InvalidArgumentError | undefined {
  if (errno !== EBADF && errno !== ENOTSOCK) return undefined;
  return new InvalidArgumentError(`descriptor ${descriptor} is no socket`);
}
