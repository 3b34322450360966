import { EEXIST, ENOENT, EOPNOTSUPP } from "../errno.ts";
import { AttachError, InvalidArgumentError, LinkError, NotSupportedError } from "../errors.ts";
import { isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf, kindOf } from "../resource.ts";
import type { AttachableMap } from "./attachable.ts";
import { Link } from "./link.ts";

/** Functions of BPF that are registered with the kernel: a TCP congestion control, a scheduler. */
export class StructOpsLink extends Link {
  /**
   * Registers the functions of another map in place of these, without a gap.
   *
   * @param next - Of the same kind, in SEC(".struct_ops.link").
   * @throws NotSupportedError before Linux 6.4, or for a map in SEC(".struct_ops").
   * @throws LinkError when the kernel refuses.
   */
  updateMap(next: AttachableMap): void {
    let status: number;
    try {
      status = native().structOpsUpdate(this[handleOf], next[handleOf]);
    } catch (error) {
      if (!isNativeError(error)) throw error;
      status = -error.errno;
    }
    if (status === 0) return;
    const message = `cannot register "${next.name}" in place of another`;
    const options = { operation: "update", errno: -status };
    if (-status === EOPNOTSUPP)
      throw new NotSupportedError(message, {
        ...options,
        remedy: 'Both are to be in SEC(".struct_ops.link")',
      });
    throw new LinkError(message, options);
  }
}

/**
 * Registers a struct of functions with the kernel.
 *
 * A map in SEC(".struct_ops.link") (Linux 6.4) makes a bpf_link. One in SEC(".struct_ops") does not: it is registered
 * until this is closed, and stays when the process is killed.
 *
 * @param map - A struct_ops map of a loaded object.
 * @returns A link that the caller closes.
 * @throws AttachError (EEXIST) when something of that name is registered.
 * @throws InvalidArgumentError for a map of another type, NotSupportedError for one that came from a pin or an id.
 *
 * Linux 5.6.
 */
export function structOps(map: AttachableMap): StructOpsLink {
  if (kindOf(map) !== "map")
    throw new InvalidArgumentError("map of link.structOps: expected a Map of this package");
  const handle = map[handleOf];
  const { type } = native().mapInfo(handle);
  if (type !== BPF_MAP_TYPE_STRUCT_OPS)
    throw new InvalidArgumentError(`map "${map.name}" is no struct_ops map`, 'See SEC(".struct_ops.link")');
  try {
    return new StructOpsLink(native().attachStructOps(handle), map.name, "struct-ops");
  } catch (error) {
    if (!isNativeError(error)) throw error;
    const { errno, log } = error;
    const message = `cannot register struct_ops "${map.name}"`;
    const options = { operation: "attach", errno, cause: error };
    if (errno === EOPNOTSUPP)
      throw new NotSupportedError(message, {
        ...options,
        remedy: "It is registered by the process that loaded its object",
      });
    if (errno === EEXIST)
      throw new AttachError(map.name, `${message}: something of that name is registered`, log, options);
    if (errno === ENOENT)
      throw new AttachError(map.name, `${message}: it was unregistered before`, log, options);
    throw new AttachError(map.name, message, log, options);
  }
}

const BPF_MAP_TYPE_STRUCT_OPS = 26;
