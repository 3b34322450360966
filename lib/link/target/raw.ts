import { InvalidArgumentError } from "../../errors/index.ts";
import { attachTypeNumber } from "../../hooks/index.ts";
import { handleOf } from "../../live/resource.ts";
import type { NativeAttachOptions } from "../../native/link.ts";
import type { AttachableMap } from "../attachable.ts";
import type { CgroupHook } from "../cgroup.ts";
import { withCgroup } from "./cgroup.ts";
import { interfaceIndex } from "./interface.ts";

/** A hook and its target, for {@link rawAttach}. */
export type RawTarget =
  | {
      /** The hook. */
      hook: "tcx-ingress" | "tcx-egress" | "netkit-primary" | "netkit-peer";
      /** The interface, by name or index. */
      interface: string | number;
    }
  | {
      /** The attach type: `cgroup-inet-ingress`. */
      hook: CgroupHook;
      /** The folder of the cgroup, its path below the cgroup2 mount, or a descriptor of it. */
      cgroup: string | number;
    }
  | {
      /** The hook. */
      hook: "sk-msg-verdict" | `sk-skb-${"stream-parser" | "stream-verdict" | "verdict"}`;
      /** The sockmap or sockhash. */
      map: AttachableMap;
    }
  | {
      /** The hook, in the network namespace of this process. */
      hook: "flow-dissector";
    };

/** Calls `use` with the descriptor or index by which the kernel finds the hook. */
export function withTarget<T>(
  target: RawTarget,
  use: (place: Pick<NativeAttachOptions, "attachType" | "target" | "targetMap">) => T,
): T {
  const {
    hook,
    interface: device,
    cgroup,
    map,
  } = target as Partial<Record<string, never>> & { hook: string };
  const attachType = attachTypeNumber(target.hook);
  if (/^(tcx|netkit)-/.test(hook) && device !== undefined)
    return use({ attachType, target: interfaceIndex(device) });
  if (/^(lsm-)?cgroup\b/.test(hook) && cgroup !== undefined)
    return withCgroup(cgroup, (fd) => use({ attachType, target: fd }));
  if (/^sk-(msg|skb)-/.test(hook) && map !== undefined)
    return use({ attachType, targetMap: (map as AttachableMap)[handleOf] });
  // The kernel refuses any target.
  if (hook === "flow-dissector") return use({ attachType, target: 0 });
  throw new InvalidArgumentError(`hook "${hook}" has no such target`, {
    remedy:
      "Pass an interface for tcx and netkit hooks, a cgroup for cgroup hooks, a map for sk_msg and sk_skb hooks",
  });
}
