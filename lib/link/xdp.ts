import { EBUSY, EINVAL, EOPNOTSUPP } from "../errno.ts";
import { AttachError, type EbpfError, NotSupportedError } from "../errors.ts";
import { attachTypeNumber, hooks, type LinkNature } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { isNativeError, type NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { attachedHandle, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";
import { interfaceIndex } from "./target/interface.ts";

export interface XdpOptions {
  /** By name (`eth0`) or index, in the network namespace of this process. */
  interface: string | number;
  /**
   * Where on its way the packet is caught.
   *
   * - `native`: in the driver, before the kernel has a buffer for it. Not every driver can.
   * - `generic`: behind the driver, slower, on every interface.
   * - `offload`: on the card.
   * - `auto`: native where the driver can, else generic.
   *
   * Default `auto`.
   */
  mode?: XdpMode;
  /**
   * - `link`: a bpf_link, that ends with the process and that no one else can replace. Linux 5.9.
   * - `netlink`: as `ip link set dev … xdp` does. Stays when the process is killed.
   * - `auto`: a link, where the kernel can.
   *
   * Default `auto`.
   */
  via?: "auto" | "link" | "netlink";
  /** Over netlink: take the place of what is attached. Default false. */
  replace?: boolean;
}

export type XdpMode = "auto" | "native" | "generic" | "offload";

const modes: Record<XdpMode, number> = { auto: 0, generic: 1 << 1, native: 1 << 2, offload: 1 << 3 };

/**
 * Attaches an XDP program to a network interface. One interface has one XDP program.
 *
 * @returns A link that the caller closes.
 * @throws NoInterfaceError when there is no such interface.
 * @throws AttachError (EBUSY) when it has an XDP program, NotSupportedError when its driver cannot do the mode.
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 4.8; before 5.9 always over netlink.
 */
export function xdp(program: Attachable, options: XdpOptions): Link {
  const attempted = attempt("xdp", program, options);
  const { handle } = attempted;
  const { mode = "auto", via = "auto", replace = false } = attempted.options;
  const ifindex = interfaceIndex(options.interface);
  const since = hooks.xdp.link.since;
  const place: Place = {
    where: `XDP of interface "${options.interface}"${mode === "auto" ? "" : ` in ${mode} mode`}`,
    ...(via === "link" && { since }),
    explain: (error) => explain(program, options, error),
  };
  const flags = modes[mode];
  let nature: LinkNature = "link";
  const link = attachedHandle(attempted, place, () => {
    if (via !== "netlink") {
      try {
        return native().linkCreate(handle, { attachType: attachTypeNumber("xdp"), target: ifindex, flags });
      } catch (error) {
        const old = isNativeError(error) && error.errno === EINVAL && !kernelAtLeast(since);
        if (via === "link" || !old) throw error;
      }
    }
    nature = "netlink";
    return native().attachXdpNetlink(handle, { ifindex, flags, replace });
  });
  return new Link(link, program.name, nature);
}

function explain(program: Attachable, options: XdpOptions, error: NativeError): EbpfError | undefined {
  const { errno, log } = error;
  const message = `cannot attach program "${program.name}" to XDP of interface "${options.interface}"`;
  if (errno === EBUSY)
    return new AttachError(program.name, `${message}: it has an XDP program already`, log, {
      errno,
      cause: error,
      remedy: 'link.query({ hook: "xdp", interface }) tells which; a link is replaced with its update()',
    });
  if (errno === EOPNOTSUPP || (errno === EINVAL && options.mode === "offload"))
    return new NotSupportedError(message, {
      operation: "attach",
      errno,
      cause: error,
      remedy: `The interface's driver cannot do mode "${options.mode ?? "auto"}"; "generic" works everywhere`,
    });
  return undefined;
}
