import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attached } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { noSocket, type SocketLike, socketDescriptor } from "./target/socket.ts";

export interface SocketFilterOptions {
  /** A socket of Node that is open, or a descriptor. The link does not keep it open. */
  socket: SocketLike;
}

/**
 * Attaches a program to a socket, to cut or drop what it receives. A socket has one; a second takes its place.
 *
 * It ends with the link, or with the socket. Once another link of this process or a classic filter has taken its place,
 * closing the link leaves that filter, and `update` is refused (ESTALE). The kernel does not tell which BPF program a
 * socket has: `update` with `expected` throws NotSupportedError, and a BPF filter that another process put in the
 * place is taken for that of the link.
 *
 * @returns A link that the caller closes.
 * @throws InvalidArgumentError for a socket that is not open.
 * @throws ProgramTypeError, PermissionError, ClosedError.
 *
 * Linux 3.19.
 */
export function socketFilter(program: Attachable, options: SocketFilterOptions): Link {
  const handle = program[handleOf];
  const socket = socketDescriptor(options.socket);
  const hook = {
    where: "a socket",
    types: ["socket-filter"],
    since: "3.19",
    capability: "net_admin",
    nature: "socket",
    explain: ({ errno }: { errno: number }) => noSocket(socket, errno),
  } as const;
  return attached(program, hook, () => native().attachSocket(handle, { socket, reuseport: false }));
}
