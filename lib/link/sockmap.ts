import { EINVAL } from "../errors/errno.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { type AttachType, attachTypeNumber, attachTypeSince, hook, type LinkNature } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { type AttachPlace, type Attempt, attachedHandle, attempt } from "./attach.ts";
import type { Attachable, AttachableMap } from "./attachable.ts";
import { Link } from "./link.ts";

/** Options of {@link skMsg} and {@link skSkb}. */
export interface SockmapOptions {
  /** The sockmap or sockhash whose sockets the program runs for. */
  map: AttachableMap;
}

/** Options of {@link skMsg}. */
export type SkMsgOptions = SockmapOptions;

/** Options of {@link skSkb}. */
export interface SkSkbOptions extends SockmapOptions {
  /**
   * The role of the program:
   *
   * - `stream-parser`: finds the end of each message in a stream.
   * - `stream-verdict`: passes, drops or redirects the messages of a stream.
   * - `verdict`: like `stream-verdict`, but without a parser and also for datagrams. Linux 5.13.
   *
   * Default: according to the SEC name, else `stream-verdict`.
   */
  hook?: "stream-parser" | "stream-verdict" | "verdict";
}

/**
 * Attaches a program that runs for each message that the sockets of a map send.
 *
 * Before Linux 6.10 the attachment is not a bpf_link and ends when the map is freed.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when the map does not contain sockets.
 * @throws {@link AttachError}, {@link ProgramTypeError}, {@link NotSupportedError}, {@link PermissionError}
 * (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using verdict = link.skMsg(program, { map: sockets });
 * ```
 *
 * @since Linux 4.17
 */
export function skMsg(program: Attachable<"sk-msg">, options: SkMsgOptions): Link {
  return attach(attempt("sk-msg", program, options), "sk-msg-verdict");
}

/**
 * Attaches a program that runs for the data that the sockets of a map receive.
 *
 * Before Linux 6.10 the attachment is not a bpf_link and ends when the map is freed.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when the map does not contain sockets.
 * @throws {@link AttachError}, {@link ProgramTypeError}, {@link NotSupportedError}, {@link PermissionError}
 * (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using verdict = link.skSkb(program, { map: sockets, hook: "verdict" });
 * ```
 *
 * @since Linux 4.14
 */
export function skSkb(program: Attachable<"sk-skb">, options: SkSkbOptions): Link {
  const attempted = attempt("sk-skb", program, options);
  const loadedFor = program.attachType?.replace(/^sk-skb-/, "") as SkSkbOptions["hook"];
  return attach(attempted, `sk-skb-${attempted.options.hook ?? loadedFor ?? "stream-verdict"}`);
}

/** Attaches with a bpf_link from Linux 6.10, and with BPF_PROG_ATTACH before. */
function attach(attempted: Attempt<SockmapOptions>, attachType: AttachType): Link {
  const { name, program, handle, options } = attempted;
  const { map } = options;
  const targetMap = map[handleOf];
  const row = hook(name);
  const since = attachTypeSince(attachType) ?? row.since;
  const place: AttachPlace = {
    where: `"${attachType}" of map "${map.name}"`,
    attachType,
    explain: ({ errno }) =>
      errno === EINVAL && kernelAtLeast(since)
        ? new InvalidArgumentError(`map "${map.name}" does not accept program "${program.name}"`, {
            remedy: "The map must be a sockmap or sockhash, and the program must be loaded for the same hook",
          })
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
