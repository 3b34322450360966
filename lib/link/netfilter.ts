import { EBUSY, ERANGE } from "../errno.ts";
import { AttachError } from "../errors.ts";
import { attachTypeNumber } from "../hooks/index.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

export interface NetfilterOptions {
  family: "ipv4" | "ipv6";
  hook: NetfilterHook;
  /** Lower runs first. No two BPF programs have the same at one hook. Default -128, after connection tracking began. */
  priority?: number;
  /** Put the fragments of a packet together first. Default false. Linux 6.6. */
  defragment?: boolean;
}

export type NetfilterHook = "prerouting" | "input" | "forward" | "output" | "postrouting";

const hookNumbers: Record<NetfilterHook, number> = {
  prerouting: 0,
  input: 1,
  forward: 2,
  output: 3,
  postrouting: 4,
};
const families = { ipv4: 2, ipv6: 10 } as const;
const BPF_F_NETFILTER_IP_DEFRAG = 1;

/**
 * Attaches a program to a netfilter hook of this process' network namespace.
 *
 * @returns A link that the caller closes.
 * @throws AttachError (EBUSY) when another program has the priority.
 * @throws ProgramTypeError, NotSupportedError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 6.4.
 */
export function netfilter(program: Attachable, options: NetfilterOptions): Link {
  const attempted = attempt("netfilter", program, options);
  const { family, hook, priority = -128, defragment = false } = attempted.options;
  const where = `netfilter ${family} ${hook}`;
  const place: Place = {
    where,
    explain: ({ errno, log }) => {
      const details = { errno, remedy: "Choose another priority" };
      const reason =
        errno === EBUSY
          ? `another BPF program has priority ${priority} at ${where}`
          : `the kernel keeps priority ${priority} for itself`;
      return errno === EBUSY || errno === ERANGE
        ? new AttachError(program.name, reason, log, details)
        : undefined;
    },
  };
  return attached(attempted, place, () =>
    native().linkCreate(attempted.handle, {
      attachType: attachTypeNumber("netfilter"),
      family: families[family],
      hook: hookNumbers[hook],
      priority,
      netfilterFlags: defragment ? BPF_F_NETFILTER_IP_DEFRAG : 0,
    }),
  );
}
