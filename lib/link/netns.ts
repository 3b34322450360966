import { E2BIG, EINVAL } from "../errno.ts";
import { AttachError, InvalidArgumentError } from "../errors.ts";
import { attachTypeNumber, hook } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { native } from "../native.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { withNetns } from "./target/netns.ts";

export interface NetnsOptions {
  /**
   * The network namespace: a file such as `/run/netns/NAME`, the ID of a process in it, or `self` for that of this
   * process. Default `self`; `attach` of a program or a collection has no default and asks for it.
   */
  netns?: string | number;
}

export type SkLookupOptions = NetnsOptions;
export type FlowDissectorOptions = NetnsOptions;

/**
 * Attaches a program that chooses the socket for incoming connections and datagrams of a network namespace.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when there is no such namespace.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * Linux 5.9.
 */
export function skLookup(program: Attachable, options: SkLookupOptions = {}): Link {
  return attach("sk-lookup", program, options);
}

/**
 * Attaches a program that reads addresses and ports out of the packets of a network namespace, in place of the
 * kernel's own dissector. A namespace has one.
 *
 * @returns A link that the caller closes.
 * @throws {@link AttachError} (E2BIG) when there is one already; that of the first namespace goes before all others.
 * @throws {@link InvalidArgumentError} when there is no such namespace.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * Linux 5.8.
 */
export function flowDissector(program: Attachable, options: FlowDissectorOptions = {}): Link {
  return attach("flow-dissector", program, options);
}

function attach(name: "sk-lookup" | "flow-dissector", program: Attachable, given: NetnsOptions): Link {
  const attempted = attempt(name, program, given);
  const { netns = "self" } = attempted.options;
  const where = netns === "self" ? "this network namespace" : `network namespace ${netns}`;
  const place: Place = {
    where: `"${name}" of ${where}`,
    explain: ({ errno, log }) => {
      // How the kernel says that there is room for one.
      if (errno === E2BIG)
        return new AttachError(program.name, `${where} has a program at "${name}", and can have one`, log, {
          errno,
        });
      if (errno === EINVAL && netns !== "self" && kernelAtLeast(hook(name).since))
        return new InvalidArgumentError(`"${netns}" is not a network namespace`);
      return undefined;
    },
  };
  return attached(attempted, place, () =>
    withNetns(netns, (target) =>
      native().linkCreate(attempted.handle, { attachType: attachTypeNumber(name), target }),
    ),
  );
}
