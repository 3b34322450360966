import { InvalidArgumentError } from "../errors/index.ts";
import { attachTypeNumber } from "../hooks/index.ts";
import { native } from "../native/addon.ts";
import { attached, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { interfaceIndex } from "./target/interface.ts";

/** Options of {@link tcx}. */
export interface TcxOptions extends OrderOptions {
  /** The name (`eth0`) or index of an interface in the network namespace of this process. */
  interface: string | number;
  /**
   * The packets that the program sees: received (`ingress`) or sent (`egress`). Required unless the SEC name contains
   * it.
   */
  direction?: "ingress" | "egress";
}

/** The options require `direction` if the compiler knows that the SEC name does not contain it. */
type Directed<P extends Attachable> = string extends P["type"]
  ? TcxOptions
  : string extends P["section"]
    ? TcxOptions & { direction: "ingress" | "egress" }
    : P["section"] extends `${string}/${"ingress" | "egress"}`
      ? TcxOptions
      : TcxOptions & { direction: "ingress" | "egress" };

/**
 * Attaches a traffic control program to an interface. An interface runs several programs in an order that the options
 * select.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoInterfaceError} when the interface does not exist.
 * @throws {@link NotSupportedError} before Linux 6.6. Use {@link tc} there.
 * @throws {@link AttachError} (ESTALE) when the revision has changed, (ENOENT) when the anchor is not attached.
 * @throws {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN),
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * using filter = link.tcx(program, { interface: "eth0", direction: "ingress", before: "all" });
 * ```
 *
 * @since Linux 6.6
 */
export function tcx<P extends Attachable<"sched-cls">>(program: P, options: Directed<P>): Link {
  const attempted = attempt<TcxOptions>("tcx", program, options);
  const direction = attempted.options.direction ?? directionOf(program);
  const target = interfaceIndex(options.interface);
  const place = { where: `tcx ${direction} of interface "${options.interface}"` };
  return attached(attempted, place, () =>
    native().linkCreate(attempted.handle, {
      attachType: attachTypeNumber(`tcx-${direction}`),
      target,
      ...orderOf(attempted.options),
    }),
  );
}

function directionOf(program: Attachable): "ingress" | "egress" {
  if (program.attachType === "tcx-ingress") return "ingress";
  if (program.attachType === "tcx-egress") return "egress";
  throw new InvalidArgumentError(
    `direction of link.tcx is missing: the section of program "${program.name}" does not give it`,
    { remedy: 'Pass direction: "ingress" or "egress"' },
  );
}
