import { InvalidArgumentError } from "../errors.ts";
import { attachTypeNumber } from "../hooks/index.ts";
import { native } from "../native.ts";
import { attached, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { interfaceIndex } from "./target/interface.ts";

export interface TcxOptions extends OrderOptions {
  /** By name (`eth0`) or index, in the network namespace of this process. */
  interface: string | number;
  /** Default: what the SEC name says. */
  direction?: "ingress" | "egress";
}

/**
 * Attaches a traffic control program to an interface, among others and in a chosen order.
 *
 * @returns A link that the caller closes.
 * @throws NoInterfaceError when there is no such interface.
 * @throws NotSupportedError before Linux 6.6: `tc` works there.
 * @throws AttachError (ESTALE) when the revision has changed, (ENOENT) when the anchor is not there.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 6.6.
 */
export function tcx(program: Attachable, options: TcxOptions): Link {
  const attempted = attempt("tcx", program, options);
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
    `direction of link.tcx is missing: the section of program "${program.name}" does not say it`,
    "Give a direction",
  );
}
