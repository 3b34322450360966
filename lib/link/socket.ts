import type { SocketLike } from "../arguments/socket.ts";
import { native } from "../native.ts";
import { attached, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { noSocket, openSocketDescriptor } from "./target/socket.ts";

export interface SocketFilterOptions {
  /** An open socket of Node, or a descriptor. The link does not keep it open. */
  socket: SocketLike;
}

export interface SkReuseportOptions {
  /** Any socket of the group, open and with SO_REUSEPORT set, or its descriptor. The link does not keep it open. */
  socket: SocketLike;
}

/**
 * Attaches a program to a socket, to cut or drop what it receives. A socket has one; a second takes its place.
 *
 * It ends with the link, or with the socket. Once another link of this process or a classic filter has taken its place,
 * closing the link leaves that filter, and `update` is refused (ESTALE). The kernel does not tell which BPF program a
 * socket has: `update` with `expected` throws {@link NotSupportedError}, and a BPF filter that another process put in
 * the place is taken for that of the link.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} for a socket that is not open.
 * @throws {@link ProgramTypeError}, {@link PermissionError}, {@link ClosedError}.
 *
 * Linux 3.19.
 */
export function socketFilter(program: Attachable, options: SocketFilterOptions): Link {
  return attach("socket-filter", program, options, false);
}

/**
 * Attaches a program that chooses among the sockets that share a port. A group has one; a second takes its place.
 *
 * It ends with the link, or with the group. Once another link of this process has taken its place, by any socket of the
 * group, closing the link leaves that program, and `update` is refused (ESTALE). The kernel does not tell which program
 * a group has: `update` with `expected` throws {@link NotSupportedError}, and a program that another process put in the
 * place is taken for that of the link.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} for a socket that is not open.
 * @throws {@link AttachError} (EINVAL) for a socket without SO_REUSEPORT.
 * @throws {@link ProgramTypeError}, {@link PermissionError}, {@link ClosedError}.
 *
 * Linux 4.19; with a socket filter program 4.5.
 */
export function skReuseport(program: Attachable, options: SkReuseportOptions): Link {
  return attach("sk-reuseport", program, options, true);
}

function attach(
  name: "socket-filter" | "sk-reuseport",
  program: Attachable,
  options: SocketFilterOptions,
  reuseport: boolean,
): Link {
  const attempted = attempt(name, program, options);
  const socket = openSocketDescriptor(attempted.options.socket);
  const place = {
    where: reuseport ? "the group of a socket" : "a socket",
    explain: ({ errno }: { errno: number }) => noSocket(socket, errno),
  };
  return attached(attempted, place, () => native().attachSocket(attempted.handle, { socket, reuseport }));
}
