import { EACCES, ENXIO } from "../errors/errno.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { attachTypeNumber } from "../hooks/index.ts";
import { native } from "../native/addon.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { interfaceIndex } from "./target/interface.ts";

/** Options of {@link netkit}. */
export interface NetkitOptions extends OrderOptions {
  /** The name or index of the primary device of the pair, in the network namespace of this process. */
  interface: string | number;
  /** The device whose outgoing packets the program sees. Required unless the SEC name contains it. */
  end?: "primary" | "peer";
}

/** The options require `end` if the compiler knows that the SEC name does not contain it. */
type Ended<P extends Attachable> = string extends P["type"]
  ? NetkitOptions
  : string extends P["section"]
    ? NetkitOptions & { end: "primary" | "peer" }
    : P["section"] extends `${string}/${"primary" | "peer"}`
      ? NetkitOptions
      : NetkitOptions & { end: "primary" | "peer" };

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
export function netkit<P extends Attachable<"sched-cls">>(program: P, options: Ended<P>): Link {
  const attempted = attempt<NetkitOptions>("netkit", program, options);
  const end = attempted.options.end ?? endOf(program);
  const target = interfaceIndex(options.interface);
  const place: AttachPlace = {
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

function endOf(program: Attachable): "primary" | "peer" {
  if (program.attachType === "netkit-primary") return "primary";
  if (program.attachType === "netkit-peer") return "peer";
  throw new InvalidArgumentError(
    `end of link.netkit is missing: the section of program "${program.name}" does not give it`,
    { remedy: 'Pass end: "primary" or "peer"' },
  );
}
