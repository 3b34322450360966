/**
 * A socket of Node (`net.Socket`, `net.Server`, `dgram.Socket`), an object with its descriptor in `fd`, or the
 * descriptor.
 *
 * Node has no public property for the descriptor of a socket. It is read from where Node keeps it; a program that must
 * not depend on that passes a descriptor.
 */
export type SocketLike = number | object;

interface Holder {
  _handle?: { fd?: unknown } | null;
  handle?: { fd?: unknown } | null;
}

/** The descriptor of a socket; undefined when it is not open. The kernel checks whether it is a socket. */
export function socketDescriptor(socket: SocketLike): number | undefined {
  const fd = typeof socket === "object" && socket !== null ? descriptorIn(socket) : socket;
  return typeof fd === "number" && Number.isInteger(fd) && fd >= 0 ? fd : undefined;
}

function descriptorIn(socket: object): unknown {
  // dgram keeps the handle behind a symbol. Reading `_handle` prints a deprecation warning.
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === "state symbol",
  );
  if (symbol !== undefined) return (socket as Record<symbol, Holder>)[symbol]?.handle?.fd;
  const { fd } = socket as { fd?: unknown };
  return typeof fd === "number" ? fd : (socket as Holder)._handle?.fd;
}
