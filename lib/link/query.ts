import { checkBoolean, checkName, optional, optionsOf, type Schema } from "../arguments/index.ts";
import { EACCES, EPERM } from "../errno.ts";
import { InvalidArgumentError, LinkError, PermissionError } from "../errors.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attachTypeNumber } from "../spec/index.ts";
import type { AttachableMap } from "./attachable.ts";
import type { CgroupHook } from "./cgroup.ts";
import { required, scalars } from "./options.ts";
import { withCgroup } from "./target/cgroup.ts";
import { interfaceIndex } from "./target/interface.ts";
import { withNetns } from "./target/netns.ts";
import type { XdpMode } from "./xdp.ts";

/** A hook, and where. */
export type QueryTarget =
  | {
      hook: "xdp" | "tcx-ingress" | "tcx-egress" | "netkit-primary" | "netkit-peer";
      interface: string | number;
    }
  /** The filters of tc's clsact. */
  | { hook: "tc-ingress" | "tc-egress"; interface: string | number }
  | {
      hook: CgroupHook;
      cgroup: string | number;
      /** Also those of the cgroups above, in the order in which they run. Default false. */
      effective?: boolean;
    }
  | { hook: "sk-lookup" | "flow-dissector"; netns?: string | number }
  /** Linux 5.18. */
  | {
      hook: "sk-msg-verdict" | `sk-skb-${"stream-parser" | "stream-verdict" | "verdict"}`;
      map: AttachableMap;
    };

export interface AttachedProgram {
  programId: number;
  /** Undefined for one that was attached without a bpf_link, and where the kernel does not tell (before 6.6). */
  linkId: number | undefined;
  /** Of filters of tc. */
  priority?: number;
  /** Of filters of tc. */
  handle?: number;
  /** Of XDP programs. */
  mode?: Exclude<XdpMode, "auto">;
}

export interface QueryResult {
  /** In the order in which they run. */
  programs: AttachedProgram[];
  /** Changes with every change at the hook; for the `revision` of tcx, netkit and cgroup links. 0 where there is none. */
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
 * Asks the kernel which programs are attached at a hook, by whomever.
 *
 * @throws NoInterfaceError or InvalidArgumentError when what is asked about does not exist.
 * @throws LinkError (EINVAL) when this kernel does not have the hook.
 * @throws PermissionError without CAP_NET_ADMIN.
 */
export function query(target: QueryTarget): QueryResult {
  const checked = checkTarget(target, "link.query") as QueryTarget;
  try {
    return ask(checked);
  } catch (error) {
    if (!isNativeError(error)) throw error;
    const { errno } = error;
    const message = `cannot ask what is attached to "${target.hook}"`;
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
        return programs({ target: ifindex, attachType: attachTypeNumber(target.hook) });
    }
  }
  const attachType = attachTypeNumber(target.hook);
  if ("cgroup" in target) {
    const flags = target.effective ? BPF_F_QUERY_EFFECTIVE : 0;
    return withCgroup(target.cgroup, (fd) => programs({ target: fd, attachType, flags }));
  }
  if ("map" in target) return programs({ targetMap: target.map[handleOf], attachType });
  if (target.hook === "sk-lookup" || target.hook === "flow-dissector")
    return withNetns(target.netns, (fd) => programs({ target: fd, attachType }));
  throw new InvalidArgumentError(`what is attached to "${(target as QueryTarget).hook}" cannot be asked`);
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
