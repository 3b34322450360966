import { cannotAttach } from "../errors/cannot-attach.ts";
import { EBUSY, EINVAL, EOPNOTSUPP } from "../errors/errno.ts";
import { AttachError, type EbpfError, NotSupportedError } from "../errors/index.ts";
import { attachTypeNumber, hooks, type LinkNature } from "../hooks/index.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { native } from "../native/addon.ts";
import { isNativeError, type NativeError } from "../native/handle.ts";
import { type AttachPlace, attachedHandle, attempt } from "./attach.ts";
import type { Attachable, AttachableTo } from "./attachable.ts";
import { Link } from "./link.ts";
import { interfaceIndex } from "./target/interface.ts";

/** Options of {@link xdp}. */
export interface XdpOptions {
  /** The name (`eth0`) or index of an interface in the network namespace of this process. */
  interface: string | number;
  /**
   * Where the program runs:
   *
   * - `native`: in the driver, before the kernel allocates a socket buffer. Not all drivers support it.
   * - `generic`: in the kernel's network stack, after the driver. Slower, but works on every interface.
   * - `offload`: on the network card.
   * - `auto`: `native` if the driver supports it, else `generic`.
   *
   * Default `auto`.
   */
  mode?: XdpMode;
  /**
   * How the program is attached:
   *
   * - `link`: as a bpf_link, which ends with the process and which other processes cannot replace. Linux 5.9.
   * - `netlink`: over netlink, like `ip link set dev … xdp`. The program stays attached if the process is killed.
   * - `auto`: `link` if the kernel supports it, else `netlink`.
   *
   * Default `auto`.
   */
  via?: "auto" | "link" | "netlink";
  /** Over netlink: replace the attached program. Default false. */
  replace?: boolean;
}

/** Where an XDP program runs; see {@link XdpOptions.mode}. */
export type XdpMode = "auto" | "native" | "generic" | "offload";

const modes: Record<XdpMode, number> = { auto: 0, generic: 1 << 1, native: 1 << 2, offload: 1 << 3 };

/**
 * Attaches an XDP program to a network interface. One interface has one XDP program.
 *
 * @returns A link that the caller closes.
 * @throws {@link NoInterfaceError} when the interface does not exist.
 * @throws {@link AttachError} (EBUSY) when the interface already has an XDP program.
 * @throws {@link NotSupportedError} when the driver of the interface does not support the mode.
 * @throws {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN),
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * using filter = link.xdp(program, { interface: "eth0", mode: "native" });
 * ```
 *
 * @since Linux 4.8; 5.9 for a bpf_link, netlink before
 */
export function xdp(program: AttachableTo<"xdp">, options: XdpOptions): Link {
  const attempted = attempt("xdp", program, options);
  const { handle } = attempted;
  const { mode = "auto", via = "auto", replace = false } = attempted.options;
  const ifindex = interfaceIndex(options.interface);
  const since = hooks.xdp.link.since;
  const place: AttachPlace = {
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
  const message = `${cannotAttach(program.name)} to XDP of interface "${options.interface}"`;
  if (errno === EBUSY)
    return new AttachError(`${message}: the interface already has an XDP program`, {
      program: program.name,
      log,
      errno,
      cause: error,
      remedy: `Link.update replaces the program of its link. "npx ebpf links" shows the link, and "npx ebpf links --detach ID" detaches it; without a link, "ip link set dev ${options.interface} xdp off" does`,
    });
  if (errno === EOPNOTSUPP || (errno === EINVAL && options.mode === "offload"))
    return new NotSupportedError(message, {
      operation: "attach",
      errno,
      cause: error,
      remedy: `The driver of the interface does not support mode "${options.mode ?? "auto"}"; "generic" works on every interface`,
    });
  return undefined;
}
