import { EBUSY, ERANGE } from "../errno.ts";
import { AttachError } from "../errors.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attachTypeNumber } from "../spec/index.ts";
import { attached } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { choice } from "./choice.ts";
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

const hooks: Record<NetfilterHook, number> = {
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
  const handle = program[handleOf];
  const { family, hook: place, priority = -128, defragment = false } = options;
  const where = `netfilter ${family} ${place}`;
  const hook = {
    where,
    types: ["netfilter"],
    since: defragment ? "6.6" : "6.4",
    config: "CONFIG_NETFILTER_BPF_LINK",
    capability: "net_admin",
    explain: ({ errno, log }: { errno: number; log: string }) => {
      const options = { errno, remedy: "Choose another priority" };
      if (errno === EBUSY)
        return new AttachError(
          program.name,
          `another BPF program has priority ${priority} at ${where}`,
          log,
          options,
        );
      if (errno === ERANGE)
        return new AttachError(
          program.name,
          `the kernel keeps priority ${priority} for itself`,
          log,
          options,
        );
      return undefined;
    },
  } as const;
  return attached(program, hook, () =>
    native().linkCreate(handle, {
      attachType: attachTypeNumber("netfilter"),
      family: choice(families, family, "protocol family"),
      hook: choice(hooks, place, "netfilter hook"),
      priority,
      netfilterFlags: defragment ? BPF_F_NETFILTER_IP_DEFRAG : 0,
    }),
  );
}
