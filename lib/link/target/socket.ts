import { EBADF, ENOTSOCK } from "../../errno.ts";
import { InvalidArgumentError } from "../../errors.ts";
import { requiredObject } from "./required.ts";

/** A socket of Node (net.Socket, net.Server, dgram.Socket), or a descriptor. */
export type SocketLike = number | object;

interface Holder {
  _handle?: { fd?: number } | null;
  handle?: { fd?: number } | null;
}

/**
 * The descriptor of a socket. Node keeps it in a property that is not documented, and has since 0.x.
 *
 * @throws InvalidArgumentError for a socket that is not open.
 */
export function socketDescriptor(socket: SocketLike): number {
  if (typeof socket === "number") return socket;
  requiredObject(socket, "the socket");
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
