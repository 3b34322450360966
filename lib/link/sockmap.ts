import { EINVAL } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { LinkNature } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { type AttachType, attachTypeNumber, type ProgramType } from "../spec/index.ts";
import { attachedHandle, type Hook } from "./attach.ts";
import type { Attachable, AttachableMap } from "./attachable.ts";
import { Link } from "./link.ts";
import { requiredObject } from "./target/required.ts";

export interface SockmapOptions {
  /** A sockmap or sockhash: the program runs for the sockets in it. */
  map: AttachableMap;
}

/** Attaches to a map of sockets: by a bpf_link from Linux 6.10, by BPF_PROG_ATTACH before. */
export function attachSockmap(
  program: Attachable,
  type: ProgramType,
  attachType: AttachType,
  options: SockmapOptions,
  since: string,
): Link {
  const handle = program[handleOf];
  const targetMap = requiredObject(options.map, "the map")[handleOf];
  const hook: Hook = {
    where: `"${attachType}" of map "${options.map.name}"`,
    types: [type],
    since,
    config: "CONFIG_BPF_STREAM_PARSER",
    capability: "net_admin",
    explain: ({ errno }) =>
      errno === EINVAL && kernelAtLeast(since)
        ? new InvalidArgumentError(
            `map "${options.map.name}" does not take program "${program.name}"`,
            "It is to be a sockmap or sockhash, and the program loaded for the same hook",
          )
        : undefined,
  };
  let nature: LinkNature = "link";
  const link = attachedHandle(program, hook, (): Handle => {
    try {
      return native().linkCreate(handle, { attachType: attachTypeNumber(attachType), targetMap });
    } catch (error) {
      const old = isNativeError(error) && error.errno === EINVAL && !kernelAtLeast("6.10");
      if (!old) throw error;
    }
    nature = "map";
    return native().attachToMap(handle, targetMap, attachTypeNumber(attachType));
  });
  return new Link(link, program.name, nature);
}
