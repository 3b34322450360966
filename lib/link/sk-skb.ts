import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachSockmap, type SockmapOptions } from "./sockmap.ts";

export interface SkSkbOptions extends SockmapOptions {
  /**
   * - `stream-parser`: says where messages end.
   * - `stream-verdict`: decides what becomes of messages of a stream.
   * - `verdict`: the same without a parser, for datagrams too. Linux 5.13.
   *
   * Default: what the SEC name says.
   */
  hook?: "stream-parser" | "stream-verdict" | "verdict";
}

/**
 * Attaches a program to what is received on the sockets in a map.
 *
 * Before Linux 6.10 the attachment is no bpf_link, and ends with the map at the latest.
 *
 * @returns A link that the caller closes.
 * @throws InvalidArgumentError when the map is none of sockets.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 4.14.
 */
export function skSkb(program: Attachable, options: SkSkbOptions): Link {
  const loadedFor = program.attachType?.replace(/^sk-skb-/, "") as SkSkbOptions["hook"];
  const hook = options.hook ?? loadedFor ?? "stream-verdict";
  return attachSockmap(program, "sk-skb", `sk-skb-${hook}`, options, hook === "verdict" ? "5.13" : "4.14");
}
