import { EINVAL } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import { type AttachType, attachTypeNumber, attachTypeSince, hook, type LinkNature } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { type Attempt, attachedHandle, attempt, type Place } from "./attach.ts";
import type { Attachable, AttachableMap } from "./attachable.ts";
import { Link } from "./link.ts";

export interface SockmapOptions {
  /** A sockmap or sockhash: the program runs for the sockets in it. */
  map: AttachableMap;
}

export type SkMsgOptions = SockmapOptions;

export interface SkSkbOptions extends SockmapOptions {
  /**
   * - `stream-parser`: says where messages end.
   * - `stream-verdict`: decides what becomes of messages of a stream.
   * - `verdict`: the same without a parser, for datagrams too. Linux 5.13.
   *
   * Default: what the SEC name says, else `stream-verdict`.
   */
  hook?: "stream-parser" | "stream-verdict" | "verdict";
}

/**
 * Attaches a program to what is sent on the sockets in a map.
 *
 * Before Linux 6.10 the attachment is not a bpf_link, and ends with the map at the latest.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when the map does not hold sockets.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * Linux 4.17.
 */
export function skMsg(program: Attachable, options: SkMsgOptions): Link {
  return attach(attempt("sk-msg", program, options), "sk-msg-verdict");
}

/**
 * Attaches a program to what is received on the sockets in a map.
 *
 * Before Linux 6.10 the attachment is not a bpf_link, and ends with the map at the latest.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when the map does not hold sockets.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * Linux 4.14.
 */
export function skSkb(program: Attachable, options: SkSkbOptions): Link {
  const attempted = attempt("sk-skb", program, options);
  const loadedFor = program.attachType?.replace(/^sk-skb-/, "") as SkSkbOptions["hook"];
  return attach(attempted, `sk-skb-${attempted.options.hook ?? loadedFor ?? "stream-verdict"}`);
}

/** Attaches by a bpf_link from Linux 6.10, by BPF_PROG_ATTACH before. */
function attach(attempted: Attempt<SockmapOptions>, attachType: AttachType): Link {
  const { name, program, handle, options } = attempted;
  const { map } = options;
  const targetMap = map[handleOf];
  const row = hook(name);
  const since = attachTypeSince(attachType) ?? row.since;
  const place: Place = {
    where: `"${attachType}" of map "${map.name}"`,
    attachType,
    explain: ({ errno }) =>
      errno === EINVAL && kernelAtLeast(since)
        ? new InvalidArgumentError(
            `map "${map.name}" does not take program "${program.name}"`,
            "The map must be a sockmap or sockhash, and the program loaded for the same hook",
          )
        : undefined,
  };
  let nature: LinkNature = "link";
  const link = attachedHandle(attempted, place, (): Handle => {
    try {
      return native().linkCreate(handle, { attachType: attachTypeNumber(attachType), targetMap });
    } catch (error) {
      const old = isNativeError(error) && error.errno === EINVAL && !kernelAtLeast(row.link?.since ?? "0");
      if (!old) throw error;
    }
    nature = "map";
    return native().attachToMap(handle, targetMap, attachTypeNumber(attachType));
  });
  return new Link(link, program.name, nature);
}
