import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attached } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { noSocket, type SocketLike, socketDescriptor } from "./target/socket.ts";

export interface SkReuseportOptions {
  /** Any socket of the group, open and with SO_REUSEPORT set, or its descriptor. The link does not keep it open. */
  socket: SocketLike;
}

/**
 * Attaches a program that chooses among the sockets that share a port. A group has one; a second takes its place.
 *
 * It ends with the link, or with the group. Once another link of this process has taken its place, by any socket of the
 * group, closing the link leaves that program, and `update` is refused (ESTALE). The kernel does not tell which program a
 * group has: `update` with `expected` throws NotSupportedError, and a program that another process put in the place is
 * taken for that of the link.
 *
 * @returns A link that the caller closes.
 * @throws InvalidArgumentError for a socket that is not open.
 * @throws AttachError (EINVAL) for a socket without SO_REUSEPORT.
 * @throws ProgramTypeError, PermissionError, ClosedError.
 *
 * Linux 4.19; with a socket filter program 4.5.
 */
export function skReuseport(program: Attachable, options: SkReuseportOptions): Link {
  const handle = program[handleOf];
  const socket = socketDescriptor(options.socket);
  const hook = {
    where: "the group of a socket",
    types: ["sk-reuseport", "socket-filter"],
    since: "4.19",
    capability: "net_admin",
    nature: "socket",
    explain: ({ errno }: { errno: number }) => noSocket(socket, errno),
  } as const;
  return attached(program, hook, () => native().attachSocket(handle, { socket, reuseport: true }));
}
