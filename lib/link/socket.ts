import type { SocketLike } from "../arguments/socket.ts";
import { native } from "../native/addon.ts";
import { attached, attempt } from "./attach.ts";
import type { Attachable, TypesOf } from "./attachable.ts";
import type { Link } from "./link.ts";
import { noSocket, openSocketDescriptor } from "./target/socket.ts";

/** Options of {@link socketFilter}. */
export interface SocketFilterOptions {
  /** An open socket of Node.js, or a file descriptor. The link does not keep the socket open. */
  socket: SocketLike;
}

/** Options of {@link skReuseport}. */
export interface SkReuseportOptions {
  /** An open socket of the group with SO_REUSEPORT, or its file descriptor. The link does not keep the socket open. */
  socket: SocketLike;
}

/**
 * Attaches a program that truncates or drops the packets that a socket receives. A socket has one filter; a second
 * filter replaces the first.
 *
 * The attachment ends with the link or the socket. After another link of this process or a classic filter has replaced
 * the program, closing this link leaves that filter attached and `update` throws {@link LinkError} (ESTALE). The kernel
 * does not report which BPF program a socket has. Therefore `update` with `expected` throws {@link NotSupportedError},
 * and this package cannot detect that another process has replaced the program.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} for a socket that is not open.
 * @throws {@link AttachError}, {@link ProgramTypeError}, {@link PermissionError}, {@link ClosedError}.
 *
 * @example
 * ```ts
 * using filter = link.socketFilter(program, { socket });
 * ```
 *
 * @since Linux 3.19
 */
export function socketFilter(program: Attachable<"socket-filter">, options: SocketFilterOptions): Link {
  return attach("socket-filter", program, options, false);
}

/**
 * Attaches a program that selects one of the sockets that share a port by SO_REUSEPORT. Such a group has one program; a
 * second program replaces the first.
 *
 * The attachment ends with the link or the group. After another link of this process has replaced the program through
 * any socket of the group, closing this link leaves that program attached and `update` throws {@link LinkError}
 * (ESTALE). The kernel does not report which program a group has. Therefore `update` with `expected` throws
 * {@link NotSupportedError}, and this package cannot detect that another process has replaced the program.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} for a socket that is not open.
 * @throws {@link AttachError} (EINVAL) for a socket without SO_REUSEPORT.
 * @throws {@link ProgramTypeError}, {@link PermissionError}, {@link ClosedError}.
 *
 * @example
 * ```ts
 * using selector = link.skReuseport(program, { socket: server });
 * ```
 *
 * @since Linux 4.19; 4.5 for a program of type socket-filter
 */
export function skReuseport(program: Attachable<TypesOf<"sk-reuseport">>, options: SkReuseportOptions): Link {
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
