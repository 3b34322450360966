import { cannotAttach } from "../errors/cannot-attach.ts";
import { EOPNOTSUPP } from "../errors/errno.ts";
import { AttachError } from "../errors/index.ts";
import { native } from "../native/addon.ts";
import type { NativeError } from "../native/handle.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable, TypesOf } from "./attachable.ts";
import type { Link } from "./link.ts";
import { interfaceIndex } from "./target/interface.ts";

/** Options of {@link tc}. */
export interface TcOptions {
  /** The name (`eth0`) or index of an interface in the network namespace of this process. */
  interface: string | number;
  /** The packets that the program sees: received (`ingress`) or sent (`egress`). */
  direction: "ingress" | "egress";
  /** The priority of the filter. Lower values run first. Default: the kernel chooses. */
  priority?: number;
  /** A number that distinguishes filters of one priority. Default: the kernel chooses. */
  handle?: number;
  /** Replace the filter that has the priority and the handle. Default false. */
  replace?: boolean;
}

/**
 * Attaches a program as a filter of the tc qdisc clsact in direct-action mode, like `tc filter add … bpf
 * direct-action`.
 *
 * If the interface has no clsact qdisc, one is created. It is removed with the last filter of this process unless other
 * filters use it. The attachment is not a bpf_link: it cannot be pinned, has no ID, and remains if SIGKILL ends the
 * process. From Linux 6.6 {@link tcx} avoids these limits.
 *
 * After another program has replaced the filter, closing the link leaves that program attached and `update` throws
 * {@link LinkError} (ESTALE). `update` with `expected` compares program IDs just before it replaces the program. The
 * kernel does not compare them, so a program that another process attaches between the two steps is also replaced.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoInterfaceError} when the interface does not exist.
 * @throws {@link AttachError} (EEXIST) when a filter has the priority and handle, (EOPNOTSUPP) for egress of an
 * interface that has an `ingress` qdisc.
 * @throws {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN),
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * using filter = link.tc(program, { interface: "eth0", direction: "egress" });
 * ```
 *
 * @since Linux 4.5
 */
export function tc(program: Attachable<TypesOf<"tc">>, options: TcOptions): Link {
  const attempted = attempt("tc", program, options);
  const { direction, priority, handle, replace = false } = attempted.options;
  const ifindex = interfaceIndex(options.interface);
  const place: AttachPlace = {
    where: `tc ${direction} of interface "${options.interface}"`,
    explain: (error) => explain(program, options, ifindex, error),
  };
  return attached(attempted, place, () =>
    native().attachFilter(attempted.handle, {
      ifindex,
      egress: direction === "egress",
      replace,
      ...(priority !== undefined && { priority }),
      ...(handle !== undefined && { handle }),
    }),
  );
}

function explain(
  program: Attachable,
  options: TcOptions,
  ifindex: number,
  { errno, log }: NativeError,
): AttachError | undefined {
  if (errno !== EOPNOTSUPP || options.direction !== "egress") return undefined;
  if (native().ingressQdisc(ifindex) !== "ingress") return undefined;
  const name = options.interface;
  return new AttachError(
    `${cannotAttach(program.name)} to tc egress of interface "${name}": ${name} has an ingress qdisc, which does not support egress`,
    {
      program: program.name,
      log,
      errno,
      remedy: `Attach with link.tcx (Linux 6.6), which needs no qdisc, or replace the qdisc and its filters: tc qdisc del dev ${name} ingress && tc qdisc add dev ${name} clsact`,
    },
  );
}
