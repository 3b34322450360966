import { type SocketLike, socketDescriptor } from "../../arguments/socket.ts";
import { EBADF, ENOTSOCK } from "../../errors/errno.ts";
import { InvalidArgumentError } from "../../errors/index.ts";

/**
 * The file descriptor of a socket.
 *
 * @throws {@link InvalidArgumentError} for a socket that is not open.
 */
export function openSocketDescriptor(socket: SocketLike): number {
  // The kernel refuses a number that is not a file descriptor.
  const descriptor = typeof socket === "number" ? socket : socketDescriptor(socket);
  if (descriptor === undefined) {
    throw new InvalidArgumentError("the socket is not open", {
      remedy: "Attach after the socket listens, is connected or is bound, or pass a file descriptor",
    });
  }
  return descriptor;
}

/** The error for a file descriptor that is not a socket. Undefined for other failures. */
export function noSocket(descriptor: number, errno: number): InvalidArgumentError | undefined {
  if (errno !== EBADF && errno !== ENOTSOCK) return undefined;
  return new InvalidArgumentError(`file descriptor ${descriptor} is not a socket`);
}
