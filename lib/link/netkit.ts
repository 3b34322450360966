import { EACCES, ENXIO } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import { attachTypeNumber } from "../hooks/index.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { interfaceIndex } from "./target/interface.ts";

/** Options of {@link netkit}. */
export interface NetkitOptions extends OrderOptions {
  /** The name or index of the primary device of the pair, in the network namespace of this process. */
  interface: string | number;
  /** The device whose outgoing packets the program sees. Default: according to the SEC name, else `primary`. */
  end?: "primary" | "peer";
}

/**
 * Attaches a program to a netkit device. A device runs several programs in an order that the options select. Programs
 * of both ends of the pair are attached through the primary device.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoInterfaceError} when the interface does not exist.
 * @throws {@link NotSupportedError} when the kernel does not support netkit.
 * @throws {@link InvalidArgumentError} when the interface is not the primary device of a netkit pair.
 * @throws {@link AttachError} (ESTALE) when the revision has changed, (ENOENT) when the anchor is not attached.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using filter = link.netkit(program, { interface: "nk0", end: "peer" });
 * ```
 *
 * @since Linux 6.7
 */
export function netkit(program: Attachable, options: NetkitOptions): Link {
  const attempted = attempt("netkit", program, options);
  const end = attempted.options.end ?? (program.attachType === "netkit-peer" ? "peer" : "primary");
  const target = interfaceIndex(options.interface);
  const place: Place = {
    where: `netkit ${end} of interface "${options.interface}"`,
    explain: ({ errno }) =>
      // ENXIO: not a netkit device. EACCES: the peer of a pair.
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
