import { EBADF, EEXIST, ENOENT, EOPNOTSUPP } from "../errors/errno.ts";
import { AttachError, InvalidArgumentError, LinkError, NotSupportedError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import type { AttachableMap } from "./attachable.ts";
import { Link } from "./link.ts";
import { checkKind } from "./options.ts";

/**
 * A registered struct_ops map: BPF functions that the kernel calls, such as a TCP congestion control or a scheduler.
 */
export class StructOpsLink extends Link {
  /**
   * Replaces the registered functions with those of another map. No call is lost.
   *
   * @param next - A struct_ops map of the same type in SEC(".struct_ops.link").
   * @throws {@link NotSupportedError} before Linux 6.4, for a map in SEC(".struct_ops"), or for a map from a pin or an
   * ID.
   * @throws {@link LinkError} when the kernel rejects the replacement.
   * @throws {@link InvalidArgumentError}, {@link ClosedError}.
   *
   * @since Linux 6.4
   */
  updateMap(next: AttachableMap): void {
    const handle = mapHandle(next, "next map of StructOpsLink.updateMap");
    let status: number;
    try {
      status = native().structOpsUpdate(this[handleOf], handle);
    } catch (error) {
      if (!isNativeError(error)) throw error;
      status = -error.errno;
    }
    if (status === 0) return;
    const message = `cannot update the link to struct_ops map "${next.name}"`;
    const options = { operation: "update", errno: -status };
    if (-status === EBADF) throw new NotSupportedError(message, { ...options, remedy: ofThisProcess });
    if (-status === EOPNOTSUPP)
      throw new NotSupportedError(message, {
        ...options,
        remedy: 'Both maps must be in SEC(".struct_ops.link")',
      });
    throw new LinkError(message, options);
  }
}

function mapHandle(map: AttachableMap, subject: string): Handle {
  return (checkKind("map", map, subject) as AttachableMap)[handleOf];
}

/**
 * Registers a struct of BPF functions with the kernel.
 *
 * A map in SEC(".struct_ops.link") creates a bpf_link (Linux 6.4). A map in SEC(".struct_ops") creates none: it is
 * registered until the returned link is closed, and it remains registered if the process is killed.
 *
 * @param map - A struct_ops map of a loaded object.
 * @returns A link that the caller closes.
 * @throws {@link AttachError} (EEXIST) when a struct of that name is already registered.
 * @throws {@link InvalidArgumentError} for a map of another type.
 * @throws {@link NotSupportedError} for a map from a pin or an ID, or when the kernel does not register the type.
 * @throws {@link ClosedError}.
 *
 * @example
 * ```ts
 * using scheduler = link.structOps(coll.maps.congestion_control);
 * ```
 *
 * @since Linux 5.6
 */
export function structOps(map: AttachableMap): StructOpsLink {
  const handle = mapHandle(map, "map of link.structOps");
  const { type } = native().mapInfo(handle);
  if (type !== BPF_MAP_TYPE_STRUCT_OPS)
    throw new InvalidArgumentError(`map "${map.name}" is not a struct_ops map`, {
      remedy: 'See SEC(".struct_ops.link")',
    });
  try {
    return new StructOpsLink(native().attachStructOps(handle), map.name, "struct-ops");
  } catch (error) {
    if (!isNativeError(error)) throw error;
    const { errno, log } = error;
    const message = `cannot register struct_ops "${map.name}"`;
    const options = { operation: "attach", errno, cause: error };
    if (errno === EBADF) throw new NotSupportedError(message, { ...options, remedy: ofThisProcess });
    // bpf_dummy_ops, which the kernel has for test runs only, returns EOPNOTSUPP.
    if (errno === EOPNOTSUPP)
      throw new NotSupportedError(`${message}: the kernel does not register structs of this type`, {
        ...options,
        remedy: "Its functions can be test-run: program.testRun()",
      });
    if (errno === EEXIST)
      throw new AttachError(`${message}: a struct of that name is already registered`, {
        program: map.name,
        log,
        ...options,
      });
    if (errno === ENOENT)
      throw new AttachError(`${message}: it was already unregistered`, {
        program: map.name,
        log,
        ...options,
      });
    throw new AttachError(message, { program: map.name, log, ...options });
  }
}

const ofThisProcess = "The map must come from an object that this process loaded";

const BPF_MAP_TYPE_STRUCT_OPS = 26;
