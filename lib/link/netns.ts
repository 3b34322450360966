import { E2BIG, EINVAL } from "../errors/errno.ts";
import { AttachError, InvalidArgumentError } from "../errors/index.ts";
import { attachTypeNumber, hook } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { native } from "../native/addon.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { withNetns } from "./target/netns.ts";

/** Options of {@link skLookup} and {@link flowDissector}. */
export interface NetnsOptions {
  /**
   * The network namespace: a file such as `/run/netns/NAME`, the ID of a process in the namespace, or `self` for the
   * namespace of this process. Default `self`. `attach` of a program or a collection has no default and requires it.
   */
  netns?: string | number;
}

/** Options of {@link skLookup}. */
export type SkLookupOptions = NetnsOptions;
/** Options of {@link flowDissector}. */
export type FlowDissectorOptions = NetnsOptions;

/**
 * Attaches a program that chooses the socket for incoming connections and datagrams of a network namespace.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when the namespace does not exist.
 * @throws {@link AttachError}, {@link ProgramTypeError}, {@link NotSupportedError}, {@link PermissionError}
 * (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using lookup = link.skLookup(program, { netns: "/run/netns/web" });
 * ```
 *
 * @since Linux 5.9
 */
export function skLookup(program: Attachable<"sk-lookup">, options: SkLookupOptions = {}): Link {
  return attach("sk-lookup", program, options);
}

/**
 * Attaches a program that extracts addresses and ports from the packets of a network namespace. It replaces the flow
 * dissector of the kernel. A namespace has at most one, and a program of the initial namespace takes precedence.
 *
 * @returns A link that the caller closes.
 * @throws {@link AttachError} (E2BIG) when the namespace already has a program; (EEXIST) when the initial namespace has
 * one, or `netns` is the initial namespace and another namespace has one.
 * @throws {@link InvalidArgumentError} when the namespace does not exist.
 * @throws {@link ProgramTypeError}, {@link NotSupportedError}, {@link PermissionError} (CAP_NET_ADMIN),
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * using dissector = link.flowDissector(program, { netns: "self" });
 * ```
 *
 * @since Linux 5.8
 */
export function flowDissector(
  program: Attachable<"flow-dissector">,
  options: FlowDissectorOptions = {},
): Link {
  return attach("flow-dissector", program, options);
}

function attach(name: "sk-lookup" | "flow-dissector", program: Attachable, given: NetnsOptions): Link {
  const attempted = attempt(name, program, given);
  const { netns = "self" } = attempted.options;
  const where = netns === "self" ? "this network namespace" : `network namespace ${netns}`;
  const place: AttachPlace = {
    where: `"${name}" of ${where}`,
    explain: ({ errno, log }) => {
      // The kernel returns E2BIG when the namespace already has a program.
      if (errno === E2BIG)
        return new AttachError(`${where} already has a program at "${name}" and can have only one`, {
          program: program.name,
          log,
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
