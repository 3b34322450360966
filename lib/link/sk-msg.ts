import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachSockmap, type SockmapOptions } from "./sockmap.ts";

export type SkMsgOptions = SockmapOptions;

/**
 * Attaches a program to what is sent on the sockets in a map.
 *
 * Before Linux 6.10 the attachment is no bpf_link, and ends with the map at the latest.
 *
 * @returns A link that the caller closes.
 * @throws InvalidArgumentError when the map is none of sockets.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 4.17.
 */
export function skMsg(program: Attachable, options: SkMsgOptions): Link {
  return attachSockmap(program, "sk-msg", "sk-msg-verdict", options, "4.17");
}
