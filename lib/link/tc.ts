import { EOPNOTSUPP } from "../errno.ts";
import { AttachError } from "../errors.ts";
import type { NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { interfaceIndex } from "./target/interface.ts";

export interface TcOptions {
  /** By name (`eth0`) or index, in the network namespace of this process. */
  interface: string | number;
  direction: "ingress" | "egress";
  /** Filters with a lower number run first. Default: one that the kernel chooses. */
  priority?: number;
  /** Tells filters of one priority apart. Default: one that the kernel chooses. */
  handle?: number;
  /** Take the place of the filter with that priority and handle. Default false. */
  replace?: boolean;
}

/**
 * Attaches a program as a filter of tc's clsact, in direct-action mode, as `tc filter add … bpf direct-action` does.
 *
 * The qdisc is made when the interface has none, and removed with the last filter of this process if nobody else uses
 * it. This is no bpf_link: it cannot be pinned, has no id, and stays when the process is killed by SIGKILL. From Linux
 * 6.6 `tcx` has none of these limits.
 *
 * When another program takes the place of this filter, closing the link leaves that program attached, and `update` is
 * refused (ESTALE). `update` with `expected` compares program IDs just before it replaces the program: the kernel does
 * not compare, so a program that another process attaches between the two steps is replaced.
 *
 * @returns A link that the caller closes.
 * @throws NoInterfaceError when there is no such interface.
 * @throws AttachError (EEXIST) when the place is taken, (EOPNOTSUPP) for egress of an interface that has an `ingress`
 * qdisc.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 4.5.
 */
export function tc(program: Attachable, options: TcOptions): Link {
  const attempted = attempt("tc", program, options);
  const { direction, priority, handle, replace = false } = attempted.options;
  const ifindex = interfaceIndex(options.interface);
  const place: Place = {
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
    program.name,
    `cannot attach program "${program.name}" to tc egress of interface "${name}": ${name} has an ingress qdisc, which has no egress`,
    log,
    {
      errno,
      remedy: `Attach with link.tcx (Linux 6.6), which needs no qdisc, or replace the qdisc and its filters: tc qdisc del dev ${name} ingress && tc qdisc add dev ${name} clsact`,
    },
  );
}
