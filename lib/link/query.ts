import { checkBoolean, checkName, optional, optionsOf, type Schema } from "../arguments/index.ts";
import { EACCES, EPERM } from "../errors/errno.ts";
import { LinkError, PermissionError } from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { native } from "../native/addon.ts";
import { isNativeError } from "../native/handle.ts";
import { attachTypeNumber } from "../spec/index.ts";
import type { AttachableMap } from "./attachable.ts";
import type { CgroupHook } from "./cgroup.ts";
import { required, scalars } from "./options.ts";
import { interfaceIndex } from "./target/interface.ts";
import { withNetns } from "./target/netns.ts";
import { type RawTarget, withTarget } from "./target/raw.ts";
import type { XdpMode } from "./xdp.ts";

/** A hook and its target. */
export type QueryTarget =
  | {
      /** The hook. */
      hook: "xdp" | "tcx-ingress" | "tcx-egress" | "netkit-primary" | "netkit-peer";
      /** The interface, by name or index. */
      interface: string | number;
    }
  | {
      /** The BPF filters of tc. */
      hook: "tc-ingress" | "tc-egress";
      /** The interface, by name or index. */
      interface: string | number;
    }
  | {
      /** The attach type: `cgroup-inet-ingress`, `lsm-cgroup`. */
      hook: CgroupHook;
      /** The folder of the cgroup, its path below the cgroup2 mount, or a descriptor of it. */
      cgroup: string | number;
      /** Include the programs of the parent cgroups, in the order in which all run. Default false. */
      effective?: boolean;
    }
  | {
      /** The hook. */
      hook: "sk-lookup" | "flow-dissector";
      /** The network namespace, by path or descriptor. Default: that of this process. */
      netns?: string | number;
    }
  | {
      /**
       * The hook.
       *
       * @since Linux 5.18
       */
      hook: "sk-msg-verdict" | `sk-skb-${"stream-parser" | "stream-verdict" | "verdict"}`;
      /** The sockmap or sockhash. */
      map: AttachableMap;
    };

/** A program that is attached to a hook. */
export interface AttachedProgram {
  /** The ID of the program. */
  programId: number;
  /** The ID of its bpf_link. Undefined if it was attached without one, and before Linux 6.6. */
  linkId: number | undefined;
  /** The priority of a tc filter. Lower values run first. */
  priority?: number;
  /** The handle of a tc filter, which distinguishes filters of one priority. */
  handle?: number;
  /** The mode of an XDP program. */
  mode?: Exclude<XdpMode, "auto">;
}

/** The result of {@link query}. */
export interface QueryResult {
  /** The attached programs in the order in which they run. */
  programs: AttachedProgram[];
  /**
   * A counter that changes with each change of the hook, for the option `revision` of tcx, netkit and cgroup links. 0
   * if the hook has no revision.
   */
  revision: bigint;
}

const checkTarget = optionsOf<object>({
  hook: required(checkName),
  interface: optional(scalars.interface),
  cgroup: optional(scalars.cgroup),
  netns: optional(scalars.netns),
  map: optional(scalars.map),
  effective: optional(checkBoolean),
} as Schema<object>);

const BPF_F_QUERY_EFFECTIVE = 1;

/**
 * Returns the programs that are attached to a hook. They can belong to any process.
 *
 * @throws {@link NoInterfaceError}, {@link InvalidArgumentError} when the target does not exist.
 * @throws {@link LinkError} (EINVAL) when this kernel does not have the hook.
 * @throws {@link PermissionError} without CAP_NET_ADMIN.
 *
 * @example
 * ```ts
 * const { programs, revision } = link.query({ hook: "tcx-ingress", interface: "eth0" });
 * ```
 */
export function query(target: QueryTarget): QueryResult {
  const checked = checkTarget(target, "link.query") as QueryTarget;
  try {
    return ask(checked);
  } catch (error) {
    if (!isNativeError(error)) throw error;
    const { errno } = error;
    const message = `cannot query hook "${target.hook}"`;
    if (errno === EPERM || errno === EACCES)
      throw new PermissionError(message, {
        operation: "query",
        errno,
        remedy: privilegeRemedy(["net_admin"]),
      });
    throw new LinkError(message, { operation: "query", errno, cause: error });
  }
}

function ask(target: QueryTarget): QueryResult {
  if ("interface" in target) {
    const ifindex = interfaceIndex(target.interface);
    switch (target.hook) {
      case "xdp":
        return { programs: xdpPrograms(ifindex), revision: 0n };
      case "tc-ingress":
      case "tc-egress":
        return { programs: filters(ifindex, target.hook === "tc-egress"), revision: 0n };
      default:
        return withTarget(target as RawTarget, programs);
    }
  }
  if (target.hook === "sk-lookup" || target.hook === "flow-dissector")
    return withNetns(target.netns, (fd) =>
      programs({ target: fd, attachType: attachTypeNumber(target.hook) }),
    );
  const flags = "cgroup" in target && target.effective ? BPF_F_QUERY_EFFECTIVE : 0;
  return withTarget(target as RawTarget, (place) => programs({ ...place, flags }));
}

function programs(options: Parameters<ReturnType<typeof native>["programQuery"]>[0]): QueryResult {
  const { programs: found, revision } = native().programQuery(options);
  return {
    programs: found.map(({ programId, linkId }) => ({
      programId,
      linkId: linkId === 0 ? undefined : linkId,
    })),
    revision,
  };
}

function xdpPrograms(ifindex: number): AttachedProgram[] {
  const state = native().xdpState(ifindex);
  const found: AttachedProgram[] = [];
  for (const mode of ["native", "generic", "offload"] as const) {
    if (state[mode] !== 0) found.push({ programId: state[mode], linkId: undefined, mode });
  }
  return found;
}

function filters(ifindex: number, egress: boolean): AttachedProgram[] {
  return native()
    .filters(ifindex, egress)
    .filter(({ programId }) => programId !== 0)
    .map(({ programId, priority, handle }) => ({ programId, linkId: undefined, priority, handle }));
}
