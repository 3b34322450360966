import { EBADF, EEXIST, ENOENT, EOPNOTSUPP } from "../errno.ts";
import { AttachError, InvalidArgumentError, LinkError, NotSupportedError } from "../errors.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import type { AttachableMap } from "./attachable.ts";
import { Link } from "./link.ts";
import { checkKind } from "./options.ts";

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
    const handle = mapHandle(next, "next map of StructOpsLink.updateMap");
    let status: number;
    try {
      status = native().structOpsUpdate(this[handleOf], handle);
    } catch (error) {
      if (!isNativeError(error)) throw error;
      status = -error.errno;
    }
    if (status === 0) return;
    const message = `cannot register "${next.name}" in place of another`;
    const options = { operation: "update", errno: -status };
    if (-status === EBADF) throw new NotSupportedError(message, { ...options, remedy: ofThisProcess });
    if (-status === EOPNOTSUPP)
      throw new NotSupportedError(message, {
        ...options,
        remedy: 'Both must be in SEC(".struct_ops.link")',
      });
    throw new LinkError(message, options);
  }
}

function mapHandle(map: AttachableMap, subject: string): Handle {
  return (checkKind("map", map, subject) as AttachableMap)[handleOf];
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
  const handle = mapHandle(map, "map of link.structOps");
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
    if (errno === EBADF) throw new NotSupportedError(message, { ...options, remedy: ofThisProcess });
    // bpf_dummy_ops answers so, which the kernel has for test runs of its functions.
    if (errno === EOPNOTSUPP)
      throw new NotSupportedError(`${message}: the kernel does not register structs of this type`, {
        ...options,
        remedy: "Its functions can be test-run: program.testRun()",
      });
    if (errno === EEXIST)
      throw new AttachError(map.name, `${message}: something of that name is registered`, log, options);
    if (errno === ENOENT)
      throw new AttachError(map.name, `${message}: it was unregistered before`, log, options);
    throw new AttachError(map.name, message, log, options);
  }
}

const ofThisProcess = "The map must come from an object that this process loaded";

const BPF_MAP_TYPE_STRUCT_OPS = 26;
