import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachNetns, type NetnsOptions } from "./netns.ts";

export type FlowDissectorOptions = NetnsOptions;

/**
 * Attaches a program that reads addresses and ports out of the packets of a network namespace, in place of the
 * kernel's own dissector. A namespace has one.
 *
 * @returns A link that the caller closes.
 * @throws AttachError (E2BIG) when there is one already; that of the first namespace goes before all others.
 * @throws InvalidArgumentError when there is no such namespace.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 5.8.
 */
export function flowDissector(program: Attachable, options: FlowDissectorOptions = {}): Link {
  return attachNetns(program, "flow-dissector", options, "5.8");
}
