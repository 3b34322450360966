import { InvalidArgumentError } from "../../errors.ts";

/** A socket of Node (net.Socket, net.Server, dgram.Socket), or a descriptor. */
export type SocketLike = number | object;

/**
 * The descriptor of a socket. Node keeps it in a property that is not documented, and has since 0.x.
 *
 * @throws InvalidArgumentError for a socket that is not open.
 */
export function socketDescriptor(socket: SocketLike): number {
  if (typeof socket === "number") return socket;
  const { _handle, ...rest } = socket as { _handle?: { fd?: number } | null };
  // dgram keeps its handle behind a symbol.
  const state = Object.getOwnPropertySymbols(rest)
    .filter((symbol) => symbol.description === "state symbol")
    .map((symbol) => (rest as Record<symbol, { handle?: { fd?: number } | null }>)[symbol]);
  const fd = _handle?.fd ?? state[0]?.handle?.fd;
  if (fd === undefined || fd < 0) {
    throw new InvalidArgumentError(
      "the socket is not open",
      "Attach when it listens, is connected or is bound, or pass a descriptor",
    );
  }
  return fd;
}
