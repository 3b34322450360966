import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachNetns, type NetnsOptions } from "./netns.ts";

export type SkLookupOptions = NetnsOptions;

/**
 * Attaches a program that chooses the socket for incoming connections and datagrams of a network namespace.
 *
 * @returns A link that the caller closes.
 * @throws InvalidArgumentError when there is no such namespace.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 5.9.
 */
export function skLookup(program: Attachable, options: SkLookupOptions = {}): Link {
  return attachNetns(program, "sk-lookup", options, "5.9");
}
