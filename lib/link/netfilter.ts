import { EBUSY, ERANGE } from "../errors/errno.ts";
import { AttachError } from "../errors/index.ts";
import { attachTypeNumber } from "../hooks/index.ts";
import { native } from "../native/addon.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

/** Options of {@link netfilter}. */
export interface NetfilterOptions {
  /** The protocol of the packets. */
  family: "ipv4" | "ipv6";
  /** The netfilter hook. */
  hook: NetfilterHook;
  /**
   * The position among the functions of the hook. Lower values run first, and each BPF program of a hook needs its own
   * value. Default -128, which is after connection tracking (-200).
   */
  priority?: number;
  /** Reassemble fragmented packets before the program runs. Default false. @since Linux 6.6 */
  defragment?: boolean;
}

/** The hooks of netfilter. */
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
 * Attaches a program to a netfilter hook of the network namespace of this process.
 *
 * @returns A link that the caller closes.
 * @throws {@link AttachError} (EBUSY) when another program has the priority, (ERANGE) when the kernel reserves it.
 * @throws {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link NotSupportedError}, {@link PermissionError}
 * (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using filter = link.netfilter(program, { family: "ipv4", hook: "input" });
 * ```
 *
 * @since Linux 6.4
 */
export function netfilter(program: Attachable<"netfilter">, options: NetfilterOptions): Link {
  const attempted = attempt("netfilter", program, options);
  const { family, hook, priority = -128, defragment = false } = attempted.options;
  const where = `netfilter ${family} ${hook}`;
  const place: AttachPlace = {
    where,
    explain: ({ errno, log }) => {
      const details = { errno, remedy: "Choose another priority" };
      const reason =
        errno === EBUSY
          ? `another BPF program has priority ${priority} at ${where}`
          : `the kernel reserves priority ${priority} of ${where}`;
      return errno === EBUSY || errno === ERANGE
        ? new AttachError(reason, { program: program.name, log, ...details })
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
