import { EACCES, ENXIO } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import { attachTypeNumber } from "../hooks/index.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { interfaceIndex } from "./target/interface.ts";

export interface NetkitOptions extends OrderOptions {
  /** The primary device of the pair, by name or index, in the network namespace of this process. */
  interface: string | number;
  /** Whose packets: those that the primary sends, or those of its peer. Default: what the SEC name says. */
  end?: "primary" | "peer";
}

/**
 * Attaches a program to a netkit device, among others and in a chosen order. A program of either end is attached
 * through the primary.
 *
 * @returns A link that the caller closes.
 * @throws NoInterfaceError when there is no such interface.
 * @throws NotSupportedError when the kernel has no netkit.
 * @throws InvalidArgumentError when the interface is no netkit primary.
 * @throws AttachError (ESTALE) when the revision has changed, (ENOENT) when the anchor is not there.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 6.7.
 */
export function netkit(program: Attachable, options: NetkitOptions): Link {
  const attempted = attempt("netkit", program, options);
  const end = attempted.options.end ?? (program.attachType === "netkit-peer" ? "peer" : "primary");
  const target = interfaceIndex(options.interface);
  const place: Place = {
    where: `netkit ${end} of interface "${options.interface}"`,
    explain: ({ errno }) =>
      // Not a netkit device at all, or the peer of a pair.
      errno === ENXIO || errno === EACCES
        ? new InvalidArgumentError(`interface "${options.interface}" is not the primary of a netkit pair`)
        : undefined,
  };
  return attached(attempted, place, () =>
    native().linkCreate(attempted.handle, {
      attachType: attachTypeNumber(`netkit-${end}`),
      target,
      ...orderOf(attempted.options),
    }),
  );
}
