import { type SocketLike, socketDescriptor } from "../../arguments/socket.ts";
import { EBADF, ENOTSOCK } from "../../errno.ts";
import { InvalidArgumentError } from "../../errors.ts";

/**
 * The descriptor of a socket.
 *
 * @throws InvalidArgumentError for a socket that is not open.
 */
export function openSocketDescriptor(socket: SocketLike): number {
  // A number that is no descriptor is refused by the kernel, which names it.
  const descriptor = typeof socket === "number" ? socket : socketDescriptor(socket);
  if (descriptor === undefined) {
    throw new InvalidArgumentError(
      "the socket is not open",
      "Attach when it listens, is connected or is bound, or pass a descriptor",
    );
  }
  return descriptor;
}

/** The error for a descriptor that is none of a socket; undefined for what else can be wrong. */
export function noSocket(descriptor: number, errno: number): InvalidArgumentError | undefined {
  if (errno !== EBADF && errno !== ENOTSOCK) return undefined;
  return new InvalidArgumentError(`descriptor ${descriptor} is no socket`);
}
